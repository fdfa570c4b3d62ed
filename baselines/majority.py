"""Input-blind floor: says the same of every page, whatever stands on it.

It reads nothing of a page but its length. What it says is the majority of the train split: which part of a page is
article, which type of entity, event and quotation is most common, how long they are and how many come per thousand
characters. Nobody should be proud of beating it; a metric on which it does well measures nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

VERSION = "1"


@dataclass(frozen=True)
class State:
    """Majorities of the train split; positions are shares of the page, lengths are characters."""

    article: tuple[float, float]
    entity_type: str
    entity_length: int
    entities_per_page: float
    quote_length: int
    quotes_per_page: float
    event_type: str
    trigger_length: int
    events_per_page: float


def train(documents: Sequence[Mapping[str, Any]]) -> State:
    """Count majorities."""
    types: Counter[str] = Counter()
    triggers: Counter[str] = Counter()
    lengths, quote_lengths, trigger_lengths = [], [], []
    starts, ends = [], []
    for d in documents:
        size = len(d["text"])
        headline = min((m["start"] for e in d["entities"] for m in e["mentions"]), default=0)
        last = max((m["end"] for e in d["entities"] for m in e["mentions"]), default=size)
        starts.append(headline / size)
        ends.append(last / size)
        for e in d["entities"]:
            for m in e["mentions"]:
                if m["level"] in ("NAM", "VAL"):
                    types[e["type"]] += 1
                    lengths.append(m["end"] - m["start"])
        quote_lengths += [q["content"][-1]["end"] - q["content"][0]["start"] for q in d["quotes"]]
        for e in d["events"]:
            for m in e["mentions"]:
                triggers[e["type"]] += 1
                trigger_lengths.append(m["trigger"][0]["end"] - m["trigger"][0]["start"])
    n = max(len(documents), 1)
    return State(
        article=(mean(starts), mean(ends)),
        entity_type=types.most_common(1)[0][0],
        entity_length=int(median(lengths)),
        entities_per_page=len(lengths) / n,
        quote_length=int(median(quote_lengths)),
        quotes_per_page=len(quote_lengths) / n,
        event_type=triggers.most_common(1)[0][0],
        trigger_length=int(median(trigger_lengths)),
        events_per_page=len(trigger_lengths) / n,
    )


def _spread(start: int, end: int, number: float, length: int) -> list[dict[str, int]]:
    """`number` spans of `length`, evenly spaced from `start` to `end`."""
    count = min(int(number), max((end - start) // max(length + 1, 1), 0))
    step = (end - start) / count if count else 0
    return [{"start": int(start + i * step), "end": int(start + i * step) + length} for i in range(count)]


def predict(page: Mapping[str, Any], state: State) -> dict[str, Any]:
    """The same shape on every page, stretched to its length."""
    size = len(page["text"])
    start, end = int(state.article[0] * size), int(state.article[1] * size)
    entities = _spread(start, end - state.entity_length, state.entities_per_page, state.entity_length)
    quotes = _spread(start, end - state.quote_length, state.quotes_per_page, state.quote_length)
    triggers = _spread(start, end - state.trigger_length, state.events_per_page, state.trigger_length)
    chrome = [span for span in ({"start": 0, "end": start}, {"start": end, "end": size}) if span["start"] < span["end"]]
    return {
        "entities": [
            {"id": f"e{i}", "type": state.entity_type, "mentions": [{**span, "level": "NAM"}]}
            for i, span in enumerate(entities)
        ],
        "quotes": [{"content": [span], "source": None, "type": "indirect"} for span in quotes],
        "events": [{"type": state.event_type, "mentions": [{"trigger": [span], "arguments": []}]} for span in triggers],
        "boilerplate": chrome,
    }
