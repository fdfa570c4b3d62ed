"""The classic sieve of coreference rules, from the surest to the least sure; shared by baselines that find mentions.

Exact strings, acronyms, last names and heads of names, then nominals by their head, then pronouns by number and the
nearest fitting cluster before them (Lee et al. 2013 in miniature). A pass only ever joins clusters.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

SINGULAR = frozenset("he him his himself she her hers herself".split())  # noqa: SIM905
THINGS = frozenset("it its itself".split())  # noqa: SIM905
PLURAL = frozenset("they them their theirs themselves".split())  # noqa: SIM905
RELATIVE = frozenset("who whom whose which that".split())  # noqa: SIM905
MALE = frozenset("he him his himself".split())  # noqa: SIM905
BODIES = frozenset({"ORG", "GPE", "FAC", "VEHICLE", "PRODUCT", "DOCUMENT", "LAW", "EVENT"})
# A pronoun looks back so many characters at most.
REACH = 700


@dataclass(frozen=True)
class Mention:
    """A mention before it has a cluster. `kind` is its entity type, '' where it is open (pronouns)."""

    start: int
    end: int
    kind: str
    level: str


def words(text: str) -> list[str]:
    """Words in lower case, possessive endings and articles left out."""
    found = re.findall(r"\w+(?:[-.]\w+)*", re.sub(r"[’']s?\b", "", text.lower()))
    return [word for word in found if word not in ("the", "a", "an")]


def acronym(text: str) -> str:
    """`Organization for Security` as `ofs` without small words: `os`."""
    return "".join(word[0] for word in re.findall(r"[A-Z]\w*", text)).lower()


def clusters(text: str, given: Sequence[Mention]) -> list[dict[str, Any]]:
    """Entities of a prediction: `{id, type, mentions}`, values each by themselves."""
    mentions = sorted(given, key=lambda m: (m.start, m.end))
    up = list(range(len(mentions)))

    def top(i: int) -> int:
        while up[i] != i:
            i = up[i]
        return i

    def join(i: int, j: int) -> None:
        a, b = sorted((top(i), top(j)))
        up[b] = a

    strings = [text[m.start : m.end] for m in mentions]
    names = [i for i, m in enumerate(mentions) if m.level == "NAM"]
    seen: dict[tuple[str, ...], int] = {}
    for i in names:
        key = (mentions[i].kind, *words(strings[i]))
        if key in seen:
            join(seen[key], i)
        seen.setdefault(key, i)
    short: dict[tuple[str, str], int] = {}
    for i in names:
        if len(words(strings[i])) > 1:
            short.setdefault((mentions[i].kind, acronym(strings[i])), i)
            if mentions[i].kind == "PERSON":
                short.setdefault(("PERSON", words(strings[i])[-1]), i)
    for i in names:
        own = words(strings[i])
        if len(own) == 1 and (mentions[i].kind, own[0]) in short:
            join(short[mentions[i].kind, own[0]], i)
    heads: dict[tuple[str, str], list[int]] = defaultdict(list)
    for i, m in enumerate(mentions):
        own = words(strings[i])
        if m.level == "NOM" and own:
            for j in reversed(heads[m.kind, own[-1]]):
                if mentions[j].end <= m.start:
                    join(j, i)
                    break
            heads[m.kind, own[-1]].append(i)
    gender: dict[int, bool] = {}
    for i, m in enumerate(mentions):
        if m.level == "PRO":
            found = _antecedent(mentions, i, strings[i].lower(), top, gender)
            if found is not None:
                join(found, i)
    return _entities(mentions, top)


def _antecedent(mentions: Sequence[Mention], i: int, word: str, top: Any, gender: dict[int, bool]) -> int | None:
    """The mention a pronoun takes up: the nearest fitting one before it."""
    for j in range(i - 1, -1, -1):
        m = mentions[j]
        if mentions[i].start - m.end > REACH:
            return None
        if m.level in ("PRO", "VAL") or m.end > mentions[i].start:
            continue
        if word in RELATIVE:
            return j if mentions[i].start - m.end <= 2 else None
        fits = m.kind == "PERSON" if word in SINGULAR else m.kind in BODIES if word in THINGS else True
        if not fits:
            continue
        if word in SINGULAR:
            male = word in MALE
            if gender.setdefault(top(j), male) != male:
                continue
        return j
    return None


def _entities(mentions: Sequence[Mention], top: Any) -> list[dict[str, Any]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for i in range(len(mentions)):
        groups[top(i)].append(i)
    out = []
    for number, rows in enumerate(groups.values()):
        kinds = [mentions[i].kind for i in rows if mentions[i].kind]
        only = mentions[rows[0]]
        if not kinds or (len(rows) == 1 and only.level in ("NOM", "PRO")):
            # A pronoun or nominal without a partner is no mention by the guideline.
            continue
        out.append(
            {
                "id": f"e{number}",
                "type": max(set(kinds), key=kinds.count),
                "mentions": [
                    {"start": mentions[i].start, "end": mentions[i].end, "level": mentions[i].level} for i in rows
                ],
            }
        )
    return out
