"""Read gold and prediction files, JSONL or Parquet: bounded, strict, every complaint with file, line and page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from goldwire import checks, schema
from goldwire.grounding import Grounding, ground
from goldwire.problems import BadInput, Problem, shown

MAX_LINE_BYTES = 64 * 1024 * 1024
# No record of ours is deeper than a dozen levels.
MAX_DEPTH = 64
# Problems shown of one file; the rest is the same mistake again.
MOST = 20

Record = dict[str, Any]


def read_records(path: Path, *, max_line_bytes: int = MAX_LINE_BYTES) -> Iterator[tuple[int, Record]]:
    """(line, record) of a JSONL or Parquet file; rows of a Parquet file count from 1.

    Raises:
        BadInput: file-missing, empty-file, not-utf8, not-lf, line-too-long, bad-json or bad-parquet.
    """
    if not path.is_file():
        found = "a folder" if path.is_dir() else "nothing"
        raise BadInput([Problem("file-missing", found, file=str(path), expected="a file", mend="correct the path")])
    if path.stat().st_size == 0:
        raise BadInput([Problem("empty-file", "0 bytes", file=str(path))])
    if path.suffix == ".parquet":
        yield from _parquet(path)
        return
    import orjson

    count = 0
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(max_line_bytes + 1):
            number += 1

            def bad(rule: str, found: str, at: int = number) -> BadInput:
                return BadInput([Problem(rule, found, file=str(path), line=at)])

            if len(line) > max_line_bytes:
                raise bad("line-too-long", f"more than {max_line_bytes:,} bytes")
            if line.endswith(b"\r\n"):
                raise bad("not-lf", "a carriage return")
            if not line.strip():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError as error:
                raise bad("not-utf8", f"byte 0x{line[error.start]:02x} at offset {error.start} of the line") from None
            try:
                record = orjson.loads(line)
            except orjson.JSONDecodeError as error:
                raise bad("bad-json", str(error)) from None
            if not isinstance(record, dict):
                raise bad("bad-json", f"{shown(record)}, no object")
            count += 1
            yield number, record
    if not count:
        raise BadInput([Problem("empty-file", "blank lines only", file=str(path))])


def _parquet(path: Path) -> Iterator[tuple[int, Record]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError) as error:
        raise BadInput([Problem("bad-parquet", str(error).splitlines()[0][:160], file=str(path))]) from None
    if not table.num_rows:
        raise BadInput([Problem("empty-file", "0 rows", file=str(path))])
    try:
        rows = table.to_pylist()
    except UnicodeDecodeError as error:
        raise BadInput(
            [Problem("not-utf8", f"byte 0x{error.object[error.start]:02x} in a string", file=str(path))]
        ) from None
    yield from enumerate(rows, 1)


def _collected(
    records: Iterable[tuple[int, Record]], look: Callable[[int, Record], tuple[Record, list[Problem]]]
) -> list[Record]:
    """All records as `look` returns them, or all their problems: up to `MOST`, then reading stops."""
    out: list[Record] = []
    problems: list[Problem] = []
    for line, raw in records:
        record, found = look(line, raw)
        out.append(record)
        problems.extend(found)
        if len(problems) >= MOST:
            break
    if problems:
        raise BadInput(problems[:MOST])
    return out


def check_gold(records: Iterable[tuple[int, Record]], file: str = "") -> list[Record]:
    """Gold documents that pass the document schema and all rules.

    Raises:
        BadInput: with up to `MOST` problems.
    """
    seen: dict[str, int] = {}

    def look(line: int, record: Record) -> tuple[Record, list[Problem]]:
        page = str(record.get("id", ""))
        found = _soundness(record, file, line) or schema.problems("document", record, file=file, line=line, page=page)
        if not found:
            found = checks.check(record, record["text"], gold=True, file=file, line=line)
            found += checks.check_clusters(record, file=file, line=line)
            if page in seen:
                found.append(Problem("duplicate-page", f"first in line {seen[page]}", file, line, page))
            seen[page] = line
        return record, found

    return _collected(records, look)


def check_predictions(
    records: Iterable[tuple[int, Record]],
    texts: Mapping[str, str],
    *,
    file: str = "",
    keep_unknown_types: bool = False,
    dedupe: bool = False,
) -> tuple[list[Record], Grounding]:
    """Predictions checked against the pages `texts` and grounded.

    `keep_unknown_types` lets types through that the ontology lacks (they are false positives of their own);
    `dedupe` keeps the first of two equal mentions.

    Raises:
        BadInput: with up to `MOST` problems; nothing is half-read.
    """
    seen: dict[str, int] = {}
    grounding = Grounding()
    allowed = ("unknown-type",) if keep_unknown_types else ()

    def look(line: int, raw: Record) -> tuple[Record, list[Problem]]:
        unsound = _soundness(raw, file, line)
        if unsound:
            return raw, unsound
        record: Record = _pruned(raw)
        page = str(record.get("id", ""))
        found = schema.problems("prediction", record, file=file, line=line, page=page, allowed=allowed)
        if found:
            return record, found
        if page not in texts:
            expected = f"one of {len(texts)} pages, such as {_nearest(page, texts)}"
            return record, [Problem("unknown-page", shown(page), file, line, page, "/id", expected)]
        if page in seen:
            return record, [Problem("duplicate-page", f"first in line {seen[page]}", file, line, page, "/id")]
        seen[page] = line
        found = checks.check(record, texts[page], gold=False, file=file, line=line)
        if not found:
            ground(record, texts[page], grounding)
            found = checks.check_clusters(record, file=file, line=line)
            if found and dedupe:
                _deduplicated(record)
                found = []
        return record, found

    return _collected(records, look), grounding


def _soundness(record: Record, file: str, line: int) -> list[Problem]:
    """What no schema can say, and what would break whoever reads on: depth, and strings that are no Unicode text."""
    layer: list[Any] = [record]
    for _ in range(MAX_DEPTH):
        layer = [inner for value in layer for inner in (value.values() if isinstance(value, dict) else value)]
        for value in layer:
            if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
                return [Problem("not-utf8", f"a lone surrogate in {shown(value, 40)}", file, line)]
        layer = [value for value in layer if isinstance(value, dict | list)]
        if not layer:
            return []
    return [Problem("bad-json", f"values nested deeper than {MAX_DEPTH}", file, line)]


def _pruned(value: Any) -> Any:
    """A copy without the nulls that Parquet fills in for keys a record did not have; lists are copied too."""
    if isinstance(value, dict):
        return {key: _pruned(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [_pruned(inner) for inner in value]
    return value


def _deduplicated(record: Record) -> None:
    seen: set[tuple[int, int, bool]] = set()
    for entity in record["entities"]:
        kept = []
        for mention in entity["mentions"]:
            key = (mention["start"], mention["end"], mention.get("level") == "VAL")
            if key not in seen or key[0] < 0:
                kept.append(mention)
            seen.add(key)
        entity["mentions"] = kept


def _nearest(name: str, known: Iterable[str]) -> str:
    import difflib

    names = list(known)
    return ", ".join(difflib.get_close_matches(name, names, 3, 0.5) or names[:3])


def as_prediction(document: Mapping[str, Any]) -> Record:
    """A gold document as a system would send it: what a perfect system predicts, and how to try a scorer out."""

    def kept(item: Mapping[str, Any], *keys: str) -> Record:
        return {key: item[key] for key in keys}

    return {
        "id": document["id"],
        "entities": [
            kept(e, "id", "type", "kb_id") | {"mentions": [kept(m, "start", "end", "level") for m in e["mentions"]]}
            for e in document["entities"]
        ],
        "quotes": [
            kept(q, "id", "content", "cue", "type", "parent") | {"source": kept(q["source"], "span", "entity")}
            for q in document["quotes"]
        ],
        "events": [
            kept(e, "id", "type")
            | {
                "mentions": [
                    kept(m, "trigger", "polarity", "tense", "modality", "genericity", "realis", "arguments")
                    for m in e["mentions"]
                ]
            }
            for e in document["events"]
        ],
        "boilerplate": [kept(b, "start", "end", "type") for b in document["boilerplate"]],
    }


def numbered(records: Iterable[Mapping[str, Any]]) -> list[tuple[int, Record]]:
    """Records from Python with the line numbers a file would give them.

    Raises:
        BadInput: a record that is no mapping.
    """
    out = []
    for number, record in enumerate(records, 1):
        if not isinstance(record, Mapping):
            raise BadInput([Problem("bad-json", f"{shown(record)} as record {number}", expected="a dict")])
        out.append((number, dict(record)))
    return out


def texts_of(records: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Page texts by page id."""
    return {record["id"]: record["text"] for record in records}


def checked_predictions(
    source: str | Path | Iterable[Mapping[str, Any]], gold: Sequence[Mapping[str, Any]], **options: Any
) -> tuple[list[Record], Grounding]:
    """`check_predictions` for a file or for records from Python."""
    if isinstance(source, str | Path):
        return check_predictions(read_records(Path(source)), texts_of(gold), file=str(source), **options)
    return check_predictions(numbered(source), texts_of(gold), **options)
