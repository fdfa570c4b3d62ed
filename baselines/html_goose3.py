"""Boilerplate by goose3, an article extractor of the 2010s."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from goose3 import Goose

EXTRA = "extractors"
VERSION = version("goose3")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    with Goose({"enable_image_fetching": False}) as goose:
        article = goose.extract(raw_html=page["html"])
    return {"text": f"{article.title or ''}\n{article.cleaned_text or ''}"}
