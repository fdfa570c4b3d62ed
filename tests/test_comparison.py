"""Paired tests: what they must say of equal, better and incomparable systems."""

from __future__ import annotations

import json
import random
from pathlib import Path

import orjson
import pytest
from test_laws import spoiled
from typer.testing import CliRunner

import goldwire
from goldwire.cli import app
from goldwire.comparison import compare, grouped, holm
from goldwire.evaluation import facts_of, score
from goldwire.problems import BadInput

runner = CliRunner()


@pytest.fixture(scope="module")
def results() -> list:
    gold = goldwire.load()
    rng = random.Random(4)
    good = [goldwire.as_prediction(r) for r in gold]
    poor = [spoiled(r, rng) for r in gold]
    for record in good:
        for entity in record["entities"]:
            entity.pop("kb_id")
    for record in poor:
        for entity in record["entities"]:
            entity.pop("kb_id")
    return [
        score(gold, predictions, resamples=0, system=name) for name, predictions in (("good", good), ("poor", poor))
    ]


def test_a_better_system_is_found_better(results: list) -> None:
    rows = {row.metric: row for row in compare(results, resamples=200)}
    strict = rows["entities.strict"]
    assert strict.difference == pytest.approx(results[0]["entities.strict"] - results[1]["entities.strict"])
    assert 0 < strict.low <= strict.difference <= strict.high
    assert strict.p < 0.05
    assert "goldwire.score" in rows


def test_a_system_does_not_differ_from_itself(results: list) -> None:
    for row in compare([results[0], results[0]], resamples=100):
        assert (row.difference, row.low, row.high, row.p) == (0.0, 0.0, 0.0, 1.0)


def test_the_sign_follows_the_order_and_p_does_not(results: list) -> None:
    one = {row.metric: row for row in compare(results, resamples=150, seed=3)}
    two = {row.metric: row for row in compare(results[::-1], resamples=150, seed=3)}
    for name, row in one.items():
        assert row.difference == pytest.approx(-two[name].difference)
        assert row.p == two[name].p


def test_same_seed_same_numbers(results: list) -> None:
    assert compare(results, resamples=50, seed=9) == compare(results, resamples=50, seed=9)


def test_smallest_p_is_one_over_n_plus_one(results: list) -> None:
    assert min(row.p for row in compare(results, resamples=99)) >= 1 / 100


def test_holm_steps_down() -> None:
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]


def test_groups_are_cut_by_page(results: list) -> None:
    parts = grouped(results, facts_of(goldwire.load(), "genre", results[0]))
    assert sum(len(p[0].counts.documents) for p in parts.values()) == len(goldwire.load())


def test_results_of_other_splits_are_refused_with_both_signatures(results: list) -> None:
    gold = goldwire.load("test")
    other = score(gold, [goldwire.as_prediction(r) for r in gold], resamples=0)
    with pytest.raises(BadInput) as bad:
        compare([results[0], other])
    assert "split:test" in str(bad.value)
    assert "split:all" in str(bad.value)


def test_unknown_metric_lists_the_nearest(results: list) -> None:
    with pytest.raises(BadInput, match=r"quotes\.AQ_soft"):
        compare(results, metrics=["quotes.AQsoft"], resamples=5)


def test_commands(tmp_path: Path) -> None:
    gold = goldwire.load("test")
    rng = random.Random(5)
    for name, make in (("a", goldwire.as_prediction), ("b", lambda r: spoiled(r, rng))):
        (tmp_path / f"{name}.jsonl").write_bytes(b"".join(orjson.dumps(make(r)) + b"\n" for r in gold))
    files = [str(tmp_path / "a.jsonl"), str(tmp_path / "b.jsonl")]
    run = runner.invoke(app, ["compare", *files, "--by", "genre", "--cluster", "story", "--resamples", "50"])
    assert run.exit_code == 0, run.output
    for text in ("p Holm", "genre = conflict", "cluster:story"):
        assert text in run.output
    run = runner.invoke(app, ["compare", *files, "--json", "-", "--resamples", "50"])
    rows = json.loads(run.stdout)["differences"]["all"]
    for name in ("a", "b"):
        path = str(tmp_path / f"{name}.json")
        runner.invoke(app, ["score", str(tmp_path / f"{name}.jsonl"), "--json", path, "--matrix", "--no-ci"])
    stored = [str(tmp_path / "a.json"), str(tmp_path / "b.json")]
    again = json.loads(runner.invoke(app, ["compare", *stored, "--json", "-", "--resamples", "50"]).stdout)
    assert again["differences"]["all"] == rows
    assert runner.invoke(app, ["compare", files[0]]).exit_code == 2
    bare = str(tmp_path / "bare.json")
    runner.invoke(app, ["score", files[0], "--json", bare, "--no-ci"])
    refused = runner.invoke(app, ["compare", bare, stored[0]])
    assert refused.exit_code == 2
    assert "--matrix" in refused.output
