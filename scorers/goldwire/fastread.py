"""Read JSONL straight into columns, checked there: the quick way for files that have nothing wrong.

Whatever is not plainly right on the columns (or is a string to be grounded) makes these functions return None; the
caller then reads the same lines record by record, which finds what is wrong and says so. A file is never accepted here
that the careful way would refuse.
"""

from __future__ import annotations

import hashlib
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.json as pj

from goldwire import resolve, schema
from goldwire.characters import running
from goldwire.documents import Documents, Mentions, Quotes, Strings, encode, gold_documents, removed_spans
from goldwire.spans import all_differ, joint_codes

T = TypeVar("T")

CHUNK_BYTES = 8 * 1024 * 1024
# Chunks parsed ahead of the one at work.
AHEAD = 1
# Quotations inside quotations deeper than this are for the careful way.
MAX_NESTING = 16


def chunks(path: Path, size: int = CHUNK_BYTES) -> Iterator[tuple[int, bytes]]:
    """(number of the first line, bytes) of runs of whole lines of about `size` bytes; a longer line is one chunk."""
    line, rest = 1, b""
    with path.open("rb") as stream:
        while block := stream.read(size):
            rest += block
            cut = rest.rfind(b"\n") + 1
            if cut:
                yield line, rest[:cut]
                line += rest.count(b"\n", 0, cut)
                rest = rest[cut:]
    if rest:
        yield line, rest


def table_of(data: bytes, name: str) -> pa.Table | None:
    """The records of some JSONL lines as a table that conforms to schema `name`; None if anything is in doubt."""
    if b"\r" in data or b"\\ud" in data or b"\\uD" in data or not data.strip():
        return None
    try:
        if not data.isascii():
            data.decode("utf-8")
        table = pj.read_json(
            pa.BufferReader(data),
            read_options=pj.ReadOptions(block_size=max(len(data), 1)),
            parse_options=pj.ParseOptions(explicit_schema=schema.arrow(name), unexpected_field_behavior="error"),
        )
    except (pa.ArrowException, UnicodeDecodeError):
        return None
    root = schema.load(name)
    fields = [(key, table.column(key).combine_chunks()) for key in table.column_names]
    required = root["required"]
    for key, column in fields:
        if key in required and column.null_count:
            return None
        if not _conforms(column, root["properties"][key], root):
            return None
    return table


def _ahead(path: Path, work: Callable[[bytes], T]) -> Iterator[T]:
    """`work` on each chunk of a JSONL file in turn, the next ones begun meanwhile (Arrow parses outside Python's lock)."""
    with ThreadPoolExecutor(AHEAD) as pool:
        waiting: deque[Future[T]] = deque()
        for _, data in chunks(path):
            waiting.append(pool.submit(work, data))
            if len(waiting) > AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def read(path: Path, name: str) -> pa.Table | None:
    """All records of a JSONL file as a table; None if anything in it is in doubt."""
    parts = []
    for part in _ahead(path, lambda data: table_of(data, name)):
        if part is None:
            return None
        parts.append(part)
    return pa.concat_tables(parts).combine_chunks() if parts else None


def gold_parts(gold: Any) -> Iterator[Documents | None]:
    """The pages of gold in memory at once, of a JSONL file chunk by chunk; None where it needs the careful way."""
    if isinstance(gold, Documents):
        yield gold
        return
    if not isinstance(gold, str | Path) or not Path(gold).is_file() or Path(gold).suffix == ".parquet":
        yield None
        return
    yield from _ahead(Path(gold), _gold_of)


def _gold_of(data: bytes) -> Documents | None:
    table = table_of(data, "document")
    return None if table is None else sound_gold(table)


