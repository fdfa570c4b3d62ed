"""The inline view of a page for reviewers: gold written into the text. Rendered, never edited."""

from __future__ import annotations

import html
import itertools
from collections.abc import Mapping
from typing import Any

from goldwire.corpus.anchors import Page


def marks_of(record: Mapping[str, Any]) -> list[tuple[int, int, str, str]]:
    """(start, end, layer, label) of everything that is annotated on a page."""
    out: list[tuple[int, int, str, str]] = []
    for b in record["boilerplate"]:
        out.append((b["start"], b["end"], "boilerplate", b["type"]))
    for e in record["entities"]:
        for m in e["mentions"]:
            name = "" if e["id"].startswith("_") else f"={e['id']}"
            out.append((m["start"], m["end"], "entity", f"{e['type']}.{m['level']}{name}"))
    for q in record["quotes"]:
        for c in q["content"]:
            out.append(
                (
                    c["start"],
                    c["end"],
                    "quote",
                    f"{q['id']} {q['type']} by {q['source']['entity'] or q['source']['kind']}",
                )
            )
        if q["cue"]:
            out.append((q["cue"]["start"], q["cue"]["end"], "cue", q["id"]))
    for event in record["events"]:
        for m in event["mentions"]:
            roles = " ".join(f"{a['role']}={a['entity'] or '…'}" for a in m["arguments"])
            for t in m["trigger"]:
                out.append(
                    (t["start"], t["end"], "event", f"{event['id']} {event['type']} {m['realis']} {roles}".strip())
                )
    return sorted(out, key=lambda x: (x[0], -x[1]))


def inline_text(record: Mapping[str, Any]) -> str:
    """Every block with its number and text, then what is annotated in it, a line each."""
    page = Page.of(record["text"])
    marks = marks_of(record)
    lines = [f"{record['id']}  {len(page.blocks)} blocks"]
    for number, (start, end) in enumerate(page.blocks, 1):
        lines.append(f"\n{number:4} {record['text'][start:end]}")
        for s, e, layer, label in marks:
            if start <= s < end:
                lines.append(f"     {layer:11} [{' '.join(record['text'][s:e].split())}] {label}")
    return "\n".join(lines) + "\n"


_LEGEND = (
    '<p><mark class="boilerplate">boilerplate</mark> · <mark class="entity">mention</mark> with type, level and entity · '
    '<mark class="quote">content of a quotation</mark> · <mark class="cue">cue</mark> · <mark class="event">trigger</mark>; '
    "point at a mark for all that covers it</p>"
)
_STYLE = """
:root{color-scheme:light dark}
body{font:16px/1.75 Georgia,serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
.block{display:grid;grid-template-columns:3rem 1fr;margin:.4rem 0;white-space:pre-wrap}
.n{color:gray;font:12px/28px system-ui;font-variant-numeric:tabular-nums}
mark{background:none;color:inherit;border-radius:3px}
.boilerplate{opacity:.55}.boilerplate:not(.entity):not(.quote):not(.event){font-style:italic}
.entity{border-bottom:2px solid #2a6fb0}.quote{background:#8a6d1a22}.cue{font-weight:bold;color:#8a6d1a}
.event{outline:1.5px solid #b0452a}
sub{font:10px system-ui;color:gray;margin:0 .15rem}
@media (prefers-color-scheme:dark){.entity{border-color:#79b4e8}.cue{color:#dcb95a}.event{outline-color:#f09a80}}
"""


def inline_html(record: Mapping[str, Any]) -> str:
    """A self-contained page: text with underlined mentions, shaded contents, outlined triggers, a title on each."""
    text = record["text"]
    page = Page.of(text)
    marks = marks_of(record)
    body = []
    for number, (low, high) in enumerate(page.blocks, 1):
        own = [m for m in marks if m[0] < high and low < m[1]]
        edges = sorted({low, high, *(min(max(p, low), high) for s, e, _, _ in own for p in (s, e))})
        parts = []
        for s, e in itertools.pairwise(edges):
            cover = [m for m in own if m[0] <= s and e <= m[1]]
            classes = " ".join(sorted({m[2] for m in cover}))
            title = html.escape(" · ".join(m[3] for m in cover))
            piece = html.escape(text[s:e])
            ends = [m[3].split()[0] for m in cover if m[1] == e and m[2] == "entity"]
            sub = f"<sub>{html.escape(' '.join(ends))}</sub>" if ends else ""
            parts.append(f'<mark class="{classes}" title="{title}">{piece}</mark>{sub}' if cover else piece)
        body.append(f'<div class="block"><span class="n">{number}</span><div>{"".join(parts)}</div></div>')
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<meta name="viewport" content="width=device-width"><title>{html.escape(record["id"])}</title><style>{_STYLE}</style></head>'
        f"<body><h1>{html.escape(record['id'])}</h1>\n{_LEGEND}\n" + "\n".join(body) + "\n</body></html>\n"
    )
