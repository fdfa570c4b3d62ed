"""The two independent passes of a page, `a/` and `b/` beside the adjudicated files, and the stand-off pages' own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from goldwire.corpus.agreement import Figure, agreement
from goldwire.corpus.compile import layers_of, read_layers
from goldwire.corpus.standoff import attach, read_standoff
from goldwire.problems import BadInput, Problem
from goldwire.texts import read_text, read_toml


def read_pass(folder: Path, name: str) -> dict[str, Any] | None:
    """Pass `name` (a, b, or a/first, b/first: before the guideline was sharpened) of a page; None where it lacks it.

    Raises:
        BadInput: the pass does not compile.
    """
    if not (folder / name).is_dir():
        return None
    text = read_text(folder / "page.txt", page=True)
    problems: list[Problem] = []
    draft = read_layers(text, folder / name, problems, name=f"{folder.name}/{name}")
    errors = [p for p in problems if not p.warning]
    if errors:
        raise BadInput(errors)
    return {"id": folder.name, "text": text} | layers_of(draft)


def corpus_agreement(
    source: Path, ids: Sequence[str], *, first: bool = False, resamples: int = 1000
) -> dict[str, Figure]:
    """Agreement of the passes over all pages of `ids` that have both; empty when none has.

    `first` takes the passes as they were before the guideline was sharpened on their differences.
    """
    a, b = ("a/first", "b/first") if first else ("a", "b")
    pairs = [(read_pass(source / "documents" / page, a), read_pass(source / "documents" / page, b)) for page in ids]
    both = [(a, b) for a, b in pairs if a is not None and b is not None]
    if not both:
        return {}
    return agreement([a for a, _ in both], [b for _, b in both], resamples=resamples)


def agreement_by(
    source: Path, ids: Sequence[str], field: str, *, first: bool = False
) -> dict[str, tuple[int, dict[str, Figure]]]:
    """Agreement of the pages that share a value of `field` in page.toml: the number of pages, and their figures.

    Raises:
        BadInput: a page without that field.
    """
    groups: dict[str, list[str]] = {}
    for page in ids:
        folder = source / "documents" / page
        value = read_toml(folder / "page.toml", field)[field]
        if (folder / "a").is_dir() and (folder / "b").is_dir():
            for name in value if isinstance(value, list) else [value]:
                groups.setdefault(str(name), []).append(page)
    found = {
        name: (len(pages), corpus_agreement(source, pages, first=first, resamples=0))
        for name, pages in sorted(groups.items())
    }
    return {name: (pages, figures) for name, (pages, figures) in found.items() if figures}


def standoff_agreement(folder: Path, text: str, sites: Path) -> dict[str, Figure]:
    """Agreement of the stand-off passes `a.json` and `b.json` in `folder`, joined with the page's `text`.

    Raises:
        BadInput: hash-mismatch, when the text is not exactly the one annotated.
    """
    both = []
    for name in ("a", "b"):
        joined = attach(read_standoff(folder / f"{name}.json"), text, sites)
        if not joined.exact:
            raise BadInput(
                [Problem("hash-mismatch", "another text", page=folder.name, expected="the text that was annotated")]
            )
        both.append(joined.document)
    return agreement(both[:1], both[1:])
