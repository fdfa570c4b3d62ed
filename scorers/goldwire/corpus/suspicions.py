"""Labels that look inconsistent between pages: each is mended, or stands with a reason in `corpus/reasons.jsonl`.

A suspicion is no error: an annotator may have been right in both places. The rules look for what one sees only over
many pages: a string with two types, capitalised words that nobody annotated, a word that is a trigger almost
everywhere but not here, a role filled by a type that hardly ever fills it, sentences that come again.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire.corpus.bands import article
from goldwire.corpus.surface import Prose, words
from goldwire.problems import BadInput, Problem
from goldwire.texts import read_text

Document = Mapping[str, Any]
# A word is in the trigger lexicon when it was annotated in at least this share of at least so many places.
TRIGGER_SHARE, TRIGGER_PLACES = 0.85, 8
# A filler type is rare for a role below this share of at least so many fillers.
FILLER_SHARE, FILLERS = 0.02, 25
# Sentences of at least so many words are near-duplicates from this overlap of their words on.
ALIKE_WORDS, ALIKE = 9, 0.8
# Capitalised words that are never a mention by themselves.
NEVER = frozenset(["I", "I’m", "I'm", "Mr", "Mrs", "Ms", "Dr", "Capt", "Col", "Gen", "Lt", "Sgt"])
CAPITAL = re.compile(
    r"(?<![.!?:“\"‘'(\n—–-])(?<=[\w,;’)] )[A-Z][\w’'-]+(?: (?:(?:of|the|de|van|von|al) )?[A-Z][\w’'-]+)*"
)


@dataclass(frozen=True)
class Suspicion:
    """One place that looks odd. `string` is what the page says there."""

    rule: str
    page: str
    string: str
    found: str

    def __str__(self) -> str:
        return f"{self.page}: [{self.rule}] {self.string!r}: {self.found}"


def suspicions(documents: Sequence[Document]) -> list[Suspicion]:
    """All suspicious places, by rule and page."""
    rules = (_two_types, _bare_capitals, _unused_triggers, _rare_fillers, _alike)
    return [found for rule in rules for found in sorted(set(rule(documents)), key=lambda s: (s.page, s.string))]


def _removed(document: Document) -> list[tuple[int, int]]:
    return [(b["start"], b["end"]) for b in document["boilerplate"]]


def _two_types(documents: Sequence[Document]) -> Iterator[Suspicion]:
    """A name that is of one type here and of another elsewhere."""
    where: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for d in documents:
        for entity in d["entities"]:
            for m in entity["mentions"]:
                if m["level"] == "NAM":
                    where[d["text"][m["start"] : m["end"]]][entity["type"]].add(d["id"])
    for string, types in where.items():
        if len(types) > 1:
            usual = max(types, key=lambda t: (len(types[t]), t))
            for kind, pages in types.items():
                for page in pages if kind != usual else ():
                    others = ", ".join(sorted(types[usual])[:3])
                    yield Suspicion("two-types", page, string, f"{kind} here, {usual} in {others}")


def _bare_capitals(documents: Sequence[Document]) -> Iterator[Suspicion]:
    """Capitalised words inside a sentence that no mention covers; titles before a name and shouted words are left out."""
    plain = {word for d in documents for word in re.findall(r"\b[a-z][\w’'-]+", d["text"])}
    for d in documents:
        spans = [(m["start"], m["end"]) for e in d["entities"] for m in e["mentions"]]
        names = {m["start"] for e in d["entities"] for m in e["mentions"] if m["level"] == "NAM"}
        gone = _removed(d)
        for match in CAPITAL.finditer(d["text"]):
            start, end = match.span()
            if any(s < end and start < e for s, e in gone) or any(s < end and start < e for s, e in spans):
                continue
            if _titled(d["text"], start):
                continue
            shouted = all(word.isupper() and word.lower() in plain for word in match.group().split())
            if end + 1 in names or shouted or match.group().rstrip(".") in NEVER:
                continue
            yield Suspicion("bare-capitals", d["id"], match.group(), "no mention")


def _titled(text: str, place: int) -> bool:
    """Whether the line at `place` is set in title case or capitals: nearly all of its longer words begin with a capital."""
    start = text.rfind("\n", 0, place) + 1
    line = text[start : text.find("\n", place)].rstrip()
    longer = re.findall(r"[^\W\d_]{3,}", line)
    return not line.endswith(".") and len(longer) > 3 and sum(w[0].isupper() for w in longer) >= 0.75 * len(longer)


def _unused_triggers(documents: Sequence[Document]) -> Iterator[Suspicion]:
    """A word that is nearly always a trigger, where it is none."""
    here: dict[str, list[tuple[str, bool, str]]] = defaultdict(list)
    for d in documents:
        triggers = [(t["start"], t["end"]) for e in d["events"] for m in e["mentions"] for t in m["trigger"]]
        gone = _removed(d)
        for match in re.finditer(r"[a-z][a-z-]{2,}", d["text"]):
            start, end = match.span()
            if any(s < end and start < e for s, e in gone):
                continue
            used = any(s < end and start < e for s, e in triggers)
            context = " ".join(d["text"][max(0, start - 30) : end + 30].split())
            here[match.group()].append((d["id"], used, context))
    for word, places in here.items():
        share = sum(used for _, used, _ in places) / len(places)
        if len(places) >= TRIGGER_PLACES and share >= TRIGGER_SHARE:
            for page, used, context in places:
                if not used:
                    yield Suspicion("unused-trigger", page, context, f"{word!r} is a trigger in {share:.0%} of places")


def _rare_fillers(documents: Sequence[Document]) -> Iterator[Suspicion]:
    """An entity type that hardly ever fills that role."""
    fillers: dict[tuple[str, str], list[tuple[str, str, str]]] = defaultdict(list)
    for d in documents:
        types = {e["id"]: e["type"] for e in d["entities"]}
        for event in d["events"]:
            for m in event["mentions"]:
                for a in m["arguments"]:
                    if a["entity"]:
                        span = a["span"]
                        string = d["text"][span["start"] : span["end"]] if span else a["entity"]
                        fillers[event["type"], a["role"]].append((types[a["entity"]], d["id"], string))
    for (kind, role), own in fillers.items():
        count = Counter(t for t, _, _ in own)
        for filler, page, string in own:
            if len(own) >= FILLERS and count[filler] / len(own) < FILLER_SHARE:
                yield Suspicion("rare-filler", page, string, f"{filler} as {role} of {kind}")


def _alike(documents: Sequence[Document]) -> Iterator[Suspicion]:
    """Sentences of two stories that share most of their words."""
    sentences: list[tuple[str, str, str, frozenset[str]]] = []
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for d in documents:
        for sentence in Prose(article(d)).sentences:
            own = [word.lower() for word in words(sentence)]
            if len(own) >= ALIKE_WORDS:
                for i in range(len(own) - 3):
                    where[tuple(own[i : i + 4])].append(len(sentences))
                sentences.append((d["id"], d["story"], sentence, frozenset(own)))
    pairs = {(a, b) for rows in where.values() for i, a in enumerate(rows) for b in rows[i + 1 :] if a != b}
    for a, b in pairs:
        one, two = sentences[a], sentences[b]
        if one[1] != two[1] and len(one[3] & two[3]) / len(one[3] | two[3]) >= ALIKE:
            yield Suspicion("alike", two[0], two[2], f"as in {one[0]}: {one[2]!r}")


def reasons(source: Path) -> dict[tuple[str, str, str], str]:
    """Why a suspicious place stands: `corpus/reasons.jsonl`, lines of {rule, page, string, reason}; page `*` is all.

    Raises:
        BadInput: a line that is none.
    """
    path = source / "reasons.jsonl"
    if not path.is_file():
        return {}
    out = {}
    for number, line in enumerate(read_text(path).splitlines(), 1):
        try:
            entry = json.loads(line)
            out[entry["rule"], entry["page"], entry["string"]] = entry["reason"]
        except (ValueError, KeyError, TypeError) as error:
            expected = "an object with rule, page, string and reason"
            raise BadInput([Problem("bad-json", str(error), str(path), number, expected=expected)]) from None
    return out


def check_suspicions(documents: Sequence[Document], source: Path) -> Iterator[Problem]:
    """A warning for each suspicion without a reason, an error for a reason without a suspicion."""
    found = suspicions(documents)
    known = reasons(source)
    for s in found:
        if (s.rule, s.page, s.string) not in known and (s.rule, "*", s.string) not in known:
            yield Problem("suspicious", f"{s.rule} {s.string!r}", s.page, expected=s.found)
    keys = {(s.rule, page, s.string) for s in found for page in (s.page, "*")}
    for rule, page, string in known:
        if (rule, page, string) not in keys:
            yield Problem("idle-reason", f"{rule} {string!r} of {page}", "reasons.jsonl")
