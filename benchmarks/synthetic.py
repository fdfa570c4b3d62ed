"""Synthetic pages for timings: gold with four layers, and predictions made from it with errors; seeded."""

from __future__ import annotations

import random
from typing import Any

from goldwire.texts import digest

TYPES = ("PERSON", "ORG", "GPE", "DATE")
SYLLABLES = ["ka", "lo", "mi", "ra", "su", "ten", "vor", "bel", "nim", "osk", "tar", "gul", "fen", "dra", "pol", "wix"]


def page(number: int, rng: random.Random, mentions: int) -> dict[str, Any]:
    """One gold page with about `mentions` entity mentions, mentions / 6 quotations and mentions / 4 event mentions."""
    words = ["".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, 3))) for _ in range(mentions * 6)]
    starts, text = [], ""
    for i, word in enumerate(words):
        starts.append(len(text))
        text += word + ("\n\n" if i % 40 == 39 else " ")
    text = text.strip() + "\n"

    def span(first: int, last: int) -> dict[str, int]:
        return {"start": starts[first], "end": starts[last] + len(words[last])}

    clusters: list[dict[str, Any]] = []
    content = len(words) * 5 // 6
    for i in range(mentions):
        first = (i * content) // mentions
        where = span(first, min(first + rng.randint(0, 1), first + content // mentions - 1))
        m = {**where, "level": rng.choice(["NAM", "NAM", "NOM", "PRO"]), "head": where}
        if clusters and rng.random() < 0.55:
            rng.choice(clusters[-20:])["mentions"].append(m)
        else:
            clusters.append(
                {"id": f"e{i}", "type": rng.choice(TYPES[:3]), "name": None, "kb_id": None, "mentions": [m]}
            )
    quotes = []
    for i in range(mentions // 6):
        first = (i * content * 6) // mentions
        who = rng.choice(clusters)
        quotes.append(
            {
                "id": f"q{i}",
                "content": [span(first, min(first + rng.randint(3, 20), content - 1))],
                "verbatim": [],
                "cue": None,
                "source": {
                    "span": {k: who["mentions"][0][k] for k in ("start", "end")},
                    "entity": who["id"],
                    "kind": "named",
                },
                "addressee": None,
                "attribution": "explicit",
                "type": "indirect",
                "negated": False,
                "parent": None,
                "continued_marks": False,
            }
        )
    events = []
    for i in range(mentions // 4):
        first = (i * content * 4) // mentions + 2
        who = rng.choice(clusters)
        events.append(
            {
                "id": f"v{i}",
                "type": rng.choice(["Conflict.Attack", "Diplomacy.Meet"]),
                "mentions": [
                    {
                        "trigger": [span(first, first)],
                        "polarity": "positive",
                        "tense": "past",
                        "modality": "asserted",
                        "genericity": "specific",
                        "realis": "Actual",
                        "source_quote": None,
                        "arguments": [
                            {
                                "role": "Place",
                                "entity": who["id"],
                                "span": {k: who["mentions"][0][k] for k in ("start", "end")},
                            }
                        ],
                    }
                ],
            }
        )
    for event in events:
        for argument in event["mentions"][0]["arguments"]:
            kind = next(c["type"] for c in clusters if c["id"] == argument["entity"])
            if kind != "GPE":
                argument["role"] = "Attacker" if event["type"].endswith("Attack") else "Participant"
    chrome = span(content, len(words) - 1)
    return {
        "id": f"p{number}",
        "site": "bench",
        "style": "portal",
        "genre": "politics",
        "story": f"s{number // 4}",
        "published": "2026-01-01",
        "split": "test",
        "writer": "a generator",
        "annotators": [],
        "adjudicator": "none",
        "guideline": "1.0",
        "phenomena": [],
        "text": text,
        "sha256": digest(text),
        "html": "",
        "boilerplate": [{**chrome, "type": "navigation", "policy": "remove"}],
        "entities": clusters,
        "quotes": quotes,
        "marked_spans": [],
        "events": events,
    }


def predicted(gold: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A system's answer: a fifth of everything missing, a tenth of the bounds wrong, a tenth of the types wrong."""
    entities = []
    for e in gold["entities"]:
        mentions = []
        for m in e["mentions"]:
            if rng.random() < 0.8:
                end = m["end"] - (1 if rng.random() < 0.1 and m["end"] - m["start"] > 1 else 0)
                mentions.append({"start": m["start"], "end": end, "level": m["level"]})
        if mentions:
            kind = rng.choice(TYPES) if rng.random() < 0.1 else e["type"]
            entities.append({"id": e["id"], "type": kind, "mentions": mentions})
    ids = {e["id"] for e in entities}
    return {
        "id": gold["id"],
        "entities": entities,
        "quotes": [
            {"content": q["content"], "source": {"span": q["source"]["span"]}, "type": q["type"]}
            for q in gold["quotes"]
            if rng.random() < 0.8
        ],
        "events": [
            {
                "type": e["type"],
                "mentions": [
                    {
                        "trigger": m["trigger"],
                        "realis": m["realis"],
                        "arguments": [
                            {"role": a["role"], "entity": a["entity"]} for a in m["arguments"] if a["entity"] in ids
                        ],
                    }
                    for m in e["mentions"]
                ],
            }
            for e in gold["events"]
            if rng.random() < 0.8
        ],
        # On every second page the cut falls some words early or late.
        "boilerplate": [
            {"start": max(b["start"] + rng.choice((0, 0, -40, 40)), 0), "end": b["end"], "type": b["type"]}
            for b in gold["boilerplate"]
        ],
    }


def corpus(pages: int, mentions: int, seed: int = 1) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """(gold, predictions) of `pages` pages."""
    rng = random.Random(seed)
    gold = [page(i, rng, mentions) for i in range(pages)]
    return gold, [predicted(g, rng) for g in gold]
