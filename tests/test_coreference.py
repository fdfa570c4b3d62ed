"""Coreference equals the reference scorers on all stored cases."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import both, entities

from goldwire import coreference

CASES = json.loads((Path(__file__).parent / "conformance" / "coreference.json").read_text(encoding="utf-8"))["cases"]


def scored(gold: list, predicted: list) -> dict:
    # Reference spans are token indices with both ends included.
    g, p = both(
        [{"id": "d", "entities": entities(*(("PERSON", [(a, b + 1) for a, b in c]) for c in gold))}],
        [{"id": "d", "entities": entities(*(("PERSON", [(a, b + 1) for a, b in c]) for c in predicted))}],
    )
    return coreference.scores(coreference.counts(g, p).totals())


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["name"])
def test_equals_reference(case: dict) -> None:
    found = scored(case["gold"], case["pred"])
    for metric, expected in case["expected"].items():
        # The reference prints 0 where a score has no support.
        values = {
            k: float(np.nan_to_num(getattr(found[metric], n)))
            for k, n in (("p", "precision"), ("r", "recall"), ("f", "f1"))
        }
        assert values == pytest.approx(expected, abs=1e-9), metric


def test_hundred_cases_six_metrics() -> None:
    assert len(CASES) == 100
    assert all(set(case["expected"]) == {"muc", "b3", "ceafe", "ceafm", "blanc", "lea"} for case in CASES)


def test_no_link_on_either_side_is_undefined() -> None:
    found = scored([[[0, 0]], [[2, 2]]], [[[0, 0]], [[2, 2]]])
    assert np.isnan(found["muc"].f1)
    assert np.isnan(found["conll"].f1)
    assert float(found["b3"].f1) == 1.0


def test_value_that_shares_a_span_with_a_nominal_is_left_out() -> None:
    value = {
        "id": "v",
        "type": "CARDINAL",
        "mentions": [{"start": 0, "end": 4, "level": "VAL", "head": {"start": 0, "end": 4}}],
    }
    group = entities(("PERSON", [(0, 4), (6, 8)]), level="NOM")
    g, p = both([{"id": "d", "entities": [*group, value]}], [{"id": "d", "entities": group}])
    assert float(coreference.scores(coreference.counts(g, p).totals())["conll"].f1) == 1.0
