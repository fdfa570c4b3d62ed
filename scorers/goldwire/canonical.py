"""Canonical rows and content hashes: what a corpus version is, whatever file format carries it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

# Rendered from the rest, and so no part of the identity of the gold.
DERIVED = ("html",)


def canonical_row(record: Mapping[str, Any]) -> bytes:
    """One record as UTF-8 JSON with sorted keys and no spaces."""
    import orjson

    kept = {key: value for key, value in record.items() if key not in DERIVED}
    return orjson.dumps(kept, option=orjson.OPT_SORT_KEYS)


def content_hash(records: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256, hex, of the canonical rows in order of their ids."""
    total = hashlib.sha256()
    for record in sorted(records, key=lambda r: str(r["id"])):
        total.update(canonical_row(record))
        total.update(b"\n")
    return total.hexdigest()
