"""The anchor files: the worked example of the format, anchors, marks."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldwire.corpus.anchors import Anchor, AnchorError, Page, keyed
from goldwire.corpus.compile import layers_of, read_layers
from goldwire.corpus.marks import pair
from goldwire.problems import Problem

GOOD = Path(__file__).parent / "bad" / "source" / "_good"
PAGE = Page.of(
    "Home\n\n  Pull troops out of Halvern, minister tells Kestria\n\n"
    '“We did not fire,” she told reporters, “and we will not start now."\n\n'
    "A Norland-backed militia’s ex-Norlandic leader, who wasn't there, said 1,200.5 tanks left at 10:30.\n"
)


def place(source: str, block: int) -> str:
    start, end = Anchor.parse(source).place(PAGE, (block, block))
    return PAGE.text[start:end]


def refused(source: str, block: int) -> str:
    with pytest.raises(AnchorError) as error:
        place(source, block)
    return error.value.rule


def test_blocks_are_the_non_blank_lines_without_their_indent() -> None:
    assert len(PAGE.blocks) == 4
    start, end = PAGE.blocks[1]
    assert PAGE.text[start:end].startswith("Pull troops")


@pytest.mark.parametrize(
    ("source", "block", "found"),
    [
        ("Pull [troops]", 2, "troops"),
        ("[Pull {..} Halvern]", 2, "Pull troops out of Halvern"),
        ("[Norland~]-backed", 4, "Norland"),
        ("ex-[~Norlandic]", 4, "Norlandic"),
        ("[militia]’s", 4, "militia"),
        ("[1,200.5] tanks", 4, "1,200.5"),
        ("[10:30]", 4, "10:30"),
        ("@2[Halvern]", 4, "Halvern"),
        ('[“We did {..} now."]', 3, '“We did not fire,” she told reporters, “and we will not start now."'),
    ],
)
def test_an_anchor_finds_its_span(source: str, block: int, found: str) -> None:
    assert place(source, block) == found


@pytest.mark.parametrize(
    ("source", "block", "rule"),
    [
        ("[he]", 3, "anchor-missing"),
        ("[Halvern]", 3, "anchor-missing"),
        ("[not]", 3, "anchor-ambiguous"),
        ("[Norland]-backed", 4, "edge-inside-word"),
        ("[1,200]", 4, "anchor-missing"),
        ("no brackets", 3, "syntax"),
        ("[a] [b]", 3, "syntax"),
        ("[]", 3, "syntax"),
        ("@9[x]", 3, "block-range"),
    ],
)
def test_an_anchor_is_refused(source: str, block: int, rule: str) -> None:
    assert refused(source, block) == rule


def test_a_missing_anchor_tells_where_else_it_matches() -> None:
    with pytest.raises(AnchorError) as error:
        place("[Halvern]", 3)
    assert "block 2" in error.value.mend


def test_escapes_and_keys() -> None:
    page = Page.of("a [sic] b = c # d\n")
    start, end = Anchor.parse(r"a [\[sic\]] b").place(page, (1, 1))
    assert page.text[start:end] == "[sic]"
    head, keys = keyed("q1 src=lee:[said x=y] cue=[said] content=one [two] three")
    assert head == "q1"
    assert keys == [("src", "lee:[said x=y]"), ("cue", "[said]"), ("content", "one [two] three")]


@pytest.mark.parametrize(
    ("text", "inside"),
    [
        ("“We left,” she said.", ["We left,"]),
        ("\"They paid,'' said X.", ["They paid,"]),
        ("wanted it 'in town or near\".", ["in town or near"]),
        ('expected ``within weeks".', ["within weeks"]),
        ("“We waited.", ["We waited."]),
        ("‘She’s gone,’ he said.", ["She’s gone,"]),
        ("It’s the ’90s “hat”", ["hat"]),
        ('He said "a ‘b’ c".', ["a ‘b’ c", "b"]),
        ("the allies’ move", []),
    ],
)
def test_marks_pair_as_they_are_found(text: str, inside: list[str]) -> None:
    assert [text[p.start : p.end] for p in pair(text, (0, len(text)))] == inside


def test_the_good_page_has_no_problem_and_derives_what_it_must() -> None:
    problems: list[Problem] = []
    layers = layers_of(read_layers((GOOD / "page.txt").read_text(encoding="utf-8"), GOOD, problems))
    assert problems == []
    assert all(layers[name] for name in ("boilerplate", "entities", "quotes", "events"))