def _conforms(array: pa.Array, part: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    """Whether all values of a column that are not null obey a part of the schema; types are Arrow's business."""
    if "$ref" in part:
        return _conforms(array, root["$defs"][part["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in part and "properties" not in part:
        return all(_conforms(array, branch, root) for branch in part["anyOf"] if branch.get("type") != "null")
    if pa.types.is_struct(array.type):
        present = array.drop_null() if array.null_count else array
        names = [field.name for field in present.type]
        # A span with a string is for grounding, hence for the careful way.
        if "text" in names and part.get("anyOf") and present.field("text").null_count < len(present):
            return False
        needed = {*part.get("required", ()), *(("start", "end") if part.get("anyOf") else ())}
        for name in names:
            column = pc.struct_field(present, [name])
            if name in needed and column.null_count and not _nullable(part["properties"][name], root):
                return False
            if not _conforms(column, part["properties"][name], root):
                return False
        return True
    if pa.types.is_list(array.type):
        items = pc.list_flatten(array)
        if items.null_count or (
            "minItems" in part and (pc.min(pc.list_value_length(array)).as_py() or 1) < part["minItems"]
        ):
            return False
        return _conforms(items, part["items"], root)
    if pa.types.is_integer(array.type):
        low = pc.min(array).as_py()
        return low is None or low >= part.get("minimum", low)
    if pa.types.is_string(array.type):
        return _strings_conform(array, part)
    return True


def _nullable(part: Mapping[str, Any], root: Mapping[str, Any]) -> bool:
    if "$ref" in part:
        return _nullable(root["$defs"][part["$ref"].rsplit("/", 1)[1]], root)
    kinds = [branch.get("type") for branch in part.get("anyOf", ())] if "properties" not in part else []
    return "null" in kinds or (isinstance(part.get("type"), list) and "null" in part["type"])


def _strings_conform(array: pa.Array, part: Mapping[str, Any]) -> bool:
    if not {"enum", "pattern", "minLength", "maxLength"} & part.keys():
        return True
    for value in pc.unique(array).to_pylist():
        if value is None:
            continue
        if "enum" in part and value not in part["enum"]:
            return False
        if "pattern" in part and not re.search(part["pattern"], value):
            return False
        if not part.get("minLength", 0) <= len(value) <= part.get("maxLength", len(value)):
            return False
    return True


def sound_predictions(table: pa.Table, predicted: Documents, gold: Documents) -> bool:
    """Whether predictions, whose columns are `predicted`, obey every rule against the pages of `gold`."""
    lengths = np.diff(gold.characters.base)
    return _sound(table, predicted, lengths) and _clusters_apart(predicted.entities)


def sound_gold(table: pa.Table) -> Documents | None:
    """The columns of gold pages that obey every rule; None if one does not."""
    tags = table.column("phenomena").to_pylist()
    if any(len(set(own)) != len(own) for own in tags):
        return None
    hashes = table.column("sha256").to_pylist()
    texts = table.column("text").to_pylist()
    if any("\r" in text for text in texts):
        return None
    if any(hashlib.sha256(t.encode()).hexdigest() != h for t, h in zip(texts, hashes, strict=True)):
        return None
    gold = gold_documents(table)
    lengths = np.diff(gold.characters.base)
    if not (_sound(table, gold, lengths) and _clusters_apart(gold.entities) and _gold_only(table, gold)):
        return None
    return gold


def _sound(table: pa.Table, documents: Documents, lengths: np.ndarray) -> bool:
    """Offsets inside their pages, ids declared once, references that resolve, roles that the types have."""

    def inside(document: np.ndarray, start: np.ndarray, end: np.ndarray, *, optional: bool = False) -> bool:
        real = start >= 0 if optional else np.ones(len(start), dtype=bool)
        return bool(np.all((start[real] >= 0) & (start[real] < end[real]) & (end[real] <= lengths[document[real]])))

    m, q, v, b = documents.entities, documents.quotes, documents.events, documents.boilerplate
    if documents.marked is not None and not inside(*documents.marked[:3]):
        return False
    if b is not None and not inside(b.document, b.start, b.end):
        return False
    if m is not None and not inside(m.document, m.start, m.end):
        return False
    if q is not None:
        rows = q.document[q.content.row]
        if not inside(rows, q.content.start, q.content.end) or not inside(
            q.document, q.cue_start, q.cue_end, optional=True
        ):
            return False
        if not inside(q.document, q.source_start, q.source_end, optional=True):
            return False
        if not inside(q.document[q.verbatim.row], q.verbatim.start, q.verbatim.end):
            return False
        if not _resolves(m, q.document, q.source_entity) or not _parents(table, q):
            return False
    if v is not None:
        rows = v.document[v.argument_mention]
        if not inside(v.document[v.trigger.row], v.trigger.start, v.trigger.end):
            return False
        if not inside(rows, v.argument_start, v.argument_end, optional=True) or not _resolves(
            m, rows, v.argument_entity
        ):
            return False
        types, roles = v.type[v.argument_mention], v.argument_role
        known = schema.ontology().event_types
        if any(
            t in known and r not in known[t].roles for t, r in set(zip(types.tolist(), roles.tolist(), strict=True))
        ):
            return False
    return all(_distinct(table, layer) for layer in ("entities", "quotes", "events"))


def _quote_ids(table: pa.Table) -> Strings:
    return np.asarray(_quotes(table).field("id").to_pylist(), dtype=object)


def _quotes(table: pa.Table) -> pa.Array:
    return pc.list_flatten(table.column("quotes").combine_chunks())


def _numbers(document: np.ndarray, ids: Strings, asked_document: np.ndarray, asked: Strings) -> np.ndarray:
    """Which row of (document, id) each asked pair is; -1 for none."""
    rows = {(int(d), name): i for i, (d, name) in enumerate(zip(document, ids, strict=True))}
    pairs = zip(asked_document, asked, strict=True)
    return np.asarray([rows.get((int(d), name), -1) for d, name in pairs], dtype=np.int64)


def _parents(table: pa.Table, q: Quotes) -> bool:
    """Whether every parent is a quotation of its page, and none is its own ancestor."""
    nested = np.flatnonzero(q.parent != "")
    if not len(nested):
        return True
    up = np.full(len(q.document), -1, dtype=np.int64)
    up[nested] = _numbers(q.document, _quote_ids(table), q.document[nested], q.parent[nested])
    if (up[nested] < 0).any():
        return False
    at = up.copy()
    for _ in range(MAX_NESTING):
        at = np.where(at >= 0, up[at], -1)
    return bool((at < 0).all())


def links(table: pa.Table) -> bool:
    """Whether any predicted entity has a knowledge base id."""
    entities = pc.list_flatten(table.column("entities").combine_chunks())
    ids = pc.struct_field(entities, ["kb_id"])
    return bool(ids.null_count < len(ids))


def _resolves(mentions: Mentions | None, document: np.ndarray, ids: Strings) -> bool:
    named = ids != ""
    return not named.any() or bool((resolve.entity_numbers(mentions, document[named], ids[named]) >= 0).all())


def _distinct(table: pa.Table, layer: str) -> bool:
    """Whether no id comes twice in one layer of a page."""
    column = table.column(layer).combine_chunks()
    ids = pc.struct_field(pc.list_flatten(column), ["id"])
    given = pc.is_valid(ids)
    parent = pc.list_parent_indices(column).filter(given)
    codes, _, _ = encode(np.asarray(ids.filter(given).to_pylist(), dtype=object), np.zeros(0, dtype=object))
    keys, _ = joint_codes((np.asarray(parent, dtype=np.int64), codes), (np.zeros(0, np.int64),) * 2)
    return all_differ(keys)


def _clusters_apart(mentions: Mentions | None) -> bool:
    if mentions is None:
        return True
    value = (mentions.level == "VAL").astype(np.int64)
    keys, _ = joint_codes((mentions.document, mentions.start, mentions.end, value), (np.zeros(0, np.int64),) * 4)
    return all_differ(keys)


def _gold_only(table: pa.Table, gold: Documents) -> bool:
    m, q, v, b = gold.entities, gold.quotes, gold.events, gold.boilerplate
    if m is None or q is None or v is None or b is None:
        return False
    policy = schema.ontology().boilerplate_policy
    if any(policy[t] != p for t, p in set(zip(b.type.tolist(), b.policy.tolist(), strict=True))):
        return False
    behind = (b.document[1:] == b.document[:-1]) & (b.start[1:] < b.end[:-1])
    if behind.any() or not np.all((m.start <= m.head_start) & (m.head_start < m.head_end) & (m.head_end <= m.end)):
        return False
    text = gold.characters
    removed = running(text.mask(*removed_spans(gold)))

    def outside(document: np.ndarray, start: np.ndarray, end: np.ndarray) -> bool:
        real = start >= 0
        first, last = text.base[document[real]] + start[real], text.base[document[real]] + end[real]
        return bool(np.all(removed[first] == removed[last]))

    spans = (
        (m.document, m.start, m.end),
        (q.document[q.content.row], q.content.start, q.content.end),
        (q.document, q.cue_start, q.cue_end),
        (q.document, q.source_start, q.source_end),
        (q.document[q.verbatim.row], q.verbatim.start, q.verbatim.end),
        (v.document[v.trigger.row], v.trigger.start, v.trigger.end),
        (v.document[v.argument_mention], v.argument_start, v.argument_end),
        *((gold.marked[:3],) if gold.marked is not None else ()),
    )
    if not all(outside(*part) for part in spans):
        return False
    mentions = pc.list_flatten(pc.struct_field(pc.list_flatten(table.column("events").combine_chunks()), ["mentions"]))
    attributes = [
        pc.struct_field(mentions, [k]).to_pylist() for k in ("polarity", "tense", "modality", "genericity", "realis")
    ]
    realis = schema.ontology().realis
    if any(realis(*row[:4]) != row[4] for row in set(zip(*attributes, strict=True))):
        return False
    said = np.asarray(pc.fill_null(pc.struct_field(mentions, ["source_quote"]), "").to_pylist(), dtype=object)
    told = np.flatnonzero(said != "")
    if (_numbers(q.document, _quote_ids(table), v.document[told], said[told]) < 0).any():
        return False
    return _addressees(table, gold, outside) and _fillers_fit(gold)


def _addressees(table: pa.Table, gold: Documents, outside: Callable[..., bool]) -> bool:
    q, lengths = gold.quotes, np.diff(gold.characters.base)
    assert q is not None
    party = pc.struct_field(_quotes(table), ["addressee"])
    start, end = (
        np.asarray(pc.fill_null(pc.struct_field(party, ["span", part]), -1), dtype=np.int64)
        for part in ("start", "end")
    )
    real = start >= 0
    if not np.all((start[real] < end[real]) & (end[real] <= lengths[q.document[real]])) or not outside(
        q.document, start, end
    ):
        return False
    ids = np.asarray(pc.fill_null(pc.struct_field(party, ["entity"]), "").to_pylist(), dtype=object)
    return _resolves(gold.entities, q.document, ids)


def _fillers_fit(gold: Documents) -> bool:
    m, v = gold.entities, gold.events
    assert m is not None
    assert v is not None
    number = resolve.entity_numbers(m, v.document[v.argument_mention], v.argument_entity)
    kinds = np.full(len(m.entity_ids), "", dtype=object)
    kinds[m.entity] = m.type
    rows = number >= 0
    fits = schema.ontology().fits
    filled = zip(v.type[v.argument_mention][rows], v.argument_role[rows], kinds[number[rows]], strict=True)
    return all(fits(t, r, k) for t, r, k in set(filled))
