"""The simplest honest floor for all four layers, from page text alone.

Boilerplate: runs of short lines. Names: capitalised sequences, typed by cues around them and by the memory of the
train split; values by patterns. Coreference: equal strings, last names, pronouns to the nearest name. Quotations: what stands between quotation
marks, with the nearest name as speaker. Events: words that were triggers in the train split more often than not.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

VERSION = "1"

Span = tuple[int, int]

# A line of so many words is taken for a paragraph of the article.
PARAGRAPH_WORDS = 12
# A gap of so many lines without a paragraph ends the article.
LONGEST_GAP = 10
REPORTING = re.compile(r"\b(?:said|says|told|added|asked|wrote|according to|called|warned|denied|claimed|argued)\b")
PERSON_CUE = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Minister|President|Judge|Professor|Mayor|Chief Executive|Chairman|coach|captain|spokes\w+)\.?\s+$"
)
PLACE_CUE = re.compile(r"\b(?:in|at|from|near|to)\s+$")
CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*(?:\s+(?:(?:of|the|de|van|von|al)\s+)?[A-Z][\w’'-]*)*")
VALUES = (
    (
        "MONEY",
        re.compile(
            r"(?:[$€£]\s?\d[\d,.]*\d?(?:\s(?:million|billion))?|\b\d[\d,.]*\s(?:(?:million|billion)\s)?(?:crowns?|pesos?|dollars?|euros?|pounds?)\b)"
        ),
    ),
    ("PERCENT", re.compile(r"\b\d[\d.,]*\s?(?:%|per cent\b|percent\b)")),
    ("TIME", re.compile(r"\b\d{1,2}(?:[:.]\d\d)?\s?(?:a\.m\.|p\.m\.|am\b|pm\b)")),
    (
        "DATE",
        re.compile(
            r"\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:last|next|this) (?:week|month|year|autumn|spring|summer|winter)|(?:January|February|March|April|May|June|July|August|September|October|November|December)(?: \d{1,2})?(?:, \d{4})?|(?:19|20)\d\d|yesterday|tomorrow|today)\b"
        ),
    ),
    ("QUANTITY", re.compile(r"\b\d[\d,.]*\s(?:km|kilometres?|metres?|tonnes?|miles?|hectares?|gigabytes?|degrees?)\b")),
    (
        "ORDINAL",
        re.compile(r"\b(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|\d+(?:st|nd|rd|th))\b"),
    ),
    (
        "CARDINAL",
        re.compile(
            r"\b(?:about |at least |more than |nearly )?(?:\d[\d,]*(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens|hundreds)\b"
        ),
    ),
)
COMMON = frozenset(
    [
        "The",
        "A",
        "An",
        "In",
        "On",
        "At",
        "It",
        "He",
        "She",
        "They",
        "We",
        "I",
        "But",
        "And",
        "Or",
        "If",
        "When",
        "While",
        "After",
        "Before",
        "There",
        "This",
        "That",
        "These",
        "Those",
        "His",
        "Her",
        "Its",
        "Their",
        "Our",
        "My",
        "One",
        "Two",
        "Three",
        "Some",
        "Many",
        "Most",
        "Few",
        "For",
        "From",
        "By",
        "With",
        "As",
        "To",
        "No",
        "Not",
        "Yes",
        "What",
        "Who",
        "Why",
        "How",
        "Where",
        "Then",
        "Now",
        "Also",
        "Both",
        "Each",
        "Under",
        "Such",
        "You",
        "Your",
    ]
)
PRONOUNS = {"he": "PERSON", "she": "PERSON", "his": "PERSON", "her": "PERSON", "him": "PERSON"}


@dataclass(frozen=True)
class State:
    """What was seen in train: the usual type of a name's last word, and of a word that is mostly a trigger."""

    types: Mapping[str, str]
    triggers: Mapping[str, str]


