"""The corpus's own knowledge base: invented people, bodies and places that pages share, one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from goldwire.problems import Problem


def read_kb(path: Path) -> dict[str, Mapping[str, Any]]:
    """Entries `{id, type, name}` by id; empty when there is no file."""
    if not path.is_file():
        return {}
    entries = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line)
    return {entry["id"]: entry for entry in entries}


def check_kb(documents: Sequence[Mapping[str, Any]], source: Path) -> Iterable[Problem]:
    """Entities whose `kb_id` the knowledge base lacks, or has with another type."""
    known = read_kb(source / "kb.jsonl")
    for document in documents:
        for entity in document["entities"]:
            entry = known.get(entity["kb_id"]) if entity["kb_id"] else None
            if entity["kb_id"] and (entry is None or entry["type"] != entity["type"]):
                found = f"kb={entity['kb_id']} of {entity['type']} {entity['id']}"
                expected = f"type {entry['type']}" if entry else "an entry of corpus/kb.jsonl"
                yield Problem("unknown-kb", found, f"{document['id']}/entities.ann", expected=expected)
