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

from goldwire.characters import Characters

Ints = npt.NDArray[np.int64]
Unsigned = npt.NDArray[np.uint64]
Floats = npt.NDArray[np.float64]

N = 4
# Odd 64-bit multipliers of the rolling hashes; two different 4-grams collide with probability about 2**-64.
_LETTER, _WORD = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)


@dataclass(frozen=True)
class Tokens:
    """Every token of a list of texts, in order: its document, its hash, and its span in that document."""

    document: Ints
    hash: Unsigned
    start: Ints
    end: Ints


def tokens(text: Characters) -> Tokens:
    """Find and hash the tokens of all texts at once; equal tokens have equal hashes."""
    points, word = text.points, text.wordlike
    document, start, end = text.runs(word)
    # The place of each character in its token, counted over the characters of tokens only.
    length = end - start
    offset = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    with np.errstate(over="ignore"):
        powers = _powers(_LETTER, int(length.max(initial=0)) + 1)
        # A token's hash is a sum of letter * multiplier ** place, read off as a difference of running sums.
        weighted = (points[word].astype(np.uint64) + np.uint64(0x51)) * powers[offset]
        total = np.concatenate([np.zeros(1, np.uint64), np.cumsum(weighted, dtype=np.uint64)])
        last = np.cumsum(length)
        hashes = _mix(_mix(total[last] - total[last - length]) + length.astype(np.uint64))
    return Tokens(document, hashes, start, end)


def _powers(base: np.uint64, count: int) -> Unsigned:
    with np.errstate(over="ignore"):
        return np.cumprod(np.concatenate([np.ones(1, np.uint64), np.full(count, base)]), dtype=np.uint64)


def _mix(values: Unsigned) -> Unsigned:
    """A bijection that spreads bits (the finaliser of splitmix64)."""
    with np.errstate(over="ignore"):
        values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return np.asarray(values ^ (values >> np.uint64(31)))


def shingles(document: Ints, token: Unsigned, documents: int) -> tuple[Ints, Unsigned]:
    """The 4-grams of each document's tokens: document numbers and hashes; a shorter text is one shingle of all its tokens."""
    size = np.bincount(document, minlength=documents)
    first = np.concatenate([[0], np.cumsum(size)])
    with np.errstate(over="ignore"):
        whole = token.copy()
        for step in range(1, N):
            later = np.zeros_like(token)
            later[: -step or None] = token[step:] if step < len(token) else token[:0]
            inside = np.arange(len(token)) + step < first[document + 1]
            whole = np.where(inside, _mix(whole * _WORD + later), whole)
    number = np.maximum(size - N + 1, np.minimum(size, 1))
    starts = np.repeat(first[:-1], number) + np.arange(number.sum()) - np.repeat(np.cumsum(number) - number, number)
    return np.repeat(np.arange(documents), number), whole[starts]


def overlap(
    gold: tuple[Ints, Unsigned], predicted: tuple[Ints, Unsigned], documents: int
) -> tuple[Floats, Floats, Floats]:
    """TP, FP, FN of bags of shingles per document."""
    n_g = np.bincount(gold[0], minlength=documents).astype(np.float64)
    n_p = np.bincount(predicted[0], minlength=documents).astype(np.float64)
    # One key a (document, shingle), the document in the high bits: a bag is then a run of equal keys.
    bits = np.uint64(64 - max(documents - 1, 1).bit_length())
    key_g, key_p = (
        np.sort((d.astype(np.uint64) << bits) | (h & ((np.uint64(1) << bits) - np.uint64(1))))
        for d, h in (gold, predicted)
    )
    bag_g, count_g = _bags(key_g)
    bag_p, count_p = _bags(key_p)
    place = np.minimum(np.searchsorted(bag_p, bag_g), max(len(bag_p) - 1, 0))
    both = np.flatnonzero(bag_p[place] == bag_g) if len(bag_p) else np.zeros(0, np.int64)
    shared = np.minimum(count_g[both], count_p[place[both]])
    tp = np.bincount((bag_g[both] >> bits).astype(np.int64), shared, minlength=documents).astype(np.float64)
    return tp, n_p - tp, n_g - tp


def _bags(keys: Unsigned) -> tuple[Unsigned, Ints]:
    """Distinct values of a sorted array, and how often each comes."""
    if not len(keys):
        return keys, np.zeros(0, np.int64)
    at = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[at], np.diff(np.concatenate([at, [len(keys)]]))


def text_overlap(truth: Sequence[str], output: Sequence[str]) -> tuple[Floats, Floats, Floats]:
    """TP, FP, FN of shingles of each pair of texts, shape (documents,)."""
    n = len(truth)
    a, b = tokens(Characters.of(truth)), tokens(Characters.of(output))
    return overlap(shingles(a.document, a.hash, n), shingles(b.document, b.hash, n), n)


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
