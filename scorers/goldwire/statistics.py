"""Uncertainty from the count matrix: percentile bootstrap over documents, seeded."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from goldwire.counts import Counts, Totals

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

RESAMPLES = 1000
SEED = 12345


def numbered(documents: Sequence[str], clusters: Sequence[str] | None = None) -> Ints:
    """A dense number of the cluster of each document: its own, or one for all that share a label."""
    if clusters is None:
        return np.arange(len(documents), dtype=np.int64)
    return np.unique(np.asarray(clusters, dtype=str), return_inverse=True)[1].astype(np.int64)


def weights(cluster: Ints, *, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """How often each resample draws each document: shape (resamples, documents).

    `cluster` has the number of each document's cluster; as many clusters are drawn as there are.
    """
    number = int(cluster.max(initial=-1)) + 1
    rng = np.random.default_rng(seed)
    drawn = rng.multinomial(number, np.full(number, 1 / max(number, 1)), size=resamples)
    return drawn[:, cluster].astype(np.float64)


def swaps(cluster: Ints, *, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """Which documents two systems exchange in each shuffle, 0 or 1: shape (resamples, documents)."""
    number = int(cluster.max(initial=-1)) + 1
    drawn = np.random.default_rng(seed + 1).integers(0, 2, size=(resamples, number))
    return drawn[:, cluster].astype(np.float64)


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
    return bounds(read(counts.resampled(weights(numbered(counts.documents), resamples=resamples, seed=seed))))
