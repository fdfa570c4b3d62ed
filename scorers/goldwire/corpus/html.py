"""Render a page as HTML through its site's template, and read the visible text back.

The linearisation, by which the visible text of a rendered page is exactly the page's text:

- Unseen are `script`, `style`, `head`, `template`, `noscript`, `svg`, `iframe`, comments, and whatever is `hidden` or
  styled `display:none`.
- A line is an element that holds text: the smallest one around a piece of text that is not inline in other text. An
  element that is the only child with text of its parent stands for it (`<li><a>Home</a></li>` is one line, the `li`).
- `LINES` elements with the same parent follow each other without a blank line; between any other two lines stands one.
- White space inside a line is kept.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from goldwire.problems import BadInput, Problem
from goldwire.texts import read_toml

# Elements that follow their siblings on the next line; all others are paragraphs.
LINES = frozenset({"li", "a", "span", "button", "small", "time", "td", "tr", "dd", "dt", "label", "em", "strong", "b"})
_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "iframe"})
_VOID = frozenset({"meta", "link", "br", "img", "hr", "input", "source"})
_LISTS = frozenset({"ul", "ol"})
_TABLES = frozenset({"table", "tbody"})
REGIONS = ("top", "article", "rest")


@dataclass(frozen=True)
class Site:
    """A site's markup.

    `lines` maps what a line is (a boilerplate type, `headline`, `heading`, `paragraph`; `*` for the rest) to a path of
    elements such as `ul.menu > li.item > a`: the first ones wrap a run of lines, the last two hold one line. `regions`
    has the path around each region of the page, `shell` the path around them all, `head`, `before`, `inside` and
    `after` are markup without visible text.
    """

    name: str
    lang: str
    lines: Mapping[str, str]
    regions: Mapping[str, str]
    shell: str
    head: str
    before: str
    inside: str
    after: str
    data: bool


@cache
def site(folder: Path) -> Site:
    """The template of a site from `site.toml` in its folder."""
    data = read_toml(folder / "site.toml", "name", "lines")
    return Site(
        name=data["name"],
        lang=data.get("lang", "en"),
        lines=data["lines"],
        regions=data.get("regions", {}),
        shell=data.get("shell", ""),
        head=data.get("head", ""),
        before=data.get("before", ""),
        inside=data.get("inside", ""),
        after=data.get("after", ""),
        data=data.get("data", True),
    )


_STEP = re.compile(r"(?P<tag>[a-z][a-z0-9]*)(?P<id>#[\w-]+)?(?P<classes>(?:\.[\w:/\[\]-]+)*)(?P<rest>(?:\[[^\]]*\])*)")


@dataclass(frozen=True)
class _Step:
    tag: str
    attributes: str

    @property
    def open(self) -> str:
        return f"<{self.tag}{self.attributes}>"

    @property
    def close(self) -> str:
        return f"</{self.tag}>"


@cache
def _path(written: str) -> tuple[_Step, ...]:
    """`ul.menu > li > a[rel=next]` as elements with their attributes.

    Raises:
        BadInput: a step that is none.
    """
    steps = []
    for part in (p.strip() for p in written.split(" > ") if p.strip()):
        found = _STEP.fullmatch(part)
        if found is None:
            raise BadInput([Problem("bad-toml", repr(part), expected="a step such as li.item or a[rel=next]")])
        attributes = f' id="{found["id"][1:]}"' if found["id"] else ""
        if found["classes"]:
            attributes += f' class="{found["classes"][1:].replace(".", " ")}"'
        for name, _, value in (item.partition("=") for item in re.findall(r"\[([^\]]*)\]", found["rest"])):
            attributes += f' {name}="{html.escape(value)}"' if value else f" {name}"
        if found["tag"] == "a" and "href" not in attributes:
            attributes += ' href="#"'
        steps.append(_Step(found["tag"], attributes))
    return tuple(steps)


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
        elif len(text) < 60 and not text.endswith((".", "”", '"', "?", "’", ":", "'", ")")):
            kinds.append("heading")
        else:
            kinds.append("paragraph")
    return kinds


_CONTENT = frozenset({"headline", "heading", "paragraph"})


def _groups(text: str) -> list[list[tuple[int, int]]]:
    """The spans of the lines of a page, in groups between blank lines."""
    groups: list[list[tuple[int, int]]] = [[]]
    position = 0
    for line in text[:-1].split("\n"):
        if line.strip():
            groups[-1].append((position, position + len(line)))
        else:
            groups.append([])
        position += len(line) + 1
    return groups


def lines_of(text: str) -> list[tuple[int, int]]:
    """The spans of the lines of a page that are not blank."""
    return [line for group in _groups(text) for line in group]


def kinds_of(record: Mapping[str, Any]) -> list[str]:
    """What each line of a page that is not blank is: a boilerplate type, headline, heading or paragraph."""
    return _kinds(record, lines_of(record["text"]))


def render(record: Mapping[str, Any], template: Site) -> str:
    """The page as HTML. `record` needs `text` and `boilerplate`, and `published` for the metadata."""
    groups = _groups(record["text"])
    lines = [line for group in groups for line in group]
    kinds = dict(zip(lines, _kinds(record, lines), strict=True))
    content = [i for i, group in enumerate(groups) if any(kinds[line] in _CONTENT for line in group)]
    first, last = (content[0], content[-1]) if content else (len(groups), len(groups))
    parts: dict[str, list[str]] = {name: [] for name in REGIONS}
    for i, group in enumerate(groups):
        region = "top" if i < first else "article" if i <= last else "rest"
        parts[region].append(_group(record["text"], group, kinds, template))
        if i == (first + last) // 2 and region == "article":
            parts[region].append(template.inside)
    body = [template.before]
    for name in REGIONS:
        if parts[name]:
            steps = _path(template.regions.get(name, "div"))
            body += [*(s.open for s in steps), *(p for p in parts[name] if p), *(s.close for s in reversed(steps))]
    shell = _path(template.shell)
    headline = next((record["text"][slice(*n)].strip() for n in lines if kinds[n] == "headline"), template.name)
    return "\n".join(
        [
            "<!doctype html>",
            f'<html lang="{template.lang}">',
            "<head>",
            '<meta charset="utf-8">',
            f"<title>{html.escape(headline)} | {html.escape(template.name)}</title>",
            *([_metadata(record, template, headline)] if template.data else []),
            *([template.head] if template.head else []),
            "</head>",
            "<body>",
            *(s.open for s in shell),
            *(p for p in body if p),
            *(s.close for s in reversed(shell)),
            *([template.after] if template.after else []),
            "</body>",
            "</html>",
            "",
        ]
    )


def _metadata(record: Mapping[str, Any], template: Site, headline: str) -> str:
    """Open Graph tags and JSON-LD as a news page has them; no article text."""
    facts = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": headline,
        "datePublished": record.get("published", ""),
        "inLanguage": template.lang,
        "publisher": {"@type": "NewsMediaOrganization", "name": template.name},
    }
    data = json.dumps(facts, ensure_ascii=False).replace("<", "\\u003c")
    return (
        f'<meta property="og:type" content="article">\n<meta property="og:title" content="{html.escape(headline)}">\n'
        f'<meta property="og:site_name" content="{html.escape(template.name)}">\n'
        f'<script type="application/ld+json">{data}</script>'
    )


def _group(text: str, group: Sequence[tuple[int, int]], kinds: Mapping[tuple[int, int], str], template: Site) -> str:
    """A run of lines without a blank line between them."""
    if not group:
        return ""
    paths = [_path(template.lines.get(kinds[line]) or template.lines.get("*", "div")) for line in group]
    if len(group) == 1:
        # Alone, an element that goes on the next line stands in a block of its own.
        steps = paths[0] if paths[0][0].tag not in LINES else (*_path("div"), *paths[0])
        inner = html.escape(text[slice(*group[0])], quote=False)
        return "".join(s.open for s in steps) + inner + "".join(s.close for s in reversed(steps))
    # The wrapper is that of the first line; every line is an element that goes on the next line.
    around = _around(paths[0]) or _path("div")
    listed, tabled = around[-1].tag in _LISTS, around[-1].tag in _TABLES
    out = ["".join(s.open for s in around)]
    for line, path in zip(group, paths, strict=True):
        own = path[len(_around(path)) :]
        if listed and own[0].tag != "li":
            own = (*_path("li"), *(s for s in own if s.tag in LINES))
        elif tabled and own[0].tag != "tr":
            own = (*_path("tr > td"), *(s for s in own if s.tag in LINES - {"li", "td", "tr"}))
        elif not listed and not tabled and own[0].tag not in LINES - {"li", "tr", "td"}:
            own = (_Step("span", own[0].attributes), *(s for s in own[1:] if s.tag in {"a", "b", "strong", "em"}))
        inner = html.escape(text[slice(*line)], quote=False)
        out.append("".join(s.open for s in own) + inner + "".join(s.close for s in reversed(own)))
    out.append("".join(s.close for s in reversed(around)))
    return "\n".join(out)


def _around(path: tuple[_Step, ...]) -> tuple[_Step, ...]:
    """The steps of a path that go around a run of lines: up to the list, the table or the last block."""
    for i, step in enumerate(path):
        if step.tag in _LISTS | {"tbody"} or (step.tag == "table" and path[i + 1].tag != "tbody"):
            return path[: i + 1]
    blocks = [i for i, step in enumerate(path[:-1]) if step.tag not in LINES]
    return path[: blocks[-1] + 1] if blocks else ()


@dataclass
class _Node:
    tag: str
    parent: _Node | None
    unseen: bool = False
    children: list[_Node | str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.at = _Node("#", None)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        named = dict(attrs)
        styled = "display:none" in (named.get("style") or "").replace(" ", "")
        node = _Node(tag, self.at, tag in _UNSEEN or "hidden" in named or styled)
        self.at.children.append(node)
        self.at = node

    def handle_endtag(self, tag: str) -> None:
        node: _Node | None = self.at
        while node is not None and node.tag != tag:
            node = node.parent
        if node is not None and node.parent is not None:
            self.at = node.parent

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.at.children.append(data)


def _seen(node: _Node) -> list[_Node | str]:
    return [c for c in node.children if isinstance(c, str) or (not c.unseen and _seen(c))]


def _text(node: _Node) -> str:
    return "".join(c if isinstance(c, str) else _text(c) for c in _seen(node))


def _lines(node: _Node) -> list[_Node]:
    """The elements that are lines, in order."""
    seen = _seen(node)
    if any(isinstance(c, str) for c in seen):
        return [node]
    below = [_lines(c) for c in seen if isinstance(c, _Node)]
    # The only child with text stands for its parent, if it is one line itself.
    if len(below) == 1 and len(below[0]) == 1 and node.parent is not None:
        return [node]
    return [line for part in below for line in part]


def visible_text(source: str) -> str:
    """The visible text of a rendered page by the linearisation above, one final newline."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    out: list[str] = []
    last: _Node | None = None
    for line in _lines(reader.root):
        if last is not None:
            together = line.tag in LINES and last.tag in LINES and line.parent is last.parent
            out.append("\n" if together else "\n\n")
        out.append(_text(line))
        last = line
    return "".join(out) + "\n"
