"""The article-extraction-benchmark's files, `{id: {"articleBody": text}}`, and its metric at full float precision."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from goldwire import shingles
from goldwire.characters import Characters
from goldwire.problems import BadInput, Problem, shown
from goldwire.texts import read_text


def read(path: Path) -> dict[str, str]:
    """Texts by id.

    Raises:
        BadInput: no JSON of that form.
    """
    try:
        data = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadInput([Problem("bad-json", str(error)[:160], str(path), getattr(error, "lineno", 0))]) from None
    if not isinstance(data, dict) or not data:
        raise BadInput([Problem("bad-json", shown(data), str(path), expected='{id: {"articleBody": text}, …}')])
    out = {}
    for name, entry in data.items():
        body = entry.get("articleBody", "") if isinstance(entry, Mapping) else None
        if body is not None and not isinstance(body, str):
            body = None
        if body is None and not (isinstance(entry, Mapping) and entry.get("articleBody") is None):
            raise BadInput([Problem("bad-json", shown(entry), str(path), page=name, expected='{"articleBody": text}')])
        out[name] = body or ""
    return out


def score(truth: Mapping[str, str], output: Mapping[str, str]) -> dict[str, float | None]:
    """Precision, recall, F1 and exact-match rate of outputs; None where nothing can be said.

    Raises:
        BadInput: ids that differ.
    """
    if truth.keys() != output.keys():
        odd = sorted(truth.keys() ^ output.keys())
        raise BadInput(
            [
                Problem(
                    "unknown-page", f"{len(odd)} ids in one file only, such as {shown(odd[0])}", expected="the same ids"
                )
            ]
        )
    names = list(truth)
    tp, fp, fn = shingles.text_overlap([truth[n] for n in names], [output[n] for n in names])
    found = [[v for v in values.tolist() if not math.isnan(v)] for values in shingles.page_scores(tp, fp, fn)]
    # The benchmark takes exact means of fractions: so does the standard library.
    precision, recall = (statistics.mean(values) if values else None for values in found)
    f1 = None
    if precision is not None and recall is not None:
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    found_tokens = shingles.tokens(Characters.of([texts[n] for texts in (truth, output) for n in names]))
    sequences = _sequences(found_tokens, 2 * len(names))
    same = sum(x == y for x, y in zip(sequences[: len(names)], sequences[len(names) :], strict=True))
    return {"precision": precision, "recall": recall, "f1": f1, "exact_match": same / len(names)}


def _sequences(tokens: shingles.Tokens, documents: int) -> list[list[Any]]:
    out: list[list[Any]] = [[] for _ in range(documents)]
    for document, value in zip(tokens.document.tolist(), tokens.hash.tolist(), strict=True):
        out[document].append(value)
    return out
