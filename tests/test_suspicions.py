"""Each rule on pages made for it."""

from __future__ import annotations

from typing import Any

from conftest import entities

from goldwire.corpus.suspicions import suspicions


def page(name: str, text: str, **layers: Any) -> dict[str, Any]:
    empty = {"boilerplate": [], "entities": [], "quotes": [], "marked_spans": [], "events": []}
    return {"id": name, "story": name, "split": "train", "text": text} | empty | layers


def found(*pages: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(s.rule, s.page, s.string) for s in suspicions(pages)]


def event(*triggers: tuple[int, int], role: str = "", entity: str = "") -> dict[str, Any]:
    arguments = [{"role": role, "entity": entity, "span": None}] if role else []
    mentions = [{"trigger": [{"start": s, "end": e}], "arguments": arguments} for s, e in triggers]
    return {"id": "v", "type": "Conflict.Attack", "mentions": mentions}


def test_a_name_of_two_types() -> None:
    one = page("one", "Varr fell\n", entities=entities(("GPE", [(0, 4)])))
    two = page("two", "Varr fell\n", entities=entities(("GPE", [(0, 4)])))
    three = page("three", "Varr won\n", entities=entities(("ORG", [(0, 4)])))
    assert found(one, two, three) == [("two-types", "three", "Varr")]


def test_capitals_that_no_mention_covers() -> None:
    text = "The ship met Ann Varr and Minister Bo Kell at Ost.\n"
    at = text.index("Bo Kell")
    names = entities(("PERSON", [(at, at + 7)]))
    assert found(page("one", text, entities=names)) == [
        ("bare-capitals", "one", "Ann Varr"),
        ("bare-capitals", "one", "Ost"),
    ]


def test_a_word_that_is_a_trigger_elsewhere() -> None:
    pages = [page(f"p{i}", "they raided it\n", events=[event((5, 11))]) for i in range(8)]
    assert found(*pages, page("odd", "they raided it\n")) == [("unused-trigger", "odd", "they raided it")]


def test_a_filler_that_is_rare_for_its_role() -> None:
    person, place = (entities((kind, [(0, 2)]), level="NOM") for kind in ("PERSON", "GPE"))
    pages = [
        page(f"p{i}", "it hit\n", entities=person, events=[event((3, 6), role="Attacker", entity="e0")])
        for i in range(60)
    ]
    odd = page("odd", "it hit\n", entities=place, events=[event((3, 6), role="Attacker", entity="e0")])
    assert found(*pages, odd) == [("rare-filler", "odd", "e0")]


def test_sentences_that_come_again_in_another_story() -> None:
    text = "Head\nthe council voted on monday to keep the wall as it was.\n"
    again = "Head\nthe council voted on monday to keep the wall as it is.\n"
    assert [rule for rule, _, _ in found(page("one", text), page("two", again))] == ["alike"]
    same_story = page("two", again) | {"story": "one"}
    assert found(page("one", text), same_story) == []
