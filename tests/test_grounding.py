"""Strings become offsets; what the page does not hold is a hallucination."""

from __future__ import annotations

import pytest
from conftest import entities, span
from hypothesis import given
from hypothesis import strategies as st

from goldwire import boilerplate
from goldwire.documents import gold_documents, predicted_documents
from goldwire.grounding import Grounding, PageIndex, complement, find, ground, project, utf16_to_code_points

# An emoji, an NBSP and a combining accent stand before what is looked for.
TEXT = "🌊 Cafe\u0301\u00a0Halvern: “We’re  leaving,” said Ilse Marrow.\nMarrow left Halvern.\n"
PAGE = PageIndex.of(TEXT)


def at(text: str, near: int | None = None) -> tuple[str, str]:
    start, end, way = find(PAGE, text, near)
    return (TEXT[start:end] if start >= 0 else "", way)


@pytest.mark.parametrize(
    ("asked", "found", "way"),
    [
        ("Ilse Marrow", "Ilse Marrow", "exact"),
        ("ilse marrow", "Ilse Marrow", "normalised"),
        ('"We\'re leaving,"', "“We’re  leaving,”", "normalised"),
        ("Cafe\u0301 Halvern", "Cafe\u0301\u00a0Halvern", "normalised"),
        ("said Ilze Marrow", "said Ilse Marrow", "fuzzy"),
        ("Prime Minister Tomas Brill", "", "missing"),
        ("   ", "", "missing"),
    ],
)
def test_find(asked: str, found: str, way: str) -> None:
    assert at(asked) == (found, way)


def test_near_chooses_among_several() -> None:
    first, _, _ = find(PAGE, "Halvern", near=0)
    last, _, _ = find(PAGE, "Halvern", near=len(TEXT))
    assert first < last
    assert TEXT[last : last + 7] == "Halvern"


def test_a_word_inside_a_word_is_the_last_resort() -> None:
    page = PageIndex.of("Shells fell. He fled.\n")
    assert find(page, "He")[0] == 13


def test_mentions_without_near_take_successive_places() -> None:
    record = {"id": "d", "entities": [{"mentions": [{"text": "Halvern"}, {"text": "Halvern"}]}]}
    ground(record, TEXT, Grounding())
    starts = [m["start"] for m in record["entities"][0]["mentions"]]
    assert starts[0] < starts[1]


def test_hallucinations_count_as_wrong() -> None:
    gold = gold_documents(
        [{"id": "d", "text": TEXT, "entities": entities(("PERSON", [(TEXT.index("Ilse"), TEXT.index("Ilse") + 11)]))}]
    )
    grounding = Grounding()
    record = {
        "id": "d",
        "entities": [{"type": "PERSON", "mentions": [{"text": "Ilse Marrow"}, {"text": "Winston Oakfield"}]}],
    }
    predicted = predicted_documents([ground(record, TEXT, grounding)], gold)
    from goldwire import entities as scorer

    strict = scorer.scores(scorer.counts(gold, predicted).totals())["strict"]
    assert (float(strict.precision), float(strict.recall)) == (0.5, 1.0)
    assert grounding.hallucination_rate == 0.5


def test_a_cleaned_article_is_projected() -> None:
    page = "Menu\n\nA storm hit Halvern.\n\nShare\n\nNobody was hurt.\n\nMore news\n"
    gold = gold_documents(
        [
            {
                "id": "d",
                "text": page,
                "boilerplate": [
                    {**span(0, 4), "type": "navigation", "policy": "remove"},
                    {**span(28, 33), "type": "share_bar", "policy": "remove"},
                    {**span(53, 62), "type": "list_heading", "policy": "remove"},
                ],
            }
        ]
    )
    grounding = Grounding()
    record = ground({"id": "d", "text": "A storm hit Halvern. Nobody was hurt."}, page, grounding)
    predicted = predicted_documents([record], gold)
    assert float(boilerplate.scores(boilerplate.counts(gold, predicted).totals())["removal"].f1) == 1.0
    assert grounding.coverage == [1.0]


def test_coverage_tells_what_is_not_on_the_page() -> None:
    _, coverage = project("a storm that nobody wrote of hit Halvern", "A storm hit Halvern.")
    assert coverage == pytest.approx(3 / 8)


@given(st.text(alphabet="ab 🌊é\n“", max_size=30), st.data())
def test_utf16_offsets_convert(text: str, data: st.DataObject) -> None:
    point = data.draw(st.integers(0, len(text)))
    units = len(text[:point].encode("utf-16-le")) // 2
    assert utf16_to_code_points(text, [units]) == [point]


def test_complement() -> None:
    assert complement([(2, 4), (6, 9)], 9) == [{"start": 0, "end": 2}, {"start": 4, "end": 6}]
