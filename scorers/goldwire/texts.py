"""Read page texts and lines from outside: UTF-8, LF, bounded; anything else is a named problem."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from goldwire.problems import BadInput, Problem


def read_text(path: Path, *, page: bool = False) -> str:
    """The text of a file, decoded strictly, with no newline translation.

    With `page`, the form of a page text is required too: no BOM or NUL, and exactly one final newline.

    Raises:
        BadInput: file-missing, not-utf8, not-lf or text-form.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise BadInput([Problem("file-missing", error.strerror or str(error), file=str(path))]) from None
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte 0x{raw[error.start]:02x} at offset {error.start}"
        raise BadInput([Problem("not-utf8", found, file=str(path), line=line)]) from None
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        raise BadInput([Problem("not-lf", "a carriage return", file=str(path), line=line)])
    if page and (text.startswith("\ufeff") or "\0" in text or not text.endswith("\n") or text.endswith("\n\n")):
        found = "a BOM" if text.startswith("\ufeff") else "a NUL" if "\0" in text else "no single newline at the end"
        raise BadInput([Problem("text-form", found, file=str(path), line=1)])
    return text


def digest(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hex: the identity of a page."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def read_toml(path: Path, *required: str) -> dict[str, Any]:
    """A TOML file that has the keys `required`.

    Raises:
        BadInput: as `read_text`, and bad-toml.
    """
    try:
        data = tomllib.loads(read_text(path))
    except tomllib.TOMLDecodeError as error:
        raise BadInput([Problem("bad-toml", str(error), file=str(path))]) from None
    missing = [key for key in required if key not in data]
    if missing:
        raise BadInput([Problem("bad-toml", f"no {', '.join(missing)}", file=str(path), expected=", ".join(required))])
    return data
