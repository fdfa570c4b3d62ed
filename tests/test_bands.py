"""Surface figures on small texts, and the bands' verdicts."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

import goldwire
from goldwire.corpus import bands, surface

CORPUS = Path(__file__).parent.parent / "corpus"


@pytest.mark.parametrize(
    ("paragraph", "count"),
    [
        ("One. Two! Three?", 3),
        ("Mr. Rysz came at 9 a.m. Monday. He left.", 2),
        ("“It is over.” She sat down.", 2),
        ("It cost 3.5 million. of that, half", 1),
        ("The U.S. Navy", 1),
    ],
)
def test_sentences(paragraph: str, count: int) -> None:
    assert len(surface.sentences(paragraph)) == count


def test_words_keep_hyphens_apostrophes_and_abbreviations() -> None:
    assert surface.words("The U.S. mother-in-law’s 3 cats, “no”") == [
        "The",
        "U.S.",
        "mother-in-law’s",
        "3",
        "cats",
        "no",
    ]


def test_diversity_of_one_word_and_of_all_different_words() -> None:
    assert surface.mattr(["a"] * 100) == pytest.approx(0.01)
    assert surface.mattr([str(i) for i in range(150)]) == 1.0
    assert surface.mattr(["a"] * 99) is None
    # A run of one word falls to the threshold at its second word: factors of two words.
    assert surface.mtld(["a"] * 100) == pytest.approx(2.0)


def test_quotations_count_in_words() -> None:
    assert surface.Prose('He called it “a mess” and "no way to live here now".').quoted == [2, 6]


def test_shared_text_is_found() -> None:
    one = "The council met on Monday to vote on the wall.\n"
    assert list(surface.duplicate_sentences([one, one + "Nobody came.\n"]).values()) == [[0, 1]]
    assert surface.containment([one, one]) == [(0, 1, 1.0)]
    assert surface.containment([one, "Nothing of it is the same here at all, not a word.\n"]) == []


def test_quantile_lies_between_ranks() -> None:
    assert surface.quantile([1, 2, 3, 4], 0.5) == 2.5


def test_every_band_has_a_figure() -> None:
    records = [record for split in ("train", "validation", "test") for record in goldwire.load(split)]
    found = bands.bands(records, CORPUS)
    assert len(found) >= 40
    assert all(isinstance(band.value, float) for band in found)


def test_an_edge_binds_on_its_side_only() -> None:
    assert bands.Band("x", 3, None, 4, gate=True).inside
    assert not bands.Band("x", 5, None, 4, gate=True).inside
    assert not bands.Band("x", 1, 2, None, gate=True).inside
    assert bands.Band("x", math.nan, 2, 3, gate=True).inside


def test_a_missed_gate_is_an_error_unless_it_has_a_reason(tmp_path: Path) -> None:
    records = goldwire.load("test").records
    (tmp_path / "bands.toml").write_text(
        "least_pages = 40\n[bands]\nsentence_words_mean = { low = 90, gate = true }\n", encoding="utf-8"
    )
    assert list(bands.check_bands(records, tmp_path)) == []
    many = [dict(record, id=str(i)) for i in range(8) for record in records]
    (problem,) = bands.check_bands(many, tmp_path)
    assert (problem.rule, problem.warning) == ("outside-band", False)
    with (tmp_path / "bands.toml").open("a", encoding="utf-8") as stream:
        stream.write('[accepted]\nsentence_words_mean = "a trial"\n')
    (problem,) = bands.check_bands(many, tmp_path)
    assert (problem.rule, problem.warning) == ("band-accepted", True)


def test_surface_equals_the_measuring_script() -> None:
    """Against the script that measured real news, where it is at hand."""
    script = Path(__file__).parent.parent.parent / "shared" / "corpus_stats" / "measure_news.py"
    if not script.is_file():
        pytest.skip("the measuring script is not here")
    import importlib.util

    spec = importlib.util.spec_from_file_location("measure_news", script)
    assert spec is not None
    assert spec.loader is not None
    theirs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(theirs)
    texts = [bands.article(record) for record in goldwire.load("test")]
    out, mine = theirs.measure(texts, "test"), surface.surface(texts) | surface.repetition(texts)
    for name, value in (
        ("sentence_words_mean", out["sentence_words"]["mean"]),
        ("sentence_words_sd", out["sentence_words"]["sd"]),
        ("mattr100_mean", out["doc_mattr100"]["mean"]),
        ("mtld_mean", out["doc_mtld"]["mean"]),
        ("quotes_per_1k_words", out["doc_quotes_per_1k"]["mean"]),
        ("crossdoc_4gram_reuse_mean", out["crossdoc_4gram_reuse"]["mean"]),
        ("said_share_of_reporting_verb_tokens", out["said_says_share_of_reporting_verbs"]),
    ):
        assert mine[name] == pytest.approx(value, abs=1e-3), name
