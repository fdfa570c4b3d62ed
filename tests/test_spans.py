"""Joins and matchings against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire.spans import best_matching, joint_codes, multiset_join, overlap_join

rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.integers(1, 6)), max_size=12)


def columns(spans: list) -> tuple:
    table = np.asarray(spans, dtype=np.int64).reshape(-1, 3)
    return table[:, 0], table[:, 1], table[:, 1] + table[:, 2]


@given(rows, rows)
def test_joint_codes_are_equal_exactly_when_rows_are(a: list, b: list) -> None:
    one, two = joint_codes(columns(a), columns(b))
    for (i, x), (j, y) in itertools.product(enumerate(a), enumerate(b)):
        assert (one[i] == two[j]) == (x == y)


def test_joint_codes_survive_wide_columns() -> None:
    wide = np.asarray([0, 2**61, 5], dtype=np.int64)
    one, two = joint_codes((wide, wide), (wide[::-1].copy(), wide[::-1].copy()))
    assert (one == two[::-1]).all()
    assert len(set(one.tolist())) == 3


@given(rows, rows)
def test_multiset_join_pairs_as_many_as_can_be(a: list, b: list) -> None:
    one, two = joint_codes(columns(a), columns(b))
    left, right = multiset_join(one, two)
    assert len(set(left.tolist())) == len(left)
    assert len(set(right.tolist())) == len(right)
    assert all(a[i] == b[j] for i, j in zip(left, right, strict=True))
    assert len(left) == sum(min(a.count(x), b.count(x)) for x in set(a))


@given(rows, rows)
def test_overlap_join_finds_all_pairs(a: list, b: list) -> None:
    g, p = overlap_join(columns(a), columns(b))
    expected = {
        (i, j)
        for (i, (d, s, n)), (j, (e, t, m)) in itertools.product(enumerate(a), enumerate(b))
        if d == e and s < t + m and t < s + n
    }
    assert set(zip(g.tolist(), p.tolist(), strict=True)) == expected


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(0.01, 1.0)), max_size=9))
def test_best_matching_is_the_heaviest(pairs: list) -> None:
    left = np.asarray([p[0] for p in pairs], dtype=np.int64)
    right = np.asarray([p[1] for p in pairs], dtype=np.int64)
    weight = np.asarray([p[2] for p in pairs])
    chosen = best_matching(left, right, weight)
    assert len(set(left[chosen].tolist())) == len(chosen) == len(set(right[chosen].tolist()))
    best = 0.0
    for size in range(len(pairs) + 1):
        for combination in itertools.combinations(pairs, size):
            if len({p[0] for p in combination}) == size == len({p[1] for p in combination}):
                best = max(best, sum(p[2] for p in combination))
    assert weight[chosen].sum() == pytest.approx(best)
