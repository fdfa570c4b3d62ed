"""`goldwire corpus …`: build, check, look at, join. Parse, call, print."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from goldwire.console import console, input_errors

app = typer.Typer(no_args_is_help=True, help="Build, check and look at the corpus.")

JsonOption = Annotated[
    str, typer.Option("--json", help="Write the result as JSON to this file, - for standard output.")
]


@app.command("build")
def corpus_build(
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help="The dataset folder; default: build/corpus of the checkout.")
    ] = None,
) -> None:
    """Compile the sources into the dataset folder."""
    with input_errors():
        from goldwire import resources
        from goldwire.corpus.build import build

        source = resources.source_corpus()
        target = out or source.parent / "build" / "corpus"
        target.parent.mkdir(parents=True, exist_ok=True)
        corpus = build(source, target)
        typer.echo(f"{target}: {len(corpus.documents)} pages, corpus {corpus.name}")
        for name, value in corpus.hashes.items():
            typer.echo(f"  {name:10} {value}")


@app.command("publish")
def corpus_publish(
    folder: Annotated[Path, typer.Argument(help="The folder to write: what is uploaded, as it is.")],
    push: Annotated[str, typer.Option("--push", help="Upload it to this dataset repository of the Hub.")] = "",
) -> None:
    """Write the folder that is published: data, card, Croissant, licence, citation, checksums; upload it if asked."""
    with input_errors():
        from goldwire import resources
        from goldwire.corpus.publish import publish, upload

        corpus = publish(resources.source_corpus(), folder)
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        size = sum(path.stat().st_size for path in files)
        typer.echo(f"{folder}: corpus {corpus.name}, {len(files)} files, {size / 1e6:.1f} MB")
        if push:
            typer.echo(upload(folder, push, corpus))


@app.command("check")
def corpus_check(
    page: Annotated[str, typer.Argument(help="A page id or folder; default: the whole corpus.")] = "",
    until: Annotated[str, typer.Option("--until", help="Check the layers up to this one.")] = "events",
) -> None:
    """Check the sources: every rule, with file, line, what was found and the mend."""
    with input_errors():
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


@app.command("agreement")
def corpus_agreement(
    page: Annotated[str, typer.Argument(help="A page id; default: all pages with two passes.")] = "",
    differences: Annotated[bool, typer.Option("--differences", help="List what the passes say differently.")] = False,
    first: Annotated[
        bool, typer.Option("--first", help="The passes before the guideline was sharpened on their differences.")
    ] = False,
    by: Annotated[str, typer.Option("--by", help="Break down by a field of page.toml, such as genre.")] = "",
    text: Annotated[Path | None, typer.Option("--text", help="The text of a stand-off page.")] = None,
    json_to: JsonOption = "",
) -> None:
    """Agreement of the two independent passes, recomputed from their files."""
    with input_errors():
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
        if by:
            from goldwire.corpus.passes import agreement_by

            groups = agreement_by(source, ids, by, first=first)
            heads = list(TARGETS)
            typer.echo(f"| {by} | pages | " + " | ".join(heads) + " |\n|---|--:|" + "--:|" * len(heads))
            for name, (pages, found) in groups.items():
                cells = " | ".join(f"{found[h].value:.3f}" if h in found else "–" for h in heads)
                typer.echo(f"| {name} | {pages} | {cells} |")
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
        passes = [source / "documents" / name / "a" / ("first" if first else "") for name in ids]
        pages = 1 if text is not None else sum(folder.is_dir() for folder in passes)
        table = Table(title=f"Agreement of passes A and B on {pages} pages", title_justify="left")
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
        console().print(table)


@app.command("stats")
def corpus_stats() -> None:
    """What the corpus holds, by split, and its figures beside the bands of real news."""
    with input_errors():
        from goldwire import resources
        from goldwire.corpus.bands import bands_table
        from goldwire.corpus.card import composition, phenomena
        from goldwire.corpus.compiled import compile_corpus

        source = resources.source_corpus()
        corpus, _ = compile_corpus(source)
        for part in (composition(corpus), phenomena(corpus), bands_table(corpus.documents, source)):
            typer.echo(part + "\n")


@app.command("render")
def corpus_render(
    page: Annotated[str, typer.Argument(help="A page id.")],
    html: Annotated[Path | None, typer.Option("--html", help="Write a self-contained HTML file instead.")] = None,
) -> None:
    """The inline view of a page: its blocks and what is annotated in them."""
    with input_errors():
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


@app.command("attach")
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
    with input_errors():
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


@app.command("detach")
def corpus_detach(
    folder: Annotated[Path, typer.Argument(help="A page folder with page.txt, page.toml and anchor files.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the stand-off file goes.")],
) -> None:
    """Make the stand-off file of a page: offsets, labels and hashes, no text."""
    with input_errors():
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
