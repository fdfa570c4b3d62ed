r"""Cleaned text against cleaned text: bags of word 4-grams, and the longest common subsequence of words.

`shingle4` is the metric of the article-extraction-benchmark (Zyte, 2020): tokens are runs of `\w`, case kept; a text
of fewer than four tokens is one shingle; per document TP, FP, FN are sums of minima and surpluses; the corpus
precision is the mean over documents with any output, the recall the mean over documents with any truth, F1 of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from goldwire.characters import PADDING, Characters, Points

Ints = npt.NDArray[np.int64]
Unsigned = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

N = 4
# Pairs of texts at once: what they need stays in the cache of a core.
BATCH = 24
# Odd 64-bit multipliers; two different 4-grams of a page get the same hash with a probability of about 2**-64.
_SPREAD, _WORD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
# The first k bytes of a little-endian load.
_FIRST = np.asarray([(1 << (8 * k)) - 1 for k in range(9)], dtype=np.uint64)


@dataclass(frozen=True)
class Tokens:
    """Every token of a list of texts, in order: its document, its hash, and its span (from the first text's start)."""

    document: Ints
    hash: Unsigned
    start: Ints
    end: Ints


def tokens(text: Characters) -> Tokens:
    """Find and hash the tokens of all texts at once; equal tokens of these texts have equal hashes."""
    document, start, end = text.runs(text.wordlike)
    return Tokens(document, _hashes(text.padded, start, end - start), start, end)


def _mix(values: Unsigned) -> Unsigned:
    """A bijection that spreads bits."""
    values = values * _SPREAD
    return np.asarray(values ^ (values >> np.uint64(32)))


def _hashes(padded: Points, first: Ints, length: Ints) -> Unsigned:
    """Hashes of the strings of `length` characters from `first` on, read eight bytes at a time."""
    width = padded.itemsize
    # Every place of the array as the start of an eight-byte word; the words overlap, nothing is copied.
    loads = np.ndarray(len(padded) - PADDING + 1, "<u8", padded.data, strides=(width,))
    size = length * width
    out = _mix((loads[first] & _FIRST[np.minimum(size, 8)]) ^ size.astype(np.uint64))
    rows = np.flatnonzero(size > 8)
    done = 8
    while len(rows):
        part = loads[first[rows] + done // width] & _FIRST[np.minimum(size[rows] - done, 8)]
        out[rows] = _mix(out[rows] ^ part)
        done += 8
        rows = rows[size[rows] > done]
    return out


def shingles(document: Ints, token: Unsigned, documents: int) -> tuple[Ints, Unsigned]:
    """The 4-grams of each document's tokens: document numbers and hashes; a shorter text is one shingle of all its tokens."""
    size = np.bincount(document, minlength=documents)
    first = np.concatenate([[0], np.cumsum(size)])
    short = np.flatnonzero((size > 0) & (size < N))
    whole = np.zeros(len(token), dtype=np.uint64)
    if len(token) >= N:
        grams = whole[: len(token) - N + 1]
        grams += token[: len(grams)]
        for step in range(1, N):
            grams *= _WORD
            grams += token[step : len(grams) + step]
    for step in range(1, N):
        # At the first place of a document of `step` tokens: all of them in order, and how many they are.
        at = first[:-1][size == step]
        gram = np.full(len(at), step, dtype=np.uint64)
        for ahead in range(step):
            gram = _mix(gram + token[at + ahead])
        whole[at] = gram
    # Of each document the last three places start no 4-gram, but a short document's first place stands for all of it.
    starts = np.ones(len(token), dtype=bool)
    for step in range(1, N):
        last = first[1:] - step
        starts[last[size >= step]] = False
    starts[first[short]] = True
    at = np.flatnonzero(starts)
    return document[at], whole[at]


def overlap(
    gold: tuple[Ints, Unsigned], predicted: tuple[Ints, Unsigned], documents: int
) -> tuple[Floats, Floats, Floats]:
    """TP, FP, FN of bags of shingles per document."""
    (document_g, gram_g), (document_p, gram_p) = gold, predicted
    n_g, n_p = (np.bincount(d, minlength=documents) for d in (document_g, document_p))
    # Outputs often end as the truth does: equal shingles equally far from the end pair off without more ado.
    beside = np.arange(len(gram_g)) + (np.cumsum(n_p) - np.cumsum(n_g))[document_g]
    rows_g = np.flatnonzero(beside >= (np.cumsum(n_p) - n_p)[document_g])
    rows_g = rows_g[gram_p[beside[rows_g]] == gram_g[rows_g]]
    shared = np.bincount(document_g[rows_g], minlength=documents)
    rest_g, rest_p = np.ones(len(gram_g), dtype=bool), np.ones(len(gram_p), dtype=bool)
    rest_g[rows_g] = rest_p[beside[rows_g]] = False
    left_g, left_p = np.flatnonzero(rest_g), np.flatnonzero(rest_p)
    document = np.concatenate([document_g[left_g], document_p[left_p]])
    key = (
        np.concatenate([gram_g[left_g], gram_p[left_p]]) ^ _mix(np.arange(1, documents + 1, dtype=np.uint64))[document]
    )
    # Equal keys find each other in a table: the row that wrote a slot last stands for all its equals; those that it
    # crowded out try again elsewhere.
    bits = int(np.ceil(np.log2(max(len(key), 1)))) + 1
    table = np.empty(1 << bits, dtype=np.int32)
    rows = np.arange(len(key), dtype=np.int32)
    own, value = key, key * _SPREAD
    stands = np.zeros(0, dtype=np.int32)
    while len(rows):
        slot = (value >> np.uint64(64 - bits)).view(np.int64)
        table[slot] = rows
        found = table[slot]
        if len(stands):
            stands[rows] = found
        else:
            stands = found
        lost = np.flatnonzero(key[found] != own)
        rows, own = rows[lost], own[lost]
        value = (value[lost] + _WORD) * _SPREAD
    bags = [np.bincount(part, minlength=len(key)) for part in (stands[: len(left_g)], stands[len(left_g) :])]
    both = np.minimum(*bags)
    at = np.flatnonzero(both)
    tp = (shared + np.bincount(document[at], both[at], minlength=documents)).astype(np.float64)
    return tp, n_p - tp, n_g - tp


def text_overlap(truth: Sequence[str], output: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """TP, FP, FN of shingles of each pair of texts, shape (documents,)."""
    parts = [_text_overlap(truth[i : i + BATCH], output[i : i + BATCH]) for i in range(0, len(truth), BATCH)]
    tp, fp, fn = (np.concatenate([np.zeros(0), *(part[i] for part in parts)]) for i in range(3))
    return tp, fp, fn


def _text_overlap(truth: Sequence[str], output: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    n = len(truth)
    found = tokens(Characters.of([*truth, *output]))
    document, gram = shingles(found.document, found.hash, 2 * n)
    cut = int(np.searchsorted(document, n))
    return overlap((document[:cut], gram[:cut]), (document[cut:] - n, gram[cut:]), n)


def page_scores(tp: Floats, fp: Floats, fn: Floats) -> tuple[Floats, Floats]:
    """Precision and recall of each document; nan without output or without truth."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = tp + fp + fn
        # The benchmark divides by the sum first, which moves the last bit.
        a, b, c = (np.where(share > 0, part / share, 0.0) for part in (tp, fp, fn))
        perfect = (fp == 0) & (fn == 0)
        precision = np.where(perfect, 1.0, np.where(a + b > 0, a / (a + b), np.nan))
        recall = np.where(perfect, 1.0, np.where(a + c > 0, a / (a + c), np.nan))
    return np.where(tp + fp > 0, precision, np.nan), np.where(tp + fn > 0, recall, np.nan)


def lcs_ratio(truth: Sequence[str], output: Sequence[str]) -> float:
    """2·LCS/(|a|+|b|) of two token lists; 1 when both are empty."""
    from rapidfuzz.distance import Indel

    return float(Indel.normalized_similarity(list(truth), list(output)))
