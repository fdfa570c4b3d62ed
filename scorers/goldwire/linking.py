"""Entity linking to the knowledge base: links, NIL decisions and NIL clusters of name mentions.

Names and values as neleval 3.1.1: `link` = strong_link_match, `nil` = strong_nil_match, `link_all` = strong_all_match,
`entity` = entity_match (the set of linked ids per document), `ceafm` = mention_ceaf over clusters of one id. Ids that
begin with NIL, and null, are unlinked. A mention predicted twice with one id counts once.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from goldwire import clusters
from goldwire.counts import Counts, Score, Tally, Totals, prf
from goldwire.documents import Documents, Mentions, Strings, encode
from goldwire.options import DEFAULT, Options
from goldwire.spans import joint_codes, multiset_join, unmet

Ints = npt.NDArray[np.int64]

LAYER = "linking"
METRICS = ("link", "nil", "link_all", "entity", "ceafm", "nil_ceafm")
HEADLINE = "link"


def _linkable(mentions: Mentions) -> tuple[Ints, Strings, npt.NDArray[np.bool_]]:
    """Rows of name mentions, their ids, and which of them are linked; an unlinked id is '' plus its cluster."""
    rows = np.flatnonzero((mentions.level == "NAM") | (mentions.level == ""))
    ids = mentions.kb_id[mentions.entity[rows]]
    linked = np.asarray([bool(name) and not name.upper().startswith("NIL") for name in ids], dtype=bool)
    return rows, ids, linked


def counts(gold: Documents, predicted: Documents, options: Options = DEFAULT) -> Counts:
    """Statistics per document of all metrics."""
    g, p = gold.entities, predicted.entities
    assert g is not None
    assert p is not None
    tally = Tally(gold.ids)
    rows_g, ids_g, linked_g = _linkable(g)
    rows_p, ids_p, linked_p = _linkable(p)
    code_g, code_p, _ = encode(np.where(linked_g, ids_g, ""), np.where(linked_p, ids_p, ""))

    def match(name: str, keep_g: npt.NDArray[np.bool_], keep_p: npt.NDArray[np.bool_]) -> None:
        a, b = rows_g[keep_g], rows_p[keep_p]
        key_g, key_p = joint_codes(
            (g.document[a], g.start[a], g.end[a], code_g[keep_g]), (p.document[b], p.start[b], p.end[b], code_p[keep_p])
        )
        key_p = unmet(key_p, p.start[b] < 0)
        key_g, first_g = np.unique(key_g, return_index=True)
        key_p, first_p = np.unique(key_p, return_index=True)
        hit_g, hit_p = multiset_join(key_g, key_p)
        doc_g, doc_p = g.document[a[first_g]], p.document[b[first_p]]
        tally.prf(name, doc_p[hit_p], doc_p, doc_g[hit_g], doc_g)

    match("link", linked_g, linked_p)
    match("nil", ~linked_g, ~linked_p)
    match("link_all", np.ones(len(rows_g), bool), np.ones(len(rows_p), bool))
    _sets(tally, g.document[rows_g][linked_g], code_g[linked_g], p.document[rows_p][linked_p], code_p[linked_p])
    for name, keep_g, keep_p in (
        ("", np.ones(len(rows_g), bool), np.ones(len(rows_p), bool)),
        ("nil_", ~linked_g, ~linked_p),
    ):
        _ceafm(tally, name, g, rows_g[keep_g], code_g[keep_g], p, rows_p[keep_p], code_p[keep_p])
    return tally.counts()


def _sets(tally: Tally, doc_g: Ints, code_g: Ints, doc_p: Ints, code_p: Ints) -> None:
    key_g, key_p = joint_codes((doc_g, code_g), (doc_p, code_p))
    key_g, first_g = np.unique(key_g, return_index=True)
    key_p, first_p = np.unique(key_p, return_index=True)
    hit_g, hit_p = multiset_join(key_g, key_p)
    tally.prf("entity", doc_p[first_p][hit_p], doc_p[first_p], doc_g[first_g][hit_g], doc_g[first_g])


def _ceafm(
    tally: Tally, name: str, g: Mentions, rows_g: Ints, code_g: Ints, p: Mentions, rows_p: Ints, code_p: Ints
) -> None:
    """CEAFm over clusters of one id within a document; an unlinked entity is a cluster of its own."""

    def side(m: Mentions, rows: Ints, codes: Ints) -> Ints:
        own = np.where(codes > 0, codes, -1 - m.entity[rows])
        return joint_codes((m.document[rows], own), (np.zeros(0, np.int64),) * 2)[0]

    key_g, key_p = joint_codes(
        (g.document[rows_g], g.start[rows_g], g.end[rows_g]), (p.document[rows_p], p.start[rows_p], p.end[rows_p])
    )
    key_p = unmet(key_p, p.start[rows_p] < 0)
    # A mention given twice counts once, in the first cluster that has it.
    key_g, first_g = np.unique(key_g, return_index=True)
    key_p, first_p = np.unique(key_p, return_index=True)
    own = Tally(tally.documents)
    clusters.tally_clusters(
        own,
        clusters.Clusters.of(g.document[rows_g][first_g], key_g, side(g, rows_g, code_g)[first_g]),
        clusters.Clusters.of(p.document[rows_p][first_p], key_p, side(p, rows_p, code_p)[first_p]),
    )
    found = own.counts().select("ceafm")
    for column, values in zip(found.columns, found.values.T, strict=True):
        tally.column(f"{name}{column}", values)


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics from summed statistics."""
    return {metric: prf(totals, metric) for metric in totals.metrics()}
