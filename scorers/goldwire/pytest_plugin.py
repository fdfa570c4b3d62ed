"""A pytest fixture for a user's own tests: `goldwire_score(predictions, gold="test", **options)` returns a `Result`.

def test_quotes(goldwire_score):
    assert goldwire_score("predictions.jsonl")["quotes.AQ_soft"] >= 0.60
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from goldwire.evaluation import Result


@pytest.fixture(scope="session")
def goldwire_score() -> Callable[..., Result]:
    """Score predictions (a file or records) against a split, a gold file, or gold records."""

    def run(predictions: Any, gold: Any = "test", **options: Any) -> Result:
        from goldwire.corpus.store import gold_of
        from goldwire.evaluation import score

        return score(gold_of(gold), predictions, **options)

    return run