def train(documents: Sequence[Mapping[str, Any]]) -> State:
    """Remember the types of names and the words that are triggers more often than not."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    triggers: dict[str, Counter[str]] = defaultdict(Counter)
    seen: Counter[str] = Counter()
    for d in documents:
        removed = [(b["start"], b["end"]) for b in d["boilerplate"] if b["policy"] == "remove"]
        for match in re.finditer(r"\w+", d["text"]):
            if not any(s <= match.start() < e for s, e in removed):
                seen[match.group().lower()] += 1
        for e in d["entities"]:
            for m in e["mentions"]:
                if m["level"] == "NAM":
                    names[d["text"][m["start"] : m["end"]].split()[-1]][e["type"]] += 1
        for e in d["events"]:
            for m in e["mentions"]:
                if len(m["trigger"]) == 1:
                    word = d["text"][m["trigger"][0]["start"] : m["trigger"][0]["end"]].lower()
                    triggers[word][e["type"]] += 1
    return State(
        {word: kinds.most_common(1)[0][0] for word, kinds in names.items()},
        {w: k.most_common(1)[0][0] for w, k in triggers.items() if 2 * sum(k.values()) > seen[w]},
    )


def lines(text: str) -> Iterator[Span]:
    """Non-blank lines without their indent."""
    for match in re.finditer(r"[^\n]*\S", text):
        indent = len(match.group()) - len(match.group().lstrip())
        yield match.start() + indent, match.end()


def boilerplate(text: str) -> tuple[list[dict[str, int]], list[Span]]:
    """The article is the longest run of long lines that are no list items; what is short inside the run is chrome,
    unless it ends like a sentence. The nearest line before it that has the length of a headline is kept too."""
    own = list(lines(text))

    def listed(start: int) -> bool:
        """Indented or bulleted, as teasers are."""
        return text[start] in "•-*·" or (text[start - 1 : start].isspace() and text[start - 1 : start] != "\n")

    def sentence(start: int, end: int) -> bool:
        return text[end - 1] in '.?!”"’' and not listed(start)

    long = [i for i, (s, e) in enumerate(own) if len(text[s:e].split()) >= PARAGRAPH_WORDS and sentence(s, e)]
    runs: list[list[int]] = []
    for i in long:
        if runs and i - runs[-1][-1] <= LONGEST_GAP:
            runs[-1].append(i)
        else:
            runs.append([i])
    best = max(runs, key=lambda run: sum(own[i][1] - own[i][0] for i in run), default=[])
    if not best:
        return [], own
    kept = {
        i
        for i in range(best[0], best[-1] + 1)
        if i in best or (len(text[slice(*own[i])].split()) > 4 and sentence(*own[i]))
    }
    headline = next((i for i in range(best[0] - 1, -1, -1) if 5 <= len(text[slice(*own[i])].split()) < 20), None)
    if headline is not None:
        kept.add(headline)
    chrome = [{"start": s, "end": e} for i, (s, e) in enumerate(own) if i not in kept]
    return chrome, [own[i] for i in sorted(kept)]


def names(text: str, region: list[Span], state: State) -> list[tuple[int, int, str]]:
    """Capitalised sequences with a type; a capitalised common word at the start is dropped."""
    out = []
    for low, high in region:
        for match in CAPITALISED.finditer(text, low, high):
            start, end = match.span()
            words = match.group().split()
            while words and words[0] in COMMON:
                start += len(words[0])
                while start < end and text[start].isspace():
                    start += 1
                words = words[1:]
            end -= 2 if text[start:end].endswith(("’s", "'s")) else 0
            if start >= end:
                continue
            before = text[max(low, start - 25) : start]
            opens = start == low or re.search(r"[.!?:”\"“]\s*[“\"‘]?$", before)
            if opens and len(words) == 1 and words[0] not in state.types:
                continue
            kind = state.types.get(words[-1]) or (
                "PERSON"
                if PERSON_CUE.search(before) or len(words) == 2
                else "GPE"
                if PLACE_CUE.search(before)
                else "ORG"
            )
            if kind not in ("DATE", "TIME"):
                out.append((start, end, kind))
    return out


def values(text: str, region: list[Span]) -> list[tuple[int, int, str]]:
    """Values by patterns, the first pattern that matches wins."""
    taken: list[tuple[int, int, str]] = []
    for kind, pattern in VALUES:
        for low, high in region:
            for match in pattern.finditer(text, low, high):
                if not any(s < match.end() and match.start() < e for s, e, _ in taken):
                    taken.append((*match.span(), kind))
    return taken


def entities(text: str, region: list[Span], state: State) -> list[dict[str, Any]]:
    """Clusters: names with the same last word; pronouns join the nearest person before them."""
    found_values = values(text, region)
    found = [n for n in names(text, region, state) if not any(s < n[1] and n[0] < e for s, e, _ in found_values)]
    clusters: dict[tuple[str, str], list[dict[str, Any]]] = {}
    persons: list[tuple[int, tuple[str, str]]] = []
    for start, end, kind in sorted(found):
        key = (kind, text[start:end].split()[-1] if kind == "PERSON" else text[start:end])
        clusters.setdefault(key, []).append({"start": start, "end": end, "level": "NAM"})
        if kind == "PERSON":
            persons.append((start, key))
    for low, high in region:
        for match in re.finditer(r"\b(?:he|she|his|her|him)\b", text[low:high], re.IGNORECASE):
            at = low + match.start()
            before = [key for start, key in persons if start < at]
            if before:
                clusters[before[-1]].append({"start": at, "end": low + match.end(), "level": "PRO"})
    out = [{"id": f"e{i}", "type": key[0], "mentions": ms} for i, (key, ms) in enumerate(clusters.items())]
    for start, end, kind in found_values:
        out.append({"id": f"e{len(out)}", "type": kind, "mentions": [{"start": start, "end": end, "level": "VAL"}]})
    return out


def quotes(text: str, region: list[Span], clusters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """One quotation for each paragraph's marks of three words or more; the speaker is the person nearest to them."""
    speakers = [
        (m["start"], m["end"], e["id"]) for e in clusters if e["type"] in ("PERSON", "ORG") for m in e["mentions"]
    ]
    out = []
    for low, high in region:
        spans = [
            m.span(1) for m in re.finditer(r"[“\"]([^“”\"\n]+)[”\"]?", text[low:high]) if len(m.group(1).split()) > 2
        ]
        if not spans:
            continue
        content = [{"start": low + s, "end": low + e} for s, e in spans]
        inside = [s for s in speakers if low <= s[0] < high and not any(c["start"] <= s[0] < c["end"] for c in content)]
        cue = next(
            (
                m
                for m in REPORTING.finditer(text, low, high)
                if not any(c["start"] <= m.start() < c["end"] for c in content)
            ),
            None,
        )
        at = cue.start() if cue else content[0]["end"]
        who = min(inside, key=lambda s: abs(s[0] - at), default=None)
        out.append(
            {
                "content": content,
                "cue": {"start": cue.start(), "end": cue.end()} if cue else None,
                "source": {"span": {"start": who[0], "end": who[1]}, "entity": who[2]} if who else None,
                "type": "direct",
            }
        )
    return out


