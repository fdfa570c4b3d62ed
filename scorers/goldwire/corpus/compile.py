"""Compile a page folder (frozen text, page.toml, four anchor files) into one document record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from goldwire import schema
from goldwire.corpus.anchors import Line, Page, lines
from goldwire.corpus.layers import boilerplate, entities, events, quotes
from goldwire.corpus.layers.common import Draft, Reader
from goldwire.problems import BadInput, Problem
from goldwire.texts import digest, read_text, read_toml

LAYERS: dict[str, Callable[[Reader, list[Line]], None]] = {
    "boilerplate": boilerplate.read,
    "entities": entities.read,
    "quotes": quotes.read,
    "events": events.read,
}


def read_layers(text: str, folder: Path, problems: list[Problem], *, until: str = "events", name: str = "") -> Draft:
    """Read the anchor files of `folder` over `text`, in order, up to the layer `until`.

    What is wrong is appended to `problems`, files named relative to `name` (default: the folder's name).
    """
    draft = Draft(Page.of(text))
    identity = digest(text)
    for layer, read in LAYERS.items():
        path = folder / f"{layer}.ann"
        file = f"{name or folder.name}/{layer}.ann"
        try:
            source = read_text(path)
        except BadInput as bad:
            problems.extend(Problem(p.rule, p.found, file=file, line=p.line) for p in bad.problems)
            source = ""
        header, items = lines(source, draft.page, file, problems)
        expected = {"sha256": identity, "chars": str(len(text))}
        for key, value in header.items():
            whole = expected.get(key, "")
            if not (whole.startswith(value) if key == "sha256" else whole == value):
                problems.append(
                    Problem("hash-mismatch", f"{key}:{value}", file=file, line=1, expected=f"{key}:{whole[:16]}")
                )
        read(Reader(draft, file, problems), items)
        if layer == until:
            break
    return draft


def layers_of(draft: Draft) -> dict[str, Any]:
    """The four layers as the document schema has them."""
    return {
        "boilerplate": draft.boilerplate,
        "entities": [e for e in draft.entities.values() if e.get("mentions")],
        "quotes": draft.quotes,
        "marked_spans": draft.marked_spans,
        "events": draft.events,
    }


def read_page(folder: Path, problems: list[Problem]) -> dict[str, Any]:
    """page.toml, checked against `page.schema.json`."""
    file = f"{folder.name}/page.toml"
    try:
        page = read_toml(folder / "page.toml")
    except BadInput as bad:
        problems.extend(Problem(p.rule, p.found, file=file, line=p.line) for p in bad.problems)
        return {}
    found = schema.problems("page", page, file=file)
    problems.extend(
        Problem(
            "unknown-tag" if p.pointer[1:].split("/")[0] in _TAGGED and "one of" in p.expected else p.rule,
            p.found,
            file=file,
            pointer=p.pointer,
            expected=p.expected,
        )
        for p in found
    )
    if page.get("id") != folder.name:
        problems.append(Problem("id-folder", str(page.get("id")), file=file, expected=folder.name))
    return page


_TAGGED = ("genre", "split", "phenomena", "style")


def read_document(folder: Path, problems: list[Problem]) -> dict[str, Any]:
    """The whole record of one page, as `document.schema.json` describes it, without `html`."""
    page = read_page(folder, problems)
    try:
        text = read_text(folder / "page.txt", page=True)
    except BadInput as bad:
        problems.extend(Problem(p.rule, p.found, file=f"{folder.name}/page.txt", line=p.line) for p in bad.problems)
        return {}
    draft = read_layers(text, folder, problems)
    return page | {"text": text, "sha256": digest(text)} | layers_of(draft)
