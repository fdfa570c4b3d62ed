"""Bars in continuous integration: exit codes, files, refusals."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import orjson
import pytest
from typer.testing import CliRunner

import goldwire
from goldwire.cli import app

runner = CliRunner()
pytest_plugins = ["pytester"]


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("p") / "half.jsonl"
    records = [goldwire.as_prediction(r) for r in goldwire.load("test")][:3]
    path.write_bytes(b"".join(orjson.dumps(r) + b"\n" for r in records))
    return path


def run(*arguments: object) -> tuple[int, str]:
    found = runner.invoke(app, ["score", *map(str, arguments), "--no-ci"])
    return found.exit_code, found.output


def test_bars_decide_the_exit_code(predictions: Path) -> None:
    code, text = run(predictions, "--min", "quotes.AQ_soft=0.3", "--min", "entities.strict=0.3")
    assert (code, text.count("passed")) == (0, 2)
    code, text = run(predictions, "--min", "quotes.AQ_soft=0.99")
    assert (code, "FAILED  quotes.AQ_soft" in text) == (1, True)


@pytest.mark.parametrize(
    ("bar", "text"),
    [("quotes.AQ_soff=0.5", "quotes.AQ_soft"), ("quotes.AQ_soft", "NAME=VALUE"), ("quotes.AQ_soft=60", "from 0 to 1")],
)
def test_bars_that_make_no_sense(predictions: Path, bar: str, text: str) -> None:
    code, output = run(predictions, "--min", bar)
    assert code == 2
    assert text in output


def test_against_an_earlier_result(predictions: Path, tmp_path: Path) -> None:
    result = tmp_path / "last.json"
    assert run(predictions, "--json", result)[0] == 0
    assert run(predictions, "--against", result)[0] == 0
    better = json.loads(result.read_text(encoding="utf-8"))
    better["metrics"]["quotes.AQ_soft"]["f1"] += 0.05
    result.write_text(json.dumps(better), encoding="utf-8")
    assert run(predictions, "--against", result)[0] == 1
    assert run(predictions, "--against", result, "--tolerance", "0.1")[0] == 0


def test_a_result_of_another_split_is_refused_with_both_signatures(predictions: Path, tmp_path: Path) -> None:
    result = tmp_path / "last.json"
    run(predictions, "--json", result)
    text = result.read_text(encoding="utf-8")
    result.write_text(text.replace("split:test", "split:validation"), encoding="utf-8")
    code, output = run(predictions, "--against", result)
    assert code == 2
    assert "split:validation" in output
    assert "split:test" in output


def test_junit_and_summary(predictions: Path, tmp_path: Path) -> None:
    junit, summary = tmp_path / "j.xml", tmp_path / "s.md"
    code, _ = run(
        predictions, "--min", "quotes.AQ_soft=0.99", "--min", "events.TC=0.1", "--junit", junit, "--summary", summary
    )
    assert code == 1
    suite = ElementTree.parse(junit).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert "**failed**" in summary.read_text(encoding="utf-8")
    run(predictions, "--summary", summary)
    assert summary.read_text(encoding="utf-8").count("## GoldWire") == 2


def test_fixture_for_users(pytester: pytest.Pytester, predictions: Path) -> None:
    pytester.makepyfile(
        f"""
        def test_quotes(goldwire_score):
            result = goldwire_score({str(predictions)!r}, resamples=0)
            assert 0.3 < result["quotes.AQ_soft"] < 1
        """
    )
    pytester.runpytest_subprocess("-p", "no:xdist", "-p", "no:cacheprovider").assert_outcomes(passed=1)
