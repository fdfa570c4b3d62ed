"""Boilerplate by resiliparse's rules of main content (Bevendorff et al. 2018)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from resiliparse.extract.html2text import extract_plain_text

EXTRA = "extractors"
VERSION = version("resiliparse")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    return {"text": extract_plain_text(page["html"], main_content=True)}
