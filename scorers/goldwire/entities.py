"""Entity mentions: strict, exact, partial and type, over names and values (levels NAM and VAL).

Definitions: SemEval-2013 task 9.1 (strict, exact, partial, type), counted over the corpus. Partial and type match by
maximum-weight one-to-one matching, so the order of predictions never matters.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from goldwire.counts import Counts, Score, Tally, Totals, prf
from goldwire.documents import Documents, Mentions, encode
from goldwire.spans import best_matching, joint_codes, multiset_join, overlap_join

Ints = npt.NDArray[np.int64]

LAYER = "entities"
METRICS = ("strict", "exact", "partial", "type")
HEADLINE = "strict"


def scored(mentions: Mentions) -> Ints:
    """Rows of the mentions that this scorer looks at: names, values, and predictions without a level."""
    return np.flatnonzero((mentions.level == "NAM") | (mentions.level == "VAL") | (mentions.level == ""))


def counts(gold: Documents, predicted: Documents) -> Counts:
    """Statistics per document of all metrics, and of `strict` by type, by level and for every type of either side."""
    tally = Tally(gold.ids)
    g, p = gold.entities, predicted.entities
    assert g is not None and p is not None
    rows_g, rows_p = scored(g), scored(p)
    type_g, type_p, names = encode(g.type[rows_g], p.type[rows_p])
    doc_g, doc_p = g.document[rows_g], p.document[rows_p]
    start_g, end_g, start_p, end_p = g.start[rows_g], g.end[rows_g], p.start[rows_p], p.end[rows_p]
    # Spans that were not found on the page never match, not even each other's kind.
    lost = start_p < 0
    strict_g, strict_p = joint_codes((doc_g, start_g, end_g, type_g), (doc_p, start_p, end_p, type_p))
    strict_p = np.where(lost, -1 - np.arange(len(strict_p)), strict_p)
    hit_g, hit_p = multiset_join(strict_g, strict_p)
    tally.prf("strict", doc_p[hit_p], doc_p, doc_g[hit_g], doc_g)
    exact_g, exact_p = joint_codes((doc_g, start_g, end_g), (doc_p, start_p, end_p))
    exact_p = np.where(lost, -1 - np.arange(len(exact_p)), exact_p)
    e_g, e_p = multiset_join(exact_g, exact_p)
    tally.prf("exact", doc_p[e_p], doc_p, doc_g[e_g], doc_g)

    o_g, o_p = overlap_join((doc_g, start_g, end_g), (doc_p, start_p, end_p))
    same = (start_g[o_g] == start_p[o_p]) & (end_g[o_g] == end_p[o_p])
    away = np.abs(start_g[o_g] - start_p[o_p]) + np.abs(end_g[o_g] - end_p[o_p])
    # The closeness term only breaks ties: it sums to less than any difference of weights.
    nearness = 1e-7 / (1 + away)
    pairs = best_matching(o_g, o_p, np.where(same, 1.0, 0.5) + nearness)
    value = np.where(same[pairs], 1.0, 0.5)
    tally.prf("partial", doc_p[o_p[pairs]], doc_p, doc_g[o_g[pairs]], doc_g, value, value)
    typed = type_g[o_g] == type_p[o_p]
    pairs = best_matching(o_g[typed], o_p[typed], 1.0 + nearness[typed])
    tally.prf("type", doc_p[o_p[typed][pairs]], doc_p, doc_g[o_g[typed][pairs]], doc_g)

    for code, name in enumerate(names):
        of_g, of_p = type_g == code, type_p == code
        hits = type_g[hit_g] == code
        tally.prf(f"strict[{name or 'untyped'}]", doc_p[hit_p[hits]], doc_p[of_p], doc_g[hit_g[hits]], doc_g[of_g])
    return tally.counts()


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics from summed statistics."""
    return {metric: prf(totals, metric) for metric in totals.metrics()}
