"""Coreference equals the reference scorers on all stored cases."""

from __future__ import annotations

import json
import os
import re
import subprocess
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


def conll(name: str, clusters: list, size: int) -> str:
    """Clusters of token spans as a CoNLL file with one document."""
    column: list[list[str]] = [[] for _ in range(size)]
    for number, cluster in enumerate(clusters):
        for first, last in cluster:
            if first == last:
                column[first].append(f"({number})")
            else:
                column[first].append(f"({number}")
                column[last].append(f"{number})")
    lines = [f"{name} 0 {i} w{i} {'|'.join(marks) or '-'}" for i, marks in enumerate(column)]
    return "\n".join([f"#begin document ({name});", *lines, "#end document", ""])


def printed(output: str) -> dict[str, float]:
    """Recall and precision of the scorer's last lines: `Recall: (3 / 5) 60% Precision: (3 / 3) 100%`."""
    pairs = re.findall(r"(Recall|Precision): \(([\d.e+-]+) / ([\d.e+-]+)\)", output)[-2:]
    return {name: float(a) / float(b) if float(b) else 0.0 for name, a, b in pairs}


def test_the_scorers_lines_are_read() -> None:
    line = "Coreference: Recall: (3 / 5) 60%\tPrecision: (2.5 / 4) 62.5%\tF1: 61.2%"
    assert printed(f"Identification of Mentions: Recall: (1 / 2) 50%\tPrecision: (1 / 2) 50%\tF1: 50%\n{line}\n") == {
        "Recall": 0.6,
        "Precision": 0.625,
    }


@pytest.mark.skipif("COREFSCORER" not in os.environ, reason="COREFSCORER names no Perl scorer (scorer.pl)")
def test_equals_the_perl_scorer_live(tmp_path: Path) -> None:
    for case in CASES:
        run_perl(case, tmp_path)


def run_perl(case: dict, tmp_path: Path) -> None:
    names = {"muc": "muc", "b3": "bcub", "ceafm": "ceafm", "ceafe": "ceafe", "blanc": "blanc"}
    size = 1 + max((last for side in ("gold", "pred") for c in case[side] for _, last in c), default=0)
    for side in ("gold", "pred"):
        (tmp_path / side).write_text(conll("d", case[side], size), encoding="utf-8")
    found = scored(case["gold"], case["pred"])
    for ours, theirs in names.items():
        command = ["perl", os.environ["COREFSCORER"], theirs, str(tmp_path / "gold"), str(tmp_path / "pred"), "none"]
        expected = printed(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        mine = {"Recall": found[ours].recall, "Precision": found[ours].precision}
        assert {k: float(np.nan_to_num(v)) for k, v in mine.items()} == pytest.approx(expected, abs=1e-9), ours
