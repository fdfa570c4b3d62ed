"""Build the corpus: sources in, Parquet, dataset card and manifest out; the same sources give the same content hashes."""

from __future__ import annotations

import json
import shutil
import tempfile
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
_META = ("id", "site", "style", "genre", "story", "published", "split")
_PROVENANCE = ("writer", "annotators", "adjudicator", "guideline", "phenomena")
CONFIGS: dict[str, tuple[str, ...]] = {
    "default": tuple(schema.load("document")["properties"]),
    "pages": (*_META, *_PROVENANCE, "text", "sha256", "html"),
    "entities": (*_META, "text", "entities"),
    "quotes": (*_META, "text", "entities", "quotes", "marked_spans"),
    "events": (*_META, "text", "entities", "quotes", "events"),
    "boilerplate": (*_META, "text", "boilerplate"),
}


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
    problems.extend(check_corpus(documents, source))
    return Corpus(facts, documents), problems


def build(source: Path, out: Path) -> Corpus:
    """Compile `source` and write the dataset folder `out`, whole or not at all.

    Raises:
        BadInput: any problem that is more than a warning.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    corpus, problems = compile_corpus(source)
    errors = [p for p in problems if not p.warning]
    if errors:
        raise BadInput(errors)
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f"{out.name}.", dir=out.parent))
    fresh.chmod(0o755)
    full = schema.arrow("document")
    sizes: dict[str, dict[str, tuple[int, int]]] = {}
    for config, columns in CONFIGS.items():
        folder = fresh / "data" / config
        folder.mkdir(parents=True)
        narrow = pa.schema([full.field(name) for name in columns])
        for split in SPLITS:
            rows = [{name: document[name] for name in columns} for document in corpus.split(split)]
            table = pa.Table.from_pylist(rows, schema=narrow)
            pq.write_table(table, folder / f"{split}-00000-of-00001.parquet", compression="zstd", write_page_index=True)
            sizes.setdefault(config, {})[split] = (table.num_rows, table.nbytes)
    manifest = {
        "name": "goldwire",
        "version": corpus.facts["version"],
        "corpus": corpus.name,
        "canary": corpus.facts["canary"],
        "schema": schema.load("document")["$id"],
        "hashes": corpus.hashes,
    }
    (fresh / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    from goldwire.corpus.card import card

    (fresh / "README.md").write_text(card(corpus, source, CONFIGS, sizes), encoding="utf-8")
    shutil.copy(source / "LICENSE", fresh / "LICENSE")
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    return corpus
