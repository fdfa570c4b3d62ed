"""Names are replaced, consistently, and gold moves with them."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

import goldwire
from goldwire import as_prediction
from goldwire.cli import app
from goldwire.evaluation import read_gold, score
from goldwire.swap import mapping, swapped


@pytest.mark.parametrize("split", ["train", "validation", "test"])
def test_gold_moves_with_the_names(split: str) -> None:
    given = goldwire.load(split).records
    fresh = swapped(given)
    gold = read_gold(fresh)
    assert score(gold, [as_prediction(r) for r in fresh], resamples=0).metrics["goldwire.score"]["f1"] == 1.0
    for old, new in zip(given, fresh, strict=True):
        assert old["text"] != new["text"]
        assert old["text"].count("\n") == new["text"].count("\n")


def test_no_name_is_left() -> None:
    given = goldwire.load("test").records
    names = mapping(given, 1)
    words = {word for r in swapped(given) for word in r["text"].split()}
    left = {word for word in words if word.strip(".,").casefold() in names and word[0].isupper()}
    # Only words with an edge of gold inside them stay.
    assert len(left) <= 3, left


def test_a_name_is_the_same_everywhere_and_a_people_like_its_country() -> None:
    text = "Corvania fell. CORVANIA, the Corvanian papers said.\n"
    entities = [
        {"id": "a", "type": "GPE", "name": "Corvania", "kb_id": None, "mentions": []},
        {"id": "b", "type": "NORP", "name": None, "kb_id": None, "mentions": []},
    ]
    for entity, word in zip(entities, ("Corvania", "Corvanian"), strict=True):
        start = text.index(word + " ")
        span = {"start": start, "end": start + len(word)}
        entity["mentions"] = [{**span, "level": "NAM", "head": span}]
    empty = {"boilerplate": [], "quotes": [], "marked_spans": [], "events": [], "html": f"<p>{text}</p>"}
    (new,) = swapped([{"id": "one", "text": text, "entities": entities} | empty])
    first = new["text"].split()[0]
    assert first != "Corvania"
    assert f"{first.upper()}, the" in new["text"]
    assert new["text"].split()[4].startswith(first[:4])
    assert new["html"] == f"<p>{new['text']}</p>"
    assert new["entities"][0]["name"] is None


def test_same_seed_same_names() -> None:
    given = goldwire.load("validation").records
    assert mapping(given, 3) == mapping(given, 3) != mapping(given, 4)


def test_table() -> None:
    result = CliRunner().invoke(app, ["swap-test", "lead", "--split", "validation"])
    assert result.exit_code == 0, result.output
    assert result.output.count("| lead |") == 3
