"""Run a system: a Python module with `predict(page, state)`, and `train(documents)` if it learns anything.

`train` gets the documents of the train split and returns any state; `predict` gets one page (`id`, `text`, `html` and
metadata, never gold) and returns a prediction record without `id`.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from goldwire import resources
from goldwire.problems import BadInput, Problem

Record = dict[str, Any]
# What a system may see of a page: all but the gold.
PAGE_FIELDS = ("id", "site", "published", "text", "html")


@dataclass(frozen=True)
class System:
    """A loaded system. `version` is the module's `VERSION`, or '0'."""

    name: str
    version: str
    train: Callable[[Sequence[Mapping[str, Any]]], Any] | None
    predict: Callable[[Mapping[str, Any], Any], Record]


def known() -> dict[str, Path]:
    """The baselines of the checkout by name."""
    root = resources.checkout()
    folder = root / "baselines" if root else Path("baselines")
    return {path.stem: path for path in sorted(folder.glob("*.py")) if not path.stem.startswith("_")}


def load(name: str) -> System:
    """A system by the name of a baseline or the path of a module.

    Raises:
        BadInput: there is no such module, or it has no `predict`.
    """
    path = known().get(name) or Path(name)
    if not path.is_file() or path.suffix != ".py":
        raise BadInput(
            [
                Problem(
                    "file-missing",
                    f"no system {name!r}",
                    expected=f"a .py file{', or one of ' + ', '.join(known()) if known() else ''}",
                    mend="give the path of a module",
                )
            ]
        )
    spec = importlib.util.spec_from_file_location(f"goldwire_system_{path.stem}", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    # Systems of one folder may share modules whose names begin with an underscore.
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    except ImportError as error:
        own = extra(path)
        mend = f"pip install 'goldwire[{own}]'" if own else f"install {error.name}"
        expected = f"module {error.name}"
        raise BadInput(
            [Problem("missing-extra", f"no {error.name}", file=str(path), expected=expected, mend=mend)]
        ) from None
    finally:
        sys.path.remove(str(path.parent.resolve()))
    if not callable(getattr(module, "predict", None)):
        raise BadInput(
            [Problem("schema", "no function predict(page, state)", file=str(path), expected="see baselines/lead.py")]
        )
    return System(path.stem, str(getattr(module, "VERSION", "0")), getattr(module, "train", None), module.predict)


def extra(path: Path) -> str:
    """The `EXTRA = "…"` of a module, without importing it; empty where it has none."""
    found = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)]
    named = [node.value for node in found if ast.unparse(node.targets[0]) == "EXTRA"]
    return str(named[0].value) if named and isinstance(named[0], ast.Constant) else ""


def run(
    system: System,
    pages: Iterable[Mapping[str, Any]],
    train: Sequence[Mapping[str, Any]],
    *,
    failures: dict[str, str] | None = None,
) -> Iterator[Record]:
    """Predictions of `system`, one page after the other.

    A page on which it crashes is left out and named in `failures` with the error; without `failures` the error is
    raised as it is.
    """
    state = system.train(train) if system.train else None
    for page in pages:
        seen = {key: page[key] for key in PAGE_FIELDS if key in page}
        try:
            found = system.predict(seen, state)
        except Exception as error:
            if failures is None:
                raise
            failures[page["id"]] = f"{type(error).__name__}: {error}"
            continue
        yield {"id": page["id"]} | found
