"""The corpus's own knowledge base: invented people, bodies, places and events that pages share, one JSON object a line."""

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
    """Entities and events whose `kb_id` the knowledge base lacks, or has with another type."""
    known = read_kb(source / "kb.jsonl")
    for document in documents:
        for layer in ("entities", "events"):
            for item in document[layer]:
                entry = known.get(item["kb_id"]) if item["kb_id"] else None
                if item["kb_id"] and (entry is None or entry["type"] != item["type"]):
                    found = f"kb={item['kb_id']} of {item['type']} {item['id']}"
                    expected = f"type {entry['type']}" if entry else "an entry of corpus/kb.jsonl"
                    yield Problem("unknown-kb", found, f"{document['id']}/{layer}.ann", expected=expected)


def chains(documents: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, list[str]]]:
    """Entities and events of the knowledge base that stand on two pages or more: layer, id, page ids."""
    out: dict[str, dict[str, list[str]]] = {"entities": {}, "events": {}}
    for layer, found in out.items():
        for document in documents:
            for name in {item["kb_id"] for item in document[layer]} - {None}:
                found.setdefault(name, []).append(document["id"])
    return {layer: {name: pages for name, pages in found.items() if len(pages) > 1} for layer, found in out.items()}
