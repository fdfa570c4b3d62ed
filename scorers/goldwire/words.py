"""The word tokens that quotes and cleaned articles are compared on: marks, commas and glyphs never matter."""

from __future__ import annotations

import re

# METRICS: a word is a run of letters and digits, inner apostrophes included.
WORD = re.compile(r"\w+(?:[’']\w+)*")


def word_spans(text: str) -> list[tuple[int, int]]:
    """Half-open code-point spans of the words of `text`, in order."""
    return [match.span() for match in WORD.finditer(text)]
