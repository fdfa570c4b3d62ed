"""Where schema and corpus lie: in the installed wheel under `goldwire/_data`, in a checkout beside `scorers/`."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_CARRIED = _PACKAGE / "_data"


def checkout() -> Path | None:
    """The root of the source checkout this package runs from, or None when it is installed from a wheel."""
    root = _PACKAGE.parent.parent
    return root if (root / "schema").is_dir() and (root / "corpus").is_dir() else None


def schema_dir() -> Path:
    """The folder with the JSON Schemas and `ontology/`."""
    carried = _CARRIED / "schema"
    root = checkout()
    return carried if root is None else root / "schema"


def carried_corpus() -> Path | None:
    """The built corpus that a wheel carries, or None in a checkout."""
    folder = _CARRIED / "corpus"
    return folder if checkout() is None and folder.is_dir() else None


def source_corpus() -> Path:
    """The corpus sources of the checkout.

    Raises:
        FileNotFoundError: the package is installed from a wheel, which carries the built corpus only.
    """
    root = checkout()
    if root is None:
        raise FileNotFoundError("no corpus sources here: this goldwire is installed from a wheel; clone the repository")
    return root / "corpus"
