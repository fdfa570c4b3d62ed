"""Build the corpus: sources in, Parquet, dataset card and manifest out; the same sources give the same content hashes."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

from goldwire import schema
from goldwire.corpus.card import card
from goldwire.corpus.compiled import SPLITS, Corpus, compile_corpus
from goldwire.corpus.croissant import croissant
from goldwire.problems import BadInput

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
            table = pa.Table.from_pylist(rows, schema=narrow.with_metadata({"canary": corpus.facts["canary"]}))
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
    if "croissant" in corpus.facts:
        metadata = json.dumps(croissant(corpus, fresh, CONFIGS), indent=1, ensure_ascii=False)
        (fresh / "croissant.json").write_text(metadata + "\n", encoding="utf-8")
    (fresh / "README.md").write_text(card(corpus, source, CONFIGS, sizes), encoding="utf-8")
    shutil.copy(source / "LICENSE", fresh / "LICENSE")
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    return corpus
