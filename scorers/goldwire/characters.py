"""All texts of a set of pages as one array of code points, with what the scorers ask of a character."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Points = npt.NDArray[np.uint8] | npt.NDArray[np.uint16] | npt.NDArray[np.uint32]


# Zeros behind the last character, so that eight bytes can be read from any place on.
PADDING = 8


@lru_cache(maxsize=1)
def _alphanumeric() -> Bools:
    """`str.isalnum` of every code point of the basic plane."""
    return np.fromiter((chr(point).isalnum() for point in range(0x10000)), dtype=np.bool_, count=0x10000)


@dataclass(frozen=True)
class Characters:
    """Texts one after the other: text d is points[base[d] : base[d + 1]].

    `points` holds code points, in 1, 2 or 4 bytes each as the widest one needs; `padded` is the same with zeros behind.
    """

    padded: Points
    base: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> Characters:
        """The characters of `texts`."""
        whole = "".join(texts)
        tail = "\0" * PADDING
        try:
            padded: Points = np.frombuffer((whole + tail).encode("latin-1"), dtype=np.uint8)
        except UnicodeEncodeError:
            padded = np.frombuffer((whole + tail).encode("utf-16-le", "surrogatepass"), dtype=np.uint16)
            if len(padded) > len(whole) + PADDING:
                padded = np.frombuffer((whole + tail).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        lengths = np.fromiter((len(text) for text in texts), dtype=np.int64, count=len(texts))
        return cls(padded, np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]))

    @property
    def points(self) -> Points:
        """The code points."""
        return self.padded[:-PADDING]

    @cached_property
    def solid(self) -> Bools:
        """Which characters are letters or digits (`str.isalnum`)."""
        table = _alphanumeric()
        if self.points.dtype == np.uint8:
            return self._translated(table[:256])
        if self.points.dtype == np.uint16:
            return np.asarray(table[self.points], dtype=np.bool_)
        wide = np.zeros(0x110000, dtype=np.bool_)
        wide[: len(table)] = table
        for point in np.unique(self.points[self.points >= len(table)]).tolist():
            wide[point] = chr(point).isalnum()
        return np.asarray(wide[self.points], dtype=np.bool_)

    @cached_property
    def solid_before(self) -> npt.NDArray[np.int32]:
        """How many letters and digits stand before each place: a span [s, e) holds solid_before[e] - solid_before[s]."""
        return running(self.solid)

    @cached_property
    def wordlike(self) -> Bools:
        r"""Which characters `\w` takes: letters, digits and the underscore."""
        if self.points.dtype == np.uint8:
            table = _alphanumeric()[:256].copy()
            table[ord("_")] = True
            return self._translated(table)
        return np.asarray(self.solid | (self.points == ord("_")), dtype=np.bool_)

    def _translated(self, table: Bools) -> Bools:
        # One pass in C, without an index array.
        return np.frombuffer(self.points.tobytes().translate(table.astype(np.uint8).tobytes()), dtype=np.bool_)

    def mask(self, document: Ints, start: Ints, end: Ints) -> Bools:
        """Which characters one of the spans covers; spans with a negative start cover none."""
        real = start >= 0
        edges = np.zeros(len(self.points) + 1, dtype=np.int32)
        np.add.at(edges, self.base[document[real]] + start[real], 1)
        np.add.at(edges, self.base[document[real]] + end[real], -1)
        return np.asarray(np.cumsum(edges[:-1], dtype=np.int32) > 0)

    def runs(self, among: Bools) -> tuple[Ints, Ints, Ints]:
        """(document, start, end) of every longest run of characters that are `among`, in order; no run crosses texts.

        Starts and ends count from the first text's first character.
        """
        edges = np.flatnonzero(among[1:] != among[:-1]) + 1
        if len(among) and among[0]:
            edges = np.concatenate([np.zeros(1, np.int64), edges])
        if len(among) and among[-1]:
            edges = np.concatenate([edges, np.full(1, len(among), np.int64)])
        starts, ends = edges[::2], edges[1::2]
        seams = self.base[1:-1]
        cut = seams[(seams > 0) & (seams < len(among))]
        cut = np.unique(cut[among[cut - 1] & among[cut]])
        if len(cut):
            starts, ends = np.sort(np.concatenate([starts, cut])), np.sort(np.concatenate([ends, cut]))
        document = np.repeat(np.arange(len(self.base) - 1), np.diff(np.searchsorted(starts, self.base)))
        return document, starts, ends


def words(text: Characters) -> tuple[Ints, Ints, Ints]:
    r"""(document, start, end) of every word `\w+(?:[’']\w+)*` of the texts, in order; offsets as those of `runs`."""
    document, start, end = text.runs(text.wordlike)
    if not len(start):
        return document, start, end
    joined = (document[1:] == document[:-1]) & (start[1:] == end[:-1] + 1)
    joined[joined] = np.isin(text.points[end[:-1][joined]], (0x27, 0x2019))
    first = np.flatnonzero(np.concatenate([[True], ~joined]))
    last = np.concatenate([first[1:] - 1, [len(start) - 1]])
    return document[first], start[first], end[last]


def running(mask: Bools) -> npt.NDArray[np.int32]:
    """How many of the characters before each place are set: a span [s, e) holds running[e] - running[s] of them."""
    out = np.zeros(len(mask) + 1, dtype=np.int32)
    np.cumsum(mask, dtype=np.int32, out=out[1:])
    return out
