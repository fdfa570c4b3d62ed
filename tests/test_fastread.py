"""The quick way of reading gives the careful way's numbers, and takes nothing that the careful way refuses."""

from __future__ import annotations

import copy
import random
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from test_laws import spoiled

import goldwire
from goldwire import evaluation, fastread
from goldwire.evaluation import score
from goldwire.problems import BadInput

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
from synthetic import corpus

ROOT = Path(__file__).parent
FILES = sorted((ROOT / "bad" / "predictions").glob("*.jsonl"))


def write(path: Path, records: list) -> Path:
    path.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return path


@pytest.fixture
def careful_only(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use() -> None:
        monkeypatch.setattr(evaluation, "_quickly", lambda *_: None)

    return use


def same(one: evaluation.Result, two: evaluation.Result) -> None:
    assert one.as_json(matrix=False) == two.as_json(matrix=False)
    assert one.counts.documents == two.counts.documents


@pytest.mark.parametrize("track", ["page", "article"])
def test_quick_is_careful_on_the_corpus(tmp_path: Path, careful_only: Any, track: str) -> None:
    rng = random.Random(3)
    gold = goldwire.load()
    path = write(tmp_path / "p.jsonl", [spoiled(copy.deepcopy(dict(r)), rng) for r in gold][1:])
    for record in (records := [orjson.loads(line) for line in path.read_bytes().splitlines()]):
        for quote in record["quotes"]:
            quote.pop("parent")
    write(path, records)
    assert evaluation._quickly(gold, path, None, track, evaluation.DEFAULT) is not None
    quick = score(gold, path, resamples=20, track=track)
    careful_only()
    same(quick, score(gold, path, resamples=20, track=track))


def test_quick_is_careful_on_gold_files_in_chunks(
    tmp_path: Path, careful_only: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gold, predictions = corpus(40, 24)
    random.Random(1).shuffle(predictions)
    files = write(tmp_path / "g.jsonl", gold), write(tmp_path / "p.jsonl", predictions[:-3])
    monkeypatch.setattr(fastread, "CHUNK_BYTES", 30_000)
    assert len(list(fastread.chunks(files[0], 30_000))) > 5
    assert evaluation._quickly(*files, None, "page", evaluation.DEFAULT) is not None
    quick = score(*files, resamples=20, by=("story",), cluster="story")
    careful_only()
    slow = score(*files, resamples=20, by=("story",), cluster="story")
    for name, metric in slow.metrics.items():
        assert quick.metrics[name]["f1"] == pytest.approx(metric["f1"], abs=1e-12), name
    assert (quick.signature, quick.missing, quick.intrusions) == (slow.signature, slow.missing, slow.intrusions)


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_nothing_bad_is_taken_quickly(path: Path) -> None:
    gold = evaluation.read_gold(ROOT / "bad" / "gold.jsonl")
    try:
        evaluation._carefully(gold, path, None, "page", evaluation.DEFAULT, False, False)
    except BadInput:
        try:
            found = evaluation._quickly(gold, path, None, "page", evaluation.DEFAULT)
        except BadInput:
            return
        assert found is None


@pytest.mark.parametrize("path", sorted((ROOT / "bad" / "documents").glob("*.jsonl")), ids=lambda p: p.stem)
def test_no_bad_gold_is_taken_quickly(path: Path, tmp_path: Path) -> None:
    predictions = write(tmp_path / "p.jsonl", [{"id": "one", "entities": []}])
    try:
        found = evaluation._quickly(path, predictions, None, "page", evaluation.DEFAULT)
    except BadInput:
        return
    assert found is None


def test_chunks_are_whole_lines(tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(b"aa\nbbbbbbbbbbbb\n\nc")
    assert list(fastread.chunks(path, 4)) == [(1, b"aa\n"), (2, b"bbbbbbbbbbbb\n"), (3, b"\n"), (4, b"c")]


def test_quick_is_careful_on_the_corpus_as_a_file(
    tmp_path: Path, careful_only: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Real gold has verbatim spans, other marks, addressees, nested quotations and source quotes."""
    rng = random.Random(6)
    gold = [dict(r) for r in goldwire.load()]
    predictions = [spoiled(copy.deepcopy(r), rng) for r in gold]
    for record in predictions:
        for entity in record["entities"]:
            del entity["kb_id"]
    files = write(tmp_path / "g.jsonl", gold), write(tmp_path / "p.jsonl", predictions)
    monkeypatch.setattr(fastread, "CHUNK_BYTES", 60_000)
    assert evaluation._quickly(*files, None, "page", evaluation.DEFAULT) is not None
    quick = score(*files, resamples=20, by=("phenomena",))
    careful_only()
    slow = score(*files, resamples=20, by=("phenomena",))
    assert quick.signature == slow.signature
    for name, metric in slow.metrics.items():
        assert quick.metrics[name]["f1"] == pytest.approx(metric["f1"], abs=1e-12), name
    assert quick.by.keys() == slow.by.keys()


def test_linking_with_a_gold_file_is_for_the_careful_way(tmp_path: Path) -> None:
    gold = [dict(r) for r in goldwire.load("test")]
    files = write(tmp_path / "g.jsonl", gold), write(tmp_path / "p.jsonl", [goldwire.as_prediction(r) for r in gold])
    assert evaluation._quickly(*files, None, "page", evaluation.DEFAULT) is None
    assert score(*files, resamples=0)["linking.link"] == 1.0
