"""What two passes over one page say differently, item by item: the adjudicator's list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from goldwire.corpus.anchors import Page
from goldwire.words import word_spans

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Difference:
    """One item as pass A and pass B have it ('' where a pass lacks it), in block `block` of the page."""

    layer: str
    block: int
    a: str
    b: str


def differences(a: Record, b: Record) -> list[Difference]:
    """All differences of two records of the same page, in text order within each layer."""
    page = Page.of(a["text"])
    out = []
    for layer, items in (
        ("boilerplate", _boilerplate),
        ("entities", _entities),
        ("quotes", _quotes),
        ("events", _events),
    ):
        own, other = dict(items(a, page)), dict(items(b, page))
        for key in sorted(own.keys() | other.keys(), key=lambda k: (k[0], str(k))):
            if own.get(key, "") != other.get(key, ""):
                out.append(Difference(layer, page.block_of(key[0]), own.get(key, ""), other.get(key, "")))
    return out


def _cut(text: str, span: Mapping[str, int] | None) -> str:
    if span is None:
        return "-"
    words = text[span["start"] : span["end"]].replace("\n", " ")
    return words if len(words) <= 70 else f"{words[:40]} … {words[-25:]}"


def _boilerplate(record: Record, page: Page) -> Iterator[tuple[tuple[Any, ...], str]]:
    for span in record["boilerplate"]:
        yield (span["start"], span["end"]), f"{span['type']} [{_cut(page.text, span)}]"


def _entities(record: Record, page: Page) -> Iterator[tuple[tuple[Any, ...], str]]:
    for entity in record["entities"]:
        first = min(entity["mentions"], key=lambda m: (m["level"] != "NAM", m["start"]))
        chain = _cut(page.text, first) if len(entity["mentions"]) > 1 else "single"
        for m in entity["mentions"]:
            key = (m["start"], m["end"], m["level"] == "VAL")
            yield key, f"{entity['type']} {m['level']} [{_cut(page.text, m)}] chain: {chain}"


def _quotes(record: Record, page: Page) -> Iterator[tuple[tuple[Any, ...], str]]:
    names = {
        e["id"]: _cut(page.text, min(e["mentions"], key=lambda m: m["level"] != "NAM")) for e in record["entities"]
    }
    words = word_spans(page.text)
    for quote in record["quotes"]:
        cover = [(s, e) for s, e in words if any(c["start"] <= s and e <= c["end"] for c in quote["content"])]
        # Marks and commas at the edge of a content are no difference.
        content = " {..} ".join(_cut(page.text, c).strip(" ,.;:“”‘’\"'") for c in quote["content"])
        start = quote["cue"]["start"] if quote["cue"] else quote["content"][0]["start"]
        says = f"cue [{_cut(page.text, quote['cue'])}] source [{_cut(page.text, quote['source']['span'])}]"
        whose = (
            f"= {names.get(quote['source']['entity'], '-')}; {quote['type']}{' negated' if quote['negated'] else ''}"
        )
        yield (start, "quote"), f"{says} {whose}; content ({len(cover)} words) [{content}]"
    for mark in record["marked_spans"]:
        yield (mark["start"], mark["end"], "mark"), f"mark {mark['kind']} [{_cut(page.text, mark)}]"


def _events(record: Record, page: Page) -> Iterator[tuple[tuple[Any, ...], str]]:
    names = {
        e["id"]: _cut(page.text, min(e["mentions"], key=lambda m: m["level"] != "NAM")) for e in record["entities"]
    }
    for event in record["events"]:
        head = event["mentions"][0]["trigger"][0]
        roles = sorted(
            f"{a['role']}={names[a['entity']] if a['entity'] else '“' + _cut(page.text, a['span']) + '”'}"
            for m in event["mentions"]
            for a in m["arguments"]
        )
        for number, m in enumerate(event["mentions"]):
            trigger = " + ".join(_cut(page.text, t) for t in m["trigger"])
            chain = (
                f"= event of [{_cut(page.text, head)}] {head['start']}"
                if number
                else f"arguments: {'; '.join(roles) or 'none'}"
            )
            facts = f"{m['polarity'][:3]} {m['tense']} {m['modality']} {m['genericity'][:4]}"
            yield (m["trigger"][0]["start"], event["type"]), f"{event['type']} [{trigger}] {facts}; {chain}"
