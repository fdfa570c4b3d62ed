"""Span algebra on columns: joint codes, multiset and overlap joins, one-to-one matching."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def joint_codes(first: Sequence[Ints], second: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Number the rows of two tables alike: equal rows get equal codes, over both tables.

    `first` and `second` are the columns of each table, the same number of columns each.
    """
    size = len(first[0])
    codes = np.zeros(size + len(second[0]), dtype=np.int64)
    top = 1
    for a, b in zip(first, second, strict=True):
        column = np.concatenate([a, b])
        low = int(column.min(initial=0))
        width = int(column.max(initial=0)) - low + 1
        if top > (2**62) // width:
            # Too wide to pack: number what is there so far, densely.
            codes = np.unique(codes, return_inverse=True)[1].astype(np.int64)
            top = int(codes.max(initial=0)) + 1
        if top > (2**62) // width:
            column = np.unique(column, return_inverse=True)[1].astype(np.int64)
            low, width = 0, int(column.max(initial=0)) + 1
        codes = codes * width + (column - low)
        top *= width
    return codes[:size], codes[size:]


def all_differ(codes: Ints) -> bool:
    """Whether no code comes twice."""
    ordered = np.sort(codes)
    return bool(np.all(ordered[1:] != ordered[:-1]))


def unmet(codes: Ints, lost: Bools) -> Ints:
    """`codes` with a code of its own for each row that is `lost`: it equals nothing, not even another lost row."""
    return np.where(lost, -1 - np.arange(len(codes)), codes)


def multiset_join(gold: Ints, predicted: Ints) -> tuple[Ints, Ints]:
    """One-to-one pairs of rows with equal codes: row numbers of gold and of predicted, duplicates paired in order."""
    order_g, order_p = np.argsort(gold, kind="stable"), np.argsort(predicted, kind="stable")
    sorted_g, sorted_p = gold[order_g], predicted[order_p]
    # The k-th gold row of a code pairs with the k-th predicted row of it, if there is one.
    rank = np.arange(len(gold)) - np.searchsorted(sorted_g, sorted_g)
    place = np.searchsorted(sorted_p, sorted_g) + rank
    safe = np.minimum(place, max(len(predicted) - 1, 0))
    hit = (place < len(predicted)) & (sorted_p[safe] == sorted_g) if len(predicted) else np.zeros(len(gold), bool)
    return order_g[hit], order_p[place[hit]]


def overlap_join(gold: tuple[Ints, Ints, Ints], predicted: tuple[Ints, Ints, Ints]) -> tuple[Ints, Ints]:
    """All pairs of rows of the same document whose spans share a character.

    Each table is (document, start, end). Spans with a negative start meet nothing.
    """
    if not len(gold[0]) or not len(predicted[0]):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    size = int(max(gold[2].max(), predicted[2].max())) + 2
    g_start, g_end = gold[0] * size + gold[1], gold[0] * size + gold[2]
    p_start, p_end = predicted[0] * size + predicted[1], predicted[0] * size + predicted[2]
    order = np.argsort(g_start, kind="stable")
    sorted_start = g_start[order]
    # A gold span that reaches a predicted one starts before its end, and not earlier than the longest gold span allows.
    longest = int((gold[2] - gold[1]).max())
    high = np.searchsorted(sorted_start, p_end, side="left")
    low = np.searchsorted(sorted_start, np.maximum(p_start - longest, predicted[0] * size), side="left")
    width = np.maximum(high - low, 0)
    p_rows = np.repeat(np.arange(len(p_start)), width)
    offsets = np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    g_rows = order[np.repeat(low, width) + offsets]
    keep = (g_end[g_rows] > p_start[p_rows]) & (gold[1][g_rows] >= 0) & (predicted[1][p_rows] >= 0)
    return g_rows[keep], p_rows[keep]


def best_matching(left: Ints, right: Ints, weight: Floats) -> Ints:
    """Maximum-weight one-to-one matching over the pairs (left[i], right[i]) with positive weight.

    Returns the numbers of the chosen pairs, ascending. Pairs that share nothing with others are taken directly; the
    Hungarian method runs only inside a block of pairs that hang together.
    """
    from scipy.optimize import linear_sum_assignment
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    keep = np.flatnonzero(weight > 0)
    if not len(keep):
        return keep
    left, right, weight = left[keep], right[keep], weight[keep]
    l_codes, l_index = np.unique(left, return_inverse=True)
    r_codes, r_index = np.unique(right, return_inverse=True)
    alone = (np.bincount(l_index)[l_index] == 1) & (np.bincount(r_index)[r_index] == 1)
    chosen = [keep[alone]]
    tangled = np.flatnonzero(~alone)
    if len(tangled):
        nodes = len(l_codes) + len(r_codes)
        graph = coo_array((np.ones(len(tangled)), (l_index[tangled], len(l_codes) + r_index[tangled])), (nodes, nodes))
        _, component = connected_components(graph.tocsr(), directed=False)
        block = component[l_index[tangled]]
        order = np.argsort(block, kind="stable")
        for part in np.split(tangled[order], np.flatnonzero(np.diff(block[order])) + 1):
            rows, row = np.unique(l_index[part], return_inverse=True)
            columns, column = np.unique(r_index[part], return_inverse=True)
            table = np.zeros((len(rows), len(columns)))
            where = np.full(table.shape, -1, dtype=np.int64)
            # Of several pairs of the same two rows the heaviest counts.
            by_weight = np.argsort(weight[part], kind="stable")
            table[row[by_weight], column[by_weight]] = weight[part][by_weight]
            where[row[by_weight], column[by_weight]] = part[by_weight]
            i, j = linear_sum_assignment(table, maximize=True)
            picked = where[i, j]
            chosen.append(keep[picked[picked >= 0]])
    return np.sort(np.concatenate(chosen))
