"""Scores of two clusterings of mentions: MUC, B³, CEAFe, CEAFm, BLANC, LEA, on one contingency table of all documents.

Sources: MUC (Vilain et al. 1995), B³ (Bagga and Baldwin 1998), CEAF (Luo 2005), BLANC (Recasens and Hovy 2011, with
Luo et al. 2014 for predicted mentions), LEA (Moosavi and Strube 2016), CoNLL mean (Pradhan et al. 2012, 2014). Equal to
the Perl scorer 8.01. Entity coreference, event coreference and linking all count with this.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from goldwire.counts import Score, Tally, Totals, harmonic, prf, ratio
from goldwire.spans import best_matching, multiset_join

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

METRICS = ("muc", "b3", "ceafe", "ceafm", "blanc", "lea", "conll")


@dataclass(frozen=True)
class Clusters:
    """One side. `key` tells which mentions of the two sides are the same (equal codes; a code that is nobody's meets nothing).

    Per mention its document, key and cluster (dense numbers); per cluster its document and size.
    """

    document: Ints
    key: Ints
    cluster: Ints
    cluster_document: Ints
    size: Ints

    @classmethod
    def of(cls, document: Ints, key: Ints, cluster: Ints) -> Clusters:
        """From any numbers of clusters; a cluster lies in the document of its mentions."""
        used, dense = np.unique(cluster, return_inverse=True)
        home = np.zeros(len(used), dtype=np.int64)
        home[dense] = document
        size = np.bincount(dense, minlength=len(used)).astype(np.int64)
        return cls(document, key, dense.astype(np.int64), home, size)


def tally_clusters(tally: Tally, g: Clusters, p: Clusters, *, prefix: str = "") -> None:
    """Add the statistics per document of all metrics to `tally`, each column under `prefix`."""
    row_g, row_p = multiset_join(g.key, p.key)
    # The contingency table of all documents at once: how many mentions each pair of clusters shares.
    width = max(len(p.size), 1)
    cells, shared_int = np.unique(g.cluster[row_g] * width + p.cluster[row_p], return_counts=True)
    i, j = cells // width, cells % width
    shared = shared_int.astype(np.float64)
    doc = g.cluster_document[i]
    size_g, size_p = g.size.astype(np.float64), p.size.astype(np.float64)

    def sums(metric: str, hits_p: Floats, of_p: Floats, hits_r: Floats, of_r: Floats) -> None:
        """Columns from weights: hits per cell of the table, denominators per cluster."""
        tally.add(f"{prefix}{metric}:tp_p", doc, hits_p)
        tally.add(f"{prefix}{metric}:predicted", p.cluster_document, of_p)
        tally.add(f"{prefix}{metric}:tp_r", doc, hits_r)
        tally.add(f"{prefix}{metric}:gold", g.cluster_document, of_r)

    # MUC: links kept = matched mentions less the parts they fall into; one cell of the table is one part.
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
    _blanc(tally, prefix, g, p, doc, i, j, shared)


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


def _blanc(tally: Tally, prefix: str, g: Clusters, p: Clusters, doc: Ints, i: Ints, j: Ints, shared: Floats) -> None:
    """Pairs of mentions per document: linked and unlinked, on each side and on both."""
    n = len(tally.documents)

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
        tally.column(f"{prefix}blanc:{name}", value)


def _blanc_score(totals: Totals, prefix: str) -> Score:
    """Mean of the scores of linked and unlinked pairs; one of them alone where gold has none of the other."""
    t = {
        name: totals[f"{prefix}blanc:{name}"]
        for name in ("linked_both", "linked_p", "linked_g", "unlinked_both", "unlinked_p", "unlinked_g")
    }
    support = totals[f"{prefix}blanc:mentions_g"] + totals[f"{prefix}blanc:mentions_p"]
    p_c, r_c = ratio(t["linked_both"], t["linked_p"], support), ratio(t["linked_both"], t["linked_g"], support)
    p_n, r_n = ratio(t["unlinked_both"], t["unlinked_p"], support), ratio(t["unlinked_both"], t["unlinked_g"], support)
    no_links, no_gaps = t["linked_g"] == 0, t["unlinked_g"] == 0

    def mean(linked: Floats, unlinked: Floats) -> Floats:
        return np.where(no_links & ~no_gaps, unlinked, np.where(no_gaps & ~no_links, linked, (linked + unlinked) / 2))

    return Score(mean(p_c, p_n), mean(r_c, r_n), mean(harmonic(p_c, r_c), harmonic(p_n, r_n)), dict(t))


def cluster_scores(totals: Totals, *, prefix: str = "") -> dict[str, Score]:
    """All metrics from summed statistics; `conll` is the mean F1 of muc, b3 and ceafe."""
    out = {metric: prf(totals, f"{prefix}{metric}") for metric in ("muc", "b3", "ceafe", "ceafm", "lea")}
    links = totals[f"{prefix}muc:gold"] + totals[f"{prefix}muc:predicted"]
    out["blanc"] = _blanc_score(totals, prefix)
    three = [out[m] for m in ("muc", "b3", "ceafe")]
    # Without a link on either side MUC says nothing, and neither does the mean.
    mean = np.where(links > 0, np.mean([s.f1 for s in three], axis=0), np.nan)
    precision, recall = np.mean([s.precision for s in three], axis=0), np.mean([s.recall for s in three], axis=0)
    out["conll"] = Score(precision, recall, mean, {})
    return {f"{prefix}{metric}": out[metric] for metric in METRICS}
