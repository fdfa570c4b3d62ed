"""The commands a person types: output, files, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import orjson
import pytest
from typer.testing import CliRunner

import goldwire
from goldwire import schema
from goldwire.cli import app

runner = CliRunner()


@pytest.fixture(scope="module")
def perfect(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("predictions") / "perfect.jsonl"
    path.write_bytes(b"".join(orjson.dumps(goldwire.as_prediction(r)) + b"\n" for r in goldwire.load("test")))
    return path


def test_score_prints_metrics_and_signature(perfect: Path) -> None:
    run = runner.invoke(app, ["score", str(perfect), "--resamples", "20", "--by", "genre"])
    assert run.exit_code == 0, run.output
    for text in ("quotes.AQ_soft", "100.00", "by genre", "goldwire:", "|split:test|track:page|layer:all+linking|"):
        assert text in run.output


def test_score_json_passes_the_result_schema(perfect: Path, tmp_path: Path) -> None:
    run = runner.invoke(app, ["score", str(perfect), "--json", "-", "--resamples", "20", "--by", "genre"])
    assert schema.problems("result", json.loads(run.stdout)) == []
    runner.invoke(app, ["score", str(perfect), "--json", str(tmp_path / "r.json"), "--resamples", "0"])
    assert schema.problems("result", json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))) == []


def test_one_layer_and_track(perfect: Path) -> None:
    run = runner.invoke(
        app, ["score", str(perfect), "--layer", "quotes", "--track", "article", "--json", "-", "--resamples", "0"]
    )
    result = json.loads(run.stdout)
    assert result["track"] == "article"
    assert {name.split(".")[0] for name in result["metrics"]} == {"quotes"}
    assert "goldwire.score" not in result["metrics"]


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--layer", "quote"], "did you mean quotes"),
        (["--track", "pages"], "page or article"),
        (["--split", "dev"], "train, validation, test"),
        (["--by", "colour"], "genre"),
    ],
)
def test_wrong_options_are_explained(perfect: Path, arguments: list[str], text: str) -> None:
    run = runner.invoke(app, ["score", str(perfect), *arguments])
    assert run.exit_code == 2
    assert text in run.output
    assert "Traceback" not in run.output


def test_validate_and_ground(tmp_path: Path) -> None:
    gold = goldwire.load("test").records
    name = next(e for e in gold[0]["entities"] if e["mentions"][0]["level"] == "NAM")
    surface = gold[0]["text"][name["mentions"][0]["start"] : name["mentions"][0]["end"]]
    path = tmp_path / "strings.jsonl"
    record = {
        "id": gold[0]["id"],
        "entities": [{"type": name["type"], "mentions": [{"text": surface}, {"text": "Nobody Of That Name"}]}],
    }
    path.write_bytes(orjson.dumps(record) + b"\n")
    run = runner.invoke(app, ["validate", str(path)])
    assert run.exit_code == 0
    assert f"{len(gold) - 1} pages of the gold are missing" in run.output
    run = runner.invoke(app, ["ground", str(path), "--out", str(tmp_path / "out.jsonl")])
    assert "hallucination rate 50.00 %" in run.output
    mentions = orjson.loads((tmp_path / "out.jsonl").read_bytes())["entities"][0]["mentions"]
    assert gold[0]["text"][mentions[0]["start"] : mentions[0]["end"]] == surface
    assert mentions[1] == {"text": "Nobody Of That Name"}
    run = runner.invoke(app, ["score", str(path), "--resamples", "0"])
    assert "hallucination rate 50.00 %" in run.output
    assert "have no prediction and count as empty" in run.output
    assert runner.invoke(app, ["score", str(path), "--strict-ids"]).exit_code == 2


def test_a_grounded_file_can_be_scored_again(tmp_path: Path) -> None:
    page = goldwire.load("test").records[0]["id"]
    path, out = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    path.write_bytes(
        orjson.dumps({"id": page, "entities": [{"type": "ORG", "mentions": [{"text": "Nobody Of That Name"}]}]}) + b"\n"
    )
    runner.invoke(app, ["ground", str(path), "--out", str(out)])
    one = json.loads(runner.invoke(app, ["score", str(path), "--json", "-", "--resamples", "0"]).stdout)
    two = json.loads(runner.invoke(app, ["score", str(out), "--json", "-", "--resamples", "0"]).stdout)
    assert one["metrics"] == two["metrics"]
    assert one["hallucination_rate"] == two["hallucination_rate"] == 1.0


@pytest.mark.parametrize("system", ["lead", "majority"])
def test_evaluate_a_baseline(system: str) -> None:
    run = runner.invoke(app, ["evaluate", system, "--json", "-", "--split", "validation"])
    assert run.exit_code == 0, run.output
    result = json.loads(run.stdout)
    assert result["system"] == system
    assert result["missing"] == []
    assert 0 < result["metrics"]["goldwire.score"]["f1"] < 1


def test_predict_then_score_is_evaluate(tmp_path: Path) -> None:
    out = tmp_path / "lead.jsonl"
    runner.invoke(app, ["predict", "lead", "--out", str(out)])
    one = json.loads(runner.invoke(app, ["score", str(out), "--json", "-"]).stdout)
    two = json.loads(runner.invoke(app, ["evaluate", "lead", "--json", "-"]).stdout)
    assert one["metrics"] == two["metrics"]
    assert one["signature"] == two["signature"]


def test_unknown_system() -> None:
    run = runner.invoke(app, ["evaluate", "nobody"])
    assert run.exit_code == 2
    assert "lead, line_classifier, majority" in run.output


def test_corpus_commands(tmp_path: Path) -> None:
    run = runner.invoke(app, ["corpus", "check"])
    assert run.exit_code == 0, run.output
    assert ": 0 errors," in run.output
    page = goldwire.load("test").records[0]["id"]
    assert "0 errors" in runner.invoke(app, ["corpus", "check", page]).output
    inline = runner.invoke(app, ["corpus", "render", page]).output
    assert "boilerplate" in inline
    assert "entity" in inline
    runner.invoke(app, ["corpus", "render", page, "--html", str(tmp_path / "p.html")])
    html = (tmp_path / "p.html").read_text(encoding="utf-8")
    assert "Content-Security-Policy" in html
    assert "| pages |" in runner.invoke(app, ["corpus", "stats"]).output
    assert runner.invoke(app, ["corpus", "render", "../corpus"]).exit_code == 2


def test_corpus_agreement(tmp_path: Path) -> None:
    run = runner.invoke(app, ["corpus", "agreement", "--json", "-"])
    figures = json.loads(run.stdout)
    assert set(figures) >= {"names", "coreference", "quotes_found", "triggers", "arguments", "boilerplate_typed"}
    assert all(0 <= f["value"] <= 1 for f in figures.values())
    assert "| sport | " in runner.invoke(app, ["corpus", "agreement", "--by", "genre"]).output
    assert "F1 of trigger spans" in runner.invoke(app, ["corpus", "agreement"]).output
    page = goldwire.load("test").records[0]["id"]
    assert "  A " in runner.invoke(app, ["corpus", "agreement", page, "--differences"]).output


def test_schema_command() -> None:
    assert json.loads(runner.invoke(app, ["schema"]).stdout)["$id"].startswith("urn:goldwire:schema:prediction")
    assert runner.invoke(app, ["schema", "nothing"]).exit_code == 2


def test_demo_writes_predictions_results_and_table(tmp_path: Path) -> None:
    readme = tmp_path / "README.md"
    readme.write_text("top\n<!-- leaderboard -->\nold\n<!-- /leaderboard -->\nend\n", encoding="utf-8")
    run = runner.invoke(app, ["demo", "--out", str(tmp_path / "demo"), "--readme", str(readme)])
    assert run.exit_code == 0, run.output
    for track in ("page", "article"):
        result = json.loads((tmp_path / "demo" / "results" / "lead" / f"test-{track}.json").read_text(encoding="utf-8"))
        assert schema.problems("result", result) == []
    table = readme.read_text(encoding="utf-8")
    assert table.startswith("top\n")
    assert table.endswith("end\n")
    assert "\nold\n" not in table
    assert "| lead | page |" in table
