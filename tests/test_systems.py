"""Running systems: crashes, extras, and the extractors' baselines where their libraries are there."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from typer.testing import CliRunner

import goldwire
from goldwire import systems
from goldwire.cli import app
from goldwire.evaluation import score
from goldwire.problems import BadInput

CRASHING = """
def predict(page, state):
    if page["id"].startswith("elections"):
        raise ValueError("boom")
    return {"boilerplate": []}
"""


def test_a_crash_loses_its_page_only(tmp_path: Path) -> None:
    path = tmp_path / "crashing.py"
    path.write_text(CRASHING, encoding="utf-8")
    gold = goldwire.load("test")
    failures: dict[str, str] = {}
    records = list(systems.run(systems.load(str(path)), gold.records, [], failures=failures))
    lost = {r["id"] for r in gold if r["id"].startswith("elections")}
    assert failures == dict.fromkeys(lost, "ValueError: boom")
    assert set(score(gold, records, resamples=0).missing) == lost
    result = CliRunner().invoke(app, ["evaluate", str(path)])
    assert result.exit_code == 0
    assert "failed on page elections-0001, scored as empty: ValueError: boom" in result.output


def test_strict_stops_at_the_crash(tmp_path: Path) -> None:
    path = tmp_path / "crashing.py"
    path.write_text(CRASHING, encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", str(path), "--strict"])
    assert isinstance(result.exception, ValueError)


def test_a_missing_extra_names_the_install_line(tmp_path: Path) -> None:
    path = tmp_path / "wanting.py"
    path.write_text('import no_such_module\n\nEXTRA = "llm"\n', encoding="utf-8")
    with pytest.raises(BadInput, match=r"no no_such_module.*pip install 'goldwire\[llm\]'"):
        systems.load(str(path))


def test_unknown_pages_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "strange.py"
    path.write_text('def predict(page, state):\n    return {"id": "other", "boilerplate": []}\n', encoding="utf-8")
    result = CliRunner().invoke(app, ["evaluate", str(path)])
    assert result.exit_code == 2
    assert "[unknown-page]" in result.output


@pytest.mark.skipif(importlib.util.find_spec("trafilatura") is None, reason="the extra `extractors` is not installed")
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", [name for name in systems.known() if name.startswith("html_")])
def test_extractors_beat_keeping_all(name: str) -> None:
    gold = goldwire.load("test")
    records = list(systems.run(systems.load(name), gold.records, []))
    found = score(gold, records, resamples=0).metrics
    floor = list(systems.run(systems.load("html_keep_all"), gold.records, []))
    least = score(gold, floor, resamples=0).metrics["boilerplate.content_macro"]["f1"]
    assert found["boilerplate.content_macro"]["f1"] >= least
