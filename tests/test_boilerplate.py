"""Boilerplate: masks equal scikit-learn, optional types are masked, survival counts whole items."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import both, entities, span
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire import boilerplate

TEXT = "Menu\n\nA storm hit Halvern.\n\nA caption\n\nMore news\n"


def gold_record(**more: object) -> dict:
    return {
        "id": "d",
        "text": TEXT,
        "boilerplate": [
            {**span(0, 4), "type": "navigation", "policy": "remove"},
            {**span(28, 37), "type": "caption", "policy": "optional"},
            {**span(39, 48), "type": "related_headline", "policy": "remove"},
        ],
        **more,
    }


def scored(predicted: list, **more: object) -> dict:
    g, p = both([gold_record(**more)], [{"id": "d", "boilerplate": predicted}])
    return boilerplate.scores(boilerplate.counts(g, p).totals())


def test_optional_characters_are_in_neither_side() -> None:
    with_caption = scored([span(0, 4), span(28, 37), span(39, 48)])
    without = scored([span(0, 4), span(39, 48)])
    assert float(with_caption["removal"].f1) == float(without["removal"].f1) == 1.0


def test_white_space_and_marks_do_not_count() -> None:
    assert float(scored([span(0, 6), span(38, 49)])["content_macro"].f1) == 1.0


def test_content_lost_and_leaked() -> None:
    found = scored([span(0, 4), span(6, 13)])
    assert float(found["content_lost"].f1) == pytest.approx(6 / 16)
    assert float(found["boilerplate_leaked"].f1) == pytest.approx(8 / 12)
    assert float(found["boilerplate_leaked[related_headline]"].f1) == 1.0


def test_survival_needs_the_whole_item() -> None:
    clusters = entities(("GPE", [(18, 25)]), ("EVENT", [(6, 13)]))
    found = scored([span(6, 9)], entities=clusters)
    assert float(found["survival.entities"].f1) == 0.5


def test_page_without_content_on_either_side_is_left_out_and_counted() -> None:
    whole = {"id": "d", "text": "Menu\n", "boilerplate": [{**span(0, 4), "type": "navigation", "policy": "remove"}]}
    g, p = both([whole], [{"id": "d", "boilerplate": [span(0, 4)]}])
    macro = boilerplate.scores(boilerplate.counts(g, p).totals())["content_macro"]
    assert np.isnan(macro.f1)
    assert macro.counts["left_out"] == 1


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=4),
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=4),
)
def test_masks_equal_scikit_learn(gold: list, predicted: list) -> None:
    from sklearn.metrics import matthews_corrcoef, precision_recall_fscore_support

    text = "ab c1 d-e, fgh. " * 3 + "end\n"
    gold_spans, last = [], 0
    for start, length in sorted(gold):
        if start >= last:
            gold_spans.append({**span(start, start + length), "type": "other", "policy": "remove"})
            last = start + length
    predicted_spans = [span(s, s + n) for s, n in predicted]
    g, p = both([{"id": "d", "text": text, "boilerplate": gold_spans}], [{"id": "d", "boilerplate": predicted_spans}])
    if g.boilerplate is None or p.boilerplate is None:
        return
    found = boilerplate.scores(boilerplate.counts(g, p).totals())

    def mask(spans: list) -> np.ndarray:
        covered = np.array([any(s["start"] <= i < s["end"] for s in spans) for i in range(len(text))])
        return covered[[c.isalnum() for c in text]]

    y, z = mask(gold_spans), mask(predicted_spans)
    p_, r_, f_, _ = precision_recall_fscore_support(y, z, average="binary", zero_division=0)
    ours = found["removal"]
    assert np.nan_to_num([ours.precision, ours.recall, ours.f1]) == pytest.approx([p_, r_, f_], abs=1e-12)
    if len(set(y)) > 1 and len(set(z)) > 1:
        assert float(found["mcc"].f1) == pytest.approx(matthews_corrcoef(y, z), abs=1e-12)


def test_typed_spans_and_their_confusion() -> None:
    found = scored([{**span(0, 4), "type": "masthead"}, {**span(39, 48), "type": "related_headline"}])
    assert float(found["spans.strict"].precision) == 0.5
    assert float(found["spans.type_accuracy"].f1) == 0.5
    assert float(found["spans.characters[related_headline]"].f1) == 1.0
    g, p = both([gold_record()], [{"id": "d", "boilerplate": [{**span(0, 4), "type": "masthead"}]}])
    columns = boilerplate.counts(g, p).columns
    assert "spans.confusion[navigation>masthead]:n" in columns
    assert "spans.confusion[related_headline>content]:n" in columns


def test_a_span_that_the_system_calls_optional_stays() -> None:
    found = scored(
        [{**span(0, 4), "type": "navigation"}, {**span(6, 26), "type": "caption"}, {**span(39, 48), "type": "other"}]
    )
    assert float(found["content_lost"].f1) == 0.0


def test_kept_text_is_compared_as_shingles_and_words() -> None:
    found = scored([span(0, 4), span(39, 48)])
    assert float(found["shingle4"].f1) == float(found["lcs"].f1) == float(found["exact_match"].f1) == 1.0
    nothing = scored([span(0, len(TEXT) - 1)])
    assert float(nothing["shingle4"].recall) == 0.0
    assert float(nothing["shingle4_full"].precision) == 0.0
