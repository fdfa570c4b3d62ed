"""The schemas are valid, agree with the ontologies, and the Arrow schema follows from them."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator

from goldwire import schema


@pytest.mark.parametrize("name", schema.NAMES)
def test_schema_is_valid_and_so_are_its_examples(name: str) -> None:
    loaded = schema.load(name)
    Draft202012Validator.check_schema(loaded)
    assert loaded["$id"] == f"urn:goldwire:schema:{name}:{loaded['version']}"
    assert loaded["examples"]
    for example in loaded["examples"]:
        assert schema.problems(name, example) == []


@pytest.mark.parametrize("name", schema.NAMES)
def test_every_field_is_described(name: str) -> None:
    def undescribed(part: object, path: str) -> list[str]:
        if isinstance(part, list):
            return [p for i, inner in enumerate(part) for p in undescribed(inner, f"{path}/{i}")]
        if not isinstance(part, dict):
            return []
        out = []
        for key, inner in part.get("properties", {}).items():
            if "description" not in inner and "$ref" not in inner:
                out.append(f"{path}/{key}")
        return out + [
            p for key, inner in part.items() if key != "examples" for p in undescribed(inner, f"{path}/{key}")
        ]

    assert undescribed(schema.load(name), "") == []


def test_enums_are_the_ontology() -> None:
    onto = schema.ontology()
    document, prediction = schema.load("document")["$defs"], schema.load("prediction")["$defs"]
    short = [name.split(".")[1] for name in onto.event_types]
    assert document["entity"]["properties"]["type"]["enum"] == list(onto.entity_types)
    assert document["boilerplate"]["properties"]["type"]["enum"] == list(onto.boilerplate_policy)
    assert document["event"]["properties"]["type"]["enum"] == list(onto.event_types)
    assert prediction["event"]["properties"]["type"]["enum"] == [*onto.event_types, *short]
    roles = {role for kind in onto.event_types.values() for role in kind.roles}
    assert (
        set(document["argument"]["properties"]["role"]["enum"])
        == roles
        == set(prediction["argument"]["properties"]["role"]["enum"])
    )


def test_ontology_is_whole() -> None:
    onto = schema.ontology()
    assert (len(onto.entity_types), len(onto.boilerplate_policy), len(onto.event_types)) == (21, 44, 40)
    assert len({kind.family for kind in onto.event_types.values()}) == 9
    for kind in onto.event_types.values():
        assert {"Place", "Time"} <= set(kind.roles)
        for classes in kind.roles.values():
            assert set(classes) <= set(onto.filler_classes)
    maps = onto.raw["events"]["maps"]
    assert {t for types in maps["ace2005_to_types"].values() for t in types} <= set(onto.event_types)
    assert {t for entry in maps["plover_to_types"].values() for t in entry["types"]} <= set(onto.event_types)
    for entity in onto.raw["entities"]["types"]:
        assert set(entity["maps"]) == {"ontonotes", "conll03", "ace2005"}


def test_realis_follows_the_rule() -> None:
    realis = schema.ontology().realis
    assert realis("positive", "past", "alleged", "specific") == "Actual"
    assert realis("negative", "past", "asserted", "specific") == "Other"
    assert realis("positive", "future", "asserted", "specific") == "Other"
    assert realis("negative", "future", "planned", "generic") == "Generic"


def test_arrow_schema_follows() -> None:
    arrow = schema.arrow("document")
    assert arrow.names == list(schema.load("document")["properties"])
    assert arrow.field("events").type == pa.list_(arrow.field("events").type.value_type)
    example = schema.load("document")["examples"][0]
    table = pa.Table.from_pylist([example], schema=arrow)
    assert json.loads(json.dumps(table.to_pylist()[0])) == example


def test_messages_name_pointer_found_and_expected() -> None:
    record = {"id": "x", "entities": [{"type": "PLANET", "mentions": [{"start": 1.5, "end": 3}]}]}
    found = {p.rule: p for p in schema.problems("prediction", record, file="f.jsonl", line=7, page="x")}
    assert found["unknown-type"].pointer == "/entities/0/type"
    assert "1.5 (a float)" in found["schema"].found
    assert str(found["schema"]).startswith("f.jsonl:7, page x, at /entities/0/mentions/0/start: [schema] found")
