"""Control: what stands between double quotation marks is a quotation by nobody; nothing else is said.

It shows how much of the quotation layer the marks alone give away.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

VERSION = "1"
MARKED = re.compile(r"[“\"]([^“”\"\n]+)[”\"]")


def predict(page: Mapping[str, Any], state: object) -> dict[str, Any]:
    """Spans between marks."""
    found = [{"start": m.start(1), "end": m.end(1)} for m in MARKED.finditer(page["text"])]
    return {
        "entities": [],
        "quotes": [{"content": [span], "source": None, "type": "direct"} for span in found],
        "events": [],
        "boilerplate": [],
    }
