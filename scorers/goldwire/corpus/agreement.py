"""Agreement of two independent passes, recomputed from their files with the scorers themselves.

One pass is scored against the other; every figure but `content_exact`, `speaker` and the kappa is an F1, hence
symmetric. Targets are those of the annotation plan (corpus/guidelines/README.md).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from goldwire import coreference, entities, events, quotes, resolve
from goldwire.counts import Counts, Floats, Tally, Totals, prf
from goldwire.documents import Documents, encode, gold_documents, predicted_documents
from goldwire.spans import joint_codes, multiset_join
from goldwire.statistics import interval

Record = Mapping[str, Any]

TARGETS = {
    "names": 0.96,
    "mentions": 0.95,
    "coreference": 0.92,
    "quotes_found": 0.95,
    "content_exact": 0.93,
    "speaker": 0.97,
    "triggers": 0.92,
    "triggers_typed": 0.92,
    "arguments": 0.85,
    "realis_kappa": 0.85,
    "boilerplate_typed": 0.92,
}
MEANING = {
    "names": "F1 of names and values, span and type",
    "mentions": "F1 of all mention spans",
    "coreference": "CoNLL mean F1",
    "quotes_found": "F1 of quotations, contents alike by half (QD_0.5)",
    "content_exact": "of those found, the share with exactly the same words",
    "speaker": "of those found, the share with the same speaker entity",
    "triggers": "F1 of trigger spans",
    "triggers_typed": "F1 of trigger spans with type",
    "arguments": "F1 of entity-level arguments with role (EA+)",
    "realis_kappa": "Cohen's kappa of realis on triggers alike in span and type",
    "boilerplate_typed": "F1 of boilerplate spans with type",
}


@dataclass(frozen=True)
class Figure:
    """One figure with its 95 % bootstrap interval over pages and the number of items it rests on."""

    value: float
    low: float
    high: float
    items: int


def agreement(
    first: Sequence[Record], second: Sequence[Record], *, resamples: int = 1000, seed: int = 12345
) -> dict[str, Figure]:
    """Figures of pass `second` against pass `first`, records of the same pages in the same order.

    Each record has `id`, `text` and the four layers.
    """
    a = gold_documents(first)
    b = predicted_documents(second, a)
    counts = Counts.join(
        [
            ("entities", entities.counts(a, b)),
            ("coreference", coreference.counts(a, b)),
            ("quotes", quotes.counts(a, b)),
            ("events", events.counts(a, b)),
            ("spans", _spans(a, b)),
        ]
    )
    readers: dict[str, Callable[[Totals], Floats]] = {
        "names": lambda t: prf(t.under("entities"), "strict").f1,
        "mentions": lambda t: prf(t.under("spans"), "mentions").f1,
        "coreference": lambda t: coreference.scores(t.under("coreference"))["conll"].f1,
        "quotes_found": lambda t: prf(t.under("quotes"), "QD_0.5").f1,
        "content_exact": lambda t: _ratio(t["quotes.QD_strict:tp_p"], t["quotes.QD_0.5:tp_p"]),
        "speaker": lambda t: _ratio(t["quotes.speaker_accuracy:hits"], t["quotes.speaker_accuracy:of"]),
        "triggers": lambda t: prf(t.under("events"), "TI").f1,
        "triggers_typed": lambda t: prf(t.under("events"), "TC").f1,
        "arguments": lambda t: prf(t.under("events"), "EA+").f1,
        "realis_kappa": lambda t: _kappa(t.under("spans")),
        "boilerplate_typed": lambda t: prf(t.under("spans"), "boilerplate").f1,
    }
    items = {
        "names": "entities.strict:gold",
        "mentions": "spans.mentions:gold",
        "coreference": "spans.mentions:gold",
        "quotes_found": "quotes.QD_0.5:gold",
        "content_exact": "quotes.QD_0.5:tp_p",
        "speaker": "quotes.speaker_accuracy:of",
        "triggers": "events.TI:gold",
        "triggers_typed": "events.TC:gold",
        "arguments": "events.EA+:gold",
        "realis_kappa": "events.TC:tp_p",
        "boilerplate_typed": "spans.boilerplate:gold",
    }
    totals = counts.totals()
    out = {}
    for name, read in readers.items():
        low, high = interval(counts, read, resamples=resamples, seed=seed)
        out[name] = Figure(float(read(totals)), low, high, int(totals[items[name]]))
    return out


def _ratio(hits: Floats, of: Floats) -> Floats:
    return np.where(of > 0, hits / np.maximum(of, 1), np.nan)


def _spans(a: Documents, b: Documents) -> Counts:
    """Mention spans of all levels, typed boilerplate spans, and the realis table of shared triggers."""
    tally = Tally(a.ids)
    assert a.entities and b.entities and a.boilerplate and b.boilerplate and a.events and b.events
    for name, x, y, typed in (
        ("mentions", a.entities, b.entities, False),
        ("boilerplate", a.boilerplate, b.boilerplate, True),
    ):
        type_x, type_y, _ = encode(x.type, y.type)
        key_x = (x.document, x.start, x.end, *((type_x,) if typed else ()))
        key_y = (y.document, y.start, y.end, *((type_y,) if typed else ()))
        code_x, code_y = joint_codes(key_x, key_y)
        hit_x, hit_y = multiset_join(code_x, code_y)
        tally.prf(name, y.document[hit_y], y.document, x.document[hit_x], x.document)
    e, f = a.events, b.events
    type_e, type_f, _ = encode(e.type, f.type)
    shapes: dict[Any, int] = {}
    code_e, code_f = joint_codes(
        (e.document, *resolve.signatures(e.trigger, len(e.document), shapes), type_e),
        (f.document, *resolve.signatures(f.trigger, len(f.document), shapes), type_f),
    )
    hit_e, hit_f = multiset_join(code_e, code_f)
    for one in ("Actual", "Generic", "Other"):
        for two in ("Actual", "Generic", "Other"):
            rows = (e.realis[hit_e] == one) & (f.realis[hit_f] == two)
            tally.add(f"realis:{one}|{two}", e.document[hit_e[rows]])
    return tally.counts()


def _kappa(totals: Totals) -> Floats:
    """Cohen's kappa from the nine cells of the realis table; nan without items, 1 where both always agree."""
    names = ("Actual", "Generic", "Other")
    table = np.stack([[totals[f"realis:{x}|{y}"] for y in names] for x in names])
    n = table.sum(axis=(0, 1))
    observed = sum(table[i, i] for i in range(3)) / np.maximum(n, 1)
    expected = (table.sum(axis=0) * table.sum(axis=1)).sum(axis=0) / np.maximum(n, 1) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        kappa = np.where(expected < 1, (observed - expected) / (1 - expected), 1.0)
    return np.where(n > 0, kappa, np.nan)
