"""Whom a predicted span or entity means: links from predictions to gold entities, shared by quotes and events."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from goldwire.documents import Fragments, Mentions, Strings
from goldwire.spans import joint_codes

Ints = npt.NDArray[np.int64]
NOBODY = -1


def entity_numbers(mentions: Mentions | None, document: Ints, ids: Strings) -> Ints:
    """The cluster number of each (document, entity id); -1 for '' and unknown ids."""
    if mentions is None or not len(ids):
        return np.full(len(ids), NOBODY, dtype=np.int64)
    number = {
        (int(d), name): i
        for i, (d, name) in enumerate(zip(mentions.entity_document, mentions.entity_ids, strict=True))
        if name
    }
    return np.asarray(
        [number.get((int(d), name), NOBODY) for d, name in zip(document, ids, strict=True)], dtype=np.int64
    )


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
    for row in np.flatnonzero((out == NOBODY) & (start >= 0)):
        covered = np.flatnonzero(
            (mentions.document == document[row])
            & (mentions.level != "VAL")
            & (mentions.head_start >= start[row])
            & (mentions.head_end <= end[row])
            & (mentions.head_start >= 0)
        )
        if len(covered):
            # The head of the phrase is its last covered one unless a longer mention says otherwise.
            length = np.minimum(mentions.end[covered], end[row]) - np.maximum(mentions.start[covered], start[row])
            best = covered[np.lexsort((-mentions.head_end[covered], -length))[0]]
            out[row] = mentions.entity[best]
    return out


def clusters(gold: Mentions | None, predicted: Mentions | None) -> Ints:
    """For each predicted cluster the gold cluster it shares most mentions with (ties: the first); -1 for none."""
    if predicted is None:
        return np.zeros(0, np.int64)
    out = np.full(len(predicted.entity_ids), NOBODY, dtype=np.int64)
    if gold is None or not len(predicted.document):
        return out
    target = exact(gold, predicted.document, predicted.start, predicted.end)
    hit = target != NOBODY
    pairs, votes = np.unique(np.stack([predicted.entity[hit], target[hit]]), axis=1, return_counts=True)
    for i in np.lexsort((-pairs[1], votes)):
        out[pairs[0, i]] = pairs[1, i]
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
