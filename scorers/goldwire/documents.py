"""Documents and predictions as columns: numpy struct-of-arrays over Arrow, one row a mention, quotation or span.

Gold and predictions have the same columns. The `document` column numbers the pages of the gold, so that a page without
a prediction simply has no rows. A span that could not be grounded has start = end = -1: it meets nothing and counts.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from goldwire import schema
from goldwire.characters import Characters, running

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Strings = npt.NDArray[np.object_]

LAYERS = ("entities", "quotes", "events", "boilerplate")


@dataclass(frozen=True)
class Fragments:
    """Spans that belong to rows of another table; `row` is that table's row number, ascending."""

    row: Ints
    start: Ints
    end: Ints


@dataclass(frozen=True)
class Mentions:
    """Entity mentions. `entity` numbers the clusters over all documents; `entity_ids`, `entity_document`, `kb_id` are theirs."""

    document: Ints
    start: Ints
    end: Ints
    type: Strings
    level: Strings
    head_start: Ints
    head_end: Ints
    entity: Ints
    entity_ids: Strings
    entity_document: Ints
    kb_id: Strings

    @cached_property
    def by_id(self) -> tuple[pa.Array, Ints, Ints]:
        """An index of the clusters: the distinct ids, the sorted keys document * ids + place of the id, each key's cluster."""
        given = pa.array(self.entity_ids, pa.string()).dictionary_encode()
        keys = self.entity_document * len(given.dictionary) + np.asarray(given.indices, dtype=np.int64)
        order = np.argsort(keys, kind="stable")
        return given.dictionary, keys[order], order


@dataclass(frozen=True)
class Quotes:
    """Quotations. Absent cues and sources have start = -1; `source_entity` is an id or ''; predictions have no verbatim."""

    document: Ints
    type: Strings
    parent: Strings
    cue_start: Ints
    cue_end: Ints
    source_start: Ints
    source_end: Ints
    source_entity: Strings
    content: Fragments
    verbatim: Fragments


@dataclass(frozen=True)
class Events:
    """Event mentions. `event` numbers the events over all documents. `arguments` has one row a filler."""

    document: Ints
    event: Ints
    type: Strings
    realis: Strings
    polarity: Strings
    modality: Strings
    trigger: Fragments
    argument_mention: Ints
    argument_role: Strings
    argument_entity: Strings
    argument_start: Ints
    argument_end: Ints


@dataclass(frozen=True)
class Boilerplate:
    """Boilerplate spans; `type` and `policy` are '' where a prediction leaves them out."""

    document: Ints
    start: Ints
    end: Ints
    type: Strings
    policy: Strings


@dataclass(frozen=True)
class Documents:
    """Pages with the layers that are present; a layer that no record has is None.

    `texts` is empty for predictions, `marked` holds gold quotation marks that are no quotation. `facts` holds page metadata (genre, site, story …), a list per field.
    """

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    facts: Mapping[str, tuple[str, ...]]
    entities: Mentions | None
    quotes: Quotes | None
    events: Events | None
    boilerplate: Boilerplate | None
    marked: tuple[Ints, Ints, Ints, Strings] | None = None

    @cached_property
    def characters(self) -> Characters:
        """The characters of all texts."""
        return Characters.of(self.texts)

    @cached_property
    def kept_running(self) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Running counts of letters and digits: those outside removed gold boilerplate, and all."""
        text = self.characters
        return running(text.solid & ~text.mask(*removed_spans(self))), running(text.solid)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that are present."""
        return tuple(name for name in LAYERS if getattr(self, name) is not None)


def _integers(array: pa.Array) -> Ints:
    filled = pc.fill_null(array.cast(pa.int64()), -1)
    return np.asarray(filled.to_numpy(zero_copy_only=False), dtype=np.int64)


def _strings(array: pa.Array) -> Strings:
    return np.asarray(pc.fill_null(array, "").to_numpy(zero_copy_only=False), dtype=object)


