"""Ground predictions given as strings: find the offsets of `{text, near?}` spans and of cleaned articles on the page.

A string is sought exactly, then with white space and quotation glyphs normalised, then fuzzily. What the page does not
hold is a hallucination: its span becomes start = end = -1, which meets nothing and counts as predicted.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from goldwire.words import WORD

# Below this similarity (rapidfuzz partial ratio, 0 to 100) a string is not on the page.
FUZZY_CUTOFF = 90.0
# Shorter strings match by chance when a letter may differ.
FUZZY_LENGTH = 8
# A cleaned article of which less is found on the page is worth a word.
COVERAGE = 0.98

_GLYPHS = str.maketrans(dict.fromkeys("“”„«»‟", '"') | dict.fromkeys("‘’‚‛´`", "'") | dict.fromkeys("‐‑–—", "-"))


@dataclass
class Grounding:
    """How strings were found: numbers of spans by way, and the coverage of each cleaned article."""

    exact: int = 0
    normalised: int = 0
    fuzzy: int = 0
    missing: int = 0
    coverage: list[float] = field(default_factory=list)

    @property
    def hallucination_rate(self) -> float | None:
        """The share of strings that the page does not hold; None when no span was given as a string."""
        total = self.exact + self.normalised + self.fuzzy + self.missing
        return self.missing / total if total else None


@dataclass(frozen=True)
class PageIndex:
    """A page text with its normalised form; `origin[i]` is the offset of character i of `normal`."""

    text: str
    normal: str
    origin: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> PageIndex:
        """Index a page text."""
        characters: list[str] = []
        origin: list[int] = []
        for offset, character in enumerate(text.translate(_GLYPHS)):
            if character.isspace():
                if characters and characters[-1] == " ":
                    continue
                character = " "
            for part in character.casefold():
                characters.append(part)
                origin.append(offset)
        return cls(text, "".join(characters), (*origin, len(text)))

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The span of the page behind a span of the normalised text."""
        return self.origin[start], self.origin[end - 1] + 1


def _normal(text: str) -> str:
    return re.sub(r"\s+", " ", text.translate(_GLYPHS)).strip().casefold()


def _places(needle: str, hay: str) -> list[int]:
    """Offsets of `needle` in `hay`, on word edges where there are any, else anywhere."""
    found = []
    start = hay.find(needle)
    while start >= 0:
        found.append(start)
        start = hay.find(needle, start + 1)

    def whole(at: int) -> bool:
        end = at + len(needle)
        before = at == 0 or not (hay[at - 1].isalnum() and hay[at].isalnum())
        return before and (end == len(hay) or not (hay[end].isalnum() and hay[end - 1].isalnum()))

    return [at for at in found if whole(at)] or found


def find(
    page: PageIndex, text: str, near: int | None = None, taken: set[tuple[int, int]] | None = None
) -> tuple[int, int, str]:
    """(start, end, way) of `text` on the page; way is exact, normalised, fuzzy or missing (-1, -1).

    Of several places the nearest to `near` is taken; without `near`, the first that is not in `taken`.
    """

    def choose(places: list[tuple[int, int]]) -> tuple[int, int]:
        if near is not None:
            return min(places, key=lambda p: (abs(p[0] - near), p[0]))
        return next((p for p in places if taken is None or p not in taken), places[0])

    stripped = text.strip()
    if stripped:
        exact = _places(stripped, page.text)
        if exact:
            return (*choose([(at, at + len(stripped)) for at in exact]), "exact")
        normal = _normal(text)
        places = _places(normal, page.normal) if normal else []
        if places:
            return (*choose([page.original(at, at + len(normal)) for at in places]), "normalised")
        if len(normal) >= FUZZY_LENGTH:
            from rapidfuzz.fuzz import partial_ratio_alignment

            best = partial_ratio_alignment(normal, page.normal, score_cutoff=FUZZY_CUTOFF)
            if best is not None and best.dest_end > best.dest_start:
                start, end = _to_words(page.normal, best.dest_start, best.dest_end)
                return (*page.original(start, end), "fuzzy")
    return -1, -1, "missing"


def _to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Move fuzzy edges to the nearest word edges and drop white space."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def spans_of(record: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every span object of a prediction record, layer by layer."""
    for entity in record.get("entities") or ():
        yield from entity["mentions"]
    for quote in record.get("quotes") or ():
        yield from quote["content"]
        if quote.get("cue"):
            yield quote["cue"]
        if (quote.get("source") or {}).get("span"):
            yield quote["source"]["span"]
    for event in record.get("events") or ():
        for mention in event["mentions"]:
            yield from mention["trigger"]
            for argument in mention.get("arguments") or ():
                if argument.get("span"):
                    yield argument["span"]
    yield from record.get("boilerplate") or ()


def ground(record: dict[str, Any], text: str, grounding: Grounding) -> dict[str, Any]:
    """Give every `{text}` span of `record` its offsets, in place, and project a cleaned article; returns the record.

    Mentions given several times without `near` are laid on successive occurrences.
    """
    for span in spans_of(record):
        if "start" in span and "grounded" in span:
            setattr(grounding, span["grounded"], getattr(grounding, span["grounded"]) + 1)
    open_spans = [span for span in spans_of(record) if "start" not in span]
    if open_spans:
        page = PageIndex.of(text)
        mentions = {id(m) for entity in record.get("entities") or () for m in entity["mentions"]}
        taken: set[tuple[int, int]] = set()
        for span in open_spans:
            own = taken if id(span) in mentions else None
            start, end, way = find(page, span["text"], span.get("near"), own)
            if own is not None:
                own.add((start, end))
            span["start"], span["end"], span["grounded"] = start, end, way
            setattr(grounding, way, getattr(grounding, way) + 1)
    if record.get("boilerplate") is None and record.get("text") is not None:
        kept, coverage = project(record["text"], text)
        grounding.coverage.append(coverage)
        record["boilerplate"] = complement(kept, len(text))
    return record


def project(article: str, page: str) -> tuple[list[tuple[int, int]], float]:
    """Spans of `page` that the cleaned `article` keeps, by token LCS, and the share of its tokens that are found."""
    from rapidfuzz.distance import LCSseq

    words = list(WORD.finditer(page))
    own = [match.group() for match in WORD.finditer(article)]
    if not own or not words:
        return [], 1.0 if not own else 0.0
    kept: list[tuple[int, int]] = []
    found = 0
    for step in LCSseq.opcodes(own, [match.group() for match in words]):
        if step.tag == "equal":
            kept.append((words[step.dest_start].start(), words[step.dest_end - 1].end()))
            found += step.dest_end - step.dest_start
    return kept, found / len(own)


def complement(kept: list[tuple[int, int]], length: int) -> list[dict[str, int]]:
    """What is left of a page of `length` characters without the spans `kept` (sorted)."""
    out = []
    position = 0
    for start, end in [*kept, (length, length)]:
        if start > position:
            out.append({"start": position, "end": start})
        position = max(position, end)
    return out


def utf16_to_code_points(text: str, offsets: list[int]) -> list[int]:
    """UTF-16 offsets into `text` as code-point offsets (a half of a pair goes to its character)."""
    units = [0]
    for character in text:
        units.append(units[-1] + (2 if ord(character) > 0xFFFF else 1))
    return [min(bisect_left(units, offset), len(text)) for offset in offsets]
