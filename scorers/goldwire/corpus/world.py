"""Draw the cast of a page from the seeded name lists, so that no writer picks names by habit.

Writers, and language models above all, reuse a handful of names when left alone. A page's people, towns, bodies and
its few phenomena are therefore drawn before a word of it is written, without replacement over a whole batch: no full
name can land on two pages, hence none in two splits.
"""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cast:
    """What a writer of one page is given: names to use and the few features drawn for that page."""

    people: tuple[str, ...]
    towns: tuple[str, ...]
    bodies: tuple[str, ...]
    state: dict[str, str]
    features: tuple[str, ...]


def draw(
    world: Path, pages: int, seed: int, *, people: int = 12, towns: int = 4, bodies: int = 3, features: int = 3
) -> list[Cast]:
    """Draw `pages` casts from the lists in `world`; the same seed gives the same casts.

    Given names, surnames, towns and bodies are used once in a batch; states may recur after all have been used.

    Raises:
        ValueError: the lists are too short for that many pages.
    """
    rng = random.Random(seed)
    given = (world / "given.txt").read_text(encoding="utf-8").split()
    surnames = (world / "surnames.txt").read_text(encoding="utf-8").split()
    places = (world / "places.txt").read_text(encoding="utf-8").split()
    names = [line for line in (world / "bodies.txt").read_text(encoding="utf-8").splitlines() if line]
    phenomena = [line for line in (world / "phenomena.txt").read_text(encoding="utf-8").splitlines() if line]
    states = tomllib.loads((world / "states.toml").read_text(encoding="utf-8"))["state"]
    for what, have, need in (
        ("given.txt", len(given), pages * people),
        ("surnames.txt", len(surnames), pages * people),
        ("places.txt", len(places), pages * towns),
        ("bodies.txt", len(names), pages * bodies),
    ):
        if have < need:
            raise ValueError(f"{world / what}: {have} entries, {need} needed for {pages} pages; add entries")
    for entries in (given, surnames, places, names, states):
        rng.shuffle(entries)
    return [
        Cast(
            people=tuple(f"{given[i]} {surnames[i]}" for i in range(page * people, (page + 1) * people)),
            towns=tuple(places[page * towns : (page + 1) * towns]),
            bodies=tuple(names[page * bodies : (page + 1) * bodies]),
            state=states[page % len(states)],
            features=tuple(rng.sample(phenomena, features)),
        )
        for page in range(pages)
    ]
