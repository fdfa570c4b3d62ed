"""Entities: worked cases, and equality with nervaluate and seqeval on flat input."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from conftest import both, entities
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire import entities as scorer
from goldwire.options import Options

CASES = json.loads((Path(__file__).parent / "conformance" / "entities.json").read_text(encoding="utf-8"))["cases"]
# Where nervaluate depends on order (two labels on one span) or takes ends as included (spans that touch), we differ.
DIFFERENT = {"edge_two_labels_same_span", "edge_half_open_offsets_touch"}
TYPES = ("PERSON", "ORG", "GPE")


def scored(docs: list) -> dict:
    g, p = both(
        [
            {"id": f"d{i}", "entities": entities(*((t, [(a, b)]) for a, b, t in gold))}
            for i, (gold, _) in enumerate(docs)
        ],
        [
            {"id": f"d{i}", "entities": entities(*((t, [(a, b)]) for a, b, t in pred))}
            for i, (_, pred) in enumerate(docs)
        ],
    )
    return scorer.scores(scorer.counts(g, p).totals())


@pytest.mark.parametrize("case", [c for c in CASES if c["name"] not in DIFFERENT], ids=lambda c: c["name"])
def test_equals_nervaluate_on_stored_cases(case: dict) -> None:
    found = scored(case["docs"])
    for name, expected in case["expected"].items():
        score = found[{"ent_type": "type"}.get(name, name)]
        values = [float(np.nan_to_num(v)) for v in (score.precision, score.recall, score.f1)]
        assert values == pytest.approx([expected["precision"], expected["recall"], expected["f1"]], abs=1e-12), name


def test_two_labels_on_one_span_match_whatever_their_order() -> None:
    one = scored([[[(0, 5, "ORG")], [(0, 5, "PERSON"), (0, 5, "ORG")]]])
    other = scored([[[(0, 5, "ORG")], [(0, 5, "ORG"), (0, 5, "PERSON")]]])
    assert float(one["strict"].f1) == float(other["strict"].f1) == pytest.approx(2 / 3)


def test_spans_that_touch_do_not_overlap() -> None:
    assert float(scored([[[(0, 5, "PERSON")], [(5, 8, "PERSON")]]])["partial"].f1) == 0.0


def test_duplicates_cost_precision() -> None:
    score = scored([[[(0, 5, "ORG")], [(0, 5, "ORG"), (0, 5, "ORG")]]])["strict"]
    assert (float(score.precision), float(score.recall)) == (0.5, 1.0)


def test_unknown_type_is_a_row_of_its_own() -> None:
    found = scored([[[(0, 5, "ORG")], [(0, 5, "ORG"), (7, 9, "PLANET")]]])
    assert found["strict[PLANET]"].counts["predicted"] == 1
    assert float(found["strict"].precision) == 0.5


def test_nominals_and_pronouns_are_not_scored() -> None:
    g, p = both(
        [{"id": "d", "entities": entities(("PERSON", [(0, 4)])) + entities(("PERSON", [(5, 8)]), level="NOM")}],
        [{"id": "d", "entities": entities(("PERSON", [(0, 4)])) + entities(("PERSON", [(9, 12)]), level="PRO")}],
    )
    assert float(scorer.scores(scorer.counts(g, p).totals())["strict"].f1) == 1.0


@st.composite
def flat_spans(draw: st.DrawFn) -> list[tuple[int, int, str]]:
    """Spans that neither overlap nor touch."""
    out, at = [], 0
    for _ in range(draw(st.integers(0, 8))):
        at += draw(st.integers(1, 4))
        end = at + draw(st.integers(1, 5))
        out.append((at, end, draw(st.sampled_from(TYPES))))
        at = end + 1
    return out


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(flat_spans(), flat_spans()), min_size=1, max_size=4))
def test_equals_nervaluate_on_flat_input(docs: list) -> None:
    from nervaluate import Evaluator

    def dicts(spans: list) -> list[dict]:
        # nervaluate's ends are inclusive: [a, b) is (a, b - 1) there.
        return [{"label": t, "start": a, "end": b - 1} for a, b, t in spans]

    if not any(gold for gold, _ in docs) or not any(pred for _, pred in docs):
        return
    theirs = Evaluator(
        [dicts(g) for g, _ in docs], [dicts(p) for _, p in docs], tags=list(TYPES), loader="dict"
    ).evaluate()["overall"]
    ours = scored(docs)
    for name in ("strict", "exact"):
        assert float(np.nan_to_num(ours[name].f1)) == pytest.approx(theirs[name].f1, abs=1e-12)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(flat_spans(), flat_spans()), min_size=1, max_size=4))
def test_equals_seqeval_on_flat_input(docs: list) -> None:
    from seqeval.metrics import f1_score
    from seqeval.scheme import IOB2

    def tags(spans: list) -> list[str]:
        out = ["O"] * 80
        for a, b, t in spans:
            out[a:b] = [f"B-{t}"] + [f"I-{t}"] * (b - a - 1)
        return out

    if not any(gold for gold, _ in docs) or not any(pred for _, pred in docs):
        return
    theirs = f1_score([tags(g) for g, _ in docs], [tags(p) for _, p in docs], mode="strict", scheme=IOB2)
    assert float(np.nan_to_num(scored(docs)["strict"].f1)) == pytest.approx(theirs, abs=1e-12)


def test_edges_can_be_trimmed_on_both_sides() -> None:
    text = "The Lake Council’s plan\n"
    g, p = both(
        [{"id": "d", "text": text, "entities": entities(("ORG", [(4, 16)]))}],
        [{"id": "d", "entities": entities(("ORG", [(0, 18)]))}],
    )
    plain, trimmed = scorer.counts(g, p), scorer.counts(g, p, Options(edges="trim"))
    assert float(scorer.scores(plain.totals())["strict"].f1) == 0.0
    assert float(scorer.scores(trimmed.totals())["strict"].f1) == 1.0


def test_names_values_macro_and_confusion() -> None:
    found = scored([[[(0, 5, "ORG"), (6, 8, "DATE")], [(0, 5, "GPE"), (6, 8, "DATE")]]])
    assert float(found["names"].f1) == 0.0
    assert float(found["values"].f1) == 1.0
    assert float(found["macro"].f1) == 0.5
    assert float(found["type_accuracy"].f1) == 0.5
