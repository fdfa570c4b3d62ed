"""The Croissant file is valid without a warning, its record sets can be read, its checksums are true."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from goldwire.corpus.build import CONFIGS, build

# rdflib, which mlcroissant reads JSON-LD with, warns of its own plans.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("built") / "corpus"
    build(CORPUS, out)
    return out


def test_valid_without_a_warning(folder: Path) -> None:
    import mlcroissant

    metadata = mlcroissant.Dataset(jsonld=str(folder / "croissant.json")).metadata
    assert not metadata.issues.errors
    assert not metadata.issues.warnings
    assert metadata.data_biases
    assert metadata.data_annotation_protocol


@pytest.mark.parametrize("config", CONFIGS)
def test_every_record_set_reads(folder: Path, config: str) -> None:
    import mlcroissant
    import pyarrow.dataset as ds

    rows = list(mlcroissant.Dataset(jsonld=str(folder / "croissant.json")).records(config))
    table = ds.dataset(folder / "data" / config, format="parquet").to_table()
    assert sorted(row[f"{config}/id"].decode() for row in rows) == sorted(table.column("id").to_pylist())


def test_checksums_are_those_of_the_files(folder: Path) -> None:
    data = json.loads((folder / "croissant.json").read_text(encoding="utf-8"))
    files = [entry for entry in data["distribution"] if entry["@type"] == "cr:FileObject"]
    assert len(files) == len(list(folder.rglob("*.parquet")))
    for entry in files:
        assert hashlib.sha256((folder / entry["contentUrl"]).read_bytes()).hexdigest() == entry["sha256"]
