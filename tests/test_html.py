"""Site templates and the linearisation that reads a rendered page back."""

from __future__ import annotations

from pathlib import Path

import pytest

import goldwire
from goldwire.corpus import html
from goldwire.problems import BadInput

SITES = sorted(path.parent for path in (Path(__file__).parent.parent / "corpus" / "sites").glob("*/site.toml"))
RECORDS = [record for split in ("train", "validation", "test") for record in goldwire.load(split)]


def test_there_are_enough_sites() -> None:
    assert len([s for s in SITES if s.name != "standoff"]) >= 14


@pytest.mark.parametrize("folder", SITES, ids=lambda f: f.name)
def test_every_page_reads_back_from_every_template(folder: Path) -> None:
    for record in RECORDS[::3]:
        assert html.visible_text(html.render(record, html.site(folder))) == record["text"], record["id"]


def test_templates_differ_in_structure() -> None:
    paths = [(t.shell, *sorted(t.regions.values()), *sorted(t.lines.values())) for t in map(html.site, SITES)]
    assert len(set(paths)) == len(paths)
    classes = [{s.attributes for line in t.lines.values() for s in html._path(line)} for t in map(html.site, SITES)]
    shared = [len(a & b - {""}) / max(1, len(a | b)) for i, a in enumerate(classes) for b in classes[:i]]
    assert max(shared) < 0.5


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("<body><p>One <b>bold</b> line</p><p>two</p></body>", "One bold line\n\ntwo\n"),
        ("<body><ul><li><a>Home</a></li><li><a>News</a></li></ul></body>", "Home\nNews\n"),
        ("<body><div><a>Home</a><a>News</a></div><p>x</p></body>", "Home\nNews\n\nx\n"),
        ("<body><p hidden>no</p><p>a &amp; b</p><div style='display: none'><p>no</p></div></body>", "a & b\n"),
        ("<body><script>var a = '<p>no</p>'</script><noscript><p>no</p></noscript><p>yes</p></body>", "yes\n"),
        ("<body><table><tr><td><p>one</p><p>two</p></td></tr></table></body>", "one\n\ntwo\n"),
    ],
)
def test_linearisation(source: str, text: str) -> None:
    assert html.visible_text(source) == text


def test_nothing_of_a_text_is_markup() -> None:
    record = {"text": "<script>alert(1)</script> & more\n", "boilerplate": [], "published": "2026-01-01"}
    for folder in SITES:
        source = html.render(record, html.site(folder))
        assert "<script>alert" not in source
        assert html.visible_text(source) == record["text"]


def test_bad_step_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="expected a step"):
        html._path("li..item > 3")
