"""One minimal bad input for every rule: it triggers that rule, that rule only, and says what to do.

Inputs lie in `bad/KIND/RULE` or `bad/KIND/RULE.what-is-special`, with the suffix of the format for files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from goldwire.cli import app
from goldwire.corpus.compile import read_layers
from goldwire.corpus.compiled import compile_corpus
from goldwire.evaluation import read_gold, score
from goldwire.problems import RULES, BadInput, Problem
from goldwire.reading import check_gold, read_records
from goldwire.texts import read_text

BAD = Path(__file__).parent / "bad"
GOLD = BAD / "gold.jsonl"
# Of these a message names the file, and the line if there is one; of all other rules on predictions also page and pointer.
OF_FILES = {
    "file-missing",
    "empty-file",
    "not-utf8",
    "not-lf",
    "line-too-long",
    "bad-json",
    "bad-parquet",
    "missing-page",
}

# Known faults of the package; a case that starts to pass must leave this table.
BUGS: dict[str, str] = {}


def _nan(path: Path) -> None:
    spans = [{"start": float("nan"), "end": 3.0}]
    pq.write_table(pa.Table.from_pylist([{"id": "one", "entities": [{"mentions": spans}]}]), path)


def _latin(path: Path) -> None:
    ends = pa.py_buffer(b"\0\0\0\0\1\0\0\0")
    pq.write_table(pa.table({"id": pa.StringArray.from_buffers(1, ends, pa.py_buffer(b"\xe4"))}), path)


def _sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 200_000_000)


# Predictions that are too large, or no plain file, to lie in a folder.
MADE: dict[str, Callable[[Path], Any]] = {
    "file-missing": lambda path: None,
    "file-missing.folder": Path.mkdir,
    "line-too-long": _sparse,
    "bad-json.deep": lambda path: path.write_text("[" * 100_000),
    "bad-json.deep-1000": lambda path: path.write_text('{"id": "one", "x": ' + "[" * 1000 + "]" * 1000 + "}\n"),
    "schema.nan.parquet": _nan,
    "not-utf8.parquet": _latin,
}


def names(kind: str) -> list[str]:
    """The cases of a kind, by name; a name with _ is a good input."""
    found = {path.name.removesuffix(".jsonl") for path in (BAD / kind).iterdir()} | set(
        MADE if kind == "predictions" else ()
    )
    return sorted(name for name in found if not name.startswith("_"))


def cases(kind: str) -> list[Any]:
    def marks(bug: str | None) -> list[pytest.MarkDecorator]:
        return [pytest.mark.xfail(strict=True, reason=bug)] if bug else []

    return [pytest.param(name, marks=marks(BUGS.get(f"{kind}/{name}"))) for name in names(kind)]


def check(found: list[Problem], name: str) -> None:
    """Every problem is of the rule that the case is named after, and its message is whole."""
    rule = name.split(".")[0]
    assert {problem.rule for problem in found} == {rule}, [str(problem) for problem in found]
    for problem in found:
        message = str(problem)
        assert problem.file
        assert message.startswith(f"{problem.file}:{problem.line}" if problem.line else problem.file)
        assert f"[{rule}] found {problem.found}" in message
        assert message.endswith(f" Mend: {problem.mend or RULES[rule].mend}.")
        assert message.isprintable()


def of_source(folder: Path) -> list[Problem]:
    found: list[Problem] = []
    read_layers(read_text(folder / "page.txt", page=True), folder, found)
    return found


def of_corpus(name: str, tmp_path: Path) -> list[Problem]:
    """The problems of the template corpus with the files of `name` laid over it."""
    for folder in ("_template", name):
        shutil.copytree(BAD / "corpus" / folder, tmp_path, dirs_exist_ok=True)
    return compile_corpus(tmp_path)[1]


def of_predictions(name: str, folder: Path, **options: Any) -> tuple[Path, list[Problem]]:
    """The prediction file of a case and its problems."""
    path = BAD / "predictions" / (name if name.endswith(".parquet") else f"{name}.jsonl")
    if name in MADE:
        path = folder / path.name
        MADE[name](path)
    with pytest.raises(BadInput) as bad:
        score(read_gold(GOLD), path, resamples=0, **options)
    return path, bad.value.problems


def test_good_inputs_have_no_problem(tmp_path: Path) -> None:
    assert of_source(BAD / "source" / "_good") == []
    assert of_corpus("_template", tmp_path) == []
    done = CliRunner().invoke(app, ["score", str(BAD / "predictions" / "_good.jsonl"), "--gold", str(GOLD)])
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize("name", cases("source"))
def test_source(name: str) -> None:
    check(of_source(BAD / "source" / name), name)


@pytest.mark.parametrize("name", cases("corpus"))
def test_corpus(name: str, tmp_path: Path) -> None:
    check(of_corpus(name, tmp_path), name)


@pytest.mark.parametrize("name", cases("documents"))
def test_document(name: str) -> None:
    path = BAD / "documents" / f"{name}.jsonl"
    with pytest.raises(BadInput) as bad:
        check_gold(read_records(path), str(path))
    check(bad.value.problems, name)


@pytest.mark.parametrize("name", cases("predictions"))
def test_prediction(name: str, tmp_path: Path) -> None:
    strict = name == "missing-page"
    path, found = of_predictions(name, tmp_path, strict_ids=strict)
    check(found, name)
    for problem in found:
        assert problem.file == str(path)
        if problem.line and problem.rule not in OF_FILES:
            assert problem.page
            assert problem.pointer.startswith("/")

    done = CliRunner().invoke(app, ["score", str(path), "--gold", str(GOLD), *["--strict-ids"] * strict])
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert all(f"error: {problem}\n" in done.stderr for problem in found)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("bad-json", "bad-json.jsonl:7: "),
        ("duplicate-page", "first in line 1"),
        ("offset-outside-text.utf16", "the offsets are UTF-16 units"),
        ("offset-outside-text.utf16-past-the-end", "it fits UTF-16 units"),
        ("offset-outside-text.bytes", "it fits UTF-8 bytes"),
        ("schema.float-offset", "at /entities/0/mentions/0/start: [schema] found 0.5 (a float); expected integer"),
        ("unknown-page", "such as one"),
    ],
)
def test_message_helps(name: str, part: str, tmp_path: Path) -> None:
    assert part in str(of_predictions(name, tmp_path)[1][0])


def test_kept_unknown_types_hide_nothing() -> None:
    wrong = [{"type": "PER", "mentions": []}] * 5 + [{"mentions": [{"start": 0.5, "end": 4}]}]
    with pytest.raises(BadInput):
        score(read_gold(GOLD), [{"id": "one", "entities": wrong}], resamples=0, keep_unknown_types=True)


def test_every_rule_has_a_bad_input() -> None:
    all_names = {kind: names(kind) for kind in ("source", "corpus", "documents", "predictions")}
    covered = {name.split(".")[0] for found in all_names.values() for name in found}
    # These are about options, result files and uploads: see test_gates.py, test_comparison.py, test_publish.py.
    elsewhere = {"unknown-metric", "unknown-field", "signature", "not-empty", "hub", "missing-extra"}
    assert sorted(set(RULES) - covered - elsewhere) == []
    assert sorted(covered - set(RULES)) == []
    assert sorted(set(BUGS) - {f"{kind}/{name}" for kind, found in all_names.items() for name in found}) == []
