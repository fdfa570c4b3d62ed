"""Boilerplate by trafilatura, set to keep what is doubtful."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import trafilatura

EXTRA = "extractors"
VERSION = trafilatura.__version__


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    found = trafilatura.bare_extraction(page["html"], include_comments=False, favor_recall=True)
    return {"text": f"{found.title or ''}\n{found.text or ''}" if found else ""}