def _field(array: pa.Array, *path: str) -> pa.Array:
    """A nested field of a struct array; null wherever a struct on the way is null or the field is unknown."""
    for name in path:
        if array.type.get_field_index(name) < 0:
            return pa.nulls(len(array), pa.string())
        array = pc.struct_field(array, name)
    return array


def _exploded(array: pa.Array) -> tuple[Ints, pa.Array]:
    """The row number of each list element, and the elements."""
    return _integers(pc.list_parent_indices(array)), pc.list_flatten(array)


def _optional(array: pa.Array, *path: str) -> Ints:
    found = _field(array, *path)
    return np.full(len(array), -1, dtype=np.int64) if pa.types.is_string(found.type) else _integers(found)


def _mentions(column: pa.Array, rows: Ints) -> Mentions:
    of_document, entities = _exploded(column)
    of_entity, mentions = _exploded(_field(entities, "mentions"))
    entity_document = rows[of_document]
    return Mentions(
        document=entity_document[of_entity],
        start=_integers(_field(mentions, "start")),
        end=_integers(_field(mentions, "end")),
        type=_strings(_field(entities, "type"))[of_entity],
        level=_strings(_field(mentions, "level")),
        head_start=_optional(mentions, "head", "start"),
        head_end=_optional(mentions, "head", "end"),
        entity=of_entity,
        entity_ids=_strings(_field(entities, "id")),
        entity_document=entity_document,
        kb_id=_strings(_field(entities, "kb_id")),
    )


def _quotes(column: pa.Array, rows: Ints) -> Quotes:
    of_document, quotes = _exploded(column)
    of_quote, content = _exploded(_field(quotes, "content"))
    return Quotes(
        document=rows[of_document],
        type=_strings(_field(quotes, "type")),
        parent=_strings(_field(quotes, "parent")),
        cue_start=_integers(_field(quotes, "cue", "start")),
        cue_end=_integers(_field(quotes, "cue", "end")),
        source_start=_integers(_field(quotes, "source", "span", "start")),
        source_end=_integers(_field(quotes, "source", "span", "end")),
        source_entity=_strings(_field(quotes, "source", "entity")),
        content=Fragments(of_quote, _integers(_field(content, "start")), _integers(_field(content, "end"))),
        verbatim=_verbatim(quotes),
    )


def _verbatim(quotes: pa.Array) -> Fragments:
    found = _field(quotes, "verbatim")
    if not pa.types.is_list(found.type):
        empty = np.zeros(0, dtype=np.int64)
        return Fragments(empty, empty, empty)
    of_quote, spans = _exploded(found)
    return Fragments(of_quote, _integers(_field(spans, "start")), _integers(_field(spans, "end")))


def _marked(table: pa.Table) -> tuple[Ints, Ints, Ints, Strings]:
    """(document, start, end, kind) of gold quotation marks that are no quotation."""
    if "marked_spans" not in table.column_names:
        empty = np.zeros(0, dtype=np.int64)
        return empty, empty, empty, np.zeros(0, dtype=object)
    document, spans = _exploded(table.column("marked_spans").combine_chunks())
    return document, _integers(_field(spans, "start")), _integers(_field(spans, "end")), _strings(_field(spans, "kind"))


def _events(column: pa.Array, rows: Ints) -> Events:
    of_document, events = _exploded(column)
    of_event, mentions = _exploded(_field(events, "mentions"))
    of_mention, trigger = _exploded(_field(mentions, "trigger"))
    of_argument, arguments = _exploded(_field(mentions, "arguments"))
    full = {name.split(".", 1)[1]: name for name in schema.ontology().event_types}
    types = _strings(_field(events, "type"))
    return Events(
        document=rows[of_document][of_event],
        event=of_event,
        type=np.asarray([full.get(name, name) for name in types], dtype=object)[of_event],
        realis=_strings(_field(mentions, "realis")),
        polarity=_strings(_field(mentions, "polarity")),
        modality=_strings(_field(mentions, "modality")),
        trigger=Fragments(of_mention, _integers(_field(trigger, "start")), _integers(_field(trigger, "end"))),
        argument_mention=of_argument,
        argument_role=_strings(_field(arguments, "role")),
        argument_entity=_strings(_field(arguments, "entity")),
        argument_start=_integers(_field(arguments, "span", "start")),
        argument_end=_integers(_field(arguments, "span", "end")),
    )


