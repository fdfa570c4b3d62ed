"""Boilerplate by readability-lxml, a port of the reader view that browsers have."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import html_text
from readability import Document

EXTRA = "extractors"
VERSION = version("readability-lxml")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    document = Document(page["html"])
    return {"text": f"{document.short_title()}\n{html_text.extract_text(document.summary())}"}
