"""Events: triggers, arguments, entity-level arguments, nuggets, attributes and event coreference.

Keys as TextEE has them, over multisets, with the document as window: TI trigger; TC + type; AI (type, argument span);
AC + role; AI+ (trigger, type, argument span); AC+ + role; TCR trigger + type + realis. EA and EA+ count each (event,
[role,] filler) once, the filler being an entity, or the words of a span that is no entity: it does not matter which
mention of an entity is found. `nugget_*` are EvmEval's soft scores: the Dice of trigger characters over the best
one-to-one matching, of mentions that agree in type, realis or both. `TC_family` and `TC_plover` are TC with coarser types.
`event_coref.*` are the coreference metrics over mentions that agree in trigger and type.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from goldwire import clusters, resolve, schema
from goldwire.counts import Counts, Score, Tally, Totals, prf, rate
from goldwire.documents import Documents, Events, Strings, encode
from goldwire.options import DEFAULT, Options
from goldwire.problems import BadInput, Problem
from goldwire.spans import best_matching, joint_codes, multiset_join, overlap_join, unmet
from goldwire.words import WORD

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Keys = tuple[Ints, ...]

LAYER = "events"
METRICS = (
    "TI",
    "TC",
    "TCR",
    "TC_family",
    "TC_plover",
    "AI",
    "AC",
    "AI+",
    "AC+",
    "EA",
    "EA+",
    "nugget_span",
    "nugget_type",
    "nugget_realis",
    "nugget_type_realis",
    "realis_accuracy",
    "polarity_accuracy",
    "modality_accuracy",
    *(f"event_coref.{name}" for name in clusters.METRICS),
    "TC_EA+",
)
_RATES = ("realis_accuracy", "polarity_accuracy", "modality_accuracy")
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


def counts(gold: Documents, predicted: Documents, options: Options = DEFAULT) -> Counts:
    """Statistics per document of all metrics, of TC by event type.

    With `compat` textee, equal items count once on each side, as on TextEE's sets; with evmeval, documents without
    gold events are left out of the nugget scores.
    """
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
    sets = options.compat == "textee"

    def match(metric: str, key_g: Keys, doc_g: Ints, key_p: Keys, doc_p: Ints, lost: Bools) -> tuple[Ints, Ints]:
        """Multiset (or set) matches of two tables of keys; rows of `lost` predictions meet nothing."""
        code_g, code_p = joint_codes(key_g, key_p)
        code_p = unmet(code_p, lost)
        if sets:
            code_g, rows_g = np.unique(code_g, return_index=True)
            code_p, rows_p = np.unique(code_p, return_index=True)
        else:
            rows_g, rows_p = np.arange(len(code_g)), np.arange(len(code_p))
        hit_g, hit_p = multiset_join(code_g, code_p)
        tally.prf(metric, doc_p[rows_p[hit_p]], doc_p[rows_p], doc_g[rows_g[hit_g]], doc_g[rows_g])
        return rows_g[hit_g], rows_p[hit_p]

    nowhere = b.trigger[0] < 0
    realis_g, realis_p, _ = encode(g.realis, p.realis)
    coarse = [
        (
            "TC_family",
            *encode(_coarse(g.type, schema.ontology().family_of), _coarse(p.type, schema.ontology().family_of))[:2],
        ),
        (
            "TC_plover",
            *encode(_coarse(g.type, schema.ontology().plover_of), _coarse(p.type, schema.ontology().plover_of))[:2],
        ),
    ]
    match("TI", (a.document, *a.trigger), a.document, (b.document, *b.trigger), b.document, nowhere)
    typed_g, typed_p = (a.document, *a.trigger, a.type), (b.document, *b.trigger, b.type)
    hit_g, hit_p = match("TC", typed_g, a.document, typed_p, b.document, nowhere)
    match("TCR", (*typed_g, realis_g), a.document, (*typed_p, realis_p), b.document, nowhere)
    for metric, kind_g, kind_p in coarse:
        match(metric, (*typed_g[:-1], kind_g), a.document, (*typed_p[:-1], kind_p), b.document, nowhere)
    if options.gold_triggers:
        _same_triggers(typed_g[:-1], typed_p[:-1], gold)
    for code, name in enumerate(names):
        hits, of_g, of_p = type_g[hit_g] == code, type_g == code, type_p == code
        tally.prf(f"TC[{name}]", p.document[hit_p[hits]], p.document[of_p], g.document[hit_g[hits]], g.document[of_g])
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
        lost = (b.start < 0) | (nowhere[b.mention] if with_trigger else False)
        match(metric, key_g, a.document[a.mention], key_p, b.document[b.mention], lost)
    _entity_level(tally, gold, predicted, a, b, _linked(g, p, hit_g, hit_p))
    _nuggets(tally, g, p, (type_g, type_p), (realis_g, realis_p), options)
    for metric, own, other in (
        ("realis_accuracy", g.realis, p.realis),
        ("polarity_accuracy", g.polarity, p.polarity),
        ("modality_accuracy", g.modality, p.modality),
    ):
        same = own[hit_g] == other[hit_p]
        said = other[hit_p] != ""
        tally.add(f"{metric}:hits", g.document[hit_g[same & said]])
        tally.add(f"{metric}:of", g.document[hit_g[said]])
    code_g, code_p = joint_codes(typed_g, typed_p)
    code_p = unmet(code_p, nowhere)
    clusters.tally_clusters(
        tally,
        clusters.Clusters.of(g.document, code_g, g.event),
        clusters.Clusters.of(p.document, code_p, p.event),
        prefix="event_coref.",
    )
    return tally.counts()


def _coarse(types: Strings, level: Mapping[str, str]) -> Strings:
    return np.asarray([level.get(name, name) for name in types], dtype=object)


def _same_triggers(gold: Keys, predicted: Keys, documents: Documents) -> None:
    """In gold-trigger mode the triggers must be the gold's own.

    Raises:
        BadInput: naming the first page whose triggers differ.
    """
    code_g, code_p = joint_codes(gold, predicted)
    strange = np.setdiff1d(code_p, code_g)
    if len(strange):
        page = documents.ids[int(predicted[0][np.flatnonzero(code_p == strange[0])[0]])]
        raise BadInput(
            [Problem("schema", "a trigger that is not the gold's", page=page, expected="gold triggers only")]
        )


def _nuggets(
    tally: Tally, g: Events, p: Events, types: tuple[Ints, Ints], realis: tuple[Ints, Ints], options: Options
) -> None:
    """EvmEval's soft scores; the matching is the heaviest, so that the order of predictions does not matter."""
    pair_g, pair_p = overlap_join(
        (g.document[g.trigger.row], g.trigger.start, g.trigger.end),
        (p.document[p.trigger.row], p.trigger.start, p.trigger.end),
    )
    start = np.maximum(g.trigger.start[pair_g], p.trigger.start[pair_p])
    shared = np.minimum(g.trigger.end[pair_g], p.trigger.end[pair_p]) - start
    # Fragments of one pair of mentions add up.
    width = max(len(p.document), 1)
    cells, inverse = np.unique(g.trigger.row[pair_g] * width + p.trigger.row[pair_p], return_inverse=True)
    common = np.bincount(inverse, shared, minlength=len(cells))
    i, j = cells // width, cells % width
    size_g = np.bincount(g.trigger.row, g.trigger.end - g.trigger.start, minlength=len(g.document))
    size_p = np.bincount(p.trigger.row, p.trigger.end - p.trigger.start, minlength=len(p.document))
    dice = 2 * common / (size_g[i] + size_p[j])
    of_p = p.document
    if options.compat == "evmeval":
        of_p = of_p[np.isin(of_p, g.document)]
    same_type, same_realis = types[0][i] == types[1][j], realis[0][i] == realis[1][j]
    for metric, keep in (
        ("nugget_span", np.ones(len(i), dtype=bool)),
        ("nugget_type", same_type),
        ("nugget_realis", same_realis),
        ("nugget_type_realis", same_type & same_realis),
    ):
        rows = np.flatnonzero(keep)
        rows = rows[best_matching(i[rows], j[rows], dice[rows])]
        tally.prf(metric, p.document[j[rows]], of_p, g.document[i[rows]], g.document, dice[rows], dice[rows])


