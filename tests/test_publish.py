"""What is published: the folder, its checksums, loading it, and the upload up to the network."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import goldwire
from goldwire.cli import app
from goldwire.corpus.publish import publish, upload, verify
from goldwire.problems import BadInput

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out: Path = tmp_path_factory.mktemp("published") / "goldwire"
    publish(CORPUS, out)
    return out


def test_the_folder_is_whole(folder: Path) -> None:
    names = {path.name for path in folder.iterdir()}
    assert {"README.md", "LICENSE", "CITATION.cff", "croissant.json", "manifest.json", "CANARY.txt", "data"} <= names
    assert verify(folder) == []


def test_every_text_file_carries_the_canary(folder: Path) -> None:
    canary = (folder / "CANARY.txt").read_text(encoding="utf-8").strip()
    assert canary in (folder / "README.md").read_text(encoding="utf-8")
    assert canary in (folder / "manifest.json").read_text(encoding="utf-8")


def test_every_parquet_file_carries_the_canary(folder: Path) -> None:
    import pyarrow.parquet as pq

    canary = (folder / "CANARY.txt").read_text(encoding="utf-8").strip()
    for path in folder.rglob("*.parquet"):
        assert pq.read_schema(path).metadata[b"canary"].decode() == canary


def test_the_folder_loads(folder: Path, tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    for config in ("default", "quotes", "boilerplate"):
        rows = datasets.load_dataset(str(folder), config, split="test", cache_dir=str(tmp_path))
        assert rows["id"][:] == [record["id"] for record in goldwire.load("test")]


def test_a_changed_file_is_named_and_not_uploaded(tmp_path: Path) -> None:
    corpus = publish(CORPUS, tmp_path / "out")
    (tmp_path / "out" / "README.md").write_text("other", encoding="utf-8")
    assert verify(tmp_path / "out") == ["README.md"]
    with pytest.raises(BadInput, match=r"README\.md is not as published"):
        upload(tmp_path / "out", "someone/goldwire", corpus)


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("x", encoding="utf-8")
    with pytest.raises(BadInput, match="not-empty"):
        publish(CORPUS, tmp_path)
    assert (tmp_path / "thesis.tex").read_text(encoding="utf-8") == "x"


class Hub:
    """Stands for the Hub: remembers what it was asked."""

    def __init__(self, calls: list[tuple[str, dict[str, Any]]]) -> None:
        self.calls = calls

    def create_repo(self, repository: str, **options: Any) -> None:
        self.calls.append(("create_repo", {"repository": repository} | options))

    def upload_folder(self, **options: Any) -> Any:
        self.calls.append(("upload_folder", options))
        return type("Commit", (), {"oid": "c0ffee", "commit_url": "https://hub.example/commit/c0ffee"})()

    def create_tag(self, repository: str, **options: Any) -> None:
        self.calls.append(("create_tag", {"repository": repository} | options))


def test_upload_is_one_commit_and_a_tag(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")
    calls: list[tuple[str, dict[str, Any]]] = []
    monkeypatch.setattr(hub, "HfApi", lambda: Hub(calls))
    result = CliRunner().invoke(app, ["corpus", "publish", str(folder), "--push", "someone/goldwire"])
    assert result.exit_code == 0, result.output
    assert "https://hub.example/commit/c0ffee" in result.output
    assert [name for name, _ in calls] == ["create_repo", "upload_folder", "create_tag"]
    assert all(options["repo_type"] == "dataset" for _, options in calls)
    assert calls[2][1]["revision"] == "c0ffee"


def test_without_a_network_the_upload_says_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub = pytest.importorskip("huggingface_hub")

    def refuse(*_: Any, **__: Any) -> None:
        raise ConnectionError("Name or service not known")

    monkeypatch.setattr(hub.HfApi, "create_repo", refuse)
    result = CliRunner().invoke(app, ["corpus", "publish", str(folder), "--push", "someone/goldwire"])
    assert result.exit_code == 2
    assert "[hub] found Name or service not known" in result.output


def test_without_the_extra_the_install_line_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(BadInput, match=r"goldwire\[hub\]"):
        upload(folder, "someone/goldwire", publish(CORPUS, folder))
