"""What every metric must obey, on the gold of the corpus and on predictions made from it."""

from __future__ import annotations

import copy
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import goldwire
from goldwire import as_prediction
from goldwire.counts import Counts
from goldwire.evaluation import SCORERS, Gold, all_scores, read_gold, score

LAYERS = ("entities", "quotes", "events", "boilerplate")


def spoiled(record: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A prediction with items dropped, shifted and retyped at random; still valid."""
    out: dict[str, Any] = copy.deepcopy(as_prediction(record))
    out["entities"] = [e for e in out["entities"] if rng.random() < 0.8]
    for entity in out["entities"]:
        if rng.random() < 0.2:
            entity["type"] = rng.choice(["PERSON", "ORG", "GPE", "DATE"])
        for m in entity["mentions"]:
            if rng.random() < 0.2 and m["end"] - m["start"] > 2 and m["level"] != "VAL":
                m["end"] -= 1
    spans = set()
    for entity in out["entities"]:
        kept = []
        for m in entity["mentions"]:
            key = (m["start"], m["end"], m["level"] == "VAL")
            if key not in spans:
                kept.append(m)
            spans.add(key)
        entity["mentions"] = kept
    ids = {e["id"] for e in out["entities"]}
    out["quotes"] = [q for q in out["quotes"] if rng.random() < 0.8]
    kept_quotes = {q["id"] for q in out["quotes"]}
    for q in out["quotes"]:
        q["parent"] = q["parent"] if q["parent"] in kept_quotes else None
        if q["source"]["entity"] not in ids:
            q["source"]["entity"] = None
    out["events"] = [e for e in out["events"] if rng.random() < 0.8]
    for event in out["events"]:
        for m in event["mentions"]:
            m["arguments"] = [a for a in m["arguments"] if a["entity"] in ids and rng.random() < 0.8]
    out["boilerplate"] = [b for b in out["boilerplate"] if rng.random() < 0.8]
    return out


@pytest.fixture(scope="module")
def gold() -> Gold:
    return goldwire.load()


def test_gold_against_itself_is_one(gold: Gold) -> None:
    result = score(gold, [as_prediction(r) for r in gold], resamples=0)
    wrong = {
        n: m["f1"] for n, m in result.metrics.items() if m["f1"] is not None and m["f1"] != pytest.approx(1.0, abs=1e-9)
    }
    # What is lost or leaked is nothing.
    assert {
        n: v
        for n, v in wrong.items()
        if not n.startswith(("boilerplate.content_lost", "boilerplate.boilerplate_leaked", "quotes.marks_taken"))
    } == {}
    assert all(v == 0.0 for v in wrong.values())


def test_empty_predictions_score_zero(gold: Gold) -> None:
    result = score(gold, [{"id": r["id"]} | {layer: [] for layer in LAYERS} for r in gold], resamples=0)
    for name, metric in result.metrics.items():
        kept = name.startswith(
            (
                "boilerplate.content_m",
                "boilerplate.survival",
                "boilerplate.boilerplate_leaked",
                "boilerplate.shingle4",
                "boilerplate.lcs",
                "goldwire.",
            )
        )
        assert kept or metric["f1"] in (0.0, None), name


def test_missing_pages_score_as_empty_ones(gold: Gold) -> None:
    half = [as_prediction(r) for r in gold.records[:2]]
    filled = half + [{"id": r["id"]} | {layer: [] for layer in LAYERS} for r in gold.records[2:]]
    one, two = score(gold, half, resamples=0), score(gold, filled, resamples=0)
    assert one.metrics == two.metrics
    assert set(one.missing) == {r["id"] for r in gold.records[2:]}


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6))
def test_order_changes_nothing(seed: int) -> None:
    gold = goldwire.load("test")
    rng = random.Random(seed)
    predictions = [spoiled(r, rng) for r in gold]
    shuffled = copy.deepcopy(predictions)
    rng.shuffle(shuffled)
    for record in shuffled:
        for layer in ("entities", "quotes", "events"):
            rng.shuffle(record[layer])
        for item in record["entities"]:
            rng.shuffle(item["mentions"])
    one, two = score(gold, predictions, resamples=0), score(gold, shuffled, resamples=0)
    for name, metric in one.metrics.items():
        assert two.metrics[name]["f1"] == pytest.approx(metric["f1"], abs=1e-12), name


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_values_are_bounded_and_shards_sum_to_the_whole(seed: int) -> None:
    gold = goldwire.load("test")
    rng = random.Random(seed)
    predictions = {r["id"]: spoiled(r, rng) for r in gold}
    whole = score(gold, list(predictions.values()), resamples=0)
    for name, metric in whole.metrics.items():
        for part in ("precision", "recall", "f1"):
            low = -1.0 if name == "boilerplate.mcc" else 0.0
            assert metric[part] is None or low <= metric[part] <= 1.0 + 1e-12, name
    shards = []
    for record in gold:
        part = read_gold([record], checked=True)
        shards.append(score(part, [predictions[record["id"]]], resamples=0, layers=list(SCORERS)).counts)
    joined = Counts.concatenate(shards)
    again = all_scores(joined.totals(), tuple(SCORERS))
    for name, metric in whole.metrics.items():
        value = float(again[name].f1)
        assert (np.isnan(value) and metric["f1"] is None) or value == pytest.approx(metric["f1"], abs=1e-12), name


def test_f1_is_symmetric_where_both_sides_are_gold(gold: Gold) -> None:
    rng = random.Random(1)
    predictions = [spoiled(r, rng) for r in gold]
    swapped_gold = [
        dict(r) | {"entities": copy.deepcopy(p["entities"])} for r, p in zip(gold, predictions, strict=True)
    ]
    for record in swapped_gold:
        for entity in record["entities"]:
            entity.update(name=None, kb_id=None)
            for m in entity["mentions"]:
                m["head"] = {"start": m["start"], "end": m["end"]}
    one = score(gold, predictions, layers=["entities", "coreference"], resamples=0)
    two = score(
        read_gold(swapped_gold, checked=True),
        [as_prediction(r) for r in gold],
        layers=["entities", "coreference"],
        resamples=0,
    )
    for name in (
        "entities.strict",
        "entities.partial",
        "coreference.muc",
        "coreference.b3",
        "coreference.ceafe",
        "coreference.lea",
    ):
        assert one[name] == pytest.approx(two[name], abs=1e-9), name


def test_article_track_drops_what_the_page_track_counts(gold: Gold) -> None:
    predictions = [as_prediction(r) for r in gold]
    for record, document in zip(predictions, gold, strict=True):
        where = next(b for b in document["boilerplate"] if b["policy"] == "remove" and b["end"] - b["start"] > 3)
        record["entities"].append(
            {
                "id": "chrome",
                "type": "ORG",
                "mentions": [{"start": where["start"], "end": where["start"] + 3, "level": "NAM"}],
            }
        )
    page = score(gold, predictions, resamples=0)
    article = score(gold, predictions, track="article", resamples=0)
    assert page.intrusions["entities"] == len(gold)
    assert page["entities.strict"] < 1.0
    assert article["entities.strict"] == 1.0


def test_intervals_come_again_from_the_signature(gold: Gold) -> None:
    rng = random.Random(2)
    predictions = [spoiled(r, rng) for r in gold]
    one = score(gold, copy.deepcopy(predictions), seed=7, resamples=200)
    two = score(gold, copy.deepcopy(predictions), seed=7, resamples=200)
    other = score(gold, copy.deepcopy(predictions), seed=8, resamples=200)
    assert one.metrics == two.metrics
    assert one.metrics["entities.strict"]["ci95"] != other.metrics["entities.strict"]["ci95"]
    assert "boot:200|seed:7" in one.signature
    low, high = one.metrics["entities.strict"]["ci95"]
    assert low <= one["entities.strict"] <= high


def test_breakdown_sums_to_the_whole(gold: Gold) -> None:
    result = score(gold, [as_prediction(r) for r in gold], by=("genre", "split", "phenomena"), resamples=0)
    total = sum(group["entities.strict"]["counts"]["gold"] for group in result.by["genre"].values())
    assert total == result.metrics["entities.strict"]["counts"]["gold"]
    assert set(result.by["split"]) == {"train", "validation", "test"}


GROWING = (
    *("entities.strict", "entities.exact", "entities.partial", "entities.type", "coreference.b3", "coreference.muc"),
    *("quotes.QD_strict", "quotes.QD_0.8", "quotes.QD_0.5", "quotes.QD_soft", "quotes.content_token"),
    *("events.TI", "events.TC", "boilerplate.removal", "boilerplate.spans.strict", "boilerplate.spans.partial"),
)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_correct_item_more_never_lowers_recall(seed: int) -> None:
    gold = goldwire.load("test")
    rng = random.Random(seed)
    truth = rng.choice(gold.records)
    page = read_gold([truth], checked=True)
    less = spoiled(truth, rng)
    # Whole again are the items that were dropped as a whole; what was bent stays bent.
    more = copy.deepcopy(less)
    whole = as_prediction(truth)
    for layer in ("entities", "quotes", "events", "boilerplate"):
        have = {e.get("id") or (e["start"], e["end"]) for e in less[layer]}
        lost = [e for e in whole[layer] if (e.get("id") or (e["start"], e["end"])) not in have]
        more[layer] += copy.deepcopy(lost[: rng.randint(0, len(lost))])
    ids = {e["id"] for e in more["entities"]}
    quotes = {q["id"] for q in more["quotes"]}
    for q in more["quotes"]:
        q["parent"] = q["parent"] if q["parent"] in quotes else None
        q["source"]["entity"] = q["source"]["entity"] if q["source"]["entity"] in ids else None
    for event in more["events"]:
        for m in event["mentions"]:
            m["arguments"] = [a for a in m["arguments"] if a["entity"] is None or a["entity"] in ids]
    before, after = (score(page, [p], resamples=0).metrics for p in (less, more))
    for name in GROWING:
        if before[name]["recall"] is not None:
            assert after[name]["recall"] >= before[name]["recall"] - 1e-12, name


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_saying_a_thing_twice_never_helps(seed: int) -> None:
    gold = goldwire.load("test")
    rng = random.Random(seed)
    truth = rng.choice(gold.records)
    page = read_gold([truth], checked=True)
    nested = any(q["parent"] for q in truth["quotes"])
    once = spoiled(truth, rng)
    twice = copy.deepcopy(once)
    for layer in ("quotes", "events"):
        again = [copy.deepcopy(e) for e in once[layer] if rng.random() < 0.5]
        for item in again:
            item["id"] += "-again"
        twice[layer] += again
    twice["boilerplate"] += copy.deepcopy(once["boilerplate"][:3])
    before, after = (score(page, [p], resamples=0).metrics for p in (once, twice))
    for name, metric in before.items():
        # Event coreference judges how mentions are grouped, not how many are found.
        if metric["f1"] is None or "coreference" in name or name.split(".")[1].startswith("boilerplate_leaked"):
            continue
        # The copy of a quotation is credited with what it shares with a quotation nested in it: that is the metric.
        if not name.startswith("entities") and not (nested and name.startswith("quotes.")):
            assert after[name]["f1"] <= metric["f1"] + 1e-12, name
