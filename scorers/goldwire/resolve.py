"""Whom a predicted span or entity means: links from predictions to gold entities, shared by quotes and events."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from goldwire.documents import Fragments, Mentions, Strings
from goldwire.spans import joint_codes, overlap_join

Ints = npt.NDArray[np.int64]
NOBODY = -1


def entity_numbers(mentions: Mentions | None, document: Ints, ids: Strings) -> Ints:
    """The cluster number of each (document, entity id); -1 for '' and unknown ids."""
    out = np.full(len(ids), NOBODY, dtype=np.int64)
    if mentions is None or not len(ids) or not len(mentions.entity_ids):
        return out
    names, keys, order = mentions.by_id
    code = np.asarray(pc.fill_null(pc.index_in(pa.array(ids, pa.string()), names), -1), dtype=np.int64)
    key = document * len(names) + code
    place = np.minimum(np.searchsorted(keys, key), len(order) - 1)
    known = (keys[place] == key) & (code >= 0) & (ids != "")
    out[known] = order[place[known]]
    return out


def exact(mentions: Mentions, document: Ints, start: Ints, end: Ints) -> Ints:
    """The gold cluster that has exactly this span as a mention (an entity before a value); -1 where none has."""
    if not len(mentions.document):
        return np.full(len(document), NOBODY, dtype=np.int64)
    gold, asked = joint_codes((mentions.document, mentions.start, mentions.end), (document, start, end))
    # Values first, so that the entity that shares a span with a value is found last and wins.
    order = np.lexsort((mentions.level != "VAL", gold))
    codes = gold[order]
    place = np.searchsorted(codes, asked, side="right") - 1
    found = (place >= 0) & (codes[np.maximum(place, 0)] == asked) & (start >= 0)
    return np.where(found, mentions.entity[order][np.maximum(place, 0)], NOBODY)


def by_head(mentions: Mentions, document: Ints, start: Ints, end: Ints) -> Ints:
    """As `exact`, else the cluster of the longest gold mention whose head the span covers and that it overlaps most."""
    out = exact(mentions, document, start, end)
    rows = np.flatnonzero((out == NOBODY) & (start >= 0))
    heads = np.flatnonzero((mentions.level != "VAL") & (mentions.head_start >= 0))
    i, j = overlap_join(
        (mentions.document[heads], mentions.head_start[heads], mentions.head_end[heads]),
        (document[rows], start[rows], end[rows]),
    )
    mention, row = heads[i], rows[j]
    inside = (mentions.head_start[mention] >= start[row]) & (mentions.head_end[mention] <= end[row])
    mention, row = mention[inside], row[inside]
    length = np.minimum(mentions.end[mention], end[row]) - np.maximum(mentions.start[mention], start[row])
    # Per span the mention it shares most with, of those the one whose head stands last: written last, it stays.
    order = np.lexsort((mentions.head_end[mention], length, row))
    out[row[order]] = mentions.entity[mention[order]]
    return out


def nearest(mentions: Mentions, entity: Ints, position: Ints) -> tuple[Ints, Ints]:
    """For each (entity, position) the mention of that entity whose start is nearest: row numbers, and mention rows.

    Rows of unknown entities, and of entities without a place on the page, are left out.
    """
    real = np.flatnonzero(mentions.start >= 0)
    if not len(real) or not len(entity):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    size = int(mentions.end.max()) + int(position.max(initial=0)) + 2
    order = real[np.lexsort((mentions.start[real], mentions.entity[real]))]
    keys = mentions.entity[order] * size + mentions.start[order]
    after = np.searchsorted(keys, entity * size + np.maximum(position, 0))
    out = np.full(len(entity), -1, dtype=np.int64)
    best = np.full(len(entity), size, dtype=np.int64)
    for place in (after - 1, after):
        safe = np.clip(place, 0, len(order) - 1)
        mention = order[safe]
        away = np.abs(mentions.start[mention] - position)
        take = (place == safe) & (mentions.entity[mention] == entity) & (away < best) & (entity >= 0)
        out[take], best[take] = mention[take], away[take]
    rows = np.flatnonzero(out >= 0)
    return rows, out[rows]


def clusters(gold: Mentions | None, predicted: Mentions | None) -> Ints:
    """For each predicted cluster the gold cluster it shares most mentions with (ties: the first); -1 for none."""
    if predicted is None:
        return np.zeros(0, np.int64)
    if gold is None or not len(predicted.document):
        return np.full(len(predicted.entity_ids), NOBODY, dtype=np.int64)
    target = exact(gold, predicted.document, predicted.start, predicted.end)
    hit = target != NOBODY
    return most_voted(predicted.entity[hit], target[hit], len(predicted.entity_ids))


def most_voted(voter: Ints, choice: Ints, voters: int) -> Ints:
    """For each voter 0 … voters - 1 the choice that it is paired with most often (ties: the least); -1 without a vote."""
    out = np.full(voters, NOBODY, dtype=np.int64)
    size = int(choice.max(initial=0)) + 1
    pairs, votes = np.unique(voter * size + choice, return_counts=True)
    ours, theirs = pairs // size, pairs % size
    # Written last, it stays.
    order = np.lexsort((-theirs, votes))
    out[ours[order]] = theirs[order]
    return out


def signatures(
    fragments: Fragments, rows: int, shapes: dict[tuple[tuple[int, int], ...], int]
) -> tuple[Ints, Ints, Ints]:
    """(start, end, shape) of each row's fragments: equal exactly when the sorted fragments are equal.

    `shapes` numbers the discontinuous ones and must be shared by the tables that are compared.
    """
    start, end = np.full(rows, -1, dtype=np.int64), np.full(rows, -1, dtype=np.int64)
    start[fragments.row[::-1]] = fragments.start[::-1]
    end[fragments.row[::-1]] = fragments.end[::-1]
    shape = np.zeros(rows, dtype=np.int64)
    several = np.bincount(fragments.row, minlength=rows) > 1
    for row in np.flatnonzero(several):
        own = fragments.row == row
        spans = tuple(sorted(zip(fragments.start[own].tolist(), fragments.end[own].tolist(), strict=True)))
        start[row], end[row] = spans[0][0], spans[-1][1]
        shape[row] = shapes.setdefault(spans, len(shapes) + 1)
    return start, end, shape
