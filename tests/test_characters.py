"""Texts as arrays of code points, of every width."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from goldwire.characters import Characters, words

texts = st.lists(st.text(alphabet="ab_1é ß’'“Ω🌊\n-", max_size=12), min_size=1, max_size=5)


@pytest.mark.parametrize(("text", "size"), [("plain", 1), ("naïve", 1), ("“curly”", 2), ("wave 🌊", 4)])
def test_points_take_the_width_that_the_text_needs(text: str, size: int) -> None:
    found = Characters.of(["a", text])
    assert found.points.itemsize == size
    assert "".join(map(chr, found.points.tolist())) == "a" + text


@given(texts)
def test_classes_are_those_of_python(given: list[str]) -> None:
    found, whole = Characters.of(given), "".join(given)
    assert found.solid.tolist() == [c.isalnum() for c in whole]
    assert found.wordlike.tolist() == [bool(re.match(r"\w", c)) for c in whole]
    assert np.diff(found.base).tolist() == [len(text) for text in given]


@given(texts)
def test_words_are_those_of_the_expression(given: list[str]) -> None:
    found = Characters.of(given)
    document, start, end = words(found)
    mine = [
        (int(d), int(s - found.base[d]), int(e - found.base[d])) for d, s, e in zip(document, start, end, strict=True)
    ]
    assert mine == [(d, *m.span()) for d, text in enumerate(given) for m in re.finditer(r"\w+(?:[’']\w+)*", text)]
