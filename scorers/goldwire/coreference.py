"""Coreference: MUC, B³, CEAFe, CEAFm, BLANC, LEA and their CoNLL mean, equal to the Perl scorer 8.01.

Sources: MUC (Vilain et al. 1995), B³ (Bagga and Baldwin 1998), CEAF (Luo 2005), BLANC (Recasens and Hovy 2011, with
Luo et al. 2014 for predicted mentions), LEA (Moosavi and Strube 2016), CoNLL mean (Pradhan et al. 2012, 2014). Mentions
match on exact spans. All levels count and singletons are kept; a value that shares its span with a nominal is left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from goldwire.counts import Counts, Score, Tally, Totals, harmonic, prf, ratio
from goldwire.documents import Documents, Mentions
from goldwire.spans import best_matching, joint_codes, multiset_join

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LAYER = "coreference"
METRICS = ("muc", "b3", "ceafe", "ceafm", "blanc", "lea", "conll")
HEADLINE = "conll"


@dataclass(frozen=True)
class Clusters:
    """One side: per mention its document, span and cluster; per cluster its document and size."""

    document: Ints
    start: Ints
    end: Ints
    cluster: Ints
    cluster_document: Ints
    size: Ints


def _clusters(mentions: Mentions) -> Clusters:
    """Mentions with their clusters, values that share a span with another mention left out."""
    codes, _ = joint_codes((mentions.document, mentions.start, mentions.end), (np.zeros(0, np.int64),) * 3)
    value = mentions.level == "VAL"
    keep = ~(value & np.isin(codes, codes[~value]))
    used, cluster = np.unique(mentions.entity[keep], return_inverse=True)
    return Clusters(
        mentions.document[keep],
        mentions.start[keep],
        mentions.end[keep],
        cluster.astype(np.int64),
        mentions.entity_document[used],
        np.bincount(cluster, minlength=len(used)).astype(np.int64),
    )


def counts(gold: Documents, predicted: Documents) -> Counts:
    """Statistics per document of the six metrics."""
    assert gold.entities is not None and predicted.entities is not None
    tally = Tally(gold.ids)
    g, p = _clusters(gold.entities), _clusters(predicted.entities)
    code_g, code_p = joint_codes((g.document, g.start, g.end), (p.document, p.start, p.end))
    code_p = np.where(p.start < 0, -1 - np.arange(len(code_p)), code_p)
    row_g, row_p = multiset_join(code_g, code_p)
    # The contingency table of all documents at once: how many mentions each pair of clusters shares.
    width = max(len(p.size), 1)
    cells, shared_int = np.unique(g.cluster[row_g] * width + p.cluster[row_p], return_counts=True)
    i, j = cells // width, cells % width
    shared = shared_int.astype(np.float64)
    doc = g.cluster_document[i]
    size_g, size_p = g.size.astype(np.float64), p.size.astype(np.float64)

    def sums(metric: str, hits_p: Floats, of_p: Floats, hits_r: Floats, of_r: Floats) -> None:
        """Columns from weights: hits per cell of the table, denominators per cluster."""
        tally.add(f"{metric}:tp_p", doc, hits_p)
        tally.add(f"{metric}:predicted", p.cluster_document, of_p)
        tally.add(f"{metric}:tp_r", doc, hits_r)
        tally.add(f"{metric}:gold", g.cluster_document, of_r)

    # MUC: links kept = matched mentions - parts they fall into; one cell is one part.
    sums("muc", shared - 1, size_p - 1, shared - 1, size_g - 1)
    sums("b3", shared**2 / size_p[j], size_p, shared**2 / size_g[i], size_g)
    for metric, phi, of_p, of_g in (
        ("ceafe", 2 * shared / (size_g[i] + size_p[j]), np.ones(len(size_p)), np.ones(len(size_g))),
        ("ceafm", shared, size_p, size_g),
    ):
        chosen = np.zeros(len(shared))
        pairs = best_matching(i, j, phi)
        chosen[pairs] = phi[pairs]
        sums(metric, chosen, of_p, chosen, of_g)
    _lea(sums, size_g, size_p, i, j, shared)
    _blanc(tally, gold.ids, g, p, doc, i, j, shared)
    return tally.counts()


def _lea(
    sums: Callable[[str, Floats, Floats, Floats, Floats], None],
    size_g: Floats,
    size_p: Floats,
    i: Ints,
    j: Ints,
    shared: Floats,
) -> None:
    def links(n: Floats) -> Floats:
        return n * (n - 1) / 2

    # A singleton has one link to itself, which only a singleton of the other side keeps.
    alone = (size_g[i] == 1) & (size_p[j] == 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        kept_r = np.where(size_g[i] > 1, size_g[i] * links(shared) / links(size_g[i]), alone.astype(float))
        kept_p = np.where(size_p[j] > 1, size_p[j] * links(shared) / links(size_p[j]), alone.astype(float))
    sums("lea", kept_p, size_p, kept_r, size_g)


def _blanc(
    tally: Tally, ids: tuple[str, ...], g: Clusters, p: Clusters, doc: Ints, i: Ints, j: Ints, shared: Floats
) -> None:
    """Pairs of mentions per document: linked and unlinked, on each side and on both."""
    n = len(ids)

    def pairs(x: Floats) -> Floats:
        return x * (x - 1) / 2

    def per_document(rows: Ints, weights: Floats) -> Floats:
        return np.bincount(rows, weights, minlength=n).astype(np.float64)

    linked_g = per_document(g.cluster_document, pairs(g.size.astype(float)))
    linked_p = per_document(p.cluster_document, pairs(p.size.astype(float)))
    all_g = pairs(np.bincount(g.document, minlength=n).astype(float))
    all_p = pairs(np.bincount(p.document, minlength=n).astype(float))
    linked_both = per_document(doc, pairs(shared))
    common = per_document(doc, shared)
    # Unlinked on both sides: pairs of common mentions, less those linked in gold or in the prediction.
    within_g = per_document(g.cluster_document, pairs(np.bincount(i, shared, minlength=len(g.size)).astype(np.float64)))
    within_p = per_document(p.cluster_document, pairs(np.bincount(j, shared, minlength=len(p.size)).astype(np.float64)))
    unlinked_both = pairs(common) - within_g - within_p + linked_both
    for name, value in (
        ("linked_both", linked_both),
        ("linked_p", linked_p),
        ("linked_g", linked_g),
        ("unlinked_both", unlinked_both),
        ("unlinked_p", all_p - linked_p),
        ("unlinked_g", all_g - linked_g),
        ("mentions_p", np.bincount(p.document, minlength=n).astype(float)),
        ("mentions_g", np.bincount(g.document, minlength=n).astype(float)),
    ):
        tally.column(f"blanc:{name}", value)


def _blanc_score(totals: Totals) -> Score:
    """Mean of the scores of linked and unlinked pairs; one of them alone where gold has none of the other."""
    t = {
        name: totals[f"blanc:{name}"]
        for name in ("linked_both", "linked_p", "linked_g", "unlinked_both", "unlinked_p", "unlinked_g")
    }
    support = totals["blanc:mentions_g"] + totals["blanc:mentions_p"]
    p_c, r_c = ratio(t["linked_both"], t["linked_p"], support), ratio(t["linked_both"], t["linked_g"], support)
    p_n, r_n = ratio(t["unlinked_both"], t["unlinked_p"], support), ratio(t["unlinked_both"], t["unlinked_g"], support)
    no_links, no_gaps = t["linked_g"] == 0, t["unlinked_g"] == 0

    def mean(linked: Floats, unlinked: Floats) -> Floats:
        return np.where(no_links & ~no_gaps, unlinked, np.where(no_gaps & ~no_links, linked, (linked + unlinked) / 2))

    return Score(mean(p_c, p_n), mean(r_c, r_n), mean(harmonic(p_c, r_c), harmonic(p_n, r_n)), dict(t))


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics; `conll` is the mean F1 of muc, b3 and ceafe."""
    out = {metric: prf(totals, metric) for metric in ("muc", "b3", "ceafe", "ceafm", "lea")}
    links = totals["muc:gold"] + totals["muc:predicted"]
    out["blanc"] = _blanc_score(totals)
    three = [out[m] for m in ("muc", "b3", "ceafe")]
    # Without a link on either side MUC says nothing, and neither does the mean.
    mean = np.where(links > 0, np.mean([s.f1 for s in three], axis=0), np.nan)
    precision, recall = np.mean([s.precision for s in three], axis=0), np.mean([s.recall for s in three], axis=0)
    out["conll"] = Score(precision, recall, mean, {})
    return {metric: out[metric] for metric in METRICS}
