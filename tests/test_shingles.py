"""Shingles and LCS against the straight way of counting them."""

from __future__ import annotations

import re
import statistics
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from goldwire import shingles

WORDS = ["the", "The", "a", "Über", "naïve", "x_1", "cafe\u0301", "don't", "12", "_", "🌊", "-"]
texts = st.lists(st.sampled_from(WORDS), max_size=9).map(" ".join)


def straight(text: str) -> Counter:
    words = re.findall(r"\w+", text)
    return Counter(gram for i in range(max(1, len(words) - 3)) if (gram := tuple(words[i : i + 4])))


@settings(max_examples=200)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=6))
def test_bags_equal_the_straight_ones(pairs: list) -> None:
    tp, fp, fn = shingles.text_overlap([t for t, _ in pairs], [o for _, o in pairs])
    for row, (truth, output) in enumerate(pairs):
        a, b = straight(truth), straight(output)
        assert (tp[row], fp[row], fn[row]) == ((a & b).total(), (b - a).total(), (a - b).total())


def test_documents_without_output_count_for_recall_only() -> None:
    precision, recall = shingles.page_scores(*shingles.text_overlap(["a b c d", "a b c d"], ["a b c d", ""]))
    assert np.isnan(precision[1])
    assert recall.tolist() == [1.0, 0.0]


def test_page_scores_are_those_of_the_benchmark_to_the_last_bit() -> None:
    truth, output = "a b c d e f g h i j k", "a b c d e f g x y"
    (tp,), (fp,), (fn,) = shingles.text_overlap([truth], [output])
    share = tp + fp + fn
    precision, recall = shingles.page_scores(*(np.asarray([v]) for v in (tp, fp, fn)))
    assert precision[0] == (tp / share) / (tp / share + fp / share)
    assert statistics.mean(recall.tolist()) == (tp / share) / (tp / share + fn / share)


@settings(max_examples=60)
@given(texts, texts)
def test_lcs_is_the_ratio_of_token_lists(truth: str, output: str) -> None:
    a, b = truth.split(), output.split()
    table = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
    for i, x in enumerate(a):
        for j, y in enumerate(b):
            table[i + 1][j + 1] = table[i][j] + 1 if x == y else max(table[i][j + 1], table[i + 1][j])
    expected = 2 * table[-1][-1] / (len(a) + len(b)) if a or b else 1.0
    assert shingles.lcs_ratio(a, b) == pytest.approx(expected, abs=1e-12)


@settings(max_examples=100)
@given(texts, texts)
def test_lcs_equals_the_levenshtein_package(truth: str, output: str) -> None:
    """Against `Levenshtein.ratio` where that package is there; its licence keeps it out of the dependencies."""
    package = pytest.importorskip("Levenshtein")
    assert shingles.lcs_ratio(truth.split(), output.split()) == package.ratio(truth.split(), output.split())


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=9))
def test_batches_make_no_difference(pairs: list) -> None:
    truth, output = zip(*pairs, strict=True)
    whole = shingles.text_overlap(truth, output)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shingles, "BATCH", 2)
        assert np.array_equal(np.stack(whole), np.stack(shingles.text_overlap(truth, output)))
