"""The GitHub Action's script, run as a runner would run it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
import yaml

import goldwire

ACTION = yaml.safe_load((Path(__file__).parent.parent / "action.yml").read_text(encoding="utf-8"))
STEP = next(step for step in ACTION["runs"]["steps"] if step.get("id") == "score")


@pytest.mark.parametrize(
    ("bars", "code"), [("quotes.AQ_soft=0.9\nevents.TC=0.9\n", 0), ("boilerplate.content_lost=0.5", 1)]
)
def test_score_step(tmp_path: Path, bars: str, code: int) -> None:
    predictions = tmp_path / "with a 'quote' $(touch x).jsonl"
    predictions.write_bytes(b"".join(orjson.dumps(goldwire.as_prediction(r)) + b"\n" for r in goldwire.load("test")))
    values = {
        "PREDICTIONS": str(predictions),
        "SPLIT": "test",
        "TRACK": "page",
        "MINIMA": bars,
        "AGAINST": "",
        "TOLERANCE": "0",
    }
    assert set(STEP["env"]) == set(values)
    environment = (
        os.environ
        | values
        | {
            "GITHUB_OUTPUT": str(tmp_path / "output"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        }
    )
    run = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", STEP["run"]],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == code, run.stderr
    assert not (tmp_path / "x").exists()
    assert "## GoldWire" in (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert (tmp_path / "goldwire-junit.xml").exists()


def test_no_input_is_pasted_into_the_script() -> None:
    assert "${{" not in STEP["run"]
