"""Linking equals neleval on the stored cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import both, mention

from goldwire import linking

CASES = json.loads((Path(__file__).parent / "conformance" / "linking.json").read_text(encoding="utf-8"))["cases"]
NAMES = {
    "strong_link_match": "link",
    "strong_nil_match": "nil",
    "strong_all_match": "link_all",
    "entity_match": "entity",
    "mention_ceaf": "ceafm",
}


def record(number: int, mentions: list) -> dict:
    """Mentions of one id are one entity, as neleval has it."""
    entities: dict[str, dict] = {}
    for i, (start, end, kind, kb) in enumerate(mentions):
        entity = entities.setdefault(kb or f"_{i}", {"id": f"e{i}", "type": kind, "kb_id": kb, "mentions": []})
        entity["mentions"].append(mention(start, end + 1))
    return {"id": f"d{number}", "entities": list(entities.values())}


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_equals_neleval(case: dict) -> None:
    g, p = both(
        [record(i, d["gold"]) for i, d in enumerate(case["docs"])],
        [record(i, d["pred"]) for i, d in enumerate(case["docs"])],
    )
    found = linking.scores(linking.counts(g, p).totals())
    for theirs, ours in NAMES.items():
        expected = case["expected"][theirs]
        values = [float(np.nan_to_num(getattr(found[ours], part))) for part in ("precision", "recall", "f1")]
        assert values == pytest.approx([expected["p"], expected["r"], expected["f"]], abs=1e-12), theirs


def test_nil_clusters_are_scored_alone() -> None:
    gold = {
        "id": "d",
        "entities": [{"id": "a", "type": "ORG", "kb_id": None, "mentions": [mention(0, 2), mention(4, 6)]}],
    }
    apart = [
        {"id": n, "type": "ORG", "kb_id": "NIL1" if n == "x" else None, "mentions": [m]}
        for n, m in (("x", mention(0, 2)), ("y", mention(4, 6)))
    ]
    g, p = both([gold], [{"id": "d", "entities": apart}])
    assert float(linking.scores(linking.counts(g, p).totals())["nil_ceafm"].f1) == 0.5
