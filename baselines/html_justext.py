"""Boilerplate by jusText: length, link density and stop words of paragraphs (Pomikálek 2011)."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

import justext

EXTRA = "extractors"
VERSION = version("justext")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    paragraphs = justext.justext(page["html"].encode(), justext.get_stoplist("English"), encoding="utf-8")
    return {"text": "\n".join(p.text for p in paragraphs if not p.is_boilerplate)}