def events(text: str, region: list[Span], clusters: list[dict[str, Any]], state: State) -> list[dict[str, Any]]:
    """Words that are mostly triggers in train; the name before fills the first role its type lets it, likewise the name after."""
    from goldwire.schema import ontology

    mentions = sorted((m["start"], e["id"], e["type"]) for e in clusters for m in e["mentions"])
    out = []
    for low, high in region:
        for match in re.finditer(r"\w+", text[low:high]):
            kind = state.triggers.get(match.group().lower())
            if kind is None:
                continue
            start, end = low + match.start(), low + match.end()
            before = [m for m in mentions if low <= m[0] < start][-1:]
            after = [m for m in mentions if end <= m[0] < high][:1]
            roles = [role for role in ontology().event_types[kind].roles if role not in ("Place", "Time")]
            arguments: list[dict[str, Any]] = []
            for _, entity, entity_type in before + after:
                role = next(
                    (
                        r
                        for r in roles
                        if ontology().fits(kind, r, entity_type) and all(a["role"] != r for a in arguments)
                    ),
                    None,
                )
                if role:
                    arguments.append({"role": role, "entity": entity})
            out.append(
                {"type": kind, "mentions": [{"trigger": [{"start": start, "end": end}], "arguments": arguments}]}
            )
    return out


def predict(page: Mapping[str, Any], state: State) -> dict[str, Any]:
    """All four layers of one page from its text."""
    text = page["text"]
    chrome, region = boilerplate(text)
    clusters = entities(text, region, state)
    return {
        "entities": clusters,
        "quotes": quotes(text, region, clusters),
        "events": events(text, region, clusters, state),
        "boilerplate": chrome,
    }
