"""Coreference of entities: MUC, B³, CEAFe, CEAFm, BLANC, LEA and the CoNLL mean, equal to the Perl scorer 8.01.

Mentions match on exact spans. All levels count and singletons are kept; a value that shares its span with a nominal is
left out. `*_no_singletons` is the same without the singletons of either side.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from goldwire import clusters
from goldwire.counts import Counts, Score, Tally, Totals
from goldwire.documents import Documents, Mentions
from goldwire.options import DEFAULT, Options
from goldwire.spans import joint_codes, unmet

Ints = npt.NDArray[np.int64]

LAYER = "coreference"
METRICS = clusters.METRICS
HEADLINE = "conll"
_PLURAL = "no_singletons_"


def _kept(mentions: Mentions) -> Ints:
    """Rows of the mentions, values that share a span with another mention left out."""
    value = mentions.level == "VAL"
    if not value.any():
        return np.arange(len(value))
    codes, _ = joint_codes((mentions.document, mentions.start, mentions.end), (np.zeros(0, np.int64),) * 3)
    return np.flatnonzero(~(value & np.isin(codes, codes[~value])))


def counts(gold: Documents, predicted: Documents, options: Options = DEFAULT) -> Counts:
    """Statistics per document of the six metrics, with and without singletons."""
    g, p = gold.entities, predicted.entities
    assert g is not None
    assert p is not None
    tally = Tally(gold.ids)
    rows_g, rows_p = _kept(g), _kept(p)
    key_g, key_p = joint_codes(
        (g.document[rows_g], g.start[rows_g], g.end[rows_g]), (p.document[rows_p], p.start[rows_p], p.end[rows_p])
    )
    key_p = unmet(key_p, p.start[rows_p] < 0)
    one = clusters.Clusters.of(g.document[rows_g], key_g, g.entity[rows_g])
    two = clusters.Clusters.of(p.document[rows_p], key_p, p.entity[rows_p])
    clusters.tally_clusters(tally, one, two)
    clusters.tally_clusters(tally, _plural(one), _plural(two), prefix=_PLURAL)
    return tally.counts()


def _plural(side: clusters.Clusters) -> clusters.Clusters:
    keep = side.size[side.cluster] > 1
    return clusters.Clusters.of(side.document[keep], side.key[keep], side.cluster[keep])


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics; `conll` is the mean F1 of muc, b3 and ceafe."""
    return clusters.cluster_scores(totals) | clusters.cluster_scores(totals, prefix=_PLURAL)
