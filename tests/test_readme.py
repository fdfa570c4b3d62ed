"""What the README shows works."""

from __future__ import annotations

import json
import re
from pathlib import Path

import goldwire

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prediction_is_valid_and_all_of_it_is_on_the_page() -> None:
    record = json.loads(re.search(r"```json\n(.*?)```", README, re.DOTALL)[1])
    result = goldwire.score(goldwire.load("test"), [record], resamples=0)
    assert result.hallucination_rate == 0.0
    assert set(result.metrics) >= {"entities.strict", "quotes.AQ_soft", "events.TC", "boilerplate.mcc"}


def test_links_lead_somewhere() -> None:
    for path in [ROOT / "README.md", *(ROOT / "docs").glob("*.md"), *(ROOT / "corpus" / "guidelines").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"


def test_the_table_is_the_one_that_the_demo_prints() -> None:
    table = README.split("<!-- leaderboard -->")[1].split("<!-- /leaderboard -->")[0]
    gold = goldwire.load("test")
    assert f"corpus:{gold.corpus}|" in table, "run `goldwire demo --readme README.md`"


def test_commands_of_the_readme_exist() -> None:
    from typer.main import get_command

    from goldwire.cli import app

    known = get_command(app).commands
    for line in re.findall(r"^goldwire (.+)$", README, re.MULTILINE):
        words = line.split()
        assert words[0] in known, line
        if words[0] == "corpus":
            assert words[1] in known["corpus"].commands, line
