"""Bars for continuous integration: minimum values, no fall against an earlier result, JUnit and Markdown reports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from goldwire.evaluation import Result, result_json
from goldwire.problems import BadInput, Problem, nearest


@dataclass(frozen=True)
class Gate:
    """One bar: a metric's F1 (or rate), what it must reach, and why."""

    metric: str
    value: float | None
    bar: float
    why: str

    @property
    def passed(self) -> bool:
        """Whether the value reaches the bar; no value never does."""
        return self.value is not None and self.value >= self.bar


def minimum(result: Result, bars: Sequence[str]) -> list[Gate]:
    """Gates of `NAME=VALUE` bars.

    Raises:
        BadInput: a bar that cannot be read, or a metric that the result does not have.
    """
    out = []
    for bar in bars:
        name, _, text = bar.partition("=")
        try:
            value = float(text)
        except ValueError:
            value = float("nan")
        if not 0 <= value <= 1:
            raise BadInput([Problem("bad-value", f"--min {bar!r}", expected="NAME=VALUE with a value from 0 to 1")])
        if name not in result.metrics:
            raise BadInput([Problem("unknown-metric", repr(name), expected=nearest(name, result.metrics))])
        out.append(Gate(name, result[name], value, f"at least {value:g}"))
    return out


def against(result: Result, path: Path, tolerance: float) -> list[Gate]:
    """Gates that no headline falls more than `tolerance` below an earlier result file of the same signature.

    Raises:
        BadInput: no result file, or one of another corpus, split, track or option; both signatures are shown.
    """
    from goldwire.report import COLUMNS

    before = result_json(path)
    if _comparable(before["signature"]) != _comparable(result.signature):
        raise BadInput([Problem("signature", before["signature"], str(path), expected=result.signature)])
    return [
        Gate(
            name,
            result[name],
            max(before["metrics"][name]["f1"] - tolerance, 0.0),
            f"{before['metrics'][name]['f1']:.4f} before, less {tolerance:g}",
        )
        for name in COLUMNS
        if name in result.metrics and before["metrics"].get(name, {}).get("f1") is not None
    ]


def _comparable(signature: str) -> list[str]:
    """The parts of a signature that F1 depends on: the bootstrap is not among them, and neither is our own version."""
    return [part for part in signature.split("|") if not part.startswith(("goldwire:", "boot:", "seed:"))]


def junit(gates: Sequence[Gate], result: Result) -> str:
    """The gates as JUnit XML, one test case each."""
    failed = [gate for gate in gates if not gate.passed]
    suite = ElementTree.Element(
        "testsuite", name="goldwire", tests=str(len(gates)), failures=str(len(failed)), errors="0", skipped="0"
    )
    properties = ElementTree.SubElement(suite, "properties")
    ElementTree.SubElement(properties, "property", name="signature", value=result.signature)
    for gate in gates:
        case = ElementTree.SubElement(
            suite, "testcase", classname=f"goldwire.{result.split}", name=f"{gate.metric} {gate.why}"
        )
        if not gate.passed:
            ElementTree.SubElement(case, "failure", message=_said(gate)).text = _said(gate)
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _said(gate: Gate) -> str:
    value = "no value" if gate.value is None else f"{gate.value:.4f}"
    return f"{gate.metric}: {value}, must be at least {gate.bar:.4f} ({gate.why})"


def lines(gates: Sequence[Gate]) -> list[str]:
    """One line a gate, for the terminal."""
    return [f"{'passed' if gate.passed else 'FAILED'}  {_said(gate)}" for gate in gates]


def summary(result: Result, gates: Sequence[Gate]) -> str:
    """A Markdown summary, as `$GITHUB_STEP_SUMMARY` takes it."""
    from goldwire.report import leaderboard_markdown, notes

    out = ["## GoldWire", "", leaderboard_markdown([result])]
    if gates:
        out += ["| bar | value | needed | |", "|---|--:|--:|---|"]
        out += [
            f"| {gate.metric} | {'–' if gate.value is None else f'{gate.value:.4f}'} | {gate.bar:.4f} | {'passed' if gate.passed else '**failed**'} |"
            for gate in gates
        ]
        out.append("")
    return "\n".join([*out, *(f"- {note}" for note in notes(result))]) + "\n"
