"""The swap test: the same pages with every name replaced, consistently, by one that nobody has seen.

A system that has learnt names by heart falls on such pages; one that reads how names are used does not. Words of names
(of people, places, bodies, peoples, ships …) that never stand in lower case are replaced all over the page, chrome
included; gold moves with them. What shares its beginning keeps it (`Corvania`, `Corvanian`).
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from goldwire.texts import digest

Record = dict[str, Any]
KINDS = frozenset({"PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "VEHICLE", "PRODUCT", "EVENT", "WEAPON"})
TOKEN = re.compile(r"[^\W\d_]{3,}")
# Words that share so many first letters are forms of one name.
STEM = 5
_ONSETS = "b br ch d dr f fl g gr h j k kl l m n p pr qu r s sk st t tr v w y z".split()  # noqa: SIM905
_VOWELS = "a e i o u ai ea io ou".split()  # noqa: SIM905
_CODAS = "l m n r s t ck nd rn sk th x".split()  # noqa: SIM905


def mapping(records: Sequence[Mapping[str, Any]], seed: int) -> dict[str, str]:
    """Folded words of names and what replaces them, in lower case."""
    lower = {word for r in records for word in re.findall(r"\b[^\W\d_A-Z][^\W\d_]+", r["text"])}
    found: set[str] = set()
    for r in records:
        for entity in r["entities"]:
            if entity["type"] in KINDS:
                for m in entity["mentions"]:
                    if m["level"] == "NAM":
                        found |= {
                            w.casefold() for w in TOKEN.findall(r["text"][m["start"] : m["end"]]) if w[0].isupper()
                        }
    taken = lower | found
    rng = random.Random(seed)
    out: dict[str, str] = {}
    stems: dict[str, str] = {}
    for word in sorted(found - lower, key=lambda w: (len(w), w)):
        base = next((b for b in stems if word.startswith(b)), None)
        if base is not None:
            out[word] = stems[base] + word[len(base) :]
            continue
        new = _name(rng, len(word))
        while new in taken:
            new = _name(rng, len(word))
        taken.add(new)
        out[word] = new
        if len(word) >= STEM:
            stems[word[: max(STEM, len(word) - 1)]] = new[: max(3, len(new) - 1)]
    return out


def _name(rng: random.Random, length: int) -> str:
    out = ""
    while len(out) < max(length - 2, 3):
        out += rng.choice(_ONSETS) + rng.choice(_VOWELS)
    return out + rng.choice(_CODAS)


def swapped(records: Iterable[Mapping[str, Any]], seed: int = 1) -> list[Record]:
    """The records with names replaced; `html` is replaced alike, `kb_id` and names are left out."""
    given = list(records)
    names = mapping(given, seed)
    return [_swap(record, names) for record in given]


def _replaced(word: str, names: Mapping[str, str]) -> str:
    new = names[word.casefold()]
    return new.upper() if word.isupper() else new.capitalize()


def _swap(record: Mapping[str, Any], names: Mapping[str, str]) -> Record:
    text = record["text"]
    edges = {value for span in _spans(record) for value in (span["start"], span["end"])}
    pieces, shifts, at, moved = [], [(0, 0)], 0, 0
    for match in TOKEN.finditer(text):
        word = match.group()
        inside = any(match.start() < place < match.end() for place in edges)
        if not word[0].isupper() or word.casefold() not in names or inside:
            continue
        new = _replaced(word, names)
        pieces += [text[at : match.start()], new]
        at = match.end()
        moved += len(new) - len(word)
        shifts.append((match.end(), moved))
    fresh = "".join([*pieces, text[at:]])
    places = {place: place + _shift(shifts, place) for place in edges}

    def move(value: Any) -> Any:
        if isinstance(value, dict):
            out = {key: move(inner) for key, inner in value.items()}
            if "start" in value and "end" in value:
                out |= {"start": places[value["start"]], "end": places[value["end"]]}
            return out | {key: None for key in ("kb_id", "name") if key in value}
        return [move(inner) for inner in value] if isinstance(value, list) else value

    page = TOKEN.sub(
        lambda m: (
            _replaced(m.group(), names) if m.group()[0].isupper() and m.group().casefold() in names else m.group()
        ),
        record.get("html", ""),
    )
    layers = ("boilerplate", "entities", "quotes", "marked_spans", "events")
    return {**record, "text": fresh, "sha256": digest(fresh), "html": page} | {k: move(record[k]) for k in layers}


def _shift(shifts: Sequence[tuple[int, int]], place: int) -> int:
    from bisect import bisect_right

    return shifts[bisect_right(shifts, (place, 1 << 60)) - 1][1]


def _spans(value: Any) -> Iterable[Mapping[str, int]]:
    if isinstance(value, Mapping):
        if "start" in value and "end" in value and value["start"] is not None:
            yield value
        for inner in value.values():
            yield from _spans(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _spans(inner)
