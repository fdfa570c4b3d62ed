"""All visible text of the page by html-text: the floor under every extractor."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import html_text

EXTRA = "extractors"
VERSION = version("html-text")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    return {"text": html_text.extract_text(page["html"])}