def _boilerplate(column: pa.Array, rows: Ints) -> Boilerplate:
    of_document, spans = _exploded(column)
    return Boilerplate(
        document=rows[of_document],
        start=_integers(_field(spans, "start")),
        end=_integers(_field(spans, "end")),
        type=_strings(_field(spans, "type")),
        policy=_strings(_field(spans, "policy")),
    )


def columns_of(table: pa.Table, rows: Ints, present: Collection[str] | None = None) -> dict[str, Any]:
    """The layers of a table of records; `rows` gives each record its document number.

    `present` names the layers that are there, default: those that any record has.
    """
    readers = {"entities": _mentions, "quotes": _quotes, "events": _events, "boilerplate": _boilerplate}
    out: dict[str, Any] = {}
    for name, read in readers.items():
        column = table.column(name).combine_chunks() if name in table.column_names else None
        absent = column is None or (column.null_count == len(column) if present is None else name not in present)
        out[name] = None if absent else read(column, rows)
    return out


FACTS = ("site", "style", "genre", "story", "published", "split")


def gold_documents(records: Iterable[Mapping[str, Any]] | pa.Table) -> Documents:
    """Gold pages as columns, from document records or a table with the document schema."""
    table = records if isinstance(records, pa.Table) else _table(records, "document")
    rows = np.arange(table.num_rows, dtype=np.int64)
    facts = {
        name: tuple(value or "" for value in table.column(name).to_pylist())
        for name in FACTS
        if name in table.column_names
    }
    if "phenomena" in table.column_names:
        facts["phenomena"] = tuple("|".join(tags or ()) for tags in table.column("phenomena").to_pylist())
    texts = tuple(table.column("text").to_pylist()) if "text" in table.column_names else ()
    return Documents(
        tuple(table.column("id").to_pylist()), texts, facts, **columns_of(table, rows), marked=_marked(table)
    )


def predicted_documents(records: Sequence[Mapping[str, Any]], gold: Documents) -> Documents:
    """Predictions as columns over the pages of `gold`; records must have been read, checked and grounded."""
    number = {name: i for i, name in enumerate(gold.ids)}
    rows = np.asarray([number[record["id"]] for record in records], dtype=np.int64)
    # A layer that the whole file leaves out is absent; one that a single page leaves out is empty there.
    table = _table(records, "prediction")
    return Documents(gold.ids, (), {}, **columns_of(table, rows))


def _table(records: Iterable[Mapping[str, Any]], name: str) -> pa.Table:
    return pa.Table.from_pylist([dict(record) for record in records], schema=schema.arrow(name))


def removed_spans(gold: Documents) -> tuple[Ints, Ints, Ints]:
    """Gold boilerplate of policy `remove` as (document, start, end), sorted."""
    b = gold.boilerplate
    if b is None:
        empty = np.zeros(0, np.int64)
        return empty, empty, empty
    keep = b.policy == "remove"
    order = np.lexsort((b.start[keep], b.document[keep]))
    return b.document[keep][order], b.start[keep][order], b.end[keep][order]


def inside_removed(gold: Documents, document: Ints, start: Ints, end: Ints) -> Bools:
    """Which of the spans hold no letter or digit outside removed boilerplate (and at least one inside it)."""
    text = gold.characters
    kept, whole = gold.kept_running
    first, last = text.base[document] + np.maximum(start, 0), text.base[document] + np.maximum(end, 0)
    return np.asarray((start >= 0) & (kept[last] == kept[first]) & (whole[last] > whole[first]))


