"""quotes.ann: quotations `id src=… cue=… content=…` and other marks `mark KIND anchor`."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import Any

from goldwire.corpus import marks
from goldwire.corpus.anchors import AnchorError, Line, Span, keyed
from goldwire.corpus.layers.common import Mention, Reader, span_of
from goldwire.corpus.layers.entities import RELATIVES
from goldwire.problems import shown
from goldwire.words import word_spans

KINDS = ("named", "nominal", "pronoun", "relative", "author", "none")
ATTRIBUTIONS = ("explicit", "anaphoric", "implicit", "none")
MARK_KINDS = ("scare", "term", "title", "nickname")
_ONCE = ("src", "cue", "type", "kind", "attribution", "negated", "parent", "addressee")
_MANY = ("content", "verbatim")
_CHOICES = {
    "type": ("reported", "free_indirect"),
    "kind": KINDS,
    "attribution": ATTRIBUTIONS,
    "negated": ("yes", "no"),
}


@dataclass
class _Quote:
    id: str
    line: int
    content: list[Span]
    cue: Span | None
    source: dict[str, Any]
    addressee: dict[str, Any] | None
    attribution: str
    given_type: str | None
    negated: bool
    parent: str | None
    verbatim: list[Span]
    words: frozenset[int] = frozenset()
    pairs: list[marks.Pair] = field(default_factory=list)


def read(reader: Reader, lines: list[Line]) -> None:
    """Fill `draft.quotes` and `draft.marked_spans`; type, verbatim and continued_marks are derived from the marks."""
    draft = reader.draft
    words = word_spans(draft.page.text)
    quotes: list[_Quote] = []
    marked: list[tuple[Span, str, int]] = []
    for line in lines:
        with reader.at(line):
            if re.match(r"mark\s", line.text):
                parts = line.text.split(None, 2)
                if len(parts) < 3 or parts[1] not in (*MARK_KINDS, "apostrophe"):
                    raise AnchorError(
                        "bad-value", shown(line.text), f"mark {'|'.join((*MARK_KINDS, 'apostrophe'))} anchor"
                    )
                marked.append((reader.content(parts[2]), parts[1], line.number))
            else:
                quote = _quote(reader, line)
                if any(quote.id == other.id for other in quotes):
                    raise AnchorError("declared-twice", shown(quote.id))
                quote.words = _covered(words, quote.content)
                quotes.append(quote)
    _cues(reader, quotes)
    _parents(reader, quotes)
    _marks(reader, quotes, marked, words)
    for quote in sorted(quotes, key=lambda q: (q.content[0], -q.content[-1][1])):
        spoken = _covered(words, quote.verbatim) & quote.words
        derived = "direct" if quote.words and spoken == quote.words else "mixed" if spoken else "indirect"
        if quote.given_type == "reported" and spoken:
            reader.problem("reported-verbatim", f"{quote.id} {reader.text(quote.content[0])}", line=quote.line)
        draft.quotes.append(
            {
                "id": quote.id,
                "content": [span_of(span) for span in quote.content],
                "verbatim": [span_of(span) for span in sorted(quote.verbatim)],
                "cue": span_of(quote.cue),
                "source": quote.source,
                "addressee": quote.addressee,
                "attribution": quote.attribution,
                "type": quote.given_type or derived,
                "negated": quote.negated,
                "parent": quote.parent,
                "continued_marks": _continued(reader, quote),
            }
        )


def _quote(reader: Reader, line: Line) -> _Quote:
    head, keys = keyed(line.text)
    name = reader.identifier(head)
    values: dict[str, list[str]] = {}
    for key, value in keys:
        if key not in _ONCE + _MANY:
            raise AnchorError("unknown-key", shown(key), ", ".join(_ONCE + _MANY))
        if key in values and key in _ONCE:
            raise AnchorError("bad-value", f"{key} twice", "once")
        if key in _CHOICES and value not in _CHOICES[key]:
            raise AnchorError("bad-value", f"{key}={value}", f"one of {', '.join(_CHOICES[key])}")
        values.setdefault(key, []).append(value)
    for key in ("src", "content"):
        if key not in values:
            raise AnchorError("missing-key", f"{name} without {key}")
    source, mention = _party(reader, values["src"][0])
    kind, attribution = _derived(reader, values["src"][0], mention)
    cue = reader.content(values["cue"][0]) if "cue" in values else None
    content = [_unmarked(reader.draft.page.text, reader.content(anchor)) for anchor in values["content"]]
    for one, two in itertools.pairwise(content):
        if two[0] < one[1]:
            raise AnchorError("content-order", f"{reader.text(two)} after {reader.text(one)}")
    if cue and any(start <= cue[0] and cue[1] <= end for start, end in content):
        raise AnchorError("cue-in-content", f"cue {reader.text(cue)}")
    return _Quote(
        id=name,
        line=line.number,
        content=content,
        cue=cue,
        source=source | {"kind": values.get("kind", [kind])[0]},
        addressee=_party(reader, values["addressee"][0])[0] if "addressee" in values else None,
        attribution=values.get("attribution", [attribution])[0],
        given_type=values.get("type", [None])[0],
        negated=values.get("negated", ["no"])[0] == "yes",
        parent=values.get("parent", [None])[0],
        verbatim=[reader.content(anchor) for anchor in values.get("verbatim", [])],
    )


def _party(reader: Reader, value: str) -> tuple[dict[str, Any], Mention | None]:
    """A source or addressee: `id`, `id:[…]`, `[…]`, `none` or `author`."""
    if value in ("none", "author"):
        return {"span": None, "entity": None}, None
    match = re.match(r"([a-z][a-z0-9_-]*)(?::(.*))?$", value, re.DOTALL)
    if match and match[1] not in reader.draft.entities:
        raise AnchorError("undeclared-id", shown(match[1]), f"one of {', '.join(sorted(reader.draft.entities)[:40])}")
    if match and not match[2]:
        return {"span": None, "entity": match[1]}, None
    span = reader.content(match[2] if match else value)
    found = [m for m in reader.draft.mentions_at(span) if m.level != "VAL"]
    if not found:
        near = [
            f"{m.entity}:{reader.text(m.span)}"
            for m in reader.draft.mentions
            if m.span[0] < span[1] and span[0] < m.span[1]
        ]
        raise AnchorError(
            "not-a-mention", reader.text(span), f"one of {', '.join(near) or 'the mentions of entities.ann'}"
        )
    if match and found[0].entity != match[1]:
        raise AnchorError("wrong-entity", f"{reader.text(span)} of {found[0].entity}", f"a mention of {match[1]}")
    return {"span": span_of(span), "entity": found[0].entity}, found[0]


def _derived(reader: Reader, value: str, mention: Mention | None) -> tuple[str, str]:
    """`kind` and `attribution` where the annotator leaves them out."""
    if value == "none":
        return "none", "none"
    if value == "author":
        return "author", "implicit"
    if mention is None:
        return "none", "implicit"
    if mention.level == "PRO":
        surface = reader.draft.page.text[slice(*mention.span)].lower()
        return ("relative" if surface in RELATIVES else "pronoun"), "anaphoric"
    return ("named" if mention.level == "NAM" else "nominal"), "explicit"


def _unmarked(text: str, span: Span) -> Span:
    """`span` without the white space and quotation marks at its edges."""
    start, end = span
    while start < end and (text[start].isspace() or text[start] in marks.MARKS):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in marks.MARKS):
        end -= 1
    return (start, end) if start < end else span


def _covered(words: list[Span], spans: list[Span]) -> frozenset[int]:
    """Numbers of the words that lie wholly inside one of `spans`."""
    return frozenset(i for i, (s, e) in enumerate(words) if any(a <= s and e <= b for a, b in spans))


def _cues(reader: Reader, quotes: list[_Quote]) -> None:
    seen: dict[Span, str] = {}
    for quote in quotes:
        if quote.cue and quote.cue in seen:
            reader.problem(
                "cue-shared", f"{reader.text(quote.cue)} of {seen[quote.cue]} and {quote.id}", line=quote.line
            )
        elif quote.cue:
            seen[quote.cue] = quote.id


def _holds(outer: _Quote, inner: _Quote) -> bool:
    if outer is inner or not inner.words <= outer.words:
        return False
    if inner.cue:
        return any(start <= inner.cue[0] and inner.cue[1] <= end for start, end in outer.content)
    return inner.words < outer.words


def _parents(reader: Reader, quotes: list[_Quote]) -> None:
    ids = {quote.id for quote in quotes}
    for quote in quotes:
        outer = min((q for q in quotes if _holds(q, quote)), key=lambda q: len(q.words), default=None)
        if quote.parent and quote.parent not in ids:
            reader.problem("undeclared-quote", shown(quote.parent), line=quote.line)
        elif outer and not quote.parent:
            reader.problem("parent-missing", f"{quote.id} inside {outer.id}", f"parent={outer.id}", line=quote.line)
        elif quote.parent and (outer is None or quote.parent != outer.id):
            expected = f"parent={outer.id}" if outer else "no parent: no quotation's content holds this one"
            reader.problem("parent-wrong", f"{quote.id} parent={quote.parent}", expected, line=quote.line)


def _marks(reader: Reader, quotes: list[_Quote], marked: list[tuple[Span, str, int]], words: list[Span]) -> None:
    """Give every pair of marks in the content region to quotations or to a `mark` line."""
    text = reader.draft.page.text
    removed = reader.draft.removed()
    ignore = {i for span, kind, _ in marked if kind == "apostrophe" for i in range(*span)}
    ignore |= {i for start, end in removed for i in range(start, end)}
    named = {_unmarked(text, span): (kind, number) for span, kind, number in marked if kind != "apostrophe"}
    for block in reader.draft.page.blocks:
        pairs = marks.pair(text, block, ignore)
        for found in pairs:
            span = _unmarked(text, (found.start, found.end))
            mark = named.pop(span, None)
            if mark:
                start, end = span
                reader.draft.marked_spans.append({"start": start, "end": end, "kind": mark[0]})
                continue
            inside = _covered(words, [(found.start, found.end)])
            holders = [q for q in quotes if inside and inside <= q.words]
            for quote in holders:
                quote.pairs.append(found)
                quote.verbatim.append(span)
            given = [q for q in quotes if any(s < found.end and found.start < e for s, e in q.verbatim)]
            if not holders and not given:
                number = reader.draft.page.block_of(found.start)
                partly = [q.id for q in quotes if inside & q.words]
                mend = f"{', '.join(partly)} covers only part of its words" if partly else ""
                reader.problem(
                    "mark-unaccounted", f"{reader.text((found.start, found.end))} in block {number}", mend=mend, line=0
                )
        for offset in marks.stray(text, block, pairs, ignore):
            where = shown(text[max(block[0], offset - 15) : offset + 15])
            reader.problem(
                "mark-shape", f"a mark without partner at {where} in block {reader.draft.page.block_of(offset)}", line=0
            )
    for span, (_, number) in named.items():
        reader.problem("mark-without-pair", reader.text(span), line=number)
    for quote in quotes:
        quote.verbatim = _merged(quote.verbatim)
    reader.draft.marked_spans.sort(key=lambda m: m["start"])


def _merged(spans: list[Span]) -> list[Span]:
    """Outermost spans only: a pair inside another pair of the same quotation adds no word."""
    return [s for s in sorted(set(spans)) if not any(o != s and o[0] <= s[0] and s[1] <= o[1] for o in spans)]


def _continued(reader: Reader, quote: _Quote) -> bool:
    """Whether a mark left open in one block is taken up at the start of the next one within this quotation."""
    page = reader.draft.page
    open_blocks = {page.block_of(p.start) for p in quote.pairs if not p.closed}
    return any(page.block_of(p.start) - 1 in open_blocks for p in quote.pairs)
