"""All texts of a set of pages as one array of code points, with what the scorers ask of a character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Characters:
    """`points` holds the code points of the texts one after the other; text d is points[base[d] : base[d + 1]]."""

    points: npt.NDArray[np.uint32]
    base: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> Characters:
        """The characters of `texts`."""
        points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
        return cls(points, np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]))

    @cached_property
    def solid(self) -> Bools:
        """Which characters are letters or digits (`str.isalnum`)."""
        used = np.zeros(0x110000, dtype=bool)
        used[self.points] = True
        table = np.zeros(0x110000, dtype=bool)
        for point in np.flatnonzero(used).tolist():
            table[point] = chr(point).isalnum()
        return np.asarray(table[self.points], dtype=np.bool_)

    @cached_property
    def wordlike(self) -> Bools:
        r"""Which characters `\w` takes: letters, digits and the underscore."""
        return np.asarray(self.solid | (self.points == ord("_")), dtype=np.bool_)

    @cached_property
    def owner(self) -> Ints:
        """The document of each character."""
        return np.repeat(np.arange(len(self.base) - 1), np.diff(self.base))

    def mask(self, document: Ints, start: Ints, end: Ints) -> Bools:
        """Which characters one of the spans covers; spans with a negative start cover none."""
        real = start >= 0
        edges = np.zeros(len(self.points) + 1, dtype=np.int32)
        np.add.at(edges, self.base[document[real]] + start[real], 1)
        np.add.at(edges, self.base[document[real]] + end[real], -1)
        return np.asarray(np.cumsum(edges[:-1], dtype=np.int32) > 0)

    def runs(self, among: Bools) -> tuple[Ints, Ints, Ints]:
        """(document, start, end) of every longest run of characters that are `among`, in order; no run crosses texts."""
        edge = np.diff(np.concatenate([[False], among, [False]]).astype(np.int8))
        starts, ends = np.flatnonzero(edge == 1), np.flatnonzero(edge == -1)
        seams = np.unique(self.base[1:-1])
        if len(seams) and len(starts):
            inside = np.searchsorted(starts, seams, side="right") - 1
            cut = seams[(inside >= 0) & (starts[inside] < seams) & (seams < ends[inside])]
            starts, ends = np.sort(np.concatenate([starts, cut])), np.sort(np.concatenate([ends, cut]))
        document = np.searchsorted(self.base, starts, side="right") - 1
        return document, starts - self.base[document], ends - self.base[document]


def words(text: Characters) -> tuple[Ints, Ints, Ints]:
    r"""(document, start, end) of every word `\w+(?:[’']\w+)*` of the texts, in order."""
    document, start, end = text.runs(text.wordlike)
    if not len(start):
        return document, start, end
    gap = text.base[document[:-1]] + end[:-1]
    joined = (document[1:] == document[:-1]) & (start[1:] == end[:-1] + 1) & np.isin(text.points[gap], (0x27, 0x2019))
    first = np.flatnonzero(np.concatenate([[True], ~joined]))
    last = np.concatenate([first[1:] - 1, [len(start) - 1]])
    return document[first], start[first], end[last]


def running(mask: Bools) -> npt.NDArray[np.int32]:
    """How many of the characters before each place are set: a span [s, e) holds running[e] - running[s] of them."""
    out = np.zeros(len(mask) + 1, dtype=np.int32)
    np.cumsum(mask, dtype=np.int32, out=out[1:])
    return out
