"""Boilerplate on text, learnt: each line of the page gets a type from a linear classifier over itself and its neighbours.

Features of a line: its words and the shape of its start, how long it is, how it ends, how many of its words begin with
a capital, digits and marks in it, blank lines around, where it stands on the page; and the same of two lines before and
after. A second pass reads the types that the first gave the neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import KFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

EXTRA = "trained"
VERSION = "1"
SEED = 1
CONTENT = "content"
Features = dict[str, Any]


@dataclass(frozen=True)
class State:
    """The two passes."""

    first: Pipeline
    second: Pipeline


def lines(text: str) -> list[tuple[int, int]]:
    """Spans of the lines that are not blank, white space at their edges left out."""
    return [(m.start(), m.end()) for m in re.finditer(r"\S(?:.*\S)?", text)]


def shape(word: str) -> str:
    """`Xx`, `X`, `x`, `9` …: runs of one kind of character as one letter."""
    kinds = ("X" if c.isupper() else "x" if c.islower() else "9" if c.isdigit() else c for c in word)
    return re.sub(r"(.)\1+", r"\1", "".join(kinds))


def own(line: str) -> Features:
    """Features of one line."""
    words = re.findall(r"\w+(?:[’']\w+)*", line)
    capital = sum(word[0].isupper() for word in words)
    size = min(len(words), 40)
    out: Features = {
        "words<=": str(next((n for n in (0, 1, 2, 3, 5, 8, 12, 18, 25, 40) if size <= n), 41)),
        "long": size / 40,
        "end": line[-1] if not line[-1].isalnum() else shape(line[-1]),
        "start": shape(re.split(r"\s", line, maxsplit=1)[0])[:6],
        "capitals": capital / max(len(words), 1),
        "upper": line.isupper(),
        "digits": sum(c.isdigit() for c in line) / len(line),
        "marks": any(mark in line for mark in '“”"'),
        "said": bool(re.search(r"\b(?:said|told|says|according)\b", line)),
        "bullet": line[0] in "•-*·",
        "time": bool(re.search(r"\d[:.]\d\d|\b\d{4}\b|ago\b", line)),
        "at": "@" in line or "http" in line or ".example" in line,
        "rights": "©" in line or "rights" in line.lower(),
    }
    for word in words[:3]:
        out[f"head={word.lower()}"] = 1
    for word in words[:8] if size <= 12 else ():
        out[f"word={word.lower()}"] = 1
    return out


def features(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Features]:
    """Features of each line with those of two lines before and after."""
    each = [own(text[s:e]) for s, e in spans]
    for i, (start, end) in enumerate(spans):
        out: Features = {f"0:{k}": v for k, v in each[i].items()}
        for away in (-2, -1, 1, 2):
            if 0 <= i + away < len(spans):
                out |= {f"{away}:{k}": v for k, v in each[i + away].items() if not k.startswith("word=")}
            else:
                out[f"{away}:edge"] = 1
        out["place"] = i / len(spans)
        out[f"tenth={10 * i // len(spans)}"] = 1
        out["nth"] = str(min(i, 12))
        out["alone before"] = i == 0 or "\n\n" in text[spans[i - 1][1] : start]
        out["alone after"] = i + 1 == len(spans) or "\n\n" in text[end : spans[i + 1][0]]
        yield out


def label(document: Mapping[str, Any], span: tuple[int, int]) -> str:
    """The gold type of a line: that of the boilerplate over more than half of it, else content."""
    best = max(
        ((min(b["end"], span[1]) - max(b["start"], span[0]), b["type"]) for b in document["boilerplate"]),
        default=(0, CONTENT),
    )
    return best[1] if 2 * best[0] > span[1] - span[0] else CONTENT


def _neighbours(found: Sequence[str]) -> list[Features]:
    out = []
    for i in range(len(found)):
        around = {away: found[i + away] if 0 <= i + away < len(found) else "edge" for away in range(-4, 5)}
        out.append(
            {f"type{away}={name}": 1 for away, name in around.items()}
            | {"article around": CONTENT in found[:i] and CONTENT in found[i:]}
        )
    return out


def _model() -> Pipeline:
    return make_pipeline(DictVectorizer(), LogisticRegression(C=3.0, max_iter=300, random_state=SEED))


def train(documents: Sequence[Mapping[str, Any]]) -> State:
    """Fit both passes; the second one learns from types that the first gave pages it had not seen."""
    rows: list[Features] = []
    labels: list[str] = []
    page: list[int] = []
    for number, d in enumerate(documents):
        spans = lines(d["text"])
        rows += features(d["text"], spans)
        labels += [label(d, span) for span in spans]
        page += [number] * len(spans)
    first = _model().fit(rows, labels)
    pages = np.asarray(page)
    folds = [
        (np.flatnonzero(~np.isin(pages, test)), np.flatnonzero(np.isin(pages, test)))
        for _, test in KFold(min(5, len(documents)), shuffle=True, random_state=SEED).split(range(len(documents)))
    ]
    guessed = cross_val_predict(_model(), rows, labels, cv=folds)
    around: list[Features] = []
    for number in range(len(documents)):
        around += _neighbours(guessed[pages == number].tolist())
    second = _model().fit([a | b for a, b in zip(rows, around, strict=True)], labels)
    return State(first, second)


def predict(page: Mapping[str, Any], state: State) -> dict[str, Any]:
    """Boilerplate spans, one a line, with their types."""
    spans = lines(page["text"])
    rows = list(features(page["text"], spans))
    guessed = state.first.predict(rows).tolist()
    found = state.second.predict([a | b for a, b in zip(rows, _neighbours(guessed), strict=True)]).tolist()
    return {
        "boilerplate": [
            {"start": s, "end": e, "type": kind} for (s, e), kind in zip(spans, found, strict=True) if kind != CONTENT
        ]
    }
