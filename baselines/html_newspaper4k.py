"""Boilerplate by newspaper4k, which scores the nodes of a page as news."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

with warnings.catch_warnings():
    # It says on import that its language features are missing; they are not used.
    warnings.simplefilter("ignore")
    from newspaper import Article

EXTRA = "extractors"
VERSION = version("newspaper4k")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """The article as one string; the scorer projects it on the page."""
    article = Article(f"https://{page['site']}.example/{page['id']}", fetch_images=False)
    article.download(input_html=page["html"])
    article.parse()
    return {"text": f"{article.title}\n{article.text}"}
