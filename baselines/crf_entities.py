"""Entities by conditional random fields: one for names and values, one for nominals; pronouns from a list; a sieve.

Trained on whole pages, chrome included, so that it learns where the article is from the shape of lines. Coreference is
the classic rule sieve (`_coreference.py`) on what was found.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sklearn_crfsuite
from _coreference import PLURAL, RELATIVE, SINGULAR, THINGS, Mention, clusters

EXTRA = "trained"
VERSION = "1"
TOKEN = re.compile(r"\w+(?:[-.’']\w+)*|[^\w\s]")
PRONOUNS = SINGULAR | THINGS | PLURAL | (RELATIVE - {"that"})
Span = tuple[int, int]


@dataclass(frozen=True)
class State:
    """Two fields, and how often a word of the train split was inside a name of each type."""

    names: sklearn_crfsuite.CRF
    nominals: sklearn_crfsuite.CRF


def paragraphs(text: str) -> list[list[Span]]:
    """Tokens of each line that is not blank."""
    out = []
    for line in re.finditer(r"\S.*", text):
        out.append([(line.start() + m.start(), line.start() + m.end()) for m in TOKEN.finditer(line.group())])
    return out


def shape(word: str) -> str:
    """Runs of one kind of character as one letter."""
    kinds = ("X" if c.isupper() else "x" if c.islower() else "9" if c.isdigit() else c for c in word)
    return re.sub(r"(.)\1+", r"\1", "".join(kinds))[:6]


def features(text: str, tokens: Sequence[Span], place: float) -> list[dict[str, Any]]:
    """Features of the tokens of one line."""
    strings = [text[s:e] for s, e in tokens]
    size = min(len(strings) // 5, 8)
    line = {"size": str(size), "tenth": str(int(10 * place)), "stop": strings[-1] if strings[-1] in '.”"?!' else ""}
    out = []
    for i, word in enumerate(strings):
        own: dict[str, Any] = {f"line {k}": v for k, v in line.items()}
        own |= {"word": word.lower(), "shape": shape(word), "front": word[:3].lower(), "tail": word[-3:].lower()}
        own |= {"first": i == 0, "line+shape": f"{size} {shape(word)}"}
        for away in (-3, -2, -1, 1, 2, 3):
            if 0 <= i + away < len(strings):
                near = strings[i + away]
                own[f"{away} word"] = near.lower()
                own[f"{away} shape"] = shape(near)
        out.append(own)
    return out


def tags(tokens: Sequence[Span], spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """BIO tags of the tokens of a line; a token belongs to the span that covers it whole."""
    out = ["O"] * len(tokens)
    for start, end, kind in spans:
        inside = [i for i, (s, e) in enumerate(tokens) if start <= s and e <= end]
        for k, i in enumerate(inside):
            out[i] = f"{'I' if k else 'B'}-{kind}"
    return out


def _field() -> sklearn_crfsuite.CRF:
    return sklearn_crfsuite.CRF(algorithm="lbfgs", c1=0.05, c2=0.02, max_iterations=80, all_possible_transitions=True)


def train(documents: Sequence[Mapping[str, Any]]) -> State:
    """Fit both fields."""
    rows: list[list[dict[str, Any]]] = []
    names: list[list[str]] = []
    nominals: list[list[str]] = []
    for d in documents:
        given = [(m["start"], m["end"], e["type"], m["level"]) for e in d["entities"] for m in e["mentions"]]
        nom = sorted({(s, e, t) for s, e, t, level in given if level == "NOM"}, key=lambda x: (x[0], -x[1]))
        outer = [span for i, span in enumerate(nom) if all(span[0] >= other[1] for other in nom[:i])]
        for tokens in paragraphs(d["text"]):
            rows.append(features(d["text"], tokens, tokens[0][0] / len(d["text"])))
            names.append(tags(tokens, [(s, e, t) for s, e, t, level in given if level in ("NAM", "VAL")]))
            nominals.append(tags(tokens, outer))
    return State(_field().fit(rows, names), _field().fit(rows, nominals))


VALUES = frozenset({"DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL"})


def spans(tokens: Sequence[Span], found: Sequence[str]) -> list[tuple[int, int, str]]:
    """The spans of a line's tags."""
    out: list[tuple[int, int, str]] = []
    for (start, end), tag in zip(tokens, found, strict=True):
        if tag[0] == "B" or (tag[0] == "I" and (not out or out[-1][2] != tag[2:])):
            out.append((start, end, tag[2:]))
        elif tag[0] == "I":
            out[-1] = (out[-1][0], end, tag[2:])
    return out


def mentions(text: str, state: State) -> list[Mention]:
    """Names, values, nominals and pronouns of a page; a nominal that equals a name is left out."""
    out: dict[Span, Mention] = {}
    lines = paragraphs(text)
    rows = [features(text, tokens, tokens[0][0] / len(text)) for tokens in lines]
    for tokens, name, nominal in zip(lines, state.names.predict(rows), state.nominals.predict(rows), strict=True):
        inside = any(tag != "O" for tag in name) or any(tag != "O" for tag in nominal)
        for start, end in tokens:
            if inside and text[start:end].lower() in PRONOUNS:
                out[start, end] = Mention(start, end, "", "PRO")
        for start, end, kind in spans(tokens, nominal):
            out[start, end] = Mention(start, end, kind, "NOM")
        for start, end, kind in spans(tokens, name):
            out[start, end] = Mention(start, end, kind, "VAL" if kind in VALUES else "NAM")
    return list(out.values())


def predict(page: Mapping[str, Any], state: State) -> dict[str, Any]:
    """Entities with their clusters."""
    return {"entities": clusters(page["text"], mentions(page["text"], state))}
