"""Input-blind control: everything is everything.

Every word is a name of the commonest type and a trigger of the commonest type, every line is a quotation by nobody,
nothing is boilerplate. It reaches full recall where a metric forgets precision: a metric on which it does well
measures nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

VERSION = "1"
WORD = re.compile(r"\w+(?:[’']\w+)*")


def train(documents: Sequence[Mapping[str, Any]]) -> tuple[str, str]:
    """The commonest entity type and the commonest event type."""
    entities = Counter(e["type"] for d in documents for e in d["entities"] for _ in e["mentions"])
    events = Counter(e["type"] for d in documents for e in d["events"] for _ in e["mentions"])
    return entities.most_common(1)[0][0], events.most_common(1)[0][0]


def predict(page: Mapping[str, Any], state: tuple[str, str]) -> dict[str, Any]:
    """Every word, every line."""
    words = [{"start": m.start(), "end": m.end()} for m in WORD.finditer(page["text"])]
    lines = [{"start": m.start(), "end": m.end()} for m in re.finditer(r"\S.*", page["text"])]
    return {
        "entities": [
            {"id": f"e{i}", "type": state[0], "mentions": [{**span, "level": "NAM"}]} for i, span in enumerate(words)
        ],
        "quotes": [{"content": [span], "source": None, "type": "indirect"} for span in lines],
        "events": [{"type": state[1], "mentions": [{"trigger": [span], "arguments": []}]} for span in words],
        "boilerplate": [],
    }
