"""Names for writers are drawn without replacement, the same for the same seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from goldwire.corpus.world import draw

WORLD = Path(__file__).parent.parent / "corpus" / "world"


def test_no_person_is_drawn_twice() -> None:
    casts = draw(WORLD, 12, 1)
    people = [name for cast in casts for name in cast.people]
    assert len(people) == len(set(people)) == 144


def test_same_seed_same_casts() -> None:
    assert draw(WORLD, 3, 5) == draw(WORLD, 3, 5)
    assert draw(WORLD, 3, 5) != draw(WORLD, 3, 6)


def test_too_many_pages_say_which_list_is_short() -> None:
    with pytest.raises(ValueError, match=r"given\.txt: \d+ entries, \d+ needed"):
        draw(WORLD, 100, 1)
