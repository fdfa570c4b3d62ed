"""The compiled corpus: all pages of the sources with the corpus's own facts, checked one by one and together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire import schema
from goldwire.canonical import content_hash
from goldwire.corpus.check import check_corpus
from goldwire.corpus.compile import read_document
from goldwire.corpus.html import render, site
from goldwire.problems import BadInput, Problem
from goldwire.texts import read_toml

SPLITS = ("train", "validation", "test")


@dataclass(frozen=True)
class Corpus:
    """Compiled documents with the corpus's own facts (`corpus.toml`)."""

    facts: Mapping[str, Any]
    documents: Sequence[Mapping[str, Any]]

    def split(self, name: str) -> list[Mapping[str, Any]]:
        """The documents of a split."""
        return [d for d in self.documents if d["split"] == name]

    @property
    def hashes(self) -> dict[str, str]:
        """Content hash of every split and of all."""
        return {name: content_hash(self.split(name)) for name in SPLITS} | {"all": content_hash(self.documents)}

    @property
    def name(self) -> str:
        """Version and content hash, as signatures have it."""
        return f"{self.facts['version']}-{self.hashes['all'][:8]}"


def page_folders(source: Path) -> list[Path]:
    """The folders of the pages, by name; hidden ones are passed over."""
    return sorted(f for f in (source / "documents").iterdir() if f.is_dir() and not f.name.startswith("."))


def compile_corpus(source: Path) -> tuple[Corpus, list[Problem]]:
    """All pages of `source`, compiled and checked; documents with errors are left out and their problems returned."""
    problems: list[Problem] = []
    try:
        facts = read_toml(source / "corpus.toml", "version", "canary")
    except BadInput as bad:
        return Corpus({}, ()), bad.problems
    documents = []
    for folder in page_folders(source):
        own: list[Problem] = []
        document = read_document(folder, own)
        problems.extend(own)
        if all(p.warning for p in own):
            try:
                document["html"] = render(document, site(source / "sites" / document["site"]))
            except BadInput as bad:
                problems.extend(bad.problems)
                continue
            ordered = {key: document[key] for key in schema.load("document")["properties"]}
            found = schema.problems("document", ordered, file=folder.name, page=folder.name)
            problems.extend(found)
            documents.append(ordered)
    try:
        problems.extend(check_corpus(documents, source))
    except BadInput as bad:
        problems.extend(bad.problems)
    return Corpus(facts, documents), problems
