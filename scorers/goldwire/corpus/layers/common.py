"""What the four layers share: the reader of one anchor file and the layers read so far."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from goldwire.corpus.anchors import Anchor, AnchorError, Line, Page, Span
from goldwire.problems import Problem, shown

ID = re.compile(r"[a-z][a-z0-9_-]*")
RESERVED = frozenset({"none", "author"})


@dataclass
class Mention:
    """A mention while the layers are compiled; `entity` is the entity's id."""

    entity: str
    type: str
    level: str
    span: Span
    head: Span


@dataclass
class Draft:
    """The layers of one page as they are read, in the order boilerplate, entities, quotes, events."""

    page: Page
    boilerplate: list[dict[str, Any]] = field(default_factory=list)
    entities: dict[str, dict[str, Any]] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    quotes: list[dict[str, Any]] = field(default_factory=list)
    marked_spans: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)

    def removed(self) -> list[Span]:
        """Boilerplate of policy `remove`, in order."""
        return [(b["start"], b["end"]) for b in self.boilerplate if b["policy"] == "remove"]

    def mentions_at(self, span: Span) -> list[Mention]:
        """The mentions with exactly this span, entities before values."""
        return sorted((m for m in self.mentions if m.span == span), key=lambda m: m.level == "VAL")

    def nearest(self, entity: str, position: int) -> Mention | None:
        """The mention of `entity` nearest to `position`, one in the same block if there is one."""
        block = self.page.block_of(position)
        own = [m for m in self.mentions if m.entity == entity]

        def distance(m: Mention) -> tuple[bool, int, int]:
            away = max(m.span[0] - position, position - m.span[1], 0)
            return (self.page.block_of(m.span[0]) != block, away, m.span[0])

        return min(own, key=distance, default=None)


@dataclass
class Reader:
    """Reads the lines of one anchor file; what is wrong becomes a problem with file and line, and reading goes on."""

    draft: Draft
    file: str
    problems: list[Problem]
    line: Line = field(default_factory=lambda: Line(0, None, ""))

    @contextmanager
    def at(self, line: Line) -> Iterator[None]:
        """Read within `line`: an `AnchorError` becomes a problem there."""
        self.line = line
        try:
            yield
        except AnchorError as error:
            self.problems.append(error.at(self.file, line.number))

    def problem(self, rule: str, found: str, expected: str = "", mend: str = "", line: int | None = None) -> None:
        """Note a problem at the current line, or at `line` (0: something is missing from the file)."""
        number = self.line.number if line is None else line
        self.problems.append(Problem(rule, found, file=self.file, line=number, expected=expected, mend=mend))

    def place(self, source: str) -> Span:
        """The span an anchor names; a `~` that cuts no word is a warning, removed boilerplate an error."""
        anchor = Anchor.parse(source)
        span = anchor.place(self.draft.page, self.line.blocks)
        for tilde, edge in ((anchor.tilde_open, span[0]), (anchor.tilde_close, span[1])):
            if tilde and not self.draft.page.cuts_word(edge):
                self.problem("needless-tilde", shown(source))
        return span

    def content(self, source: str) -> Span:
        """As `place`, and the span must lie in the content region."""
        span = self.place(source)
        for start, end in self.draft.removed():
            if span[0] < end and start < span[1]:
                kind = next(b["type"] for b in self.draft.boilerplate if b["start"] == start)
                raise AnchorError("gold-in-boilerplate", f"{shown(source)} inside {kind} {self.text((start, end))}")
        return span

    def text(self, span: Span) -> str:
        """The words of a span, for a message."""
        return shown(self.draft.page.text[span[0] : span[1]], 60)

    def identifier(self, word: str) -> str:
        """`word`, if it may be an id."""
        if not ID.fullmatch(word) or word in RESERVED:
            raise AnchorError("bad-id", shown(word))
        return word


def span_of(span: Span | None) -> dict[str, int] | None:
    """A span as the schema has it."""
    return None if span is None else {"start": span[0], "end": span[1]}
