"""Anchors: a span named by a copy of the text around it, `context [span] context`.

An anchor must match exactly once in its block(s), on whole words, so that a slip in it is an error and not another
valid place. The syntax is described in `corpus/guidelines/format.md`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from goldwire.problems import Problem, shown

# Hyphens, inner apostrophes and the . , : of numbers belong to a word; a clitic ends one.
_TOKEN = re.compile(r"\w+(?:(?:[-‐‑’']|(?<=\d)[.,:](?=\d))\w+)*")
_CLITIC = re.compile(r"[’'](?:s|S|re|ve|ll|d|m)$")
_KEY = re.compile(r"(?<!\S)([A-Za-z_]+)=")
_BLOCKS = re.compile(r"@(\d+)(?:-(\d+))?")
_GAP = "{..}"

Span = tuple[int, int]


class AnchorError(ValueError):
    """An anchor or line that cannot be read or placed; `rule` names why."""

    def __init__(self, rule: str, found: str, expected: str = "", mend: str = "") -> None:
        self.rule, self.found, self.expected, self.mend = rule, found, expected, mend
        super().__init__(found)

    def at(self, file: str, line: int) -> Problem:
        """The problem to report, in its place."""
        return Problem(self.rule, self.found, file=file, line=line, expected=self.expected, mend=self.mend)


@dataclass(frozen=True)
class Page:
    """A frozen text with its blocks (the non-blank lines) and its words.

    `blocks[i]` is the half-open span of block i + 1, its indent and trailing white space left out.
    """

    text: str
    blocks: tuple[Span, ...]
    inside: frozenset[int]

    @classmethod
    def of(cls, text: str) -> Page:
        """The page of a text."""
        blocks = []
        position = 0
        for line in text.split("\n"):
            if line.strip():
                start = position + len(line) - len(line.lstrip())
                blocks.append((start, position + len(line.rstrip())))
            position += len(line) + 1
        inside: set[int] = set()
        for token in _TOKEN.finditer(text):
            cuts = set(range(token.start() + 1, token.end()))
            clitic = _CLITIC.search(token.group())
            if clitic:
                cuts.discard(token.start() + clitic.start())
            inside |= cuts
        return cls(text, tuple(blocks), frozenset(inside))

    def region(self, first: int, last: int) -> Span:
        """The span from block `first` to block `last`, both counted from 1 and included."""
        if not 1 <= first <= last <= len(self.blocks):
            raise AnchorError(
                "block-range", f"@{first}" + (f"-{last}" if last != first else ""), f"1 to {len(self.blocks)}"
            )
        return self.blocks[first - 1][0], self.blocks[last - 1][1]

    def block_of(self, position: int) -> int:
        """The number of the block that holds `position`; 0 between blocks."""
        for number, (start, end) in enumerate(self.blocks, 1):
            if start <= position < end:
                return number
        return 0

    def cuts_word(self, position: int) -> bool:
        """Whether an edge at `position` would lie inside a word."""
        return position in self.inside


def block_number(digits: str) -> int:
    """The number of a block; absurdly long ones stay out of range instead of out of memory."""
    return int(digits[:7])


def _characters(source: str) -> list[tuple[str, bool]]:
    """Characters of an anchor with whether each was escaped."""
    out: list[tuple[str, bool]] = []
    i = 0
    while i < len(source):
        if source[i] == "\\" and i + 1 < len(source):
            out.append((source[i + 1], True))
            i += 2
        else:
            out.append((source[i], False))
            i += 1
    return out


@dataclass(frozen=True)
class Anchor:
    """A parsed anchor: pieces of literal text, with gaps between them, and where the span opens and closes.

    `opens` and `closes` are (piece, character) positions; `blocks` overrides the current block.
    """

    source: str
    pieces: tuple[str, ...]
    opens: tuple[int, int]
    closes: tuple[int, int]
    tilde_open: bool
    tilde_close: bool
    blocks: tuple[int, int] | None

    @classmethod
    def parse(cls, source: str) -> Anchor:
        """Read an anchor.

        Raises:
            AnchorError: syntax, when there is not exactly one pair of brackets around something.
        """
        source = source.strip()
        blocks = None
        override = _BLOCKS.match(source)
        if override:
            blocks = (block_number(override[1]), block_number(override[2] or override[1]))
            body = source[override.end() :].lstrip()
        else:
            body = source
        pieces = [""]
        opens: tuple[int, int] | None = None
        closes: tuple[int, int] | None = None
        tilde_open = tilde_close = False
        characters = _characters(body)
        i = 0
        while i < len(characters):
            character, escaped = characters[i]
            if escaped:
                pieces[-1] += character
            elif [c for c, e in characters[i : i + 4] if not e] == list(_GAP):
                # White space beside a gap is part of what is left out.
                pieces[-1] = pieces[-1].rstrip()
                at_edge = opens is not None and opens[0] == len(pieces) - 1 and opens[1] >= len(pieces[-1])
                if at_edge and closes is None:
                    raise AnchorError("syntax", f"a span that opens at a gap in {shown(source)}", "words, then {..}")
                pieces.append("")
                i += 4
                while i < len(characters) and characters[i][0].isspace():
                    i += 1
                continue
            elif character == "[":
                if opens is not None:
                    raise AnchorError(
                        "syntax", f"two opening brackets in {shown(source)}", "exactly one pair of brackets"
                    )
                opens = (len(pieces) - 1, len(pieces[-1]))
                tilde_open = i + 1 < len(characters) and characters[i + 1] == ("~", False)
                i += tilde_open
            elif character == "]":
                if opens is None or closes is not None:
                    raise AnchorError("syntax", f"an unexpected ] in {shown(source)}", "exactly one pair of brackets")
                closes = (len(pieces) - 1, len(pieces[-1]))
            elif character == "~" and i + 1 < len(characters) and characters[i + 1] == ("]", False):
                tilde_close = True
            else:
                pieces[-1] += character
            i += 1
        if opens is None or closes is None:
            raise AnchorError("syntax", f"no [span] in {shown(source)}", "context [span] context")
        if closes[1] == 0 and closes[0] > 0:
            raise AnchorError("syntax", f"a span that closes at a gap in {shown(source)}", "words after {..}")
        if opens == closes or (opens[0] == closes[0] and not pieces[opens[0]][opens[1] : closes[1]].strip()):
            raise AnchorError("syntax", f"an empty span in {shown(source)}", "context [span] context")
        return cls(source, tuple(pieces), opens, closes, tilde_open, tilde_close, blocks)

    def find(self, page: Page, region: Span) -> list[Span]:
        """All spans (page offsets) that the anchor can mean inside `region`, before any check of edges inside words."""
        patterns = [
            [(m.start(), m.end()) for m in _occurrences(piece, page.text, region)] if piece else None
            for piece in self.pieces
        ]
        found: set[Span] = set()

        def walk(number: int, position: int, marks: tuple[int | None, int | None], begin: int) -> None:
            if number == len(self.pieces):
                opened, closed = marks
                if opened is None or closed is None:
                    return
                first_ok = not page.cuts_word(begin) or (self.tilde_open and begin == opened)
                last_ok = not page.cuts_word(position) or (self.tilde_close and position == closed)
                if first_ok and last_ok:
                    found.add((opened, closed))
                return
            occurrences = patterns[number]
            if occurrences is None:
                occurrences = [(position, position)]
            for start, end in occurrences:
                if number and start < position:
                    continue
                # A gap must leave whole words out.
                if number and page.cuts_word(start):
                    continue
                if number < len(self.pieces) - 1 and page.cuts_word(end):
                    continue
                opened, closed = marks
                if self.opens[0] == number:
                    opened = _offset(self.pieces[number], self.opens[1], page.text, start)
                if self.closes[0] == number:
                    closed = _offset(self.pieces[number], self.closes[1], page.text, start)
                walk(number + 1, end, (opened, closed), start if not number else begin)

        walk(0, region[0], (None, None), region[0])
        return sorted(found)

    def place(self, page: Page, current: tuple[int, int] | None) -> Span:
        """The one span the anchor means.

        Raises:
            AnchorError: no block, no match, several matches, or an edge inside a word without `~`.
        """
        blocks = self.blocks or current
        if blocks is None:
            raise AnchorError("no-block", shown(self.source))
        region = page.region(*blocks)
        name = f"block {blocks[0]}" if blocks[0] == blocks[1] else f"blocks {blocks[0]}-{blocks[1]}"
        found = [_trimmed(page.text, span) for span in self.find(page, region)]
        if not found:
            elsewhere = [
                number
                for number, block in enumerate(page.blocks, 1)
                if not blocks[0] <= number <= blocks[1] and self.find(page, block)
            ]
            mend = f"it matches in block {', '.join(map(str, elsewhere[:5]))}: move it there" if elsewhere else ""
            whole = page.text[region[0] : region[1]]
            raise AnchorError(
                "anchor-missing",
                f"no match of {shown(self.source)} in {name}",
                f"a copy of whole words of {shown(whole, 160)}",
                mend,
            )
        if len(found) > 1:
            candidates = "; ".join(
                f"{shown(page.text[max(region[0], s - 18) : s])}+{shown(page.text[s:e], 40)}" for s, e in found[:5]
            )
            raise AnchorError(
                "anchor-ambiguous", f"{len(found)} matches of {shown(self.source)} in {name}: {candidates}", "one"
            )
        start, end = found[0]
        if page.cuts_word(start) and not self.tilde_open:
            raise AnchorError(
                "edge-inside-word", f"{shown(self.source)} opens inside a word", mend="write [~ if that is meant"
            )
        if page.cuts_word(end) and not self.tilde_close:
            raise AnchorError(
                "edge-inside-word", f"{shown(self.source)} closes inside a word", mend="write ~] if that is meant"
            )
        return start, end


def _trimmed(text: str, span: Span) -> Span:
    start, end = span
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _occurrences(piece: str, text: str, region: Span) -> list[re.Match[str]]:
    pattern = re.compile("(?=(" + r"\s+".join(re.escape(part) for part in re.split(r"\s+", piece)) + "))")
    # A look-ahead finds overlapping places too; the group has the extent.
    return [
        match
        for start in pattern.finditer(text, region[0], region[1])
        if (match := re.compile(pattern.pattern[3:-1]).match(text, start.start(), region[1]))
    ]


def _offset(piece: str, index: int, text: str, start: int) -> int:
    """Where character `index` of the literal `piece` lies in `text`, the piece matching at `start`."""
    position = start
    i = 0
    while i < index:
        if piece[i].isspace():
            while i < len(piece) and piece[i].isspace():
                i += 1
            if i >= index and index < len(piece):
                # The bracket stands after white space: skip the run in the text.
                pass
            while position < len(text) and text[position].isspace():
                position += 1
        else:
            i += 1
            position += 1
    return position


@dataclass(frozen=True)
class Line:
    """One item line of an anchor file: its number, the current block(s), and its text without comment."""

    number: int
    blocks: tuple[int, int] | None
    text: str


def lines(source: str, page: Page, file: str, problems: list[Problem]) -> tuple[dict[str, str], list[Line]]:
    """Split an anchor file over `page` into its header (`text sha256:… chars:…`) and its item lines."""
    header: dict[str, str] = {}
    out: list[Line] = []
    current: tuple[int, int] | None = None
    for number, raw in enumerate(source.split("\n"), 1):
        text = re.split(r"(?:^|\s)(?<!\\)#(?:\s|$)", raw, maxsplit=1)[0].strip() if not raw.startswith("#") else ""
        if not text:
            continue
        if number == 1 and re.fullmatch(r"text( \w+:\w+…?)+", text):
            header = dict(part.rstrip("…").split(":", 1) for part in text.split()[1:])
            continue
        block = re.fullmatch(r"@\s*(\d+)(?:\s*-\s*(\d+))?", text)
        if block:
            current = (block_number(block[1]), block_number(block[2] or block[1]))
            try:
                page.region(*current)
            except AnchorError as error:
                problems.append(error.at(file, number))
            continue
        if text.startswith("@ "):
            problems.append(Problem("syntax", shown(text), file=file, line=number, expected="`@ 4` or `@ 4-6`"))
            continue
        out.append(Line(number, current, text))
    return header, out


def keyed(text: str) -> tuple[str, list[tuple[str, str]]]:
    """Split `head key=value key=value` at keys that stand outside brackets; an escaped = is no key."""
    depth = 0
    outside = []
    for character, escaped in _characters(text):
        width = 2 if escaped else 1
        if not escaped and character == "[":
            depth += 1
        elif not escaped and character == "]":
            depth = max(0, depth - 1)
        outside.extend([depth == 0] * width)
    keys = [match for match in _KEY.finditer(text) if outside[match.start()]]
    head = text[: keys[0].start()] if keys else text
    ends = [match.start() for match in keys[1:]] + [len(text)] * bool(keys)
    return head.strip(), [(match[1], text[match.end() : end].strip()) for match, end in zip(keys, ends, strict=True)]
