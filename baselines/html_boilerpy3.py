"""Boilerplate by boilerpy3's article extractor: shallow text features (Kohlschütter et al. 2010)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from boilerpy3.extractors import ArticleExtractor

EXTRA = "extractors"
VERSION = version("boilerpy3")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    return {"text": ArticleExtractor(raise_on_failure=False).get_content(page["html"])}
