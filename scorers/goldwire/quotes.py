"""Quotations: what was said (QD), by whom (AQ), and the parts that say so.

Unit: word tokens. d(g, p) is the Dice coefficient of the word sets of two contents. A_t is the maximum-weight
one-to-one assignment over pairs with d > 0 and d >= t. `QD_t` counts A_t, `QD_soft` sums d over A_0; `AQ_soft`, the
headline, sums d over the pairs of A_0 whose speaker entity is right, `AQ_0.5` counts them in A_0.5.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, diags_array

from goldwire import resolve
from goldwire.characters import words
from goldwire.counts import Counts, Score, Tally, Totals, prf, rate
from goldwire.documents import Documents, Fragments, Quotes, encode
from goldwire.options import DEFAULT, Options
from goldwire.spans import best_matching, overlap_join

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

LAYER = "quotes"
METRICS = (
    "QD_strict",
    "QD_0.8",
    "QD_0.5",
    "QD_soft",
    "content_token",
    "cue",
    "source_exact",
    "source_overlap",
    "AQ_soft",
    "AQ_0.5",
    "AQ_soft_outermost",
    "AQ_soft_verbatim",
    "speaker_accuracy",
    "type_accuracy",
)
HEADLINE = "AQ_soft"
_RATES = ("speaker_accuracy", "type_accuracy", "marks_taken")
_THRESHOLDS = {"QD_strict": 1.0, "QD_0.8": 0.8, "QD_0.5": 0.5}
# d is a ratio of small integers: this only forgives the last bit.
_EPSILON = 1e-12
# Decides between assignments of the same weight, and never between others.
_TIE = 1e-9


def _contents(home: Ints, content: Fragments, table: tuple[Ints, Ints, Ints], size: int) -> csr_array:
    """A binary (quotations x words) matrix: which words the content of a quotation touches."""
    document, start, end = table
    row = content.row
    base = home[row] * size
    real = content.start >= 0
    low = np.searchsorted(document * size + end, base + content.start, side="right")
    high = np.searchsorted(document * size + start, base + content.end, side="left")
    width = np.where(real, np.maximum(high - low, 0), 0)
    columns = np.repeat(low, width) + np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
    cells = csr_array((np.ones(len(columns)), (np.repeat(row, width), columns)), (len(home), len(start)))
    cells.data = np.minimum(cells.data, 1.0)
    return cells


def _dice(g: csr_array, p: csr_array) -> tuple[Ints, Ints, Floats, Floats, Floats, Floats]:
    """All pairs that share a word: rows, shared words and d; and the sizes of both sides."""
    size_g, size_p = np.asarray(g.sum(axis=1)).ravel(), np.asarray(p.sum(axis=1)).ravel()
    shared = (g @ p.T).tocoo()
    rows, columns = shared.row.astype(np.int64), shared.col.astype(np.int64)
    d = 2 * shared.data / (size_g[rows] + size_p[columns])
    return rows, columns, shared.data, d, size_g, size_p


def _assignment(i: Ints, j: Ints, d: Floats, least: float, right: Bools) -> Ints:
    """The pairs of A_t; of assignments that weigh the same, one with the most speakers right: order decides nothing."""
    keep = np.flatnonzero(d >= least - _EPSILON)
    weight = d[keep] + _TIE * right[keep]
    return np.asarray(keep[best_matching(i[keep], j[keep], weight)], dtype=np.int64)


def counts(gold: Documents, predicted: Documents, options: Options = DEFAULT) -> Counts:
    """Statistics per document of all metrics, of AQ_soft by quotation type of the gold."""
    g, p = gold.quotes, predicted.quotes
    assert g is not None and p is not None
    tally = Tally(gold.ids)
    document, start, end = words(gold.characters)
    base = gold.characters.base[document]
    found = (document, start - base, end - base)
    size = max((len(text) for text in gold.texts), default=0) + 2
    content_g, content_p = _contents(g.document, g.content, found, size), _contents(p.document, p.content, found, size)
    i, j, shared, d, size_g, size_p = _dice(content_g, content_p)
    right = _speaker_right(gold, predicted, g, p, i, j)

    for metric, least in _THRESHOLDS.items():
        a = _assignment(i, j, d, least, right)
        tally.prf(metric, p.document[j[a]], p.document, g.document[i[a]], g.document)
    soft = _assignment(i, j, d, 0.0, right)
    doc_g, doc_p = g.document[i[soft]], p.document[j[soft]]
    tally.prf("QD_soft", doc_p, p.document, doc_g, g.document, d[soft], d[soft])
    tally.add("content_token:tp_p", doc_p, shared[soft])
    tally.add("content_token:predicted", p.document, size_p)
    tally.add("content_token:tp_r", doc_g, shared[soft])
    tally.add("content_token:gold", g.document, size_g)
    attributed = soft[right[soft]]
    doc_g, doc_p = g.document[i[attributed]], p.document[j[attributed]]
    tally.prf("AQ_soft", doc_p, p.document, doc_g, g.document, d[attributed], d[attributed])
    _outermost(tally, g, p, i, j, d, right)
    _verbatim(tally, gold, predicted, (content_g, content_p), found, size)
    _marks(tally, gold, p, np.setdiff1d(np.arange(len(p.document)), j[soft]))
    half = _assignment(i, j, d, 0.5, right)
    attributed = half[right[half]]
    tally.prf("AQ_0.5", p.document[j[attributed]], p.document, g.document[i[attributed]], g.document)
    tally.add("speaker_accuracy:hits", g.document[i[attributed]])
    tally.add("speaker_accuracy:of", g.document[i[half]])
    _parts(tally, g, p, i[half], j[half])
    type_g, type_p, names = encode(g.type, p.type)
    typed = type_p[j[half]] != (names.index("") if "" in names else -1)
    same = half[typed & (type_g[i[half]] == type_p[j[half]])]
    tally.add("type_accuracy:hits", g.document[i[same]])
    tally.add("type_accuracy:of", g.document[i[half]])
    for code, name in enumerate(names):
        # Recall by gold type; a prediction has the type of the gold it met, else its own.
        kind = type_p.copy()
        kind[j[soft]] = type_g[i[soft]]
        of_g, of_p = type_g == code, kind == code
        if name:
            hits = soft[right[soft] & (type_g[i[soft]] == code)]
            tally.prf(
                f"AQ_soft[{name}]",
                p.document[j[hits]],
                p.document[of_p],
                g.document[i[hits]],
                g.document[of_g],
                d[hits],
                d[hits],
            )
    return tally.counts()


def _outermost(tally: Tally, g: Quotes, p: Quotes, i: Ints, j: Ints, d: Floats, right: Bools) -> None:
    """AQ_soft over quotations that stand in no other one, on both sides."""
    outer_g, outer_p = g.parent == "", p.parent == ""
    rows = np.flatnonzero(outer_g[i] & outer_p[j])
    rows = rows[best_matching(i[rows], j[rows], d[rows] + _TIE * right[rows])]
    rows = rows[right[rows]]
    doc_g, doc_p = g.document[i[rows]], p.document[j[rows]]
    tally.prf("AQ_soft_outermost", doc_p, p.document[outer_p], doc_g, g.document[outer_g], d[rows], d[rows])


def _verbatim(
    tally: Tally,
    gold: Documents,
    predicted: Documents,
    contents: tuple[csr_array, csr_array],
    table: tuple[Ints, Ints, Ints],
    size: int,
) -> None:
    """AQ_soft over the words that stand between quotation marks; quotations without one are left out on both sides."""
    g, p = gold.quotes, predicted.quotes
    assert g is not None
    assert p is not None
    between = np.asarray(_contents(g.document, g.verbatim, table, size).sum(axis=0)).ravel() > 0
    if gold.marked is not None:
        document, start, end, _ = gold.marked
        spans = Fragments(np.arange(len(document)), start, end)
        between |= np.asarray(_contents(document, spans, table, size).sum(axis=0)).ravel() > 0
    only = diags_array(between.astype(np.float64)).tocsr()
    i, j, _, d, size_g, size_p = _dice(csr_array(contents[0] @ only), csr_array(contents[1] @ only))
    right = _speaker_right(gold, predicted, g, p, i, j)
    rows = _assignment(i, j, d, 0.0, right)
    rows = rows[right[rows]]
    doc_g, doc_p = g.document[i[rows]], p.document[j[rows]]
    tally.prf("AQ_soft_verbatim", doc_p, p.document[size_p > 0], doc_g, g.document[size_g > 0], d[rows], d[rows])


def _marks(tally: Tally, gold: Documents, p: Quotes, spurious: Ints) -> None:
    """`marks_taken[KIND]`: the share of other quotation marks that a prediction without a gold counterpart covers."""
    if gold.marked is None:
        return
    document, start, end, kind = gold.marked
    rows = np.flatnonzero(np.isin(p.content.row, spurious))
    hit, _ = overlap_join(
        (document, start, end), (p.document[p.content.row[rows]], p.content.start[rows], p.content.end[rows])
    )
    taken = np.isin(np.arange(len(document)), hit)
    for name in sorted(set(kind.tolist())):
        tally.add(f"marks_taken[{name}]:hits", document[taken & (kind == name)])
        tally.add(f"marks_taken[{name}]:of", document[kind == name])


def _parts(tally: Tally, g: Quotes, p: Quotes, i: Ints, j: Ints) -> None:
    """Cues and source spans on assigned pairs; precision over predictions that have the part, recall over gold."""
    cue = (g.cue_start[i] >= 0) & (g.cue_start[i] == p.cue_start[j]) & (g.cue_end[i] == p.cue_end[j])
    both = (g.source_start[i] >= 0) & (p.source_start[j] >= 0)
    same = both & (g.source_start[i] == p.source_start[j]) & (g.source_end[i] == p.source_end[j])
    touch = both & (g.source_start[i] < p.source_end[j]) & (p.source_start[j] < g.source_end[i])
    cue_p, source_p = p.document[p.cue_start >= 0], p.document[p.source_start >= 0]
    cue_g, source_g = g.document[g.cue_start >= 0], g.document[g.source_start >= 0]
    tally.prf("cue", p.document[j[cue]], cue_p, g.document[i[cue]], cue_g)
    tally.prf("source_exact", p.document[j[same]], source_p, g.document[i[same]], source_g)
    tally.prf("source_overlap", p.document[j[touch]], source_p, g.document[i[touch]], source_g)


def _speaker_right(gold: Documents, predicted: Documents, g: Quotes, p: Quotes, i: Ints, j: Ints) -> Bools:
    """Whether the predicted speaker of pair (i, j) is the gold speaker's entity.

    Right when its span is any gold mention of that entity, or its entity resolves to it; none equals none.
    """
    speaker = resolve.entity_numbers(gold.entities, g.document, g.source_entity)
    nobody = (p.source_start < 0) & (p.source_entity == "")
    by_span = np.full(len(p.document), resolve.NOBODY, dtype=np.int64)
    by_entity = by_span.copy()
    if gold.entities is not None:
        by_span = resolve.exact(gold.entities, p.document, p.source_start, p.source_end)
        own = resolve.entity_numbers(predicted.entities, p.document, p.source_entity)
        known = own >= 0
        by_entity[known] = resolve.clusters(gold.entities, predicted.entities)[own[known]]
    meant = (by_span[j] == speaker[i]) | (by_entity[j] == speaker[i])
    return np.asarray(np.where(speaker[i] >= 0, meant, nobody[j]), dtype=np.bool_)


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics from summed statistics."""
    return {m: rate(totals, m) if m.split("[")[0] in _RATES else prf(totals, m) for m in totals.metrics()}
