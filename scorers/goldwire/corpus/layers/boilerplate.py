"""boilerplate.ann: `type @blocks [anchor]`."""

from __future__ import annotations

import re

from goldwire.corpus.anchors import AnchorError, Line, Span, block_number
from goldwire.corpus.layers.common import Reader
from goldwire.problems import shown
from goldwire.schema import ontology

_LINE = re.compile(r"(\S+)\s+@(\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)\s*(.*)")


def read(reader: Reader, lines: list[Line]) -> None:
    """Fill `draft.boilerplate`: `{start, end, type, policy}`, sorted, not overlapping."""
    policy = ontology().boilerplate_policy
    spans: list[tuple[Span, str, int]] = []
    for line in lines:
        with reader.at(line):
            match = _LINE.fullmatch(line.text)
            if not match:
                raise AnchorError("syntax", shown(line.text), "`type @blocks` or `type @block [anchor]`")
            kind, blocks, anchor = match.groups()
            if kind not in policy:
                raise AnchorError("unknown-type", shown(kind), f"one of {', '.join(policy)}")
            ranges = [[block_number(n) for n in part.split("-")] for part in blocks.split(",")]
            if anchor:
                if len(ranges) != 1:
                    raise AnchorError("syntax", shown(line.text), "one block or range in front of an anchor")
                reader.line = Line(line.number, (ranges[0][0], ranges[0][-1]), line.text)
                spans.append((reader.place(anchor), kind, line.number))
                continue
            for part in ranges:
                if part[0] > part[-1]:
                    raise AnchorError("block-range", f"@{part[0]}-{part[-1]}", "the lower number first")
                for number in range(part[0], part[-1] + 1):
                    spans.append((reader.draft.page.region(number, number), kind, line.number))
    spans.sort()
    last: tuple[Span, str, int] | None = None
    for span, kind, number in spans:
        if last and span[0] < last[0][1]:
            found = f"{kind} {reader.text(span)} over {last[1]} of line {last[2]}"
            reader.problem("crossing-boilerplate", found, line=number)
            continue
        last = (span, kind, number)
        reader.draft.boilerplate.append({"start": span[0], "end": span[1], "type": kind, "policy": policy[kind]})
