"""Stand-off pages: gold for a text that may not be redistributed, re-joined with the text by whoever has it.

A stand-off file holds offsets, labels, the text's SHA-256 and length, and a hash for each long block. It holds no
surface, lemma, canonical name or mention hash, and no id that spells a name: short strings and their hashes can be guessed.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire.corpus.anchors import Page
from goldwire.corpus.html import render, site
from goldwire.problems import BadInput, Problem
from goldwire.texts import digest, read_text

# A block shorter than this is not hashed: what it says could be found by guessing.
MIN_HASHED = 60
LAYERS = ("boilerplate", "entities", "quotes", "marked_spans", "events")
Record = dict[str, Any]


def detach(record: Mapping[str, Any]) -> Record:
    """The stand-off form of a document: everything but the text, with names dropped and ids numbered."""
    out: Record = {key: copy.deepcopy(value) for key, value in record.items() if key not in ("text", "html", "sha256")}
    entity = {e["id"]: f"e{i}" for i, e in enumerate(out["entities"], 1)}
    quote = {q["id"]: f"q{i}" for i, q in enumerate(out["quotes"], 1)}
    for e in out["entities"]:
        e["id"], e["name"], e["kb_id"] = entity[e["id"]], None, None
    for q in out["quotes"]:
        q["id"], q["parent"] = quote[q["id"]], quote.get(q["parent"])
        for party in (q["source"], q["addressee"]):
            if party:
                party["entity"] = entity.get(party["entity"])
    for i, event in enumerate(out["events"], 1):
        event["id"] = f"v{i}"
        for mention in event["mentions"]:
            mention["source_quote"] = quote.get(mention["source_quote"])
            for argument in mention["arguments"]:
                argument["entity"] = entity.get(argument["entity"])
    text = record["text"]
    out["text"] = {
        "sha256": digest(text),
        "chars": len(text),
        "blocks": [
            {"start": s, "end": e, "sha256": _block_hash(text[s:e]) if e - s >= MIN_HASHED else None}
            for s, e in Page.of(text).blocks
        ],
    }
    return out


def _block_hash(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode("utf-8")).hexdigest()[:32]


@dataclass(frozen=True)
class Attached:
    """A stand-off page joined with a text. `dropped` names what the text no longer holds; empty on an exact match."""

    document: Record
    exact: bool
    dropped: tuple[str, ...]


def read_standoff(path: Path) -> Record:
    """A stand-off file.

    Raises:
        BadInput: there is none, or it is not one.
    """
    try:
        record = json.loads(read_text(path))
        assert isinstance(record["text"]["blocks"], list)
    except (json.JSONDecodeError, KeyError, TypeError, AssertionError) as error:
        raise BadInput([Problem("bad-json", f"no stand-off page ({error})", str(path))]) from None
    return record  # type: ignore[no-any-return]


def attach(standoff: Mapping[str, Any], text: str, sites: Path) -> Attached:
    """Join `standoff` with `text`; where the text has drifted, whole blocks that still stand are relocated.

    Raises:
        BadInput: hash-mismatch, when no block of the page is left.
    """
    document: Record = {key: copy.deepcopy(value) for key, value in standoff.items() if key != "text"}
    exact = digest(text) == standoff["text"]["sha256"]
    dropped: tuple[str, ...] = ()
    if not exact:
        moves = _moves(standoff["text"]["blocks"], text)
        if not moves:
            raise BadInput(
                [
                    Problem(
                        "hash-mismatch",
                        "a text that shares no block with the page",
                        page=str(standoff["id"]),
                        expected=f"sha256 {standoff['text']['sha256'][:16]}…, {standoff['text']['chars']} characters",
                    )
                ]
            )
        dropped = tuple(_relocate(document, moves))
    document |= {"text": text, "sha256": digest(text)}
    document["html"] = render(document, site(sites / document["site"]))
    from goldwire import schema

    return Attached({key: document[key] for key in schema.load("document")["properties"]}, exact, dropped)


def _moves(blocks: list[Mapping[str, Any]], text: str) -> list[tuple[int, int, int]]:
    """(start, end, shift) of the blocks that `text` still holds; short ones by length between neighbours that stand."""
    page = Page.of(text)
    now: dict[str, list[int]] = {}
    for number, (s, e) in enumerate(page.blocks):
        now.setdefault(_block_hash(text[s:e]), []).append(number)
    found: list[int | None] = [None] * len(blocks)
    last = -1
    for i, block in enumerate(blocks):
        later = [n for n in now.get(block["sha256"] or "", ()) if n > last]
        if later:
            s, e = page.blocks[later[0]]
            if e - s == block["end"] - block["start"]:
                found[i] = last = later[0]
    for i, block in enumerate(blocks):
        if found[i] is None and block["sha256"] is None:
            previous = found[i - 1] if i else -1
            following = next((found[j] for j in range(i + 1, len(blocks)) if found[j] is not None), None)
            if (
                previous is not None
                and previous + 1 < len(page.blocks)
                and (following is None or previous + 1 < following)
            ):
                s, e = page.blocks[previous + 1]
                anchored = i == 0 or found[i - 1] is not None
                if anchored and e - s == block["end"] - block["start"]:
                    found[i] = previous + 1
    for i in range(len(blocks) - 2, -1, -1):
        following = found[i + 1]
        free = following is not None and following > 0 and following - 1 not in found
        if found[i] is None and blocks[i]["sha256"] is None and free and following is not None:
            s, e = page.blocks[following - 1]
            if e - s == blocks[i]["end"] - blocks[i]["start"]:
                found[i] = following - 1
    if not any(found[i] is not None and blocks[i]["sha256"] for i in range(len(blocks))):
        return []
    return [
        (b["start"], b["end"], page.blocks[n][0] - b["start"])
        for b, n in zip(blocks, found, strict=True)
        if n is not None
    ]


def _relocate(document: Record, moves: list[tuple[int, int, int]]) -> Iterator[str]:
    """Shift what lies whole in standing blocks, drop the rest; yields a line for each thing dropped."""

    def moved(span: Mapping[str, Any] | None) -> dict[str, Any] | None:
        if span is None:
            return None
        for start, end, shift in moves:
            if start <= span["start"] and span["end"] <= end:
                return {**span, "start": span["start"] + shift, "end": span["end"] + shift}
        # A span over several blocks stands if both its ends moved alike.
        first = [m for m in moves if m[0] <= span["start"] < m[1]]
        final = [m for m in moves if m[0] < span["end"] <= m[1]]
        if first and final and first[0][2] == final[0][2]:
            return {**span, "start": span["start"] + first[0][2], "end": span["end"] + first[0][2]}
        return None

    for layer in ("boilerplate", "marked_spans"):
        kept = []
        for span in document[layer]:
            new = moved(span)
            if new:
                kept.append(new)
            else:
                yield f"{layer} [{span['start']}, {span['end']})"
        document[layer] = kept
    for entity in document["entities"]:
        mentions = []
        for m in entity["mentions"]:
            new, head = moved(m), moved(m["head"])
            if new and head:
                mentions.append({**new, "head": head})
            else:
                yield f"mention [{m['start']}, {m['end']}) of {entity['id']}"
        entity["mentions"] = mentions
    document["entities"] = [e for e in document["entities"] if e["mentions"]]
    alive = {e["id"] for e in document["entities"]}
    quotes = []
    for q in document["quotes"]:
        content = [moved(span) for span in q["content"]]
        cue, source = moved(q["cue"]), moved(q["source"]["span"])
        if None in content or (q["cue"] and not cue) or (q["source"]["span"] and not source):
            yield f"quotation {q['id']}"
            continue
        q |= {"content": content, "cue": cue, "verbatim": [v for v in map(moved, q["verbatim"]) if v]}
        q["source"] |= {"span": source, "entity": q["source"]["entity"] if q["source"]["entity"] in alive else None}
        if q["addressee"]:
            own = q["addressee"]["entity"] if q["addressee"]["entity"] in alive else None
            q["addressee"] = {"span": moved(q["addressee"]["span"]), "entity": own}
        quotes.append(q)
    document["quotes"] = quotes
    ids = {q["id"] for q in quotes}
    for q in quotes:
        q["parent"] = q["parent"] if q["parent"] in ids else None
    for event in document["events"]:
        kept_mentions = []
        for m in event["mentions"]:
            trigger = [moved(span) for span in m["trigger"]]
            if None in trigger:
                yield f"event mention [{m['trigger'][0]['start']}, {m['trigger'][0]['end']}) of {event['id']}"
                continue
            arguments = []
            for a in m["arguments"]:
                span = moved(a["span"])
                if span and (a["entity"] is None or a["entity"] in alive):
                    arguments.append({**a, "span": span})
                else:
                    yield f"argument {a['role']} of {event['id']}"
            source = m["source_quote"] if m["source_quote"] in ids else None
            kept_mentions.append({**m, "trigger": trigger, "arguments": arguments, "source_quote": source})
        event["mentions"] = kept_mentions
    document["events"] = [e for e in document["events"] if e["mentions"]]
