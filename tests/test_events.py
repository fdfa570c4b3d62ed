"""Events: the worked cases, and the entity-level arguments."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import both, entities, span

from goldwire import events
from goldwire.options import Options
from goldwire.problems import BadInput

CASES = json.loads((Path(__file__).parent / "conformance" / "quotes_events.json").read_text(encoding="utf-8"))[
    "event_cases"
]


def side(given: list) -> list:
    return [
        {
            "id": f"{v['id']}{n}",
            "type": v["type"],
            "mentions": [
                {
                    "trigger": [span(*v["trigger"])],
                    "realis": v["realis"],
                    "arguments": [
                        {"role": a["role"], "entity": None, "span": span(*a["span"])} for a in v["arguments"]
                    ],
                }
            ],
        }
        for n, v in enumerate(given)
    ]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_equals_worked_values(case: dict[str, Any]) -> None:
    g, p = both(
        [{"id": d["doc_id"], "text": d["text"], "events": side(d["gold"])} for d in case["docs"]],
        [{"id": d["doc_id"], "events": side(d["pred"])} for d in case["docs"]],
    )
    found = events.scores(events.counts(g, p).totals())
    names = {
        "TR": "TCR",
        "soft_span": "nugget_span",
        "soft_type": "nugget_type",
        "soft_type_realis": "nugget_type_realis",
    }
    for name, expected in case["expected"].items():
        score = found[names.get(name, name)]
        values = [100 * float(np.nan_to_num(getattr(score, part))) for part in ("precision", "recall", "f1")]
        assert values == pytest.approx(expected, abs=1e-3), name


TEXT = "Rebels attacked a convoy. It was hit near the old bridge at dawn.\n"
CLUSTERS = entities(("PERSON", [(0, 6)]), ("VEHICLE", [(16, 24), (26, 28)]), ("FAC", [(42, 56)]))


def attack(arguments: list, trigger: tuple[int, int] = (7, 15)) -> dict:
    return {
        "id": "v",
        "type": "Conflict.Attack",
        "mentions": [{"trigger": [span(*trigger)], "realis": "Actual", "arguments": arguments}],
    }


def scored(gold: list, predicted: list, clusters: list | None = None) -> dict:
    g, p = both(
        [{"id": "d", "text": TEXT, "entities": CLUSTERS, "events": gold}],
        [{"id": "d", "events": predicted} | ({"entities": clusters} if clusters else {})],
    )
    return events.scores(events.counts(g, p).totals())


GOLD = [
    attack(
        [
            {"role": "Attacker", "entity": "e0", "span": span(0, 6)},
            {"role": "Target", "entity": "e1", "span": span(16, 24)},
        ]
    )
]


def test_any_mention_of_an_entity_will_do_for_ea() -> None:
    found = scored(GOLD, [attack([{"role": "Attacker", "span": span(0, 6)}, {"role": "Target", "span": span(26, 28)}])])
    assert float(found["EA+"].f1) == 1.0
    assert float(found["AC+"].f1) == 0.5


def test_two_mentions_of_one_entity_in_one_role_are_one() -> None:
    twice = [
        {"role": "Target", "span": span(16, 24)},
        {"role": "Target", "span": span(26, 28)},
        {"role": "Attacker", "span": span(0, 6)},
    ]
    assert float(scored(GOLD, [attack(twice)])["EA+"].precision) == 1.0


def test_wrong_role_counts_for_ea_but_not_for_ea_plus() -> None:
    found = scored(GOLD, [attack([{"role": "Target", "span": span(0, 6)}])])
    assert found["EA"].counts["tp_p"] == 1
    assert found["EA+"].counts["tp_p"] == 0


def test_arguments_of_a_wrong_trigger_are_wrong() -> None:
    found = scored(GOLD, [attack([{"role": "Attacker", "span": span(0, 6)}], trigger=(33, 36))])
    assert found["EA+"].counts["tp_p"] == 0


def test_an_argument_by_entity_alone_takes_its_nearest_mention() -> None:
    own = entities(("PERSON", [(0, 6)]), ("VEHICLE", [(16, 24)]))
    found = scored(GOLD, [attack([{"role": "Attacker", "entity": "e0"}, {"role": "Target", "entity": "e1"}])], own)
    assert float(found["AC+"].f1) == 1.0
    assert float(found["EA+"].f1) == 1.0


def test_discontinuous_triggers_match_as_a_whole() -> None:
    split = {"id": "v", "type": "Attack", "mentions": [{"trigger": [span(7, 15), span(33, 36)], "arguments": []}]}
    assert float(scored([split], [split])["TC"].f1) == 1.0
    assert float(scored([split], [attack([])])["TI"].f1) == 0.0


def test_without_arguments_the_headline_is_the_trigger_score() -> None:
    assert float(scored([attack([])], [attack([])])["TC_EA+"].f1) == 1.0


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_equals_textee_in_its_own_way_of_counting(case: dict[str, Any]) -> None:
    g, p = both(
        [{"id": d["doc_id"], "text": d["text"], "events": side(d["gold"])} for d in case["docs"]],
        [{"id": d["doc_id"], "events": side(d["pred"])} for d in case["docs"]],
    )
    found = events.scores(events.counts(g, p, Options(compat="textee")).totals())
    for name, expected in case["textee"].items():
        score = found[name]
        counts = (score.counts["predicted"], score.counts["gold"], score.counts["tp_p"])
        assert counts == (expected["pred_num"], expected["gold_num"], expected["match_num"]), name
        assert 100 * float(np.nan_to_num(score.f1)) == pytest.approx(expected["f1"], abs=1e-3), name


def test_nuggets_give_part_credit_for_part_of_a_trigger() -> None:
    assert float(scored([attack([])], [attack([], trigger=(7, 11))])["nugget_span"].f1) == pytest.approx(
        2 * 4 / (8 + 4)
    )


def test_evmeval_skips_documents_without_gold_events() -> None:
    gold = [{"id": "a", "text": TEXT, "events": [attack([])]}, {"id": "b", "text": TEXT, "events": []}]
    predicted = [{"id": "a", "events": [attack([])]}, {"id": "b", "events": [attack([])]}]
    ours = events.scores(events.counts(*both(gold, predicted)).totals())["nugget_type"]
    theirs = events.scores(events.counts(*both(gold, predicted), Options(compat="evmeval")).totals())["nugget_type"]
    assert (float(ours.precision), float(theirs.precision)) == (0.5, 1.0)


def test_levels_forgive_a_type_of_the_same_family() -> None:
    other = attack([]) | {"type": "Conflict.Abduct"}
    found = scored([attack([])], [other])
    assert (float(found["TC"].f1), float(found["TC_family"].f1), float(found["TC_plover"].f1)) == (0.0, 1.0, 1.0)


def test_event_coreference_aligns_on_trigger_and_type() -> None:
    def two(apart: bool) -> list:
        one, two = attack([]), attack([], trigger=(33, 36))
        if apart:
            return [one, two | {"id": "w"}]
        return [one | {"mentions": one["mentions"] + two["mentions"]}]

    assert float(scored(two(apart=False), two(apart=False))["event_coref.conll"].f1) == 1.0
    assert float(scored(two(apart=False), two(apart=True))["event_coref.muc"].f1) == 0.0


def test_gold_triggers_mode_refuses_other_triggers() -> None:
    g, p = both(
        [{"id": "d", "text": TEXT, "events": [attack([])]}], [{"id": "d", "events": [attack([], trigger=(0, 6))]}]
    )
    with pytest.raises(BadInput, match="gold triggers only"):
        events.counts(g, p, Options(gold_triggers=True))
