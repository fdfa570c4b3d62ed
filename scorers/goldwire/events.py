"""Events: triggers (TI, TC), arguments (AI, AC, AI+, AC+) and entity-level arguments (EA, EA+).

Keys as TextEE has them, over multisets, with the document as window: TI trigger; TC + type; AI (type, argument span);
AC + role; AI+ (trigger, type, argument span); AC+ + role. EA and EA+ count each (event, [role,] filler) once, the filler
being an entity, or the words of a span that is no entity: it does not matter which mention of an entity is found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from goldwire import resolve
from goldwire.counts import Counts, Score, Tally, Totals, prf
from goldwire.documents import Documents, Events, Strings, encode
from goldwire.spans import joint_codes, multiset_join
from goldwire.words import WORD

Ints = npt.NDArray[np.int64]

LAYER = "events"
METRICS = ("TI", "TC", "AI", "AC", "AI+", "AC+", "EA", "EA+", "TC_EA+")
HEADLINE = "TC_EA+"


@dataclass(frozen=True)
class _Side:
    """Codes of one side: per mention document, trigger and type; per argument its mention, role and span."""

    document: Ints
    trigger: tuple[Ints, Ints, Ints]
    type: Ints
    mention: Ints
    role: Ints
    start: Ints
    end: Ints


def counts(gold: Documents, predicted: Documents) -> Counts:
    """Statistics per document of all metrics, of TC by event type."""
    g, p = gold.events, predicted.events
    assert g is not None and p is not None
    tally = Tally(gold.ids)
    type_g, type_p, names = encode(g.type, p.type)
    role_g, role_p, _ = encode(g.argument_role, p.argument_role)
    shapes: dict[tuple[tuple[int, int], ...], int] = {}
    filled_g = _filled(g, gold)
    filled_p = _filled(p, predicted)
    a = _Side(
        g.document,
        resolve.signatures(g.trigger, len(g.document), shapes),
        type_g,
        g.argument_mention,
        role_g,
        *filled_g,
    )
    b = _Side(
        p.document,
        resolve.signatures(p.trigger, len(p.document), shapes),
        type_p,
        p.argument_mention,
        role_p,
        *filled_p,
    )
    hit_g, hit_p = _triggers(a, b, typed=False)
    tally.prf("TI", b.document[hit_p], b.document, a.document[hit_g], a.document)
    hit_g, hit_p = _triggers(a, b, typed=True)
    tally.prf("TC", b.document[hit_p], b.document, a.document[hit_g], a.document)
    for code, name in enumerate(names):
        hits, of_g, of_p = type_g[hit_g] == code, type_g == code, type_p == code
        tally.prf(f"TC[{name}]", p.document[hit_p[hits]], p.document[of_p], g.document[hit_g[hits]], g.document[of_g])
    _entity_level(tally, gold, predicted, a, b, _linked(g, p, hit_g, hit_p))
    for metric, with_trigger, with_role in (("AI", 0, 0), ("AC", 0, 1), ("AI+", 1, 0), ("AC+", 1, 1)):
        key_g, key_p = (
            (
                s.document[s.mention],
                s.type[s.mention],
                s.start,
                s.end,
                *((part[s.mention] for part in s.trigger) if with_trigger else ()),
                *((s.role,) if with_role else ()),
            )
            for s in (a, b)
        )
        code_g, code_p = joint_codes(key_g, key_p)
        lost = (b.start < 0) | (b.trigger[0][b.mention] < 0 if with_trigger else False)
        code_p = np.where(lost, -1 - np.arange(len(code_p)), code_p)
        hit_g, hit_p = multiset_join(code_g, code_p)
        doc_g, doc_p = a.document[a.mention], b.document[b.mention]
        tally.prf(metric, doc_p[hit_p], doc_p, doc_g[hit_g], doc_g)
    return tally.counts()


def _triggers(a: _Side, b: _Side, *, typed: bool) -> tuple[Ints, Ints]:
    """One-to-one pairs of mentions with the same trigger, and the same type if `typed`."""
    code_g, code_p = joint_codes(
        (a.document, *a.trigger, *((a.type,) if typed else ())), (b.document, *b.trigger, *((b.type,) if typed else ()))
    )
    # Triggers that were not found on the page meet nothing, not even each other.
    return multiset_join(code_g, np.where(b.trigger[0] < 0, -1 - np.arange(len(code_p)), code_p))


def _filled(events: Events, documents: Documents) -> tuple[Ints, Ints]:
    """Argument spans; an argument given by entity alone gets that entity's mention nearest to the trigger."""
    start, end = events.argument_start.copy(), events.argument_end.copy()
    empty = np.flatnonzero((start < 0) & (events.argument_entity != ""))
    mentions = documents.entities
    if not len(empty) or mentions is None:
        return start, end
    document = events.document[events.argument_mention]
    number = resolve.entity_numbers(mentions, document[empty], events.argument_entity[empty])
    first = resolve.signatures(events.trigger, len(events.document), {})[0]
    for row, entity in zip(empty.tolist(), number.tolist(), strict=True):
        own = np.flatnonzero(mentions.entity == entity) if entity >= 0 else np.zeros(0, np.int64)
        own = own[mentions.start[own] >= 0]
        if len(own):
            near = own[np.argmin(np.abs(mentions.start[own] - first[events.argument_mention[row]]))]
            start[row], end[row] = mentions.start[near], mentions.end[near]
    return start, end