def _fragment_rows(fragments: Fragments, size: int, hit: Bools) -> Bools:
    """Rows of which every fragment is hit (rows without fragments are not)."""
    all_of = np.bincount(fragments.row, minlength=size)
    hits = np.bincount(fragments.row[hit], minlength=size)
    return np.asarray((all_of > 0) & (hits == all_of))


def intrusions(gold: Documents, predicted: Documents) -> dict[str, Bools]:
    """Per layer, which predicted rows lie inside removed boilerplate (mentions, quotations, event mentions, arguments)."""
    out: dict[str, Bools] = {}
    if predicted.entities is not None:
        m = predicted.entities
        out["entities"] = inside_removed(gold, m.document, m.start, m.end)
    if predicted.quotes is not None:
        q = predicted.quotes
        hit = inside_removed(gold, q.document[q.content.row], q.content.start, q.content.end)
        out["quotes"] = _fragment_rows(q.content, len(q.document), hit)
    if predicted.events is not None:
        v = predicted.events
        hit = inside_removed(gold, v.document[v.trigger.row], v.trigger.start, v.trigger.end)
        out["events"] = _fragment_rows(v.trigger, len(v.document), hit)
        out["arguments"] = inside_removed(gold, v.document[v.argument_mention], v.argument_start, v.argument_end)
    return out


def _kept_fragments(fragments: Fragments, keep: Bools) -> Fragments:
    number = np.cumsum(keep) - 1
    rows = keep[fragments.row]
    return Fragments(number[fragments.row[rows]], fragments.start[rows], fragments.end[rows])


def without(predicted: Documents, drop: Mapping[str, Bools]) -> Documents:
    """`predicted` without the rows marked in `drop`, as the track `article` has it."""
    entities, quotes, events = predicted.entities, predicted.quotes, predicted.events
    if entities is not None and "entities" in drop:
        keep = ~drop["entities"]
        names = ("document", "start", "end", "type", "level", "head_start", "head_end", "entity")
        entities = replace(entities, **{name: getattr(entities, name)[keep] for name in names})
    if quotes is not None and "quotes" in drop:
        keep = ~drop["quotes"]
        names = ("document", "type", "parent", "cue_start", "cue_end", "source_start", "source_end", "source_entity")
        quotes = replace(
            quotes,
            **{name: getattr(quotes, name)[keep] for name in names},
            content=_kept_fragments(quotes.content, keep),
            verbatim=_kept_fragments(quotes.verbatim, keep),
        )
    if events is not None and "events" in drop:
        keep = ~drop["events"]
        number = np.cumsum(keep) - 1
        arguments = keep[events.argument_mention] & ~drop["arguments"]
        events = replace(
            events,
            **{
                name: getattr(events, name)[keep]
                for name in ("document", "event", "type", "realis", "polarity", "modality")
            },
            trigger=_kept_fragments(events.trigger, keep),
            argument_mention=number[events.argument_mention[arguments]],
            **{
                name: getattr(events, name)[arguments]
                for name in ("argument_role", "argument_entity", "argument_start", "argument_end")
            },
        )
    return replace(predicted, entities=entities, quotes=quotes, events=events)


def encode(first: Strings, second: Strings) -> tuple[Ints, Ints, tuple[str, ...]]:
    """Number two columns of strings alike; the third value names the codes, sorted."""
    both = pa.array(np.concatenate([first, second]), pa.string()).dictionary_encode()
    names = both.dictionary.to_pylist()
    order = sorted(range(len(names)), key=lambda i: names[i])
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    codes = rank[np.asarray(both.indices, dtype=np.int64)] if len(names) else np.zeros(0, np.int64)
    return codes[: len(first)], codes[len(first) :], tuple(names[i] for i in order)
