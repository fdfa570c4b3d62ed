"""Boilerplate: which letters and digits of the page are kept, and what of the gold survives in them.

G and P are the positions of letters and digits in boilerplate; those of optional gold boilerplate are left out of both
and of the universe. `removal` scores P against G, `content_micro` the kept side; `content_macro`, the headline, is the
mean over pages of the kept side's P, R and F1 (pages without content on either side are left out and counted).
`survival.*` is the share of gold items that lie wholly inside the kept text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from goldwire import schema, shingles
from goldwire.characters import Characters
from goldwire.counts import Counts, Score, Tally, Totals, harmonic, prf, rate, ratio
from goldwire.documents import Boilerplate, Documents, Fragments, Strings, encode
from goldwire.options import DEFAULT, Options
from goldwire.spanscores import Typed, tally_spans

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

LAYER = "boilerplate"
METRICS = (
    "removal",
    "content_micro",
    "content_macro",
    "mcc",
    "content_lost",
    "boilerplate_leaked",
    "shingle4",
    "shingle4_full",
    "exact_match",
    "lcs",
    "spans.strict",
    "spans.exact",
    "spans.partial",
    "spans.type",
    "spans.type_accuracy",
    "survival.entities",
    "survival.quotes",
    "survival.events",
)
HEADLINE = "content_macro"
_RATES = (
    "content_lost",
    "boilerplate_leaked",
    "exact_match",
    "lcs",
    "spans.type_accuracy",
    "survival.entities",
    "survival.quotes",
    "survival.events",
)


@dataclass(frozen=True)
class _Pieces:
    """The pages cut at every edge of every span: in one piece all characters are alike.

    `start`, `end` count from the first page's start; `solid` is the number of letters and digits of a piece.
    """

    document: Ints
    start: Ints
    end: Ints
    solid: Floats

    @classmethod
    def of(cls, text: Characters, *spans: Boilerplate) -> _Pieces:
        edges = [text.base, *(text.base[b.document] + edge for b in spans for edge in (b.start, b.end))]
        cuts = np.unique(np.concatenate(edges))
        start, end = cuts[:-1], cuts[1:]
        document = np.searchsorted(text.base, start, side="right") - 1
        return cls(document, start, end, (text.solid_before[end] - text.solid_before[start]).astype(np.float64))

    def labels(self, base: Ints, b: Boilerplate, codes: Ints) -> Ints:
        """The code of the span over each piece, -1 outside all spans; of overlapping spans the last one counts."""
        first = np.searchsorted(self.start, base[b.document] + b.start)
        width = np.searchsorted(self.start, base[b.document] + b.end) - first
        out = np.full(len(self.start), -1, dtype=np.int64)
        at = np.repeat(first, width) + np.arange(width.sum()) - np.repeat(np.cumsum(width) - width, width)
        out[at] = np.repeat(codes, width)
        return out


def _some(b: Boilerplate, rows: Bools) -> Boilerplate:
    return Boilerplate(b.document[rows], b.start[rows], b.end[rows], b.type[rows], b.policy[rows])


def _among(values: Strings, wanted: Collection[str]) -> Bools:
    return np.asarray(pc.is_in(pa.array(values, pa.string()), pa.array(list(wanted), pa.string())), dtype=np.bool_)


def counts(gold: Documents, predicted: Documents, options: Options = DEFAULT) -> Counts:
    """Statistics per document of all metrics, of removal by gold type (recall only: predictions may be untyped)."""
    g, p = gold.boilerplate, predicted.boilerplate
    assert g is not None and p is not None
    p = _some(p, p.start >= 0)
    tally = Tally(gold.ids)
    n = len(gold.ids)
    text = gold.characters
    # A span that the system itself calls optional (a caption, a dateline) is not taken away.
    policy = schema.ontology().boilerplate_policy
    away = _some(p, ~_among(p.type, [name for name, value in policy.items() if value != "remove"]))
    pieces = _Pieces.of(text, g, p)
    kind = pieces.labels(text.base, g, np.where(g.policy == "optional", 1, 0))
    cut = pieces.labels(text.base, away, np.zeros(len(away.document), dtype=np.int64)) == 0
    universe, removed = kind != 1, kind == 0

    def per_page(mask: Bools) -> Floats:
        return np.bincount(pieces.document[mask], pieces.solid[mask], minlength=n).astype(np.float64)

    taken = universe & cut
    tp, fp = per_page(removed & taken), per_page(taken & ~removed)
    fn, tn = per_page(removed & ~taken), per_page(universe & ~removed & ~taken)
    for name, hits, of_p, of_g in (("removal", tp, tp + fp, tp + fn), ("content_micro", tn, tn + fn, tn + fp)):
        for column, values in zip(("tp_p", "predicted", "tp_r", "gold"), (hits, of_p, hits, of_g), strict=True):
            tally.column(f"{name}:{column}", values)
    with np.errstate(divide="ignore", invalid="ignore"):
        precision = np.where(tn + fn > 0, tn / (tn + fn), 0.0)
        recall = np.where(tn + fp > 0, tn / (tn + fp), 0.0)
        f1 = np.where(2 * tn + fn + fp > 0, 2 * tn / (2 * tn + fn + fp), 0.0)
    pages = (tn + fn + fp > 0).astype(np.float64)
    for name, values in (("p", precision), ("r", recall), ("f", f1), ("pages", pages), ("left_out", 1 - pages)):
        tally.column(f"content_macro:{name}", values)
    for name, hits, of in (("content_lost", fp, fp + tn), ("boilerplate_leaked", fn, fn + tp)):
        tally.column(f"{name}:hits", hits)
        tally.column(f"{name}:of", of)
    for name, values in (("tp", tp), ("fp", fp), ("fn", fn), ("tn", tn)):
        tally.column(f"mcc:{name}", values)
    _survival(tally, gold, _Within(text, pieces, cut))
    _by_type(tally, g, _Within(text, pieces, taken))
    _texts(tally, gold, _Gone(pieces, ~universe | removed), _Gone(pieces, ~universe | cut))
    typed = p.type != ""
    if typed.any():
        type_g, type_p, names = encode(g.type, p.type[typed])
        tally_spans(
            tally,
            Typed(g.document, g.start, g.end, type_g),
            Typed(p.document[typed], p.start[typed], p.end[typed], type_p),
            names,
            prefix="spans.",
        )
        some = _some(p, typed)
        one, two = pieces.labels(text.base, g, type_g), pieces.labels(text.base, some, type_p)
        _type_characters(tally, pieces, one, two, names)
    return tally.counts()


class _Within:
    """How many letters and digits of a span lie in marked pieces."""

    def __init__(self, text: Characters, pieces: _Pieces, marked: Bools) -> None:
        solid = np.where(marked, pieces.solid, 0)
        self._text, self._pieces, self._marked = text, pieces, marked
        self._before = np.cumsum(solid) - solid

    def _until(self, place: Ints) -> Floats:
        piece = np.maximum(np.searchsorted(self._pieces.start, place, side="right") - 1, 0)
        before = self._text.solid_before
        part = before[place] - before[self._pieces.start[piece]]
        return np.asarray(self._before[piece] + np.where(self._marked[piece], part, 0), dtype=np.float64)

    def solid(self, document: Ints, start: Ints, end: Ints) -> Floats:
        """All letters and digits of spans."""
        base, before = self._text.base[document], self._text.solid_before
        return np.asarray(before[base + end] - before[base + start], dtype=np.float64)

    def __call__(self, document: Ints, start: Ints, end: Ints) -> Floats:
        base = self._text.base[document]
        return self._until(base + end) - self._until(base + start)


@dataclass(frozen=True)
class _Gone:
    """Stretches of text that are taken away: the marked pieces, neighbours joined."""

    start: Ints
    end: Ints

    def __init__(self, pieces: _Pieces, marked: Bools) -> None:
        edge = np.diff(np.concatenate([[False], marked, [False]]).astype(np.int8))
        object.__setattr__(self, "start", pieces.start[np.flatnonzero(edge == 1)])
        object.__setattr__(self, "end", pieces.end[np.flatnonzero(edge == -1) - 1])

    def spares(self, start: Ints, end: Ints) -> Bools:
        """Which of the sorted, disjoint stretches [start, end) lose no character."""
        low = np.searchsorted(end, self.start, side="right")
        high = np.searchsorted(start, self.end, side="left")
        lost = np.zeros(len(start) + 1, dtype=np.int64)
        np.add.at(lost, np.minimum(low, high), 1)
        np.add.at(lost, high, -1)
        return np.asarray(np.cumsum(lost[:-1]) == 0)

    def words(self, text: str, first: int) -> list[str]:
        """White-space tokens of what is left of a page that starts at `first`."""
        last = first + len(text)
        low, high = np.searchsorted(self.end, first, side="right"), np.searchsorted(self.start, last, side="left")
        pieces, at = [], first
        for a, b in zip(self.start[low:high].tolist(), self.end[low:high].tolist(), strict=True):
            pieces.append(text[at - first : max(a, first) - first])
            at = min(b, last)
        pieces.append(text[at - first :])
        return " ".join(pieces).split()


def _survival(tally: Tally, gold: Documents, cut: _Within) -> None:
    """Gold mentions, quotation contents and triggers without a removed letter or digit."""

    def kept(document: Ints, start: Ints, end: Ints) -> Bools:
        return np.asarray(cut(document, start, end) == 0)

    def whole(fragments: Fragments, document: Ints) -> Bools:
        lost = ~kept(document[fragments.row], fragments.start, fragments.end)
        return np.asarray(np.bincount(fragments.row[lost], minlength=len(document)) == 0)

    items: list[tuple[str, Ints, Bools]] = []
    if gold.entities is not None:
        m = gold.entities
        items.append(("entities", m.document, kept(m.document, m.start, m.end)))
    if gold.quotes is not None:
        items.append(("quotes", gold.quotes.document, whole(gold.quotes.content, gold.quotes.document)))
    if gold.events is not None:
        items.append(("events", gold.events.document, whole(gold.events.trigger, gold.events.document)))
    for name, document, alive in items:
        tally.add(f"survival.{name}:hits", document[alive])
        tally.add(f"survival.{name}:of", document)


def _texts(tally: Tally, gold: Documents, gone: _Gone, taken: _Gone) -> None:
    """Shingles, exact match and LCS of the kept texts; optional boilerplate is in neither."""
    n = len(gold.ids)
    base = gold.characters.base
    found = shingles.tokens(gold.characters)
    keep_g, keep_p = gone.spares(found.start, found.end), taken.spares(found.start, found.end)
    differ = np.bincount(found.document[keep_g != keep_p], minlength=n) > 0
    # A page that keeps the same tokens has the same shingles: only the others are compared.
    size = np.bincount(found.document[keep_g], minlength=n)
    tp = np.where(size > 0, np.maximum(size - shingles.N + 1, 1), 0).astype(np.float64)
    fp, fn = np.zeros(n), np.zeros(n)
    rows = differ[found.document]
    numbers = np.cumsum(differ) - 1
    some = int(differ.sum())
    one, two = (
        shingles.shingles(numbers[found.document[side]], found.hash[side], some)
        for side in (rows & keep_g, rows & keep_p)
    )
    tp[differ], fp[differ], fn[differ] = shingles.overlap(one, two, some)
    shingle_columns(tally, tp, fp, fn)
    tally.column("exact_match:hits", (~differ).astype(np.float64))
    tally.column("exact_match:of", np.ones(n))
    tally.column("lcs:hits", _lcs(gold.texts, base, gone, taken))
    tally.column("lcs:of", np.ones(n))


def _lcs(texts: Sequence[str], base: Ints, gone: _Gone, taken: _Gone) -> Floats:
    """`shingles.lcs_ratio` of the kept words of each page; 1 where the same stretches are taken away."""
    out = np.ones(len(texts))
    sides = [np.stack([side.start, side.end]) for side in (gone, taken)]
    odd = np.setxor1d(*(side[0] * (base[-1] + 1) + side[1] for side in sides)) // (base[-1] + 1)
    for d in np.unique(np.searchsorted(base, odd, side="right") - 1).tolist():
        first = int(base[d])
        out[d] = shingles.lcs_ratio(gone.words(texts[d], first), taken.words(texts[d], first))
    return out


def shingle_columns(tally: Tally, tp: Floats, fp: Floats, fn: Floats) -> None:
    """Columns of shingle4 and shingle4_full from TP, FP, FN per document."""
    precision, recall = shingles.page_scores(tp, fp, fn)
    for name, values in (("p", precision), ("r", recall)):
        tally.column(f"shingle4:{name}", np.nan_to_num(values))
        tally.column(f"shingle4:n{name}", (~np.isnan(values)).astype(np.float64))
    truth = ~np.isnan(recall)
    tally.column("shingle4_full:p", np.where(truth, np.nan_to_num(precision), 0.0))
    tally.column("shingle4_full:r", np.nan_to_num(recall))
    for name in ("np", "nr"):
        tally.column(f"shingle4_full:{name}", truth.astype(np.float64))


def shingle_score(totals: Totals, metric: str) -> Score:
    """Mean precision over documents with output, mean recall over documents with truth, F1 of the two."""
    sums = {name: totals[f"{metric}:{name}"] for name in ("p", "np", "r", "nr")}
    support = sums["np"] + sums["nr"]
    precision, recall = ratio(sums["p"], sums["np"], support), ratio(sums["r"], sums["nr"], support)
    return Score(precision, recall, harmonic(precision, recall), sums)


def _type_characters(tally: Tally, pieces: _Pieces, gold: Ints, predicted: Ints, names: tuple[str, ...]) -> None:
    """`characters[TYPE]` per type, and the confusion of types with each other and with content, in letters and digits."""
    width = len(names) + 1
    cells = (gold + 1) * width + predicted + 1
    kinds, kind = np.unique(cells, return_inverse=True)
    order = np.argsort(kind, kind="stable")
    parts = dict(zip(kinds.tolist(), np.split(order, np.cumsum(np.bincount(kind))[:-1]), strict=True))
    for code, name in enumerate(names, 1):
        same = parts.get(code * width + code, order[:0])
        of_p, of_g = predicted == code - 1, gold == code - 1
        for part, rows in (("tp_p", same), ("predicted", of_p), ("tp_r", same), ("gold", of_g)):
            tally.add(f"spans.characters[{name}]:{part}", pieces.document[rows], pieces.solid[rows])
    labels = ("content", *names)
    for cell, rows in parts.items():
        i, j = divmod(cell, width)
        if i != j and pieces.solid[rows].any():
            tally.add(f"spans.confusion[{labels[i]}>{labels[j]}]:n", pieces.document[rows], pieces.solid[rows])


def _by_type(tally: Tally, g: Boilerplate, taken: _Within) -> None:
    """How much of each removed type was left standing."""
    codes, _, names = encode(g.type, np.zeros(0, dtype=object))
    rows = g.policy == "remove"
    size = taken.solid(g.document, g.start, g.end)
    left = size - taken(g.document, g.start, g.end)
    for code, name in enumerate(names):
        keep = rows & (codes == code)
        if keep.any():
            tally.add(f"boilerplate_leaked[{name}]:hits", g.document[keep], left[keep])
            tally.add(f"boilerplate_leaked[{name}]:of", g.document[keep], size[keep])


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics from summed statistics."""
    out: dict[str, Score] = {}
    for metric in totals.metrics():
        if metric == "content_macro":
            pages = totals["content_macro:pages"]
            with np.errstate(divide="ignore", invalid="ignore"):
                p, r, f = (np.where(pages > 0, totals[f"content_macro:{x}"] / pages, np.nan) for x in "prf")
            out[metric] = Score(p, r, f, {"pages": pages, "left_out": totals["content_macro:left_out"]})
        elif "confusion" in metric:
            continue
        elif metric in ("shingle4", "shingle4_full"):
            out[metric] = shingle_score(totals, metric)
        elif metric == "mcc":
            out[metric] = _mcc(totals)
        else:
            out[metric] = rate(totals, metric) if metric.split("[")[0] in _RATES else prf(totals, metric)
    return out


def _mcc(totals: Totals) -> Score:
    """Matthews correlation of the two masks, 0 where a side is constant (as scikit-learn)."""
    tp, fp, fn, tn = (totals[f"mcc:{name}"] for name in ("tp", "fp", "fn", "tn"))
    below = np.sqrt((tp + fp) * (tp + fn) * (tn + fp) * (tn + fn))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(below > 0, (tp * tn - fp * fn) / below, 0.0)
    none = np.full(np.shape(value), np.nan)
    return Score(none, none, np.where(tp + fp + fn + tn > 0, value, np.nan), {"tp": tp, "fp": fp, "fn": fn, "tn": tn})
