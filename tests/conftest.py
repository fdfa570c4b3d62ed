"""Small documents and predictions shared by the tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from goldwire.documents import Documents, gold_documents, predicted_documents

Span = tuple[int, int]


def span(start: int, end: int) -> dict[str, int]:
    return {"start": start, "end": end}


def mention(start: int, end: int, level: str = "NAM") -> dict[str, Any]:
    return {**span(start, end), "level": level, "head": span(start, end)}


def entities(*clusters: tuple[str, Sequence[Span]], level: str = "NAM") -> list[dict[str, Any]]:
    """Clusters as (type, spans); ids e0, e1, …"""
    return [
        {"id": f"e{i}", "type": kind, "name": None, "kb_id": None, "mentions": [mention(*s, level) for s in spans]}
        for i, (kind, spans) in enumerate(clusters)
    ]


def both(gold: Sequence[dict[str, Any]], predicted: Sequence[dict[str, Any]]) -> tuple[Documents, Documents]:
    """Gold and predictions as columns; records need only the layers a test is about."""
    g = gold_documents(gold)
    return g, predicted_documents(predicted, g)


@pytest.fixture(scope="session")
def corpus_test() -> Any:
    """The test split of the corpus."""
    import goldwire

    return goldwire.load("test")
