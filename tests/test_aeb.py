"""The article-extraction-benchmark's files and metric."""

from __future__ import annotations

import json
import re
import statistics
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from goldwire.cli import app
from goldwire.formats import aeb
from goldwire.problems import BadInput

words = st.lists(st.sampled_from(["a", "b", "c", "A", "é", "x_1", "-"]), max_size=12).map(" ".join)


def straight(truth: dict, output: dict) -> tuple[float, float]:
    """The metric the slow way, with exact means of the fractions of each document."""
    precision, recall = [], []
    for name in truth:
        bags = []
        for text in (truth[name], output[name]):
            tokens = re.findall(r"\w+", text)
            bags.append(Counter(g for i in range(max(1, len(tokens) - 3)) if (g := tuple(tokens[i : i + 4]))))
        a, b = bags
        tp, fp, fn = float((a & b).total()), float((b - a).total()), float((a - b).total())
        total = tp + fp + fn
        if total:
            tp, fp, fn = tp / total, fp / total, fn / total
        if tp + fp > 0:
            precision.append(1.0 if fp == fn == 0 else tp / (tp + fp))
        if tp + fn > 0:
            recall.append(1.0 if fp == fn == 0 else tp / (tp + fn))
    return statistics.mean(precision), statistics.mean(recall)


@settings(max_examples=150)
@given(st.lists(st.tuples(words, words), min_size=1, max_size=8))
def test_equal_to_the_last_bit(pairs: list) -> None:
    truth = {str(i): t for i, (t, _) in enumerate(pairs)} | {"end": "a b c d e"}
    output = {str(i): o for i, (_, o) in enumerate(pairs)} | {"end": "a b c d"}
    precision, recall = straight(truth, output)
    found = aeb.score(truth, output)
    assert (found["precision"], found["recall"]) == (precision, recall)
    assert found["f1"] == 2 * precision * recall / (precision + recall)


def test_command(tmp_path: Path) -> None:
    truth, output = tmp_path / "truth.json", tmp_path / "out.json"
    truth.write_text(
        json.dumps({"x": {"articleBody": "a b c d e", "url": "u"}, "y": {"articleBody": "f g"}}), encoding="utf-8"
    )
    output.write_text(json.dumps({"x": {"articleBody": "a b c d"}, "y": {}}), encoding="utf-8")
    run = CliRunner().invoke(app, ["score", str(output), "--gold", str(truth), "--format", "aeb"])
    assert run.exit_code == 0
    assert "precision=1.0  recall=0.25  f1=0.4  exact_match=0.0" in run.output
    assert CliRunner().invoke(app, ["score", str(output), "--format", "aeb"]).exit_code == 2


@pytest.mark.parametrize("text", ["[]", "{}", "{", '{"x": 3}', '{"x": {"articleBody": 3}}'])
def test_other_files_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match="bad-json"):
        aeb.read(path)


def test_ids_must_be_the_same() -> None:
    with pytest.raises(BadInput, match="the same ids"):
        aeb.score({"x": "a"}, {"y": "a"})
