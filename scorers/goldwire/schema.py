"""The JSON Schemas and ontologies in `schema/` as the one definition: validate, explain, derive the Arrow schema."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from goldwire import resources
from goldwire.problems import Problem, shown

if TYPE_CHECKING:
    import pyarrow as pa
    from jsonschema.protocols import Validator

NAMES = ("document", "prediction", "result", "page")
LEVELS = ("NAM", "NOM", "PRO", "VAL")


@cache
def load(name: str) -> Mapping[str, Any]:
    """The JSON Schema `name` (one of `NAMES`) as a mapping."""
    return json.loads((resources.schema_dir() / f"{name}.schema.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


@cache
def validator(name: str) -> Validator:
    """A compiled validator of the JSON Schema `name`."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    # JSON Schema takes 12.0 for an integer; an offset that went through a float is a mistake worth a message.
    checker = Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    return extend(Draft202012Validator, type_checker=checker)(load(name))


def problems(
    name: str,
    record: object,
    *,
    file: str = "",
    line: int = 0,
    page: str = "",
    allowed: Collection[str] = (),
    most: int = 5,
) -> list[Problem]:
    """What the schema `name` has against `record`: at most `most` problems, each with its JSON pointer.

    Problems of the rules `allowed` are passed over.
    """
    out = []
    for error in sorted(_leaves(validator(name).iter_errors(record)), key=lambda e: [str(p) for p in e.absolute_path]):
        pointer = "/" + "/".join(str(part) for part in error.absolute_path)
        found, expected = _explained(error)
        rule = _rule(error, pointer)
        if rule in allowed:
            continue
        out.append(Problem(rule, found, file=file, line=line, page=page, pointer=pointer, expected=expected))
        if len(out) == most:
            break
    return out


def _rule(error: Any, pointer: str) -> str:
    if error.validator == "enum" and pointer.endswith("/type"):
        return "unknown-type"
    if error.validator == "enum" and pointer.endswith("/role"):
        return "unknown-role"
    return "schema"


def _leaves(errors: Iterator[Any]) -> Iterator[Any]:
    """Of an anyOf, the errors of the branch that comes closest, so that messages speak of what was meant."""
    for error in errors:
        if error.validator in ("anyOf", "oneOf") and error.context:
            branches: dict[int, list[Any]] = {}
            for inner in error.context:
                branches.setdefault(inner.schema_path[0], []).append(inner)
            depth = max(len(e.absolute_path) for e in error.context)
            best = min(
                branches.values(),
                key=lambda es: (
                    any(e.validator == "type" and e.absolute_path == error.absolute_path for e in es),
                    sum(e.validator in ("required", "additionalProperties") for e in es),
                    -max(len(e.absolute_path) for e in es) / (depth + 1),
                    len(es),
                ),
            )
            yield from _leaves(iter(best))
        else:
            yield error


def _explained(error: Any) -> tuple[str, str]:
    value, what = error.instance, error.validator_value
    match error.validator:
        case "type":
            return f"{shown(value)} ({_kind(value)})", " or ".join(what) if isinstance(what, list) else str(what)
        case "enum":
            return shown(value), f"one of {', '.join(map(str, what[:48]))}"
        case "required":
            missing = [key for key in what if key not in value]
            return f"an object with {', '.join(map(shown, value)) or 'nothing'}", f"key {', '.join(missing)} too"
        case "additionalProperties":
            known = error.schema.get("properties", {})
            extra = [key for key in value if key not in known]
            return f"unknown key {', '.join(shown(key) for key in extra[:3])}", f"only {', '.join(known)}"
        case "minimum":
            return shown(value), f"at least {what}"
        case "maximum":
            return shown(value), f"at most {what}"
        case "dependentRequired":
            return f"an object with {', '.join(map(shown, value))}", "start and end together"
        case "minItems":
            return f"{len(value)} items", f"at least {what}"
        case _:
            return shown(value), error.message[:200]


def _kind(value: object) -> str:
    names = {bool: "boolean", int: "integer", float: "a float", str: "string", list: "array", dict: "object"}
    return "null" if value is None else names.get(type(value), type(value).__name__)


