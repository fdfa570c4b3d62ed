"""Choices that change numbers, hence stand in the signature; every scorer gets them and looks at its own."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Options:
    """`edges` trim: leading articles and possessive ’s are stripped from names on both sides. `compat`: count events as
    TextEE or EvmEval do. `gold_triggers`: the system was given the triggers, and only says what belongs to them."""

    edges: str = ""
    compat: str = ""
    gold_triggers: bool = False

    def signature(self) -> list[str]:
        """The parts of a signature for what differs from the default."""
        parts = [f"edges:{self.edges}" if self.edges else "", f"compat:{self.compat}" if self.compat else ""]
        return [part for part in (*parts, "mode:gold-trigger" if self.gold_triggers else "") if part]


DEFAULT = Options()
EDGES = ("", "trim")
COMPATS = ("", "textee", "evmeval")
