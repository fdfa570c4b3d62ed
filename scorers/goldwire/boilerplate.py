"""Boilerplate: which letters and digits of the page are kept, and what of the gold survives in them.

G and P are the positions of letters and digits in boilerplate; those of optional gold boilerplate are left out of both
and of the universe. `removal` scores P against G, `content_micro` the kept side; `content_macro`, the headline, is the
mean over pages of the kept side's P, R and F1 (pages without content on either side are left out and counted).
`survival.*` is the share of gold items that lie wholly inside the kept text.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from goldwire import schema, shingles
from goldwire.characters import Characters, running
from goldwire.counts import Counts, Score, Tally, Totals, harmonic, prf, rate, ratio
from goldwire.documents import Boilerplate, Documents, Fragments, encode
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


def counts(gold: Documents, predicted: Documents, options: Options = DEFAULT) -> Counts:
    """Statistics per document of all metrics, of removal by gold type (recall only: predictions may be untyped)."""
    g, p = gold.boilerplate, predicted.boilerplate
    assert g is not None and p is not None
    tally = Tally(gold.ids)
    n = len(gold.ids)
    text = gold.characters
    owner, solid = text.owner, text.solid
    optional = g.policy == "optional"
    masked = text.mask(g.document[optional], g.start[optional], g.end[optional])
    chrome = text.mask(g.document[~optional], g.start[~optional], g.end[~optional])
    universe = solid & ~masked
    removed = universe & chrome
    # A span that the system itself calls optional (a caption, a dateline) is not taken away.
    policy = schema.ontology().boilerplate_policy
    away = np.asarray([policy.get(name, "remove") == "remove" for name in p.type], dtype=bool)
    cut = text.mask(p.document[away], p.start[away], p.end[away])
    taken = universe & cut

    def per_page(mask: Bools) -> Floats:
        return np.bincount(owner[mask], minlength=n).astype(np.float64)

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
    _survival(tally, gold, text.base, running(solid & cut))
    _by_type(tally, g, text, taken)
    _texts(tally, gold, masked | chrome, masked | cut)
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
        _type_characters(tally, text, (g, type_g), (p, typed, type_p), names)
    return tally.counts()


def _survival(tally: Tally, gold: Documents, base: Ints, taken: npt.NDArray[np.int32]) -> None:
    """Gold mentions, quotation contents and triggers without a removed letter or digit. `taken` is a running count."""

    def kept(document: Ints, start: Ints, end: Ints) -> Bools:
        return np.asarray(taken[base[document] + end] == taken[base[document] + start])

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


def _texts(tally: Tally, gold: Documents, gone: Bools, taken: Bools) -> None:
    """Shingles, exact match and LCS of the kept texts; optional boilerplate is in neither."""
    n = len(gold.ids)
    base = gold.characters.base
    found = shingles.tokens(gold.characters)
    start, end = base[found.document] + found.start, base[found.document] + found.end

    def kept(mask: Bools) -> Bools:
        before = running(mask)
        return np.asarray(before[end] == before[start])

    keep_g, keep_p = kept(gone), kept(taken)
    one = shingles.shingles(found.document[keep_g], found.hash[keep_g], n)
    two = shingles.shingles(found.document[keep_p], found.hash[keep_p], n)
    tp, fp, fn = shingles.overlap(one, two, n)
    shingle_columns(tally, tp, fp, fn)
    differ = np.bincount(found.document[keep_g != keep_p], minlength=n) > 0
    tally.column("exact_match:hits", (~differ).astype(np.float64))
    tally.column("exact_match:of", np.ones(n))
    ratios = [
        shingles.lcs_ratio(*(_kept_words(text, mask[base[d] : base[d + 1]]) for mask in (gone, taken)))
        for d, text in enumerate(gold.texts)
    ]
    tally.column("lcs:hits", np.asarray(ratios, dtype=np.float64))
    tally.column("lcs:of", np.ones(n))


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


def _kept_words(text: str, mask: Bools) -> list[str]:
    """White-space tokens of what is left of `text` where `mask` is not set."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], mask, [True]]).astype(np.int8)))
    pieces = [text[a:b] for a, b in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]
    return " ".join(pieces).split()


def _type_characters(
    tally: Tally,
    text: Characters,
    gold: tuple[Boilerplate, Ints],
    predicted: tuple[Boilerplate, Bools, Ints],
    names: tuple[str, ...],
) -> None:
    """`characters[TYPE]` per type, and the confusion of types with each other and with content, in letters and digits."""
    g, type_g = gold
    p, typed, type_p = predicted
    a = _labels(text, g.document, g.start, g.end, type_g)
    b = _labels(text, p.document[typed], p.start[typed], p.end[typed], type_p)
    width = len(names) + 1
    cells = (text.owner[text.solid] * width + a + 1) * width + b + 1
    found, number = np.unique(cells, return_counts=True)
    document, one, two = found // (width * width), found // width % width, found % width
    for code, name in enumerate(names, 1):
        for part, keep in (
            ("tp_p", (one == code) & (two == code)),
            ("predicted", two == code),
            ("tp_r", (one == code) & (two == code)),
            ("gold", one == code),
        ):
            tally.add(f"spans.characters[{name}]:{part}", document[keep], number[keep].astype(np.float64))
    labels = ("content", *names)
    for i, j in {(int(x), int(y)) for x, y in zip(one, two, strict=True) if x != y}:
        keep = (one == i) & (two == j)
        tally.add(f"spans.confusion[{labels[i]}>{labels[j]}]:n", document[keep], number[keep].astype(np.float64))


def _labels(text: Characters, document: Ints, start: Ints, end: Ints, codes: Ints) -> Ints:
    """The type code of each letter and digit, -1 outside all spans; of overlapping spans the last one counts."""
    real = start >= 0
    first, last = text.base[document[real]] + start[real], text.base[document[real]] + end[real]
    out = np.full(len(text.points), -1, dtype=np.int64)
    for s, e, code in zip(first.tolist(), last.tolist(), codes[real].tolist(), strict=True):
        out[s:e] = code
    return out[text.solid]


def _by_type(tally: Tally, g: Boilerplate, text: Characters, taken: Bools) -> None:
    """How much of each removed type was left standing."""
    codes, _, names = encode(g.type, np.zeros(0, dtype=object))
    rows = g.policy == "remove"
    all_of, gone = running(text.solid), running(text.solid & taken)
    first, last = text.base[g.document] + g.start, text.base[g.document] + g.end
    size = (all_of[last] - all_of[first]).astype(np.float64)
    left = size - (gone[last] - gone[first])
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
