"""events.ann: one line an event mention, `id [Type] trig=… tense=… Role=FILLER … kb=…`."""

from __future__ import annotations

import re
from typing import Any

from goldwire.corpus.anchors import AnchorError, Line, Span, keyed
from goldwire.corpus.layers.common import Reader, span_of
from goldwire.problems import shown
from goldwire.schema import ontology

DEFAULTS = {"polarity": "positive", "modality": "asserted", "genericity": "specific"}


def read(reader: Reader, lines: list[Line]) -> None:
    """Fill `draft.events`; realis and source_quote are derived."""
    events: dict[str, dict[str, Any]] = {}
    seen: dict[tuple[tuple[Span, ...], str], int] = {}
    arguments: set[tuple[Any, ...]] = set()
    for line in lines:
        with reader.at(line):
            head, keys = keyed(line.text)
            parts = head.split()
            if not 1 <= len(parts) <= 2:
                raise AnchorError("syntax", shown(line.text), "`id Type trig=[…] tense=… Role=…`")
            name = reader.identifier(parts[0])
            event = _event(events, name, parts[1] if len(parts) == 2 else None)
            for _, value in (pair for pair in keys if pair[0] == "kb"):
                event["kb_id"] = reader.identifier(value)
            keys = [pair for pair in keys if pair[0] != "kb"]
            mention = _mention(reader, event["type"], keys)
            trigger = tuple((f["start"], f["end"]) for f in mention["trigger"])
            if (trigger, event["type"]) in seen:
                raise AnchorError(
                    "trigger-twice", f"{reader.text(trigger[0])} also in line {seen[trigger, event['type']]}"
                )
            seen[trigger, event["type"]] = line.number
            for a in mention["arguments"]:
                key = (name, a["role"], a["entity"] or (a["span"]["start"], a["span"]["end"]))
                if key in arguments:
                    reader.problem("argument-twice", f"{a['role']} {key[2]} of {name}")
                arguments.add(key)
            event["mentions"].append(mention)
            events[name] = event
    for event in events.values():
        event["mentions"].sort(key=lambda m: m["trigger"][0]["start"])
    reader.draft.events.extend(sorted(events.values(), key=lambda e: e["mentions"][0]["trigger"][0]["start"]))


def _event(events: dict[str, dict[str, Any]], name: str, kind: str | None) -> dict[str, Any]:
    if kind is None:
        if name not in events:
            raise AnchorError("undeclared-id", shown(name), "`id Type …` on the first line of an event")
        return events[name]
    if name in events:
        raise AnchorError("declared-twice", f"{name} {kind}, before it {events[name]['type']}")
    full = ontology().event_type(kind)
    if full is None:
        raise AnchorError(
            "unknown-type", shown(kind), f"one of {', '.join(t.split('.')[1] for t in ontology().event_types)}"
        )
    return {"id": name, "type": full, "kb_id": None, "mentions": []}


def _mention(reader: Reader, event_type: str, keys: list[tuple[str, str]]) -> dict[str, Any]:
    values = {name: part["values"] for name, part in ontology().raw["events"]["attributes"].items() if "values" in part}
    roles = ontology().event_types[event_type].roles
    attributes: dict[str, str] = {}
    trigger: list[Span] = []
    fillers: list[tuple[str, str]] = []
    for key, value in keys:
        if key == "trig":
            trigger.append(reader.content(value))
        elif key in ("polarity", "tense", "modality", "genericity"):
            if key in attributes:
                raise AnchorError("bad-value", f"{key} twice", "once")
            if value not in values[key]:
                raise AnchorError("bad-value", f"{key}={value}", f"one of {', '.join(values[key])}")
            attributes[key] = value
        elif key in roles:
            fillers.append((key, value))
        elif key[:1].isupper():
            raise AnchorError("unknown-role", f"{key} of {event_type}", f"one of {', '.join(roles)}")
        else:
            raise AnchorError("unknown-key", shown(key), "trig, polarity, tense, modality, genericity or a role")
    if not trigger:
        raise AnchorError("missing-key", "a line without trig")
    if "tense" not in attributes:
        raise AnchorError("missing-key", "a line without tense", "tense=past|present|future|unspecified")
    trigger.sort()
    attributes = DEFAULTS | attributes
    return {
        "trigger": [span_of(span) for span in trigger],
        "polarity": attributes["polarity"],
        "tense": attributes["tense"],
        "modality": attributes["modality"],
        "genericity": attributes["genericity"],
        "realis": ontology().realis(
            attributes["polarity"], attributes["tense"], attributes["modality"], attributes["genericity"]
        ),
        "source_quote": _source_quote(reader, trigger),
        "arguments": [_argument(reader, event_type, role, value, trigger[0][0]) for role, value in fillers],
    }


def _argument(reader: Reader, event_type: str, role: str, value: str, position: int) -> dict[str, Any]:
    """`{role, entity, span}`: an entity with a mention of it, or a span of text with entity null."""
    draft = reader.draft
    takes_text = "TEXT" in ontology().event_types[event_type].roles[role]
    fillers = ", ".join(ontology().event_types[event_type].roles[role])
    match = re.match(r"([a-z][a-z0-9_-]*)(?::(.*))?$", value, re.DOTALL)
    if match:
        name = match[1]
        if name not in draft.entities:
            raise AnchorError("undeclared-id", shown(name), f"one of {', '.join(sorted(draft.entities)[:40])}")
        kind = draft.entities[name]["type"]
        if not ontology().fits(event_type, role, kind):
            raise AnchorError("filler-type", f"{role}={name} ({kind})", fillers)
        if match[2]:
            span = reader.content(match[2])
            if all(m.entity != name for m in draft.mentions_at(span)):
                raise AnchorError("wrong-entity", reader.text(span), f"a mention of {name}")
        else:
            nearest = draft.nearest(name, position)
            if nearest is None:
                raise AnchorError("unused-id", shown(name))
            span = nearest.span
        return {"role": role, "entity": name, "span": span_of(span)}
    span = reader.content(value)
    fitting = [m for m in draft.mentions_at(span) if ontology().fits(event_type, role, m.type)]
    if fitting:
        return {"role": role, "entity": fitting[0].entity, "span": span_of(span)}
    if not takes_text:
        here = draft.mentions_at(span)
        if here:
            raise AnchorError("filler-type", f"{role}={reader.text(span)} ({here[0].type})", fillers)
        raise AnchorError("not-a-mention", f"{role}={reader.text(span)}", f"a mention of type {fillers}")
    return {"role": role, "entity": None, "span": span_of(span)}


def _source_quote(reader: Reader, trigger: list[Span]) -> str | None:
    """The innermost quotation whose content covers the trigger."""
    covering = [
        quote
        for quote in reader.draft.quotes
        if all(any(c["start"] <= s and e <= c["end"] for c in quote["content"]) for s, e in trigger)
    ]
    smallest = min(covering, key=lambda q: sum(c["end"] - c["start"] for c in q["content"]), default=None)
    return smallest["id"] if smallest else None