@cache
def arrow(name: str) -> pa.Schema:
    """The Arrow schema of a record of JSON Schema `name`: strings, int32, booleans, lists and structs, nothing else."""
    import pyarrow as pa

    root = load(name)
    return pa.schema([pa.field(key, _arrow_type(part, root)) for key, part in root["properties"].items()])


def _arrow_type(part: Mapping[str, Any], root: Mapping[str, Any]) -> pa.DataType:
    import pyarrow as pa

    if "$ref" in part:
        return _arrow_type(root["$defs"][part["$ref"].rsplit("/", 1)[1]], root)
    if "anyOf" in part and "properties" not in part:
        return _arrow_type(next(branch for branch in part["anyOf"] if branch.get("type") != "null"), root)
    kinds = part.get("type", "string")
    kind = next((k for k in kinds if k != "null"), "string") if isinstance(kinds, list) else kinds
    match kind:
        case "integer":
            return pa.int32()
        case "number":
            return pa.float64()
        case "boolean":
            return pa.bool_()
        case "array":
            return pa.list_(_arrow_type(part["items"], root))
        case "object":
            return pa.struct([pa.field(key, _arrow_type(inner, root)) for key, inner in part["properties"].items()])
        case _:
            return pa.string()


@dataclass(frozen=True)
class EventType:
    """An event type of the ontology. `roles` maps a role name, Place and Time included, to its filler classes."""

    id: str
    family: str
    roles: Mapping[str, tuple[str, ...]]
    core: frozenset[str]


@dataclass(frozen=True)
class Ontology:
    """What the gold may say: entity types, boilerplate types with their policy, event types with roles."""

    entity_types: tuple[str, ...]
    value_types: frozenset[str]
    boilerplate_policy: Mapping[str, str]
    event_types: Mapping[str, EventType]
    filler_classes: Mapping[str, tuple[str, ...]]
    raw: Mapping[str, Any]

    @cached_property
    def family_of(self) -> Mapping[str, str]:
        """Event type to family."""
        return {name: kind.family for name, kind in self.event_types.items()}

    @cached_property
    def plover_of(self) -> Mapping[str, str]:
        """Event type to the first PLOVER class it maps to."""
        return {t["id"]: t["maps"]["plover"][0]["cls"] for t in self.raw["events"]["types"] if t["maps"].get("plover")}

    def event_type(self, name: str) -> str | None:
        """The full id of a type given by its short or full name; None when there is no such type."""
        if name in self.event_types:
            return name
        return next((full for full in self.event_types if full.split(".", 1)[1] == name), None)

    def fits(self, event_type: str, role: str, entity_type: str) -> bool:
        """Whether an entity of `entity_type` may fill `role` of `event_type` (both must exist)."""
        classes = self.event_types[event_type].roles[role]
        return any(entity_type in self.filler_classes[name] for name in classes)

    def realis(self, polarity: str, tense: str, modality: str, genericity: str) -> str:
        """Rich ERE realis by the ontology's rule from the four annotated attributes."""
        if genericity == "generic":
            return "Generic"
        actual = polarity == "positive" and modality in ("asserted", "alleged") and tense != "future"
        return "Actual" if actual else "Other"


@cache
def ontology() -> Ontology:
    """The ontologies of `schema/ontology`, read once."""

    folder = resources.schema_dir() / "ontology"

    def read(name: str) -> dict[str, Any]:
        return json.loads((folder / name).read_text(encoding="utf-8"))  # type: ignore[no-any-return]

    entities, events, boilerplate = read("entities.json"), read("events.json"), read("boilerplate.json")
    common = {role["name"]: tuple(role["fillers"]) for role in events["common_roles"]}
    return Ontology(
        entity_types=tuple(t["id"] for t in entities["types"]),
        value_types=frozenset(t["id"] for t in entities["types"] if t["value"]),
        boilerplate_policy={t["id"]: t["policy"] for t in boilerplate["types"]},
        event_types={
            t["id"]: EventType(
                t["id"],
                t["family"],
                {role["name"]: tuple(role["fillers"]) for role in t["roles"]} | common,
                frozenset(role["name"] for role in t["roles"] if role["core"]),
            )
            for t in events["types"]
        },
        filler_classes={name: tuple(types) for name, types in events["filler_classes"].items()},
        raw={"entities": entities, "events": events, "boilerplate": boilerplate},
    )
