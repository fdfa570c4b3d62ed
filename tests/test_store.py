"""The built corpus: deterministic, what it declares, loadable offline in a new process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import goldwire
from goldwire import resources, schema
from goldwire.canonical import content_hash
from goldwire.corpus.build import CONFIGS, build
from goldwire.corpus.card import features
from goldwire.corpus.compiled import SPLITS
from goldwire.corpus.html import visible_text
from goldwire.corpus.store import built_corpus
from goldwire.problems import BadInput


@pytest.fixture(scope="module")
def folder() -> Path:
    return built_corpus()


def test_two_builds_are_equal(folder: Path, tmp_path: Path) -> None:
    build(resources.source_corpus(), tmp_path / "corpus")
    for name in ("manifest.json", "README.md"):
        assert (tmp_path / "corpus" / name).read_bytes() == (folder / name).read_bytes()


def test_hashes_are_those_of_the_rows(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    for split in SPLITS:
        assert content_hash(goldwire.load(split)) == manifest["hashes"][split]
    assert content_hash(goldwire.load()) == manifest["hashes"]["all"]


def test_a_changed_label_changes_the_hash() -> None:
    records = [dict(r) for r in goldwire.load("test")]
    before = content_hash(records)
    records[0] = records[0] | {"entities": records[0]["entities"][1:]}
    assert content_hash(records) != before


def test_visible_text_of_the_html_is_the_text() -> None:
    for record in goldwire.load():
        assert visible_text(record["html"]) == record["text"], record["id"]


def test_every_row_passes_the_document_schema() -> None:
    for record in goldwire.load():
        assert schema.problems("document", record) == []


def test_unknown_split() -> None:
    with pytest.raises(BadInput, match="train, validation, test"):
        goldwire.load("dev")


CHECK = """
import json, sys
from datasets import load_dataset
folder, config, cache, streaming = sys.argv[1:5]
ds = load_dataset(folder, config, split="test", cache_dir=cache, streaming=streaming == "1")
rows = list(ds)
print(json.dumps({"rows": rows, "features": ds.features._to_yaml_list(), "columns": list(ds.features)}))
"""


@pytest.mark.parametrize("streaming", ["0", "1"])
@pytest.mark.parametrize("config", list(CONFIGS))
def test_load_dataset_in_a_new_process_offline(folder: Path, tmp_path: Path, config: str, streaming: str) -> None:
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home")}
    run = subprocess.run(
        [sys.executable, "-c", CHECK, str(folder), config, str(tmp_path / "cache"), streaming],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert run.returncode == 0, run.stderr[-2000:]
    found = json.loads(run.stdout)
    assert found["columns"] == list(CONFIGS[config])
    assert found["features"] == features(CONFIGS[config])
    gold = {record["id"]: record for record in goldwire.load("test")}
    assert {row["id"] for row in found["rows"]} == set(gold)
    for row in found["rows"]:
        assert row == {key: gold[row["id"]][key] for key in CONFIGS[config]}


def test_a_dataset_can_be_scored(folder: Path, tmp_path: Path) -> None:
    from datasets import load_dataset

    ds = load_dataset(str(folder), split="test", cache_dir=str(tmp_path))
    result = goldwire.score(ds, [goldwire.as_prediction(r) for r in ds], resamples=0)
    assert result["goldwire.score"] == pytest.approx(1.0)


def test_the_card_counts_from_the_data(folder: Path) -> None:
    card = (folder / "README.md").read_text(encoding="utf-8")
    pages = len(goldwire.load())
    assert (
        f"| pages | {len(goldwire.load('train'))} | {len(goldwire.load('validation'))} | {len(goldwire.load('test'))} | {pages} |"
        in card
    )
    assert "<!--" not in card
    assert "synthetic" in card
    assert "not two independent people" in card


def test_the_canary_is_in_card_and_manifest(folder: Path) -> None:
    canary = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["canary"]
    assert canary.startswith("goldwire canary ")
    assert canary in (folder / "README.md").read_text(encoding="utf-8")
