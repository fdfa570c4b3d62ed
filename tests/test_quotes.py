"""Quotations: the worked cases, and the edges of speaker and content."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import both, span

from goldwire import quotes

CASES = json.loads((Path(__file__).parent / "conformance" / "quotes_events.json").read_text(encoding="utf-8"))[
    "quote_cases"
]
NAMES = {
    "cue_exact": "cue",
    "AQ_entity": "AQ_0.5",
    "source_head_overlap": "source_overlap",
    "speaker_acc_on_matched": "speaker_accuracy",
    "type_acc_on_matched": "type_accuracy",
}


def records(case: dict[str, Any]) -> tuple[list, list]:
    """The case as records; every speaker's source spans, of both sides, are mentions of that entity."""
    mentions: dict[str, set] = {}
    for quote in case["gold"] + case["pred"]:
        if quote.get("speaker_entity") and quote.get("source"):
            mentions.setdefault(quote["speaker_entity"], set()).add(tuple(quote["source"][0]))
    clusters = [
        {
            "id": name,
            "type": "PERSON",
            "mentions": [{**span(*s), "level": "NAM", "head": span(*s)} for s in sorted(spans)],
        }
        for name, spans in mentions.items()
    ]

    def side(given: list) -> list:
        return [
            {
                "id": f"q{i}",
                "content": [span(*c) for c in q["content"]],
                "cue": span(*q["cue"]) if q["cue"] else None,
                "source": {
                    "span": span(*q["source"][0]) if q.get("source") else None,
                    "entity": q.get("speaker_entity"),
                },
                "type": q["type"].lower(),
            }
            for i, q in enumerate(given)
        ]

    gold = {"id": "d", "text": case["text"], "entities": clusters, "quotes": side(case["gold"])}
    return [gold], [{"id": "d", "entities": clusters, "quotes": side(case["pred"])}]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_equals_worked_values(case: dict[str, Any]) -> None:
    g, p = both(*records(case))
    found = quotes.scores(quotes.counts(g, p).totals())
    for name, expected in case["expected"].items():
        if expected is None:
            continue
        score = found[NAMES.get(name, name)]
        values = [score.precision, score.recall, score.f1] if isinstance(expected, list) else [score.f1]
        assert np.nan_to_num(values) == pytest.approx(np.atleast_1d(expected), abs=1e-4), name


TEXT = "We left, said Ann Lee. She added that no one stayed.\n"


def one(source: dict | None, clusters: list | None = None) -> float:
    gold = {
        "id": "d",
        "text": TEXT,
        "entities": [
            {
                "id": "lee",
                "type": "PERSON",
                "mentions": [{**span(14, 21), "level": "NAM"}, {**span(23, 26), "level": "PRO"}],
            }
        ],
        "quotes": [
            {"id": "q", "content": [span(0, 7)], "source": {"span": span(14, 21), "entity": "lee"}, "type": "direct"}
        ],
    }
    predicted = {"id": "d", "quotes": [{"content": [span(0, 7)], "source": source}], "entities": clusters or []}
    g, p = both([gold], [predicted])
    return float(quotes.scores(quotes.counts(g, p).totals())["AQ_soft"].f1)


def test_any_mention_of_the_speaker_is_right() -> None:
    assert one({"span": span(23, 26)}) == 1.0


def test_an_entity_that_resolves_to_the_speaker_is_right() -> None:
    cluster = [{"id": "x", "type": "PERSON", "mentions": [{**span(14, 21), "level": "NAM"}]}]
    assert one({"entity": "x"}, cluster) == 1.0


def test_part_of_a_name_or_nobody_is_wrong() -> None:
    assert one({"span": span(18, 21)}) == 0.0
    assert one(None) == 0.0


def test_marks_and_commas_do_not_matter() -> None:
    gold = {
        "id": "d",
        "text": "“We left,” she said.\n",
        "quotes": [{"id": "q", "content": [span(1, 9)], "type": "direct"}],
    }
    g, p = both([gold], [{"id": "d", "quotes": [{"content": [span(0, 10)]}]}])
    assert float(quotes.scores(quotes.counts(g, p).totals())["QD_strict"].f1) == 1.0


def test_verbatim_view_and_other_marks() -> None:
    text = "“We left,” she said, calling it “progress”. They agreed to leave.\n"
    gold = {
        "id": "d",
        "text": text,
        "quotes": [
            {"id": "a", "content": [span(1, 9)], "verbatim": [span(1, 9)], "type": "direct"},
            {"id": "b", "content": [span(56, 64)], "verbatim": [], "type": "indirect"},
        ],
        "marked_spans": [{**span(33, 41), "kind": "scare"}],
    }
    predicted = {"id": "d", "quotes": [{"content": [span(1, 9)]}, {"content": [span(33, 41)]}]}
    g, p = both([gold], [predicted])
    found = quotes.scores(quotes.counts(g, p).totals())
    assert (float(found["AQ_soft_verbatim"].precision), float(found["AQ_soft_verbatim"].recall)) == (0.5, 1.0)
    assert float(found["marks_taken[scare]"].f1) == 1.0
