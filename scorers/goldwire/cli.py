"""The command line: parse, call, print. Exit codes: 0 good, 1 below a bar, 2 bad input."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from goldwire.console import console, input_errors
from goldwire.corpus.commands import app as corpus_app

if TYPE_CHECKING:
    from goldwire.evaluation import Gold, Result
    from goldwire.options import Options

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="News extraction on whole pages: gold, scores, baselines.",
)
app.add_typer(corpus_app, name="corpus")

GoldOption = Annotated[str, typer.Option("--gold", help="A JSONL or Parquet file of documents; default: the corpus.")]
SplitOption = Annotated[str, typer.Option("--split", help="train, validation or test.")]
StrictOption = Annotated[
    bool, typer.Option("--strict", help="Stop at the first page on which the system crashes, with its error.")
]
TrackOption = Annotated[
    str,
    typer.Option("--track", help="page: everything counts; article: predictions in removed boilerplate are dropped."),
]
JsonOption = Annotated[
    str, typer.Option("--json", help="Write the result as JSON to this file, - for standard output.")
]
LayerOption = Annotated[list[str] | None, typer.Option("--layer", help="Score only this layer (repeatable).")]
ClusterOption = Annotated[
    str, typer.Option("--cluster", help="Resample pages that share this field together, such as story.")
]
ResamplesOption = Annotated[int, typer.Option("--resamples", min=0, help="Bootstrap resamples.")]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of the resamples.")]
ByOption = Annotated[
    list[str] | None, typer.Option("--by", help="Break down by genre, site, style, story or phenomena (repeatable).")
]


def _gold(gold: str, split: str) -> Gold:
    from goldwire.corpus.store import gold_of, load

    return gold_of(gold) if gold else load(split)


def _show(result: Result, json_to: str, types: bool, *, matrix: bool = False) -> None:
    from goldwire import report

    if json_to == "-":
        typer.echo(report.as_json(result.as_json(matrix=matrix)))
        return
    if json_to:
        Path(json_to).write_text(report.as_json(result.as_json(matrix=matrix)) + "\n", encoding="utf-8")
    out = console()
    out.print(report.result_table(result, types=types))
    for field in result.by:
        out.print(report.by_table(result, field))
    for note in report.notes(result):
        out.print(note, markup=False)
    out.print(result.signature, markup=False, style="dim")


@app.command()
def score(
    predictions: Annotated[Path, typer.Argument(help="JSONL or Parquet, one record a page.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
    layer: LayerOption = None,
    track: TrackOption = "page",
    by: ByOption = None,
    ci: Annotated[bool, typer.Option("--ci/--no-ci", help="Bootstrap intervals, or none.")] = True,
    cluster: ClusterOption = "",
    resamples: ResamplesOption = 1000,
    seed: SeedOption = 12345,
    edges: Annotated[
        str, typer.Option("--edges", help="trim: strip leading articles and possessive ’s of names.")
    ] = "",
    compat: Annotated[str, typer.Option("--compat", help="textee or evmeval: count events as they do.")] = "",
    gold_triggers: Annotated[bool, typer.Option("--gold-triggers", help="The system was given the triggers.")] = False,
    types: Annotated[bool, typer.Option("--types", help="Show every type too.")] = False,
    strict_ids: Annotated[bool, typer.Option("--strict-ids", help="A page without prediction is an error.")] = False,
    keep_unknown_types: Annotated[
        bool, typer.Option("--keep-unknown-types", help="Types that the ontology lacks are false positives, no error.")
    ] = False,
    dedupe: Annotated[str, typer.Option("--dedupe", help="first: keep the first of two equal mentions.")] = "",
    minimum: Annotated[
        list[str] | None, typer.Option("--min", help="NAME=VALUE: exit with 1 below it (repeatable).")
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", help="A result file: exit with 1 if a headline falls.")
    ] = None,
    tolerance: Annotated[float, typer.Option("--tolerance", min=0.0, help="How far a headline may fall.")] = 0.0,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the bars as JUnit XML.")] = None,
    summary: Annotated[Path | None, typer.Option("--summary", help="Append a Markdown summary to this file.")] = None,
    matrix: Annotated[bool, typer.Option("--matrix", help="Put the per-page counts into the JSON.")] = False,
    file_format: Annotated[str, typer.Option("--format", help="aeb: article-extraction-benchmark JSON files.")] = "",
    json_to: JsonOption = "",
) -> None:
    """Score a prediction file."""
    with input_errors():
        if file_format:
            _score_foreign(file_format, predictions, gold, json_to)
            return
        from goldwire import gates
        from goldwire.evaluation import score as run

        result = run(
            _gold(gold, split),
            predictions,
            layers=layer or None,
            track=track,
            by=by or (),
            resamples=resamples if ci else 0,
            seed=seed,
            cluster=cluster,
            strict_ids=strict_ids,
            keep_unknown_types=keep_unknown_types,
            dedupe=dedupe == "first",
            options=_options(edges, compat, gold_triggers),
        )
        bars = gates.minimum(result, minimum or ())
        if against is not None:
            bars += gates.against(result, against, tolerance)
        _show(result, json_to, types, matrix=matrix)
        if junit is not None:
            junit.write_text(gates.junit(bars, result), encoding="utf-8")
        if summary is not None:
            with summary.open("a", encoding="utf-8") as stream:
                stream.write(gates.summary(result, bars))
        for line in gates.lines(bars):
            typer.echo(line, err=True)
        if not all(bar.passed for bar in bars):
            raise typer.Exit(1)


def _options(edges: str, compat: str, gold_triggers: bool) -> Options:
    from goldwire import options
    from goldwire.problems import BadInput, Problem

    for name, value, known in (("--edges", edges, options.EDGES), ("--compat", compat, options.COMPATS)):
        if value not in known:
            raise BadInput([Problem("bad-value", f"{name} {value!r}", expected=f"one of {', '.join(known[1:])}")])
    return options.Options(edges, compat, gold_triggers)


def _score_foreign(name: str, predictions: Path, gold: str, json_to: str) -> None:
    from goldwire import report
    from goldwire.formats import aeb
    from goldwire.problems import BadInput, Problem

    if name != "aeb":
        raise BadInput([Problem("bad-value", f"--format {name!r}", expected="aeb")])
    if not gold:
        raise BadInput([Problem("missing-key", "no --gold", expected="--gold ground-truth.json")])
    found = aeb.score(aeb.read(Path(gold)), aeb.read(predictions))
    if json_to and json_to != "-":
        Path(json_to).write_text(report.as_json(found) + "\n", encoding="utf-8")
    typer.echo(
        report.as_json(found) if json_to == "-" else "  ".join(f"{key}={value!r}" for key, value in found.items())
    )


def _system_name(path: Path) -> str:
    """`lead` for `lead.jsonl` and for `lead/test.jsonl`."""
    return path.resolve().parent.name if path.stem in ("train", "validation", "test", "predictions") else path.stem


@app.command()
def compare(
    systems: Annotated[list[Path], typer.Argument(help="Prediction files, or result files written with --matrix.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
    track: TrackOption = "page",
    metric: Annotated[list[str] | None, typer.Option("--metric", help="Compare on this metric (repeatable).")] = None,
    by: Annotated[str, typer.Option("--by", help="Compare within each group too: genre, site, phenomena …")] = "",
    cluster: ClusterOption = "",
    resamples: ResamplesOption = 1000,
    seed: SeedOption = 12345,
    json_to: JsonOption = "",
) -> None:
    """Compare systems: paired bootstrap, paired approximate randomisation, Holm over the pairs."""
    with input_errors():
        from goldwire import comparison, report
        from goldwire.evaluation import facts_of, read_result
        from goldwire.evaluation import score as run
        from goldwire.problems import BadInput, Problem

        if len(systems) < 2:
            raise BadInput([Problem("missing-key", f"{len(systems)} file", expected="two or more")])
        truth = _gold(gold, split)
        results = [
            read_result(path)
            if path.suffix == ".json"
            else run(truth, path, track=track, resamples=0, system=_system_name(path))
            for path in systems
        ]
        groups = comparison.grouped(results, facts_of(truth, by, results[0])) if by else {}
        labels = facts_of(truth, cluster, results[0]) if cluster else None
        tables = {
            "": comparison.compare(results, metrics=metric or (), clusters=labels, resamples=resamples, seed=seed)
        }
        for group, parts in groups.items():
            tables[group] = comparison.compare(parts, metrics=metric or (), resamples=resamples, seed=seed)
        if json_to:
            data = {name or "all": [vars(row) for row in rows] for name, rows in tables.items()}
            text = report.as_json(
                {
                    "signature": f"{results[0].signature}|resamples:{resamples}|seed:{seed}",
                    "differences": report.plain(data),
                }
            )
            typer.echo(text) if json_to == "-" else Path(json_to).write_text(text + "\n", encoding="utf-8")
            return
        out = console()
        for name, rows in tables.items():
            out.print(report.comparison_table(rows, f"{by} = {name}" if name else "all pages"))
        out.print(
            f"{results[0].signature}|resamples:{resamples}|seed:{seed}|cluster:{cluster or 'document'}",
            markup=False,
            style="dim",
        )


@app.command()
def validate(predictions: Path, gold: GoldOption = "", split: SplitOption = "test") -> None:
    """Check a prediction file; nothing is scored."""
    with input_errors():
        from goldwire.reading import checked_predictions

        truth = _gold(gold, split)
        records, _ = checked_predictions(predictions, truth.records)
        missing = len(truth.records) - len(records)
        typer.echo(
            f"{predictions}: {len(records)} pages, no problem"
            + (f"; {missing} pages of the gold are missing" if missing else "")
        )


@app.command()
def ground(
    predictions: Path,
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the grounded JSONL goes.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
) -> None:
    """Give spans that are strings their offsets and write the grounded file."""
    with input_errors():
        import orjson

        from goldwire.grounding import spans_of
        from goldwire.reading import checked_predictions

        records, grounding = checked_predictions(predictions, _gold(gold, split).records)
        for record in records:
            # What the page does not hold has no offsets; scored again, it is sought and missed again.
            for span in spans_of(record):
                if span["start"] < 0:
                    del span["start"], span["end"], span["grounded"]
        out.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
        rate = grounding.hallucination_rate
        typer.echo(
            f"{out}: exact {grounding.exact}, normalised {grounding.normalised}, fuzzy {grounding.fuzzy}, missing {grounding.missing};"
            f" hallucination rate {'–' if rate is None else f'{100 * rate:.2f} %'}"
        )


def _predict(system: str, truth: Gold, *, quiet: bool = False, strict: bool = False) -> list[dict[str, Any]]:
    from rich.progress import track as progress

    from goldwire import systems
    from goldwire.corpus.store import load

    loaded = systems.load(system)
    train = load("train").records if loaded.train else []
    failures: dict[str, str] = {}
    predictions = systems.run(loaded, truth.records, train, failures=None if strict else failures)
    records = list(progress(predictions, f"{loaded.name} on {truth.split}", total=len(truth.records), disable=quiet))
    for page, error in failures.items():
        typer.echo(f"{loaded.name} failed on page {page}, scored as empty: {error}", err=True)
    return records


@app.command()
def predict(
    system: Annotated[str, typer.Argument(help="A baseline's name or a .py file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the predictions (JSONL) go.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
    strict: StrictOption = False,
) -> None:
    """Run a system and write its predictions."""
    with input_errors():
        import orjson

        records = _predict(system, _gold(gold, split), strict=strict)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
        typer.echo(f"{out}: {len(records)} pages")


@app.command("swap-test")
def swap_test(
    names: Annotated[list[str] | None, typer.Argument(help="Baselines or .py files; default: all baselines.")] = None,
    split: SplitOption = "test",
    track: TrackOption = "page",
    seed: Annotated[int, typer.Option("--seed", help="Of the new names.")] = 1,
) -> None:
    """Score systems on the same pages with every name replaced: who falls has learnt names by heart."""
    with input_errors():
        from goldwire import report, systems
        from goldwire.evaluation import read_gold
        from goldwire.evaluation import score as run
        from goldwire.swap import swapped

        truth = _gold("", split)
        fresh = read_gold(swapped(truth.records, seed))
        pairs = []
        for name in names or list(systems.known()):
            sides = [
                run(g, _predict(name, g), track=track, system=Path(name).stem, resamples=0) for g in (truth, fresh)
            ]
            pairs.append((sides[0], sides[1]))
        typer.echo(report.swap_markdown(pairs))


@app.command()
def evaluate(
    system: Annotated[str, typer.Argument(help="A baseline's name or a .py file.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
    track: TrackOption = "page",
    by: ByOption = None,
    types: Annotated[bool, typer.Option("--types", help="Show every type too.")] = False,
    strict: StrictOption = False,
    json_to: JsonOption = "",
) -> None:
    """Run a system and score it."""
    with input_errors():
        from goldwire.evaluation import score as run

        truth = _gold(gold, split)
        records = _predict(system, truth, quiet=json_to == "-", strict=strict)
        result = run(truth, records, track=track, by=by or (), system=Path(system).stem)
        _show(result, json_to, types)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Where predictions and results go.")] = Path("build/demo"),
    split: SplitOption = "test",
    readme: Annotated[
        Path | None, typer.Option("--readme", help="Write the table between the markers of this file.")
    ] = None,
) -> None:
    """Run every baseline that needs no extra on both tracks and print the leaderboard."""
    with input_errors():
        import orjson

        from goldwire import report, systems
        from goldwire.evaluation import TRACKS
        from goldwire.evaluation import score as run

        truth = _gold("", split)
        results = []
        known = systems.known()
        for name, path in known.items():
            if systems.extra(path):
                continue
            records = _predict(name, truth)
            folder = out / "predictions" / name
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{split}.jsonl").write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
            for track in TRACKS:
                result = run(truth, records, track=track, by=("genre",), system=name)
                target = out / "results" / name
                target.mkdir(parents=True, exist_ok=True)
                (target / f"{split}-{track}.json").write_text(report.as_json(result.as_json()) + "\n", encoding="utf-8")
                results.append(result)
        out_to = console()
        out_to.print(report.leaderboard(results))
        for signature in sorted({result.signature for result in results}):
            out_to.print(signature, markup=False, style="dim")
        table = report.leaderboard_markdown(results)
        (out / "leaderboard.md").write_text(table, encoding="utf-8")
        if readme is not None:
            _between_markers(readme, table)
        others = ", ".join(name for name, path in known.items() if systems.extra(path))
        out_to.print(f"need an extra, run them with `goldwire evaluate`: {others}", markup=False, style="dim")
        out_to.print(f"predictions, results and leaderboard.md are in {out.resolve()}", markup=False)


def _between_markers(path: Path, table: str) -> None:
    begin, end = "<!-- leaderboard -->", "<!-- /leaderboard -->"
    text = path.read_text(encoding="utf-8")
    head, rest = text.split(begin, 1)
    path.write_text(f"{head}{begin}\n{table}{end}{rest.split(end, 1)[1]}", encoding="utf-8")


@app.command()
def schema(name: Annotated[str, typer.Argument(help="document, prediction, result or page.")] = "prediction") -> None:
    """Print a JSON Schema."""
    with input_errors():
        from goldwire import report
        from goldwire import schema as schemas
        from goldwire.problems import BadInput, Problem

        if name not in schemas.NAMES:
            raise BadInput([Problem("schema", repr(name), expected=f"one of {', '.join(schemas.NAMES)}")])
        typer.echo(report.as_json(schemas.load(name)))


def main() -> None:
    """The entry point of the `goldwire` command."""
    app()


if __name__ == "__main__":
    main()
