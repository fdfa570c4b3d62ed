"""What must hold of the corpus as a whole: splits, stories, names, passes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from goldwire.corpus.bands import check_bands
from goldwire.corpus.kb import check_kb
from goldwire.corpus.suspicions import check_suspicions
from goldwire.problems import Problem

MIN_BOILERPLATE_TYPES = 5


def check_corpus(documents: Sequence[Mapping[str, Any]], source: Path) -> list[Problem]:
    """Problems between pages: a story or a person's full name in two splits, a text twice, missing passes."""
    out: list[Problem] = []
    out += _across("story-across-splits", ((d["story"], d) for d in documents))
    out += _across("name-across-splits", ((name, d) for d in documents for name in _people(d)))
    out += check_kb(documents, source)
    out += check_bands(documents, source)
    out += check_suspicions(documents, source)
    texts: dict[str, str] = {}
    for d in documents:
        if d["sha256"] in texts:
            out.append(Problem("text-shared", f"the text of {texts[d['sha256']]}", file=f"{d['id']}/page.txt"))
        texts[d["sha256"]] = d["id"]
        kinds = {b["type"] for b in d["boilerplate"]}
        if len(kinds) < MIN_BOILERPLATE_TYPES:
            out.append(
                Problem(
                    "few-boilerplate-types",
                    f"{len(kinds)} types",
                    f"{d['id']}/boilerplate.ann",
                    expected=f"at least {MIN_BOILERPLATE_TYPES}",
                )
            )
        if d["split"] in ("validation", "test"):
            for name in ("a", "b"):
                if not (source / "documents" / d["id"] / name / "events.ann").is_file():
                    out.append(Problem("not-annotated-twice", f"no {name}/", file=d["id"]))
    return out


def _people(document: Mapping[str, Any]) -> Iterable[str]:
    """Full names (two words or more) of persons in the content region of a page."""
    text = document["text"]
    for entity in document["entities"]:
        if entity["type"] == "PERSON":
            for m in entity["mentions"]:
                name = text[m["start"] : m["end"]]
                if m["level"] == "NAM" and len(name.split()) > 1:
                    yield " ".join(name.split())


def _across(rule: str, items: Iterable[tuple[str, Mapping[str, Any]]]) -> list[Problem]:
    where: dict[str, dict[str, str]] = defaultdict(dict)
    for name, document in items:
        where[name].setdefault(document["split"], document["id"])
    return [
        Problem(
            rule,
            f"{name!r} in {', '.join(f'{split} ({page})' for split, page in sorted(splits.items()))}",
            file="corpus",
        )
        for name, splits in sorted(where.items())
        if len(splits) > 1
    ]
