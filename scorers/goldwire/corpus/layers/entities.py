"""entities.ann: declarations `! id TYPE name="…" kb=…` and mentions `id|TYPE [LEVEL] anchor [head=[…]]`."""

from __future__ import annotations

import re

from goldwire.corpus.anchors import Anchor, AnchorError, Line, Page, Span, keyed
from goldwire.corpus.layers.common import Mention, Reader, span_of
from goldwire.problems import shown
from goldwire.schema import LEVELS, ontology

RELATIVES = frozenset({"who", "whom", "whose", "which", "that"})
PRONOUNS = RELATIVES | frozenset(
    [
        "i",
        "me",
        "my",
        "mine",
        "myself",
        "we",
        "us",
        "our",
        "ours",
        "ourselves",
        "you",
        "your",
        "yours",
        "yourself",
        "yourselves",
        "he",
        "him",
        "his",
        "himself",
        "she",
        "her",
        "hers",
        "herself",
        "it",
        "its",
        "itself",
        "they",
        "them",
        "their",
        "theirs",
        "themselves",
        "themself",
        "this",
        "these",
        "those",
    ]
)
_DECLARATION = re.compile(r"!\s+(\S+)\s+([A-Z_]+)((?:\s+(?:name=\"[^\"]*\"|kb=\S+))*)\s*")


def read(reader: Reader, lines: list[Line]) -> None:
    """Fill `draft.entities` and `draft.mentions`; undeclared singletons get the ids `_1`, `_2`, … in text order."""
    draft = reader.draft
    declared: dict[str, int] = {}
    for line in lines:
        if line.text.startswith("!"):
            with reader.at(line):
                _declare(reader, line, declared)
    numbers: list[int] = []
    for line in lines:
        if not line.text.startswith("!"):
            with reader.at(line):
                draft.mentions.append(_mention(reader, line))
                numbers.append(line.number)
    for name, number in declared.items():
        if not any(m.entity == name for m in draft.mentions):
            reader.problem("unused-id", shown(name), line=number)
    _structure(reader, draft.mentions, numbers)
    draft.mentions.sort(key=lambda m: (m.span[0], -m.span[1], m.level == "VAL"))
    singles = 0
    for mention in draft.mentions:
        if not mention.entity:
            singles += 1
            mention.entity = f"_{singles}"
            draft.entities[mention.entity] = {"id": mention.entity, "type": mention.type, "name": None, "kb_id": None}
        entity = draft.entities[mention.entity]
        start, end = mention.span
        entity.setdefault("mentions", []).append(
            {"start": start, "end": end, "level": mention.level, "head": span_of(mention.head)}
        )


def _declare(reader: Reader, line: Line, declared: dict[str, int]) -> None:
    match = _DECLARATION.fullmatch(line.text)
    if not match:
        raise AnchorError("syntax", shown(line.text), '`! id TYPE name="Full Name" kb=id`')
    name = reader.identifier(match[1])
    if match[2] not in ontology().entity_types:
        raise AnchorError("unknown-type", shown(match[2]), f"one of {', '.join(ontology().entity_types)}")
    if name in declared:
        raise AnchorError("declared-twice", f"{shown(name)}, first in line {declared[name]}")
    declared[name] = line.number
    full = re.search(r'name="([^"]*)"', match[3])
    kb = re.search(r"kb=(\S+)", match[3])
    reader.draft.entities[name] = {
        "id": name,
        "type": match[2],
        "name": full[1] if full else None,
        "kb_id": kb[1] if kb else None,
    }


def _mention(reader: Reader, line: Line) -> Mention:
    values = ontology().value_types
    head_source = None
    text = line.text
    body, keys = keyed(text)
    if keys:
        if [k for k, _ in keys] == ["head", "head"]:
            raise AnchorError("bad-value", "head twice", "once")
        if [k for k, _ in keys] != ["head"]:
            raise AnchorError("unknown-key", shown(keys[0][0]), "head")
        head_source = keys[0][1]
    parts = body.split(None, 2)
    if len(parts) < 2:
        raise AnchorError("syntax", shown(text), "`id LEVEL context [span] context`")
    who = parts[0]
    level = parts[1] if parts[1] in LEVELS else ""
    source = body[len(who) :].strip()
    if level:
        source = source[len(level) :].strip()
    if who in ontology().entity_types:
        entity, kind = "", who
    elif who in reader.draft.entities:
        entity, kind = who, reader.draft.entities[who]["type"]
    elif who.isupper():
        raise AnchorError("unknown-type", shown(who), f"one of {', '.join(ontology().entity_types)}")
    else:
        close = ", ".join(sorted(reader.draft.entities)[:40])
        raise AnchorError("undeclared-id", shown(who), f"one of {close}")
    span = reader.content(source)
    surface = reader.draft.page.text[span[0] : span[1]]
    if not level:
        level = "VAL" if kind in values else "PRO" if surface.lower() in PRONOUNS else "NAM"
    if (level == "VAL") != (kind in values) and not (kind in values and level == "PRO"):
        raise AnchorError("level-type", f"{level} for {kind} {shown(surface)}")
    if re.search(r"[’']s?$", surface) and level in ("NAM", "NOM"):
        reader.problem("possessive-inside", shown(surface))
    return Mention(entity, kind, level, span, _head(reader, span, level, head_source))


def _head(reader: Reader, span: Span, level: str, source: str | None) -> Span:
    page = reader.draft.page
    if source is not None:
        found = [
            place for place in Anchor.parse(source).find(page, span) if span[0] <= place[0] and place[1] <= span[1]
        ]
        if len(found) != 1:
            raise AnchorError(
                "anchor-ambiguous" if found else "anchor-missing", f"head={source} in {reader.text(span)}", "one match"
            )
        return found[0]
    return _last_word(page, span) if level == "NOM" else span


def _last_word(page: Page, span: Span) -> Span:
    words = list(re.finditer(r"\w+(?:[-’'.]\w+)*", page.text[span[0] : span[1]]))
    if not words:
        return span
    return span[0] + words[-1].start(), span[0] + words[-1].end()


def _structure(reader: Reader, mentions: list[Mention], numbers: list[int]) -> None:
    """Refuse equal, crossing and name-in-name spans; each pair once, in text order."""
    flat = ("NAM", "VAL")
    order = sorted(range(len(mentions)), key=lambda i: (mentions[i].span[0], -mentions[i].span[1]))
    for position, i in enumerate(order):
        a = mentions[i]
        for j in order[position + 1 :]:
            b = mentions[j]
            if b.span[0] >= a.span[1]:
                break
            where = f"{reader.text(b.span)} (line {numbers[j]}) and {reader.text(a.span)} (line {numbers[i]})"
            if a.span == b.span:
                if {a.level, b.level} != {"VAL", "NOM"}:
                    reader.problem("span-twice", where, line=numbers[j])
            elif b.span[1] > a.span[1]:
                reader.problem("crossing-mentions", where, line=numbers[j])
            elif a.level in flat and b.level in flat:
                reader.problem("name-overlap", where, line=numbers[j])
