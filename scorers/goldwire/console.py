"""What every command shares: bad input as a message with exit code 2, and a console that fits where it prints."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer


@contextmanager
def input_errors() -> Iterator[None]:
    """Bad input is a message and exit code 2, never a traceback."""
    from goldwire.problems import BadInput

    try:
        yield
    except BadInput as bad:
        for problem in bad.problems:
            typer.echo(f"error: {problem}", err=True)
        typer.echo(
            f"{len(bad.problems)} problem{'s' * (len(bad.problems) != 1)}; nothing was scored or written.", err=True
        )
        raise typer.Exit(2) from None
    except FileNotFoundError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None


def console() -> Any:
    """A rich console that does not cut piped output to eighty columns."""
    from rich.console import Console

    # Piped output must not be cut to eighty columns.
    return Console(width=None if sys.stdout.isatty() else 200, soft_wrap=False, highlight=False)
