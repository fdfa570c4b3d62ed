"""Find the built corpus and load it: carried by a wheel, or built from the checkout when its sources have changed."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from goldwire import resources
from goldwire.corpus.compiled import SPLITS
from goldwire.evaluation import Gold, read_gold
from goldwire.problems import BadInput, Problem


def _fingerprint(root: Path) -> str:
    """A hash of everything the built corpus depends on."""
    files = [
        path
        for folder in ("corpus", "schema", "scorers/goldwire")
        for path in (root / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.relative_to(root)}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def built_corpus() -> Path:
    """The folder of the built corpus: the wheel's own, or one under `build/` of the checkout that fits its sources.

    Several processes may ask at once: each builds in a folder of its own, and the first to finish gives it its name.
    """
    carried = resources.carried_corpus()
    if carried is not None:
        return carried
    root = resources.checkout()
    if root is None:
        raise FileNotFoundError("this goldwire carries no corpus: install the wheel, or run from a checkout")
    out = root / "build" / "cache" / _fingerprint(root)[:16]
    if not out.is_dir():
        from goldwire.corpus.build import build

        old = list(out.parent.glob("*")) if out.parent.is_dir() else []
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent) as fresh:
            build(root / "corpus", Path(fresh) / "corpus")
            try:
                (Path(fresh) / "corpus").rename(out)
            except OSError:
                if not out.is_dir():
                    raise
        for folder in old:
            if len(folder.name) == len(out.name) and folder != out:
                shutil.rmtree(folder, ignore_errors=True)
    return out


def load(split: str | None = None) -> Gold:
    """The gold of one split, or of all pages; iterate it for document records, hand it to `goldwire.score`.

    Works offline, from a checkout and from an installed wheel.

    Raises:
        BadInput: there is no such split.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder = built_corpus()
    if split is not None and split not in SPLITS:
        raise BadInput([Problem("schema", f"split {split!r}", expected=f"one of {', '.join(SPLITS)}")])
    names = SPLITS if split is None else (split,)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    tables = [pq.read_table(folder / "data" / "default" / f"{name}-00000-of-00001.parquet") for name in names]
    return read_gold(
        pa.concat_tables(tables).to_pylist(), corpus=manifest["corpus"], split=split or "all", checked=True
    )


def gold_of(source: Any) -> Gold:
    """Gold from a split name, a file, records, or Gold itself."""
    if isinstance(source, Gold):
        return source
    if isinstance(source, str) and source in SPLITS:
        return load(source)
    if isinstance(source, str | Path):
        path = Path(source)
        if not path.exists():
            raise BadInput(
                [Problem("file-missing", "nothing", str(path), expected=f"a file or one of {', '.join(SPLITS)}")]
            )
        return read_gold(path)
    records: Iterable[Mapping[str, Any]] = source
    return read_gold(records)


def standoff_page(page: str) -> tuple[dict[str, Any], Path]:
    """The stand-off page `page` and the folder of site templates.

    Raises:
        BadInput: there is no such page.
    """
    from goldwire.corpus.standoff import read_standoff

    folder = _sources()
    known = sorted(path.parent.name for path in (folder / "standoff").glob("*/standoff.json"))
    if page not in known:
        raise BadInput([Problem("file-missing", f"no stand-off page {page!r}", expected=f"one of {', '.join(known)}")])
    return read_standoff(folder / "standoff" / page / "standoff.json"), folder / "sites"


def _sources() -> Path:
    """Where stand-off pages and templates lie: beside the sources, or in the carried corpus."""
    carried = resources.carried_corpus()
    return carried if carried is not None else resources.source_corpus()
