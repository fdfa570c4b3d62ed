"""Stand-off pages: nothing of the text is in them, exact and drifted texts re-join."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

import goldwire
from goldwire import resources, schema
from goldwire.cli import app
from goldwire.corpus.standoff import attach, detach
from goldwire.problems import BadInput
from goldwire.texts import digest

SITES = resources.source_corpus() / "sites"


@pytest.fixture(scope="module")
def document() -> dict:
    return dict(goldwire.load("train").records[0])


@pytest.fixture(scope="module")
def standoff(document: dict) -> dict:
    return detach(document)


def strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [s for inner in value.values() for s in strings(inner)]
    if isinstance(value, list):
        return [s for inner in value for s in strings(inner)]
    return [value] if isinstance(value, str) else []


def test_no_surface_is_left(document: dict, standoff: dict) -> None:
    text = document["text"]
    surfaces = {
        text[m["start"] : m["end"]].lower() for e in document["entities"] for m in e["mentions"] if m["level"] == "NAM"
    }
    layers = {key: value for key, value in standoff.items() if isinstance(value, list | dict) and key != "phenomena"}
    words = {s.lower() for s in strings(layers)}
    assert not surfaces & words
    assert all(e["name"] is None and e["kb_id"] is None for e in standoff["entities"])
    assert all(b["sha256"] is None for b in standoff["text"]["blocks"] if b["end"] - b["start"] < 60)


def test_exact_text_re_joins(document: dict, standoff: dict) -> None:
    joined = attach(standoff, document["text"], SITES)
    assert joined.exact
    assert joined.dropped == ()
    assert schema.problems("document", joined.document) == []
    gold = goldwire.evaluation.read_gold([joined.document])
    assert goldwire.score(gold, [goldwire.as_prediction(document)], resamples=0)["entities.strict"] == 1.0


def test_drifted_text_is_relocated_and_the_rest_is_listed(document: dict, standoff: dict) -> None:
    blocks = document["text"].split("\n\n")
    longest = max(range(len(blocks)), key=lambda i: len(blocks[i]))
    changed = "\n\n".join(
        [
            "A line that was not there before, longer than sixty characters to be sure.",
            *blocks[:longest],
            *blocks[longest + 1 :],
        ]
    )
    joined = attach(standoff, changed.rstrip("\n") + "\n", SITES)
    assert not joined.exact
    assert joined.dropped
    text = joined.document["text"]
    before = {m for e in document["entities"] for m in (document["text"][x["start"] : x["end"]] for x in e["mentions"])}
    after = [text[m["start"] : m["end"]] for e in joined.document["entities"] for m in e["mentions"]]
    assert after
    assert set(after) <= before
    goldwire.evaluation.read_gold([joined.document])


def test_another_text_is_refused(standoff: dict) -> None:
    with pytest.raises(BadInput, match="hash-mismatch"):
        attach(standoff, "Something else altogether.\n", SITES)


def test_seed_page_holds_no_text() -> None:
    path = resources.source_corpus() / "standoff" / "seed-0001" / "standoff.json"
    record = json.loads(path.read_text(encoding="utf-8"))
    free = {"id", "site", "style", "genre", "story", "published", "split", "writer", "adjudicator", "guideline"}
    known = set(strings({k: v for k, v in record.items() if k in free or k in ("annotators", "phenomena")}))
    onto = schema.ontology()
    labels = {
        *onto.entity_types,
        *onto.boilerplate_policy,
        *onto.event_types,
        *(r for t in onto.event_types.values() for r in t.roles),
    }
    for part in schema.load("document")["$defs"].values():
        for field in part.get("properties", {}).values():
            labels |= {v for v in field.get("enum", ()) if v}
    for value in strings({k: v for k, v in record.items() if k not in ("text",)}):
        assert value in known or value in labels or value[1:].isdigit(), value
    for block in record["text"]["blocks"]:
        assert set(block) == {"start", "end", "sha256"}


def test_cli_writes_nothing_silently(
    document: dict, standoff: dict, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("goldwire.corpus.store.standoff_page", lambda page: (standoff, SITES))
    exact, drifted = tmp_path / "exact.txt", tmp_path / "drifted.txt"
    exact.write_text(document["text"].rstrip("\n"), encoding="utf-8")
    drifted.write_text(
        document["text"].replace(document["text"].split("\n\n")[0], "New words at the top"), encoding="utf-8"
    )
    run = CliRunner().invoke(app, ["corpus", "attach", "x", "--text", str(exact), "--out", str(tmp_path / "a.jsonl")])
    assert (run.exit_code, "exact" in run.output) == (0, True)
    assert orjson.loads((tmp_path / "a.jsonl").read_bytes())["sha256"] == digest(document["text"])
    run = CliRunner().invoke(app, ["corpus", "attach", "x", "--text", str(drifted), "--out", str(tmp_path / "b.jsonl")])
    assert run.exit_code == 1
    assert not (tmp_path / "b.jsonl").exists()
    run = CliRunner().invoke(
        app, ["corpus", "attach", "x", "--text", str(drifted), "--out", str(tmp_path / "b.jsonl"), "--allow-drift"]
    )
    assert run.exit_code == 1
    assert (tmp_path / "b.jsonl").exists()
