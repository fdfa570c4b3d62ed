"""Entity mentions: strict, exact, partial and type, over names and values (levels NAM and VAL).

Definitions: SemEval-2013 task 9.1, counted over the corpus (see `spanscores`). `names` and `values` are strict on one
kind of type alone; `macro` is the mean over the gold's types; `type_accuracy` is on equal spans.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from goldwire import schema
from goldwire.counts import PRF, Counts, Score, Tally, Totals, prf, rate
from goldwire.documents import Documents, Mentions, encode
from goldwire.options import DEFAULT, Options
from goldwire.spanscores import Typed, macro, tally_spans

Ints = npt.NDArray[np.int64]

LAYER = "entities"
METRICS = ("strict", "exact", "partial", "type", "names", "values", "macro", "type_accuracy")
HEADLINE = "strict"
ARTICLES = ("the ", "a ", "an ")
POSSESSIVES = ("’s", "'s", "’", "'")


def scored(mentions: Mentions) -> Ints:
    """Rows of the mentions that this scorer looks at: names, values, and predictions without a level."""
    return np.flatnonzero((mentions.level == "NAM") | (mentions.level == "VAL") | (mentions.level == ""))


def counts(gold: Documents, predicted: Documents, options: Options = DEFAULT) -> Counts:
    """Statistics per document of all metrics, and of `strict` for every type of either side.

    With `edges` trim, leading articles and possessive ’s are stripped from the spans of both sides first.
    """
    tally = Tally(gold.ids)
    g, p = gold.entities, predicted.entities
    assert g is not None
    assert p is not None
    rows_g, rows_p = scored(g), scored(p)
    type_g, type_p, names = encode(g.type[rows_g], p.type[rows_p])
    bounds_g, bounds_p = (g.start[rows_g], g.end[rows_g]), (p.start[rows_p], p.end[rows_p])
    if options.edges == "trim":
        bounds_g = _trimmed(gold, g.document[rows_g], *bounds_g)
        bounds_p = _trimmed(gold, p.document[rows_p], *bounds_p)
    tally_spans(
        tally, Typed(g.document[rows_g], *bounds_g, type_g), Typed(p.document[rows_p], *bounds_p, type_p), names
    )
    values = schema.ontology().value_types
    made = tally.counts()
    index = {column: i for i, column in enumerate(made.columns)}
    for metric, wanted in (("names", False), ("values", True)):
        for part in PRF:
            own = [index[f"strict[{name or 'untyped'}]:{part}"] for name in names if (name in values) == wanted]
            tally.column(f"{metric}:{part}", made.values[:, own].sum(axis=1))
    return tally.counts()


def _trimmed(gold: Documents, document: Ints, start: Ints, end: Ints) -> tuple[Ints, Ints]:
    start, end = start.copy(), end.copy()
    for row in np.flatnonzero(start >= 0).tolist():
        text = gold.texts[document[row]][start[row] : end[row]]
        article = next((a for a in ARTICLES if text.lower().startswith(a) and len(text) > len(a)), "")
        possessive = next((s for s in POSSESSIVES if text.endswith(s) and len(text) > len(s) + len(article)), "")
        start[row] += len(article)
        end[row] -= len(possessive)
    return start, end


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics from summed statistics."""
    out = {
        metric: rate(totals, metric) if metric == "type_accuracy" else prf(totals, metric)
        for metric in totals.metrics()
        if not metric.startswith("confusion")
    }
    return out | {"macro": macro(totals)}
