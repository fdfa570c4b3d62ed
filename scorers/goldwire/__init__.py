"""GoldWire: a benchmark for news extraction on whole web pages.

import goldwire
gold = goldwire.load("test")
result = goldwire.score(gold, predictions)      # dicts, a datasets.Dataset, or a file
result["quotes.AQ_soft"]
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from goldwire.corpus.store import load
    from goldwire.evaluation import Result, score
    from goldwire.problems import BadInput
    from goldwire.reading import as_prediction

__all__ = ["BadInput", "Result", "__version__", "as_prediction", "ground", "load", "score", "validate"]

# Importing numpy, pyarrow and scipy takes longer than `goldwire --help` may: names are looked up when first used.
_HOMES = {
    "load": "goldwire.corpus.store",
    "as_prediction": "goldwire.reading",
    "score": "goldwire.evaluation",
    "Result": "goldwire.evaluation",
    "BadInput": "goldwire.problems",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'goldwire' has no attribute {name!r}")


def validate(predictions: Any, gold: Any = "test") -> None:
    """Check predictions (records or a file) against gold (records, a file or a split name); nothing is scored.

    Raises:
        BadInput: with every problem found, up to 20.
    """
    from goldwire.corpus.store import gold_of
    from goldwire.reading import checked_predictions

    checked_predictions(predictions, gold_of(gold).records)


def ground(predictions: Any, gold: Any = "test") -> list[dict[str, Any]]:
    """Predictions with the offsets of every span given as a string; what is not on the page gets start = end = -1."""
    from goldwire.corpus.store import gold_of
    from goldwire.reading import checked_predictions

    return checked_predictions(predictions, gold_of(gold).records)[0]
