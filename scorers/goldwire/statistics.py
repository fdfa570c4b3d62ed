"""Uncertainty from the count matrix: percentile bootstrap over documents, seeded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from goldwire.counts import Counts, Totals

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RESAMPLES = 1000
SEED = 12345
# Cells of one block of weights: 16 MB.
CELLS = 1 << 21


def numbered(documents: Sequence[str], clusters: Sequence[str] | None = None) -> Ints:
    """A dense number of the cluster of each document: its own, or one for all that share a label."""
    if clusters is None:
        return np.arange(len(documents), dtype=np.int64)
    return np.unique(np.asarray(clusters, dtype=str), return_inverse=True)[1].astype(np.int64)


@dataclass(frozen=True)
class Weights:
    """How often each resample draws each document: blocks of shape (some resamples, documents), the same at each pass.

    `cluster` has the number of each document's cluster; as many clusters are drawn as there are.
    """

    cluster: Ints
    resamples: int = RESAMPLES
    seed: int = SEED

    def __iter__(self) -> Iterator[Floats]:
        number = int(self.cluster.max(initial=-1)) + 1
        rng = np.random.default_rng(self.seed)
        for rows in _blocks(self.resamples, len(self.cluster)):
            places = rng.integers(0, max(number, 1), size=(rows, number), dtype=np.uint32)
            cells = places.astype(np.int64) + number * np.arange(rows)[:, None]
            drawn = np.bincount(cells.ravel(), minlength=rows * number).reshape(rows, number)
            yield drawn[:, self.cluster].astype(np.float64)


@dataclass(frozen=True)
class Swaps:
    """Which documents two systems exchange in each shuffle, 0 or 1: blocks as those of `Weights`."""

    cluster: Ints
    resamples: int = RESAMPLES
    seed: int = SEED

    def __iter__(self) -> Iterator[Floats]:
        number = int(self.cluster.max(initial=-1)) + 1
        rng = np.random.default_rng(self.seed + 1)
        for rows in _blocks(self.resamples, len(self.cluster)):
            yield rng.integers(0, 2, size=(rows, number), dtype=np.uint32)[:, self.cluster].astype(np.float64)


def _blocks(resamples: int, documents: int) -> Iterator[int]:
    """Sizes of blocks of resamples that stay small however many documents there are."""
    step = max(CELLS // max(documents, 1), 1)
    for done in range(0, resamples, step):
        yield min(step, resamples - done)


def bounds(values: Floats, level: float = 0.95) -> tuple[float, float]:
    """Percentile interval of bootstrap values; resamples without support (nan) are left out, none left gives nan."""
    finite = values[~np.isnan(values)]
    if not len(finite):
        return float("nan"), float("nan")
    low, high = np.percentile(finite, [50 * (1 - level), 50 * (1 + level)])
    return float(low), float(high)


def interval(
    counts: Counts, read: Callable[[Totals], Floats], *, resamples: int = RESAMPLES, seed: int = SEED
) -> tuple[float, float]:
    """The 95 % interval of the statistic that `read` computes from totals."""
    return bounds(read(counts.resampled(Weights(numbered(counts.documents), resamples, seed))))
