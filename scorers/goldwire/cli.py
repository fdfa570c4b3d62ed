"""The command line: parse, call, print. Exit codes: 0 good, 1 below a bar, 2 bad input."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from goldwire.evaluation import Gold, Result

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="News extraction on whole pages: gold, scores, baselines.",
)
corpus_app = typer.Typer(no_args_is_help=True, help="Build, check and look at the corpus.")
app.add_typer(corpus_app, name="corpus")

GoldOption = Annotated[str, typer.Option("--gold", help="A JSONL or Parquet file of documents; default: the corpus.")]
SplitOption = Annotated[str, typer.Option("--split", help="train, validation or test.")]
TrackOption = Annotated[
    str,
    typer.Option("--track", help="page: everything counts; article: predictions in removed boilerplate are dropped."),
]
JsonOption = Annotated[
    str, typer.Option("--json", help="Write the result as JSON to this file, - for standard output.")
]
LayerOption = Annotated[list[str] | None, typer.Option("--layer", help="Score only this layer (repeatable).")]
ByOption = Annotated[
    list[str] | None, typer.Option("--by", help="Break down by genre, site, style, story or phenomena (repeatable).")
]


@contextmanager
def _input_errors() -> Iterator[None]:
    """Bad input is a message and exit code 2, never a traceback."""
    from goldwire.problems import BadInput

    try:
        yield
    except BadInput as bad:
        for problem in bad.problems:
            typer.echo(f"error: {problem}", err=True)
        typer.echo(
            f"{len(bad.problems)} problem{'s' * (len(bad.problems) != 1)}; nothing was scored or written.", err=True
        )
        raise typer.Exit(2) from None
    except FileNotFoundError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None


def _console() -> Any:
    from rich.console import Console

    # Piped output must not be cut to eighty columns.
    return Console(width=None if sys.stdout.isatty() else 200, soft_wrap=False, highlight=False)


def _gold(gold: str, split: str) -> Gold:
    from goldwire.corpus.store import gold_of, load

    return gold_of(gold) if gold else load(split)


def _show(result: Result, json_to: str, types: bool) -> None:
    from goldwire import report

    if json_to == "-":
        typer.echo(report.as_json(result.as_json()))
        return
    if json_to:
        Path(json_to).write_text(report.as_json(result.as_json()) + "\n", encoding="utf-8")
    console = _console()
    console.print(report.result_table(result, types=types))
    for field in result.by:
        console.print(report.by_table(result, field))
    for note in report.notes(result):
        console.print(note, markup=False)
    console.print(result.signature, markup=False, style="dim")


@app.command()
def score(
    predictions: Annotated[Path, typer.Argument(help="JSONL or Parquet, one record a page.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
    layer: LayerOption = None,
    track: TrackOption = "page",
    by: ByOption = None,
    resamples: Annotated[int, typer.Option("--resamples", min=0, help="Bootstrap resamples; 0: no intervals.")] = 1000,
    seed: Annotated[int, typer.Option("--seed")] = 12345,
    types: Annotated[bool, typer.Option("--types", help="Show every type too.")] = False,
    strict_ids: Annotated[bool, typer.Option("--strict-ids", help="A page without prediction is an error.")] = False,
    keep_unknown_types: Annotated[
        bool, typer.Option("--keep-unknown-types", help="Types that the ontology lacks are false positives, no error.")
    ] = False,
    dedupe: Annotated[str, typer.Option("--dedupe", help="first: keep the first of two equal mentions.")] = "",
    json_to: JsonOption = "",
) -> None:
    """Score a prediction file."""
    with _input_errors():
        from goldwire.evaluation import score as run

        result = run(
            _gold(gold, split),
            predictions,
            layers=layer or None,
            track=track,
            by=by or (),
            resamples=resamples,
            seed=seed,
            strict_ids=strict_ids,
            keep_unknown_types=keep_unknown_types,
            dedupe=dedupe == "first",
        )
        _show(result, json_to, types)


@app.command()
def validate(predictions: Path, gold: GoldOption = "", split: SplitOption = "test") -> None:
    """Check a prediction file; nothing is scored."""
    with _input_errors():
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
    with _input_errors():
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


def _predict(system: str, truth: Gold, *, quiet: bool = False) -> list[dict[str, Any]]:
    from rich.progress import track as progress

    from goldwire import systems
    from goldwire.corpus.store import load

    loaded = systems.load(system)
    train = load("train").records if loaded.train else []
    predictions = systems.run(loaded, truth.records, train)
    return list(progress(predictions, f"{loaded.name} on {truth.split}", total=len(truth.records), disable=quiet))


@app.command()
def predict(
    system: Annotated[str, typer.Argument(help="A baseline's name or a .py file.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the predictions (JSONL) go.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
) -> None:
    """Run a system and write its predictions."""
    with _input_errors():
        import orjson

        records = _predict(system, _gold(gold, split))
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
        typer.echo(f"{out}: {len(records)} pages")


@app.command()
def evaluate(
    system: Annotated[str, typer.Argument(help="A baseline's name or a .py file.")],
    gold: GoldOption = "",
    split: SplitOption = "test",
    track: TrackOption = "page",
    by: ByOption = None,
    types: Annotated[bool, typer.Option("--types", help="Show every type too.")] = False,
    json_to: JsonOption = "",
) -> None:
    """Run a system and score it."""
    with _input_errors():
        from goldwire.evaluation import score as run

        truth = _gold(gold, split)
        result = run(
            truth, _predict(system, truth, quiet=json_to == "-"), track=track, by=by or (), system=Path(system).stem
        )
        _show(result, json_to, types)


@app.command()
def demo(
    out: Annotated[Path, typer.Option("--out", help="Where predictions and results go.")] = Path("build/demo"),
    split: SplitOption = "test",
    readme: Annotated[
        Path | None, typer.Option("--readme", help="Write the table between the markers of this file.")
    ] = None,
) -> None:
    """Run every baseline on both tracks and print the leaderboard."""
    with _input_errors():
        import orjson

        from goldwire import report, systems
        from goldwire.evaluation import TRACKS
        from goldwire.evaluation import score as run

        truth = _gold("", split)
        results = []
        for name in systems.known():
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
        console = _console()
        console.print(report.leaderboard(results))
        for signature in sorted({result.signature for result in results}):
            console.print(signature, markup=False, style="dim")
        table = report.leaderboard_markdown(results)
        (out / "leaderboard.md").write_text(table, encoding="utf-8")
        if readme is not None:
            _between_markers(readme, table)
        console.print(f"predictions, results and leaderboard.md are in {out.resolve()}", markup=False)


def _between_markers(path: Path, table: str) -> None:
    begin, end = "<!-- leaderboard -->", "<!-- /leaderboard -->"
    text = path.read_text(encoding="utf-8")
    head, rest = text.split(begin, 1)
    path.write_text(f"{head}{begin}\n{table}{end}{rest.split(end, 1)[1]}", encoding="utf-8")


@app.command()
def schema(name: Annotated[str, typer.Argument(help="document, prediction, result or page.")] = "prediction") -> None:
    """Print a JSON Schema."""
    with _input_errors():
        from goldwire import report
        from goldwire import schema as schemas
        from goldwire.problems import BadInput, Problem

        if name not in schemas.NAMES:
            raise BadInput([Problem("schema", repr(name), expected=f"one of {', '.join(schemas.NAMES)}")])
        typer.echo(report.as_json(schemas.load(name)))


@corpus_app.command("build")
def corpus_build(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The dataset folder; default: build/corpus of the checkout.")
    ] = None,
) -> None:
    """Compile the sources into the dataset folder."""
    with _input_errors():
        from goldwire import resources
        from goldwire.corpus.build import build

        source = resources.source_corpus()
        target = out or source.parent / "build" / "corpus"
        target.parent.mkdir(parents=True, exist_ok=True)
        corpus = build(source, target)
        typer.echo(f"{target}: {len(corpus.documents)} pages, corpus {corpus.name}")
        for name, value in corpus.hashes.items():
            typer.echo(f"  {name:10} {value}")


@corpus_app.command("check")
def corpus_check(
    page: Annotated[str, typer.Argument(help="A page id or folder; default: the whole corpus.")] = "",
    until: Annotated[str, typer.Option("--until", help="Check the layers up to this one.")] = "events",
) -> None:
    """Check the sources: every rule, with file, line, what was found and the mend."""
    with _input_errors():
        from goldwire import resources
        from goldwire.corpus.compile import LAYERS, read_layers
        from goldwire.corpus.compiled import compile_corpus
        from goldwire.problems import BadInput, Problem
        from goldwire.texts import read_text

        if until not in LAYERS:
            raise BadInput([Problem("schema", f"--until {until}", expected=f"one of {', '.join(LAYERS)}")])
        problems: list[Problem] = []
        if page:
            folder = Path(page) if Path(page).is_dir() else resources.source_corpus() / "documents" / page
            text = folder / "page.txt"
            read_layers(
                read_text(text if text.exists() else folder.parent / "page.txt", page=True),
                folder,
                problems,
                until=until,
            )
            what = page
        else:
            corpus, problems = compile_corpus(resources.source_corpus())
            what = f"{len(corpus.documents)} pages"
        for problem in sorted(problems, key=lambda p: p.warning):
            typer.echo(str(problem))
        errors = sum(not p.warning for p in problems)
        typer.echo(f"{what}: {errors} errors, {len(problems) - errors} warnings")
        raise typer.Exit(2 if errors else 0)


@corpus_app.command("agreement")
def corpus_agreement(
    page: Annotated[str, typer.Argument(help="A page id; default: all pages with two passes.")] = "",
    differences: Annotated[bool, typer.Option("--differences", help="List what the passes say differently.")] = False,
    first: Annotated[
        bool, typer.Option("--first", help="The passes before the guideline was sharpened on their differences.")
    ] = False,
    text: Annotated[Path | None, typer.Option("--text", help="The text of a stand-off page.")] = None,
    json_to: JsonOption = "",
) -> None:
    """Agreement of the two independent passes, recomputed from their files."""
    with _input_errors():
        from rich.table import Table

        from goldwire import report, resources
        from goldwire.corpus.agreement import MEANING, TARGETS
        from goldwire.corpus.compiled import page_folders
        from goldwire.corpus.differences import differences as differ
        from goldwire.corpus.passes import corpus_agreement as figures_of
        from goldwire.corpus.passes import read_pass, standoff_agreement
        from goldwire.corpus.store import standoff_page
        from goldwire.texts import read_text

        source = resources.source_corpus()
        ids = [page] if page else [folder.name for folder in page_folders(source)]
        if differences:
            for name in ids:
                a, b = (
                    read_pass(source / "documents" / name, one)
                    for one in (("a/first", "b/first") if first else ("a", "b"))
                )
                for d in differ(a, b) if a and b else ():
                    typer.echo(f"{name} {d.layer} @{d.block}\n  A {d.a or '—'}\n  B {d.b or '—'}")
            return
        if text is not None:
            _, sites = standoff_page(page)
            body = read_text(text).rstrip("\n") + "\n"
            figures = standoff_agreement(sites.parent / "standoff" / page, body, sites)
        else:
            figures = figures_of(source, ids, first=first)
        if json_to:
            out = report.as_json({name: vars(figure) for name, figure in figures.items()})
            typer.echo(out) if json_to == "-" else Path(json_to).write_text(out + "\n", encoding="utf-8")
            return
        table = Table(title=f"Agreement of passes A and B on {len(ids)} pages", title_justify="left")
        table.add_column("figure")
        for head in ("value", "95 %", "items", "target", ""):
            table.add_column(head, justify="right")
        for name, figure in figures.items():
            met = "met" if figure.value >= TARGETS[name] else "below"
            table.add_row(
                MEANING[name],
                f"{figure.value:.3f}",
                f"{figure.low:.3f}–{figure.high:.3f}",
                f"{figure.items:,}",
                f"{TARGETS[name]:.2f}",
                met,
            )
        _console().print(table)


@corpus_app.command("stats")
def corpus_stats() -> None:
    """What the corpus holds, by split."""
    with _input_errors():
        from goldwire import resources
        from goldwire.corpus.card import composition
        from goldwire.corpus.compiled import compile_corpus

        corpus, _ = compile_corpus(resources.source_corpus())
        typer.echo(composition(corpus))


@corpus_app.command("render")
def corpus_render(
    page: Annotated[str, typer.Argument(help="A page id.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write a self-contained HTML file instead.")] = None,
) -> None:
    """The inline view of a page: its blocks and what is annotated in them."""
    with _input_errors():
        from goldwire import resources
        from goldwire.corpus.compile import read_document
        from goldwire.corpus.inline import inline_html, inline_text
        from goldwire.problems import BadInput, Problem

        folder = resources.source_corpus() / "documents" / page
        if Path(page).name != page or not folder.is_dir():
            known = ", ".join(f.name for f in folder.parent.iterdir()) if folder.parent.is_dir() else ""
            raise BadInput([Problem("file-missing", f"no page {page!r}", expected=f"one of {known}")])
        problems: list[Problem] = []
        document = read_document(folder, problems)
        errors = [p for p in problems if not p.warning]
        if errors:
            raise BadInput(errors)
        if html is not None:
            html.write_text(inline_html(document), encoding="utf-8")
            typer.echo(str(html))
        else:
            typer.echo(inline_text(document), nl=False)


@corpus_app.command("attach")
def corpus_attach(
    page: Annotated[str, typer.Argument(help="A stand-off page id.")],
    text: Annotated[Path, typer.Option("--text", help="The page's text, which you have.")],
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="Where the document (JSONL) goes; default: ID.jsonl.")
    ] = None,
    drifted: Annotated[
        bool, typer.Option("--allow-drift", help="Write what could be relocated when the text has changed.")
    ] = False,
) -> None:
    """Join a stand-off page with its text; exit code 1 when the text has drifted."""
    with _input_errors():
        import orjson

        from goldwire.corpus.standoff import attach
        from goldwire.corpus.store import standoff_page
        from goldwire.problems import BadInput, Problem
        from goldwire.texts import read_text

        standoff, sites = standoff_page(page)
        body = read_text(text)
        if not body.strip():
            raise BadInput([Problem("empty-file", "no text", str(text))])
        joined = attach(standoff, body.rstrip("\n") + "\n", sites)
        target = out or Path(f"{page}.jsonl")
        if not joined.exact:
            typer.echo(
                f"{text}: the text is not the one annotated; {len(joined.dropped)} items are not on it any more:",
                err=True,
            )
            for line in joined.dropped:
                typer.echo(f"  dropped {line}", err=True)
            if not drifted:
                typer.echo("nothing was written; --allow-drift writes what could be relocated", err=True)
                raise typer.Exit(1)
        target.write_bytes(orjson.dumps(joined.document) + b"\n")
        typer.echo(f"{target}: {page}, {'exact' if joined.exact else 'relocated in part'}")
        if not joined.exact:
            raise typer.Exit(1)


@corpus_app.command("detach")
def corpus_detach(
    folder: Annotated[Path, typer.Argument(help="A page folder with page.txt, page.toml and anchor files.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the stand-off file goes.")],
) -> None:
    """Make the stand-off file of a page: offsets, labels and hashes, no text."""
    with _input_errors():
        from goldwire import report
        from goldwire.corpus.compile import read_document
        from goldwire.corpus.standoff import detach
        from goldwire.problems import BadInput, Problem

        problems: list[Problem] = []
        document = read_document(folder, problems)
        errors = [p for p in problems if not p.warning]
        if errors:
            raise BadInput(errors)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(report.as_json(detach(document)) + "\n", encoding="utf-8")
        typer.echo(str(out))


def main() -> None:
    """The entry point of the `goldwire` command."""
    app()


if __name__ == "__main__":
    main()
