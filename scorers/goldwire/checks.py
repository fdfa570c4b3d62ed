"""What JSON Schema cannot say of a document or prediction: named rules on offsets, ids, roles and clusters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from goldwire import schema
from goldwire.problems import Problem, shown
from goldwire.texts import digest

Where = tuple[str, ...]


def _spans(record: Mapping[str, Any]) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    """Every object with offsets in a record, with the path to it."""

    def walk(value: Any, path: Where) -> Iterator[tuple[Where, Mapping[str, Any]]]:
        if isinstance(value, dict):
            if "start" in value and "end" in value:
                yield path, value
            for key, inner in value.items():
                if isinstance(inner, dict | list):
                    yield from walk(inner, (*path, key))
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                yield from walk(inner, (*path, str(number)))

    for layer in ("boilerplate", "entities", "quotes", "marked_spans", "events"):
        if record.get(layer):
            yield from walk(record[layer], (layer,))


def check(record: Mapping[str, Any], text: str, *, gold: bool, file: str = "", line: int = 0) -> list[Problem]:
    """All named rules on a record that its JSON Schema accepts. `gold` says whether it is a document.

    Spans that carry only `text` are left to grounding; duplicate mentions are looked for after it (`check_clusters`).
    """
    page = str(record.get("id", ""))

    def problem(rule: str, where: Where, found: str, expected: str = "", mend: str = "") -> Problem:
        return Problem(rule, found, file, line, page, "/" + "/".join(where), expected, mend)

    out: list[Problem] = []
    length = len(text)
    for where, span in _spans(record):
        start, end = span["start"], span["end"]
        if start >= end:
            out.append(problem("offset-order", where, f"start {start}, end {end}", "start < end"))
        elif end > length:
            units = len(text.encode("utf-16-le")) // 2
            size = len(text.encode())
            mend = ""
            if length < end <= units:
                mend = "it fits UTF-16 units: convert to code points"
            elif units < end <= size:
                mend = "it fits UTF-8 bytes: convert to code points"
            out.append(
                problem("offset-outside-text", where, f"end {end}", f"at most {length}, the page's code points", mend)
            )
        elif isinstance(span.get("text"), str) and "grounded" not in span and span["text"] != text[start:end]:
            mend = ""
            raw = text.encode("utf-16-le")
            if raw[2 * start : 2 * end].decode("utf-16-le", "replace") == span["text"]:
                mend = "the offsets are UTF-16 units: convert them to code points"
            found = f"{shown(span['text'], 40)} at [{start}, {end}), where the page has {shown(text[start:end], 40)}"
            out.append(problem("offset-outside-text", where, found, "offsets that agree with `text`", mend))
    out.extend(_identities(record, problem))
    out.extend(_roles(record, problem, gold))
    if gold:
        out.extend(_gold_only(record, problem))
    return out


def _identities(record: Mapping[str, Any], problem: Any) -> Iterator[Problem]:
    entities: set[str] = set()
    quotes: dict[str, str | None] = {}
    for layer in ("entities", "quotes", "events"):
        seen: set[str] = set()
        for number, item in enumerate(record.get(layer) or ()):
            name = item.get("id")
            if name is None:
                continue
            if name in seen:
                yield problem("duplicate-id", (layer, str(number), "id"), shown(name))
            seen.add(name)
            if layer == "entities":
                entities.add(name)
            elif layer == "quotes":
                quotes[name] = item.get("parent")
    for number, quote in enumerate(record.get("quotes") or ()):
        for key in ("source", "addressee"):
            name = (quote.get(key) or {}).get("entity")
            if name is not None and name not in entities:
                yield problem("undeclared-entity", ("quotes", str(number), key, "entity"), shown(name))
        parent = quote.get("parent")
        if parent is not None and parent not in quotes:
            yield problem("undeclared-quote", ("quotes", str(number), "parent"), shown(parent))
        elif parent is not None and _cyclic(quote.get("id"), quotes):
            yield problem("cyclic-parent", ("quotes", str(number), "parent"), f"{shown(quote.get('id'))} inside itself")
    for number, event in enumerate(record.get("events") or ()):
        for m, mention in enumerate(event["mentions"]):
            for a, argument in enumerate(mention.get("arguments") or ()):
                name = argument.get("entity")
                if name is not None and name not in entities:
                    where = ("events", str(number), "mentions", str(m), "arguments", str(a), "entity")
                    yield problem("undeclared-entity", where, shown(name))


def _cyclic(name: str | None, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    at = parents.get(name) if name is not None else None
    while at is not None and at != name and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at is not None and at == name


def _roles(record: Mapping[str, Any], problem: Any, gold: bool) -> Iterator[Problem]:
    onto = schema.ontology()
    types = {entity.get("id"): entity.get("type") for entity in record.get("entities") or ()}
    for number, event in enumerate(record.get("events") or ()):
        kind = onto.event_type(event["type"])
        if kind is None:
            continue  # the schema has said so
        roles = onto.event_types[kind].roles
        for m, mention in enumerate(event["mentions"]):
            for a, argument in enumerate(mention.get("arguments") or ()):
                where = ("events", str(number), "mentions", str(m), "arguments", str(a))
                role, entity = argument["role"], types.get(argument.get("entity"))
                if role not in roles:
                    yield problem(
                        "unknown-role", (*where, "role"), f"{shown(role)} of {kind}", f"one of {', '.join(roles)}"
                    )
                elif gold and entity and not onto.fits(kind, role, entity):
                    yield problem("filler-type", where, f"{role} filled by {entity}", ", ".join(roles[role]))


def _gold_only(record: Mapping[str, Any], problem: Any) -> Iterator[Problem]:
    text = record["text"]
    if digest(text) != record["sha256"]:
        yield problem("hash-mismatch", ("sha256",), record["sha256"][:16], f"{digest(text)[:16]}…, of the text")
    if "\r" in text:
        yield problem("not-lf", ("text",), f"a carriage return at offset {text.index(chr(13))}")
    yield from _derived(record, problem)
    last = 0
    removed = []
    for number, span in enumerate(record.get("boilerplate") or ()):
        if span["start"] < last:
            yield problem(
                "crossing-boilerplate", ("boilerplate", str(number)), f"start {span['start']}", f"at least {last}"
            )
        last = span["end"]
        if span["policy"] == "remove":
            removed.append((span["start"], span["end"]))
    for where, span in _spans({k: v for k, v in record.items() if k != "boilerplate"}):
        if any(start < span["end"] and span["start"] < end for start, end in removed):
            yield problem("gold-in-boilerplate", where, f"[{span['start']}, {span['end']})")


def _derived(record: Mapping[str, Any], problem: Any) -> Iterator[Problem]:
    """Values that follow from others: policy, realis, head, source_quote."""
    where: Where
    onto = schema.ontology()
    for number, span in enumerate(record["boilerplate"]):
        policy = onto.boilerplate_policy[span["type"]]
        if span["policy"] != policy:
            where = ("boilerplate", str(number), "policy")
            yield problem("derived-value", where, span["policy"], f"{policy} for {span['type']}")
    for number, entity in enumerate(record["entities"]):
        for m, mention in enumerate(entity["mentions"]):
            head = mention["head"]
            if not mention["start"] <= head["start"] < head["end"] <= mention["end"]:
                where = ("entities", str(number), "mentions", str(m), "head")
                yield problem("head-outside", where, f"[{head['start']}, {head['end']})", "a part of the mention")
    quotes = {quote["id"] for quote in record["quotes"]}
    for number, event in enumerate(record["events"]):
        for m, mention in enumerate(event["mentions"]):
            where = ("events", str(number), "mentions", str(m))
            realis = onto.realis(*(mention[key] for key in ("polarity", "tense", "modality", "genericity")))
            if mention["realis"] != realis:
                yield problem("derived-value", (*where, "realis"), mention["realis"], realis)
            if mention["source_quote"] is not None and mention["source_quote"] not in quotes:
                yield problem("undeclared-quote", (*where, "source_quote"), shown(mention["source_quote"]))


def check_clusters(record: Mapping[str, Any], *, file: str = "", line: int = 0) -> list[Problem]:
    """A mention in two clusters, or twice in one; a value and a nominal may share a span."""
    out = []
    seen: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for number, entity in enumerate(record.get("entities") or ()):
        for m, mention in enumerate(entity["mentions"]):
            span = (mention.get("start", -1), mention.get("end", -1))
            if span[0] < 0:
                continue
            level = mention.get("level") or ""
            where = f"/entities/{number}/mentions/{m}"
            for other, place in seen.get(span, ()):
                if (level == "VAL") == (other == "VAL"):
                    out.append(
                        Problem(
                            "duplicate-mention",
                            f"[{span[0]}, {span[1]}) also at {place}",
                            file,
                            line,
                            str(record.get("id", "")),
                            where,
                        )
                    )
                    break
            seen.setdefault(span, []).append((level, where))
    return out
