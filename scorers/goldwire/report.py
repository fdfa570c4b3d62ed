"""Show results: terminal tables (rich), Markdown and JSON; every table ends with its signature."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from goldwire.evaluation import HEADLINES, OVERALL, Result
from goldwire.grounding import COVERAGE

if TYPE_CHECKING:
    from rich.table import Table

    from goldwire.comparison import Difference

# Columns of a leaderboard, in order, with the heads that people read.
COLUMNS = {
    "entities.strict": "Entities",
    "coreference.conll": "Coref",
    "quotes.AQ_soft": "Quotes",
    "events.TC_EA+": "Events",
    "boilerplate.content_macro": "Boilerplate",
    OVERALL: "GoldWire",
}
assert set(HEADLINES) < set(COLUMNS)


def number(value: float | None) -> str:
    """Two decimals of a hundred; a dash where there is no support."""
    return "–" if value is None else f"{100 * value:.2f}"


def with_interval(metric: Mapping[str, Any]) -> str:
    """`41.20 [38.1, 44.0]`."""
    ci = metric["ci95"]
    if ci is None or ci[0] is None or metric["f1"] is None:
        return number(metric["f1"])
    return f"{number(metric['f1'])} [{100 * ci[0]:.1f}, {100 * ci[1]:.1f}]"


def counts_text(counts: Mapping[str, float]) -> str:
    """Numerators and denominators: `tp 12.50 of 30 predicted, 40 gold`."""
    if "gold" in counts:
        hits = (
            f"{counts['tp_p']:g}"
            if counts["tp_p"] == counts["tp_r"]
            else f"{counts['tp_p']:.6g} / {counts['tp_r']:.6g}"
        )
        return (
            f"{float(hits):.6g} of {counts['predicted']:g} | {counts['gold']:g}"
            if "/" not in hits
            else f"{hits} of {counts['predicted']:g} | {counts['gold']:g}"
        )
    if "of" in counts:
        return f"{counts['hits']:g} of {counts['of']:g}"
    return ", ".join(f"{key} {value:g}" for key, value in counts.items())


def result_table(result: Result, *, types: bool = True) -> Table:
    """All metrics of one result."""
    from rich.table import Table

    table = Table(
        title=f"{result.system or 'predictions'} · {result.split} · track {result.track}", title_justify="left"
    )
    table.add_column("metric")
    for head in ("P", "R", "F1 [95 %]", "hits of predicted | gold"):
        table.add_column(head, justify="right")
    layer = ""
    for name, metric in result.metrics.items():
        if "[" in name and not types:
            continue
        if name.split(".")[0] != layer and layer:
            table.add_section()
        layer = name.split(".")[0]
        style = "bold" if name in COLUMNS else "dim" if "[" in name else ""
        table.add_row(
            name.replace("[", r"\["),
            number(metric["precision"]),
            number(metric["recall"]),
            with_interval(metric),
            counts_text(metric["counts"]),
            style=style,
        )
    return table


def by_table(result: Result, field: str) -> Table:
    """Headline F1 of each group of pages."""
    from rich.table import Table

    names = [name for name in COLUMNS if name in result.metrics]
    table = Table(title=f"by {field}", title_justify="left")
    table.add_column(field)
    for name in names:
        table.add_column(COLUMNS[name], justify="right")
    for group, metrics in result.by[field].items():
        table.add_row(group, *(number(metrics[name]["f1"]) for name in names))
    return table


def leaderboard(results: Sequence[Result]) -> Table:
    """Systems by layers, both tracks, F1 with intervals, best GoldWire score first."""
    from rich.table import Table

    table = Table(
        title=f"GoldWire leaderboard · split {results[0].split} · F1 with 95 % interval", title_justify="left"
    )
    table.add_column("system")
    table.add_column("track")
    for head in COLUMNS.values():
        table.add_column(head, justify="right", no_wrap=False)
    for result in ordered(results):
        cells = [with_interval(result.metrics[name]) if name in result.metrics else "–" for name in COLUMNS]
        table.add_row(result.system or "?", result.track, *cells)
    return table


def ordered(results: Sequence[Result]) -> list[Result]:
    """Systems by their GoldWire score on the page track, tracks of a system together, page first."""

    def key(result: Result) -> tuple[float, str, int]:
        page = next((r for r in results if r.system == result.system and r.track == "page"), result)
        overall = page.metrics.get(OVERALL, {}).get("f1") or 0.0
        return (-overall, result.system or "", ("page", "article").index(result.track))

    return sorted(results, key=key)


def leaderboard_markdown(results: Sequence[Result]) -> str:
    """The leaderboard as a Markdown table, signatures below it."""
    lines = ["| system | track | " + " | ".join(COLUMNS.values()) + " |", "|---|---|" + "--:|" * len(COLUMNS)]
    for result in ordered(results):
        cells = [with_interval(result.metrics[name]) if name in result.metrics else "–" for name in COLUMNS]
        lines.append(f"| {_cell(result.system or '?')} | {result.track} | " + " | ".join(cells) + " |")
    signatures = sorted({result.signature for result in results})
    return "\n".join([*lines, "", *(f"`{signature}`" for signature in signatures)]) + "\n"


def swap_markdown(pairs: Sequence[tuple[Result, Result]]) -> str:
    """Each system on the pages as they are, on the pages with other names, and the difference, in points of F1."""
    lines = ["| system | names | " + " | ".join(COLUMNS.values()) + " |", "|---|---|" + "--:|" * len(COLUMNS)]
    for pair in pairs:
        values = [[result.metrics.get(name, {}).get("f1") for name in COLUMNS] for result in pair]
        fall = [None if a is None or b is None else b - a for a, b in zip(*values, strict=True)]
        for head, row in (("as they are", values[0]), ("replaced", values[1]), ("difference", fall)):
            cells = ["–" if v is None else f"{100 * v:{'+.2f' if head == 'difference' else '.2f'}}" for v in row]
            lines.append(f"| {_cell(pair[0].system or '?')} | {head} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(text: str) -> str:
    """Text from outside inside a Markdown table."""
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ").replace("<", "&lt;")


def comparison_table(rows: Sequence[Difference], title: str) -> Table:
    """Differences of pairs of systems, with intervals and p-values."""
    from rich.table import Table

    table = Table(title=title, title_justify="left")
    for head in ("metric", "first", "second"):
        table.add_column(head)
    for head in ("F1 first", "F1 second", "difference [95 %]", "p", "p Holm"):
        table.add_column(head, justify="right")
    for row in rows:
        nothing = row.difference != row.difference
        spread = "–" if nothing else f"{100 * row.difference:+.2f} [{100 * row.low:+.1f}, {100 * row.high:+.1f}]"
        style = "" if nothing or row.holm > 0.05 else "bold"
        values = [number(None if v != v else v) for v in row.values]
        table.add_row(
            row.metric, row.first, row.second, *values, spread, f"{row.p:.4f}", f"{row.holm:.4f}", style=style
        )
    return table


def plain(value: Any) -> Any:
    """A copy with nan as null, for JSON."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return None if isinstance(value, float) and value != value else value


def notes(result: Result) -> list[str]:
    """What a reader of the numbers must know: missing pages, intrusions, hallucinations, coverage."""
    out = []
    if result.missing:
        out.append(
            f"{len(result.missing)} of {len(result.counts.documents)} pages have no prediction and count as empty: {', '.join(result.missing[:5])}"
        )
    if any(result.intrusions.values()):
        fate = "counted as wrong" if result.track == "page" else "dropped"
        listed = ", ".join(f"{n} {layer}" for layer, n in result.intrusions.items())
        out.append(f"intrusions (items inside removed boilerplate, {fate}): {listed}")
    if result.hallucination_rate is not None:
        g = result.grounding
        out.append(
            f"hallucination rate {100 * result.hallucination_rate:.2f} % of spans given as text"
            f" (exact {g['exact']:g}, normalised {g['normalised']:g}, fuzzy {g['fuzzy']:g}, missing {g['missing']:g})"
        )
    least = result.grounding.get("least_coverage")
    if least is not None and least < COVERAGE:
        out.append(f"a cleaned text is found on its page only to {100 * least:.1f} %")
    return out


def as_json(value: Any) -> str:
    """Indented JSON; a nan is an error, it must have become null before."""
    return json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
