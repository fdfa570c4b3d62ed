"""Uncertainty from the count matrix: percentile bootstrap over documents, seeded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from goldwire.counts import Counts, Totals

Floats = npt.NDArray[np.float64]

RESAMPLES = 1000
SEED = 12345


def weights(documents: int, *, resamples: int = RESAMPLES, seed: int = SEED) -> Floats:
    """How often each resample draws each document: shape (resamples, documents), rows sum to `documents`."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(documents, np.full(documents, 1 / documents), size=resamples).astype(np.float64)


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
    return bounds(read(counts.resampled(weights(len(counts.documents), resamples=resamples, seed=seed))))