def _filled(events: Events, documents: Documents) -> tuple[Ints, Ints]:
    """Argument spans; an argument given by entity alone gets that entity's mention nearest to the trigger."""
    start, end = events.argument_start.copy(), events.argument_end.copy()
    empty = np.flatnonzero((start < 0) & (events.argument_entity != ""))
    mentions = documents.entities
    if not len(empty) or mentions is None:
        return start, end
    document = events.document[events.argument_mention]
    number = resolve.entity_numbers(mentions, document[empty], events.argument_entity[empty])
    first = resolve.signatures(events.trigger, len(events.document), {})[0][events.argument_mention[empty]]
    rows, near = resolve.nearest(mentions, number, first)
    start[empty[rows]], end[empty[rows]] = mentions.start[near], mentions.end[near]
    return start, end


def _linked(g: Events, p: Events, hit_g: Ints, hit_p: Ints) -> Ints:
    """For each predicted mention the gold event it tells of; below -1 - n for one that matches none.

    A mention whose trigger and type are right tells of that gold event; another mention of the same predicted event
    tells of the gold event that most of its mentions met.
    """
    events = int(p.event.max(initial=-1)) + 1
    meant = resolve.most_voted(p.event[hit_p], g.event[hit_g], events)
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
    words_p = unmet(words_p, (filler_p < 0) & (b.start < 0))
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
    rows = np.flatnonzero((filler < 0) & (start >= 0))
    for row, d, s, e in zip(
        rows.tolist(), document[rows].tolist(), start[rows].tolist(), end[rows].tolist(), strict=True
    ):
        out[row] = " ".join(WORD.findall(gold.texts[d][s:e])).lower()
    return out


def scores(totals: Totals) -> dict[str, Score]:
    """All metrics; `TC_EA+`, the headline, is the mean F1 of TC and EA+."""
    coref = "event_coref."
    plain = [metric for metric in totals.metrics() if not metric.startswith(coref)]
    out = {metric: rate(totals, metric) if metric in _RATES else prf(totals, metric) for metric in plain}
    out |= clusters.cluster_scores(totals, prefix=coref)
    two = (out["TC"], out["EA+"])
    precision, recall, f1 = (np.mean([getattr(s, part) for s in two], axis=0) for part in ("precision", "recall", "f1"))
    # Without any argument on either side the trigger score stands alone.
    alone = np.isnan(out["EA+"].f1)
    tc = out["TC"]
    out["TC_EA+"] = Score(
        np.where(alone, tc.precision, precision), np.where(alone, tc.recall, recall), np.where(alone, tc.f1, f1), {}
    )
    return out