def _linked(g: Events, p: Events, hit_g: Ints, hit_p: Ints) -> Ints:
    """For each predicted mention the gold event it tells of; below -1 - n for one that matches none.

    A mention whose trigger and type are right tells of that gold event; another mention of the same predicted event
    tells of the gold event that most of its mentions met.
    """
    events = int(p.event.max(initial=-1)) + 1
    meant = np.full(events, -1, dtype=np.int64)
    if len(hit_p):
        pairs, votes = np.unique(np.stack([p.event[hit_p], g.event[hit_g]]), axis=1, return_counts=True)
        for k in np.lexsort((-pairs[1], votes)):
            meant[pairs[0, k]] = pairs[1, k]
    own = np.where(meant[p.event] >= 0, meant[p.event], -1 - p.event) if len(p.event) else p.event.copy()
    own[hit_p] = g.event[hit_g]
    return own


def _entity_level(tally: Tally, gold: Documents, predicted: Documents, a: _Side, b: _Side, event_p: Ints) -> None:
    g, p = gold.events, predicted.events
    assert g is not None and p is not None
    doc_g, doc_p = a.document[a.mention], b.document[b.mention]
    filler_g = resolve.entity_numbers(gold.entities, doc_g, g.argument_entity)
    filler_p = np.full(len(doc_p), resolve.NOBODY, dtype=np.int64)
    if gold.entities is not None:
        # Words that are a mention mean its entity, on both sides alike.
        spans = np.flatnonzero(filler_g == resolve.NOBODY)
        filler_g[spans] = resolve.exact(gold.entities, doc_g[spans], a.start[spans], a.end[spans])
        own = resolve.entity_numbers(predicted.entities, doc_p, p.argument_entity)
        known = own >= 0
        filler_p[known] = resolve.clusters(gold.entities, predicted.entities)[own[known]]
        spans = np.flatnonzero((filler_p == resolve.NOBODY) & (b.start >= 0))
        filler_p[spans] = resolve.exact(gold.entities, doc_p[spans], b.start[spans], b.end[spans])
    text_g = _surface(gold, doc_g, a.start, a.end, filler_g)
    text_p = _surface(gold, doc_p, b.start, b.end, filler_p)
    if gold.entities is not None:
        # Words that fill a role in the gold as words are meant as words; other spans mean whom their head names.
        as_words = {(int(d), words) for d, words in zip(doc_g, text_g, strict=True) if words}
        free = [not words or (int(d), words) not in as_words for d, words in zip(doc_p, text_p, strict=True)]
        spans = np.flatnonzero((filler_p == resolve.NOBODY) & (b.start >= 0) & np.asarray(free, dtype=bool))
        filler_p[spans] = resolve.by_head(gold.entities, doc_p[spans], b.start[spans], b.end[spans])
        text_p[filler_p >= 0] = ""
    words_g, words_p, _ = encode(text_g, text_p)
    # A filler that is neither an entity nor words of the page is wrong each time on its own.
    words_p = np.where((filler_p < 0) & (b.start < 0), -1 - np.arange(len(words_p)), words_p)
    for metric, with_role in (("EA", False), ("EA+", True)):
        key_g = (doc_g, g.event[a.mention], filler_g, words_g, *((a.role,) if with_role else ()))
        key_p = (doc_p, event_p[b.mention], filler_p, words_p, *((b.role,) if with_role else ()))
        code_g, code_p = joint_codes(key_g, key_p)
        code_g, first_g = np.unique(code_g, return_index=True)
        code_p, first_p = np.unique(code_p, return_index=True)
        hit_g, hit_p = multiset_join(code_g, code_p)
        tally.prf(metric, doc_p[first_p][hit_p], doc_p[first_p], doc_g[first_g][hit_g], doc_g[first_g])


def _surface(gold: Documents, document: Ints, start: Ints, end: Ints, filler: Ints) -> Strings:
    """The lower-cased words of fillers that are no entity; '' for entities."""
    out = np.full(len(document), "", dtype=object)
    for row in np.flatnonzero((filler < 0) & (start >= 0)).tolist():
        text = gold.texts[document[row]][start[row] : end[row]]
        out[row] = " ".join(WORD.findall(text)).lower()
    return out


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics; `TC_EA+`, the headline, is the mean F1 of TC and EA+."""
    out = {metric: prf(totals, metric) for metric in totals.metrics()}
    two = (out["TC"], out["EA+"])
    precision, recall, f1 = (np.mean([getattr(s, part) for s in two], axis=0) for part in ("precision", "recall", "f1"))
    # Without any argument on either side the trigger score stands alone.
    alone = np.isnan(out["EA+"].f1)
    tc = out["TC"]
    out["TC_EA+"] = Score(
        np.where(alone, tc.precision, precision), np.where(alone, tc.recall, recall), np.where(alone, tc.f1, f1), {}
    )
    return out
