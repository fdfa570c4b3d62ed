"""Scores of typed spans: strict, exact, partial, type (SemEval-2013 task 9.1), for mentions and for boilerplate spans.

Partial and type match by maximum-weight one-to-one matching, ties by the closest bounds, so order never matters.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from goldwire.counts import Floats, Score, Tally, Totals, harmonic
from goldwire.spans import best_matching, joint_codes, multiset_join, overlap_join, unmet

Ints = npt.NDArray[np.int64]

METRICS = ("strict", "exact", "partial", "type")


@dataclass(frozen=True)
class Typed:
    """Spans with type codes; spans that were not found have start -1."""

    document: Ints
    start: Ints
    end: Ints
    type: Ints


def tally_spans(tally: Tally, g: Typed, p: Typed, names: tuple[str, ...], *, prefix: str = "") -> None:
    """Add the statistics of all metrics, of `strict` for every type, of type accuracy and confusion on equal spans."""
    lost = p.start < 0

    def join(*typed: bool) -> tuple[Ints, Ints]:
        with_type = bool(typed)
        code_g, code_p = joint_codes(
            (g.document, g.start, g.end, *((g.type,) if with_type else ())),
            (p.document, p.start, p.end, *((p.type,) if with_type else ())),
        )
        # Spans that were not found on the page never match, not even each other's kind.
        return multiset_join(code_g, unmet(code_p, lost))

    def add(metric: str, hit_g: Ints, hit_p: Ints, weight: npt.NDArray[np.float64] | None = None) -> None:
        tally.prf(f"{prefix}{metric}", p.document[hit_p], p.document, g.document[hit_g], g.document, weight, weight)

    strict_g, strict_p = join(True)
    add("strict", strict_g, strict_p)
    exact_g, exact_p = join()
    add("exact", exact_g, exact_p)
    o_g, o_p = overlap_join((g.document, g.start, g.end), (p.document, p.start, p.end))
    same = (g.start[o_g] == p.start[o_p]) & (g.end[o_g] == p.end[o_p])
    away = np.abs(g.start[o_g] - p.start[o_p]) + np.abs(g.end[o_g] - p.end[o_p])
    # The closeness term only breaks ties: it sums to less than any difference of weights.
    nearness = 1e-7 / (1 + away)
    pairs = best_matching(o_g, o_p, np.where(same, 1.0, 0.5) + nearness)
    add("partial", o_g[pairs], o_p[pairs], np.where(same[pairs], 1.0, 0.5))
    typed = g.type[o_g] == p.type[o_p]
    pairs = best_matching(o_g[typed], o_p[typed], 1.0 + nearness[typed])
    add("type", o_g[typed][pairs], o_p[typed][pairs])
    tally.add(f"{prefix}type_accuracy:hits", g.document[exact_g[g.type[exact_g] == p.type[exact_p]]])
    tally.add(f"{prefix}type_accuracy:of", g.document[exact_g])
    for code, name in enumerate(names):
        of_g, of_p, hits = g.type == code, p.type == code, g.type[strict_g] == code
        tally.prf(
            f"{prefix}strict[{name or 'untyped'}]",
            p.document[strict_p[hits]],
            p.document[of_p],
            g.document[strict_g[hits]],
            g.document[of_g],
        )
    width = len(names) or 1
    cells = g.type[exact_g] * width + p.type[exact_p]
    for cell in np.unique(cells[g.type[exact_g] != p.type[exact_p]]).tolist():
        label = f"{names[cell // width] or 'untyped'}>{names[cell % width] or 'untyped'}"
        tally.add(f"{prefix}confusion[{label}]:n", g.document[exact_g[cells == cell]])


def macro(totals: Totals, *, prefix: str = "") -> Score:
    """Mean over the gold's types of strict precision, recall and F1."""
    types = [m for m in totals.metrics() if m.startswith(f"{prefix}strict[")]
    if not types:
        none = np.asarray(np.nan)
        return Score(none, none, none, {})
    sums = {part: np.stack([totals[f"{m}:{part}"] for m in types]) for part in ("tp_p", "predicted", "tp_r", "gold")}
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(sums["predicted"] > 0, sums["tp_p"] / sums["predicted"], 0.0)
        recall = np.where(sums["gold"] > 0, sums["tp_r"] / sums["gold"], 0.0)
        here = sums["gold"] > 0
        number = here.sum(axis=0)

        def mean(values: Floats) -> Floats:
            return np.where(number > 0, (values * here).sum(axis=0) / number, np.nan)

        return Score(
            mean(precision), mean(recall), mean(harmonic(precision, recall)), {"types": number.astype(np.float64)}
        )
