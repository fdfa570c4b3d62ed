"""Render a page as HTML through its site's template, and read the visible text back.

The linearisation: every element that holds text directly is a line. `LINES` elements with the same parent follow each
other without a blank line; anything else stands as a paragraph, with a blank line around. By it, the visible text of a
rendered page is exactly the page's text; white space inside an element is kept.
"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from goldwire.texts import read_toml

# Elements that follow their siblings on the next line; all others are paragraphs.
LINES = frozenset({"li", "a", "span", "button", "small", "time", "td", "dd"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript"})
_VOID = frozenset({"meta", "link", "br", "img", "hr", "input"})


@dataclass(frozen=True)
class Site:
    """A site's markup: the tag and class of a line by what it is, and the skeleton of the page."""

    name: str
    lang: str
    classes: Mapping[str, str]
    tags: Mapping[str, str]
    wrappers: Mapping[str, str]
    head: str


@cache
def site(folder: Path) -> Site:
    """The template of a site from `site.toml` in its folder."""
    data = read_toml(folder / "site.toml", "name", "classes", "tags")
    return Site(
        data["name"],
        data.get("lang", "en"),
        data["classes"],
        data["tags"],
        data.get("wrappers", {}),
        data.get("head", ""),
    )


def _kinds(record: Mapping[str, Any], lines: Sequence[tuple[int, int]]) -> list[str]:
    """What each line is: a boilerplate type, headline, heading or paragraph."""
    spans = sorted((b["start"], b["end"], b["type"]) for b in record["boilerplate"])
    kinds: list[str] = []
    seen_headline = False
    for start, end in lines:
        cover = [(min(e, end) - max(s, start), kind) for s, e, kind in spans if s < end and start < e]
        length, kind = max(cover, default=(0, ""))
        if 2 * length > end - start:
            kinds.append(kind)
            continue
        text = record["text"][start:end].strip()
        if not seen_headline:
            kinds.append("headline")
            seen_headline = True
        elif len(text) < 60 and not text.endswith((".", "”", '"', "?", "’", ":")):
            kinds.append("heading")
        else:
            kinds.append("paragraph")
    return kinds


def render(record: Mapping[str, Any], template: Site) -> str:
    """The page as HTML. `record` needs `text` and `boilerplate`."""
    groups: list[list[tuple[int, int]]] = [[]]
    position = 0
    for line in record["text"][:-1].split("\n"):
        if line.strip():
            groups[-1].append((position, position + len(line)))
        else:
            groups.append([])
        position += len(line) + 1
    lines = [line for group in groups for line in group]
    kinds = dict(zip(lines, _kinds(record, lines), strict=True))
    headline = next(
        (record["text"][slice(*line)].strip() for line in lines if kinds[line] == "headline"), template.name
    )
    body: list[str] = []
    section = ""
    for group in groups:
        own = kinds[group[0]] if group else ""
        wanted = "article" if own in ("headline", "heading", "paragraph") else template.wrappers.get(own, "div")
        if wanted != section:
            if section:
                body.append(f"</{section}>")
            body.append(f'<{wanted} class="{template.classes.get(wanted, wanted)}">')
            section = wanted
        if len(group) == 1:
            body.append(_element(record["text"], group[0], own, template, alone=True))
        else:
            inner = "\n".join(_element(record["text"], line, kinds[line], template, alone=False) for line in group)
            body.append(f'<div class="{template.classes.get("group", "b")}">\n{inner}\n</div>')
    body.append(f"</{section}>")
    return (
        f'<!doctype html>\n<html lang="{template.lang}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(headline)} | {html.escape(template.name)}</title>\n{template.head}</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _element(text: str, line: tuple[int, int], kind: str, template: Site, *, alone: bool) -> str:
    tag = {"headline": "h1", "heading": "h2", "paragraph": "p"}.get(kind) or template.tags.get(kind, "div")
    if alone and tag in LINES:
        tag = "div"
    elif not alone and tag not in LINES:
        tag = "span"
    name = template.classes.get(kind, "")
    attribute = f' class="{name}"' if name else ""
    return f"<{tag}{attribute}>{html.escape(text[slice(*line)], quote=False)}</{tag}>"


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[tuple[str, int, list[str]]] = []
        self.count = 0
        self.lines: list[tuple[str, int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.count += 1
            self.stack.append((tag, self.count, []))

    def handle_endtag(self, tag: str) -> None:
        while self.stack:
            name, _, text = self.stack.pop()
            line = "".join(text)
            if line.strip() and not any(t in _UNSEEN for t, _, _ in self.stack) and name not in _UNSEEN:
                self.lines.append((name, self.stack[-1][1] if self.stack else 0, line))
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.stack:
            self.stack[-1][2].append(data)


def visible_text(source: str) -> str:
    """The visible text of a rendered page by the linearisation above, one final newline."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    out: list[str] = []
    last: tuple[str, int] | None = None
    for tag, parent, text in reader.lines:
        if last is not None:
            together = tag in LINES and last[0] in LINES and parent == last[1]
            out.append("\n" if together else "\n\n")
        out.append(text)
        last = (tag, parent)
    return "".join(out) + "\n"
