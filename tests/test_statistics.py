"""Bootstrap weights and intervals."""

from __future__ import annotations

import numpy as np
import pytest

from goldwire import statistics
from goldwire.counts import Counts
from goldwire.statistics import Swaps, Weights, bounds, interval, numbered


def whole(blocks: Weights | Swaps) -> np.ndarray:
    return np.concatenate(list(blocks))


def test_every_resample_draws_as_many_documents() -> None:
    drawn = whole(Weights(np.arange(7), 50, 3))
    assert drawn.shape == (50, 7)
    assert (drawn.sum(axis=1) == 7).all()


def test_same_seed_same_weights() -> None:
    five = np.arange(5)
    assert (whole(Weights(five, seed=1)) == whole(Weights(five, seed=1))).all()
    assert (whole(Weights(five, seed=1)) != whole(Weights(five, seed=2))).any()


def test_documents_of_a_cluster_are_drawn_and_swapped_together() -> None:
    cluster = numbered(("p", "q", "r"), ("story", "other", "story"))
    drawn, swapped = whole(Weights(cluster, 40)), whole(Swaps(cluster, 40))
    assert (drawn[:, 0] == drawn[:, 2]).all()
    assert (swapped[:, 0] == swapped[:, 2]).all()
    assert (drawn[:, 0] + drawn[:, 1] == 2).all()


def test_blocks_make_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    one = whole(Weights(np.arange(6), 50))
    monkeypatch.setattr(statistics, "CELLS", 40)
    assert len(list(Weights(np.arange(6), 50))) == 9
    assert (whole(Weights(np.arange(6), 50)) == one).all()


def test_interval_of_a_constant_is_that_constant() -> None:
    counts = Counts(("a", "b"), ("x:hits",), np.ones((2, 1)))
    assert interval(counts, lambda t: t["x:hits"]) == (2.0, 2.0)


def test_resamples_without_support_are_left_out() -> None:
    assert bounds(np.asarray([np.nan, 0.5, 0.5])) == (0.5, 0.5)
    assert all(np.isnan(v) for v in bounds(np.asarray([np.nan])))
