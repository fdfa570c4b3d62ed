"""Is one system better than another: paired bootstrap and paired approximate randomisation on two count matrices.

The same resamples are drawn for both systems; the difference has a 95 % percentile interval. Approximate randomisation
(Noreen 1989) swaps the two systems' rows per document (or cluster of documents) at random; p = (c + 1) / (n + 1), c
counting |difference| at least as large as observed. Holm's step-down correction runs over the pairs of one metric.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np

from goldwire import statistics
from goldwire.counts import Counts, Totals
from goldwire.evaluation import MAIN, OVERALL, SCORERS, Result, all_scores
from goldwire.problems import BadInput, Problem, nearest


@dataclass(frozen=True)
class Difference:
    """One metric of two systems: `difference` = first − second. `holm` is p corrected over the pairs of the metric."""

    metric: str
    first: str
    second: str
    values: tuple[float, float]
    difference: float
    low: float
    high: float
    p: float
    holm: float


def comparable(results: Sequence[Result]) -> None:
    """Refuse results that were not scored alike.

    Raises:
        BadInput: signatures that differ, both shown.
    """
    first = results[0]
    for other in results[1:]:
        if other.signature != first.signature or other.counts.documents != first.counts.documents:
            raise BadInput(
                [
                    Problem(
                        "signature",
                        other.signature,
                        file=other.system or "",
                        expected=f"{first.signature} ({first.system})",
                    )
                ]
            )


def grouped(results: Sequence[Result], labels: Sequence[str]) -> dict[str, list[Result]]:
    """The results cut to the pages of each label; a page with several labels (`a|b`) is in each of their groups."""
    parts = [result.counts.groups(labels) for result in results]
    return {
        label: [replace(result, counts=own[label]) for result, own in zip(results, parts, strict=True)]
        for label in parts[0]
    }


def _aligned(results: Sequence[Result]) -> list[Counts]:
    """The matrices with one set of columns: a type that one system never predicts is 0 there."""
    columns = tuple(dict.fromkeys(column for result in results for column in result.counts.columns))
    out = []
    for result in results:
        index = {column: i for i, column in enumerate(result.counts.columns)}
        values = np.zeros((len(result.counts.documents), len(columns)))
        for i, column in enumerate(columns):
            if column in index:
                values[:, i] = result.counts.values[:, index[column]]
        out.append(Counts(result.counts.documents, columns, values))
    return out


def compare(
    results: Sequence[Result],
    *,
    metrics: Sequence[str] = (),
    clusters: Sequence[str] | None = None,
    resamples: int = statistics.RESAMPLES,
    seed: int = statistics.SEED,
) -> list[Difference]:
    """All pairs of systems on `metrics` (default: the headlines that all of them have).

    `clusters` are labels of the documents (stories, say) that are resampled and swapped together.
    """
    comparable(results)
    layers = [name for name in dict.fromkeys(n.split(".")[0] for n in results[0].metrics) if name in (*MAIN, "linking")]
    layers = [name for name in layers if all(any(n.startswith(f"{name}.") for n in r.metrics) for r in results)]
    counts = _aligned(results)
    cluster = statistics.numbered(counts[0].documents, clusters)
    drawn = statistics.Weights(cluster, resamples, seed)
    swaps = statistics.Swaps(cluster, resamples, seed)
    points = [all_scores(c.totals(), layers) for c in counts]
    spreads = [all_scores(c.resampled(drawn), layers) for c in counts]
    wanted = list(metrics) or [name for name in _headlines(layers) if all(name in point for point in points)]
    _known(wanted, points[0])
    pairs = list(combinations(range(len(results)), 2))
    shuffled = {}
    for a, b in pairs:
        moved = replace(counts[a], values=counts[b].values - counts[a].values).resampled(swaps).values
        mixed = counts[a].totals().values + moved, counts[b].totals().values - moved
        shuffled[a, b] = tuple(all_scores(Totals(counts[a].columns, sums), layers) for sums in mixed)
    out: list[Difference] = []
    for name in wanted:
        rows = []
        for a, b in pairs:
            one, two = float(points[a][name].f1), float(points[b][name].f1)
            low, high = statistics.bounds(np.asarray(spreads[a][name].f1 - spreads[b][name].f1))
            by_chance = np.abs(shuffled[a, b][0][name].f1 - shuffled[a, b][1][name].f1)
            extreme = int(np.sum(by_chance >= abs(one - two) - 1e-12))
            rows.append((a, b, one, two, low, high, (extreme + 1) / (resamples + 1)))
        for row, corrected in zip(rows, holm([row[-1] for row in rows]), strict=True):
            a, b, one, two, low, high, p = row
            names = str(results[a].system), str(results[b].system)
            out.append(Difference(name, *names, (one, two), one - two, low, high, p, corrected))
    return out


def _headlines(layers: Sequence[str]) -> list[str]:
    return [*(f"{name}.{SCORERS[name].HEADLINE}" for name in layers), OVERALL]


def _known(wanted: Sequence[str], point: Mapping[str, Any]) -> None:
    for name in wanted:
        if name not in point:
            raise BadInput([Problem("unknown-metric", repr(name), expected=nearest(name, point))])


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down corrected p-values, in the order given."""
    order = sorted(range(len(p_values)), key=lambda i: p_values[i])
    out = [0.0] * len(p_values)
    worst = 0.0
    for rank, i in enumerate(order):
        worst = max(worst, min(1.0, (len(p_values) - rank) * p_values[i]))
        out[i] = worst
    return out
