"""Pair the quotation marks of a block, mismatched pairs too.

Curly, straight and wrong-shaped marks are normal on real pages (`“… "`, `"… ”`, `” … ”`). A mark that is not closed
runs to the end of its block, as in a quotation that goes on in the next paragraph.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

_DOUBLE = {"“", "”", '"', "„", "«", "»", "‟"}
_SINGLE = {"‘", "’", "'", "‚", "‛"}
MARKS = frozenset(_DOUBLE | _SINGLE)


@dataclass(frozen=True)
class Pair:
    """Two marks of a page. `start`, `end` bound what stands between them; `closed` tells whether a closing mark exists."""

    start: int
    end: int
    closed: bool


def pair(text: str, block: tuple[int, int], ignore: Collection[int] = ()) -> list[Pair]:
    """All pairs of quotation marks in the span `block` of `text`, in order of their opening.

    `ignore` holds offsets of characters that are no quotation marks (apostrophes, inches).
    """
    begin, end = block
    open_marks: list[tuple[str, int]] = []  # (kind, offset of the mark)
    pairs: list[Pair] = []

    def before(i: int) -> str:
        return text[i - 1] if i > begin else " "

    def after(i: int) -> str:
        return text[i + 1] if i + 1 < end else " "

    def opens(i: int) -> bool:
        return (before(i).isspace() or before(i) in "([{—–-/" or before(i) in MARKS) and not after(i).isspace()

    skip = -1
    for i in range(begin, end):
        character = text[i]
        if i in ignore or i == skip or (character not in MARKS and character != "`"):
            continue
        # Two single marks in a row are a double one of the typewriter kind: ``…''
        twin = text[i : i + 2] in ("``", "''", "’’", "‘‘") and i + 1 < end
        skip = i + 1 if twin else -1
        kind = "double" if character in _DOUBLE or twin else "single"
        if kind == "single":
            if before(i).isalnum() and after(i).isalnum():
                continue  # an apostrophe inside a word
            if character == "`":
                continue
            is_open = any(k == "single" for k, _ in open_marks)
            if not is_open:
                if character in "‘‚‛" or (character in "'’" and opens(i) and character == "'"):
                    open_marks.append((kind, i))
                continue
            if opens(i) and character in "‘‚‛":
                open_marks.append((kind, i))
                continue
            if before(i).isspace():
                continue
        else:
            is_open = any(k == "double" for k, _ in open_marks)
            closing = not before(i).isspace() and not (after(i + twin).isalnum())
            if not is_open and closing and open_marks:
                kind = "single"  # a mismatched pair: '…"
            elif not is_open or (character in "“„«" and opens(i)):
                if after(i + twin).isspace():
                    continue  # a closing mark with nothing open
                open_marks.append((kind, i + twin))
                continue
        # Close the innermost mark of this kind; marks opened since then were never closed.
        for depth in range(len(open_marks) - 1, -1, -1):
            if open_marks[depth][0] == kind:
                pairs.append(Pair(open_marks[depth][1] + 1, i, True))
                del open_marks[depth:]
                break
    for kind, offset in open_marks:
        # A single mark left open inside a block is an apostrophe (‘90s); at its start it is an open quotation.
        if kind == "double" or offset == begin:
            pairs.append(Pair(offset + 1, end, False))
    return sorted(pairs, key=lambda p: (p.start, -p.end))


def stray(text: str, block: tuple[int, int], pairs: list[Pair], ignore: Collection[int] = ()) -> list[int]:
    """Offsets of double marks in `block` that no pair of it uses."""
    used = {p.start - 1 for p in pairs} | {p.end for p in pairs if p.closed}
    return [i for i in range(*block) if text[i] in _DOUBLE and i not in used and i not in ignore]
