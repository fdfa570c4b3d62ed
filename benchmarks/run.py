"""Timings against peers: one command, medians of paired runs, the numbers' agreement asserted first.

    python benchmarks/run.py [--pages 2000] [--mentions 60] [--runs 5] [--scale 1000 10000]

Prints a Markdown table of ratios (min, median, max over the pairs). Times are CPU seconds of this process; a peer and we
run in turn on the same input, so that a change of the machine's speed hits both. Peers: nervaluate and seqeval (entities),
a straight Counter (shingles), `orjson` parsing of the same bytes (end to end). The Perl coreference scorer is not a
Python package: its 42.7 CPU seconds for five metrics on this shape of input are quoted from a measurement elsewhere.
"""

from __future__ import annotations

import argparse
import gc
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from synthetic import corpus

from goldwire import coreference, entities, shingles
from goldwire.documents import gold_documents, predicted_documents
from goldwire.evaluation import SCORERS, metrics, score

PERL_SECONDS = 42.7


def seconds(run: Callable[[], Any]) -> float:
    """CPU seconds of one run."""
    gc.collect()
    start = time.process_time()
    run()
    return time.process_time() - start


def paired(ours: Callable[[], Any], theirs: Callable[[], Any], runs: int) -> list[tuple[float, float]]:
    """(ours, theirs) of `runs` pairs after a warm-up of each."""
    ours(), theirs()
    return [(seconds(ours), seconds(theirs)) for _ in range(runs)]


def row(name: str, pairs: list[tuple[float, float]], aim: str) -> None:
    """Print a line of the table."""
    ratios = sorted(theirs / ours for ours, theirs in pairs)
    mine = statistics.median(p[0] for p in pairs)
    other = statistics.median(p[1] for p in pairs)
    spread = f"{ratios[0]:.1f} / {statistics.median(ratios):.1f} / {ratios[-1]:.1f}"
    print(f"| {name} | {mine:.3f} | {other:.3f} | {spread} | {aim} |", flush=True)


def main() -> None:
    """Run everything and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--mentions", type=int, default=60)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--scale", type=int, nargs="*", default=[1000, 10000])
    options = parser.parse_args()
    gold, predictions = corpus(options.pages, options.mentions)
    g = gold_documents(gold)
    p = predicted_documents(predictions, g)
    print(
        f"{options.pages} pages x {options.mentions} mentions, {options.runs} pairs, Python {sys.version.split()[0]}\n"
    )
    print("| what | ours, CPU s | peer, CPU s | peer / ours: min / median / max | aim |\n|---|--:|--:|--:|---|")
    _entities(g, p, options.runs)
    coref = [seconds(lambda: coreference.scores(coreference.counts(g, p).totals())) for _ in range(options.runs + 1)][
        1:
    ]
    row(
        "coreference, six metrics twice, against Perl's five (quoted)",
        [(ours, PERL_SECONDS) for ours in coref],
        ">= 100",
    )
    _shingles([r["text"] for r in gold], options.runs)
    counts = [(name, module.counts(g, p)) for name, module in SCORERS.items() if name != "linking"]
    joined = counts[0][1].join(counts)
    names = [name for name, _ in counts]
    with tempfile.TemporaryDirectory() as folder:
        files = _written(Path(folder), gold, predictions)
        resampled = paired(
            lambda: metrics(joined, names, resamples=1000, seed=1), lambda: score(*files, resamples=0), options.runs
        )
        row("1,000 resamples of every metric, against scoring from JSONL", resampled, ">= 10")
        _end_to_end(files, options.runs)
        print()
        _scale(Path(folder), options.scale)


def _entities(g: Any, p: Any, runs: int) -> None:
    # Every mention a name, so that the three programs see the same spans.
    g, p = (
        replace(x, entities=replace(x.entities, level=np.full(len(x.entities.level), "NAM", dtype=object)))
        for x in (g, p)
    )
    from nervaluate import Evaluator
    from seqeval.metrics import f1_score
    from seqeval.scheme import IOB2

    def side(documents: Any, *, flat: bool) -> list[list[tuple[int, int, str]]]:
        out: list[list[tuple[int, int, str]]] = [[] for _ in g.ids]
        m = documents.entities
        for row_number in entities.scored(m).tolist():
            out[m.document[row_number]].append((int(m.start[row_number]), int(m.end[row_number]), m.type[row_number]))
        return [sorted(spans) for spans in out] if flat else out

    a, b = side(g, flat=True), side(p, flat=True)
    spans = [[[{"label": t, "start": s, "end": e - 1} for s, e, t in d] for d in x] for x in (a, b)]
    tags = sorted({t for d in a + b for _, _, t in d})

    def ours() -> Any:
        return entities.scores(entities.counts(g, p).totals())

    def nervaluate() -> Any:
        return Evaluator(spans[0], spans[1], tags=tags, loader="dict").evaluate()

    def labelled(documents: list[list[tuple[int, int, str]]]) -> list[list[str]]:
        out = []
        for text, found in zip(g.texts, documents, strict=True):
            starts = [m.start() for m in re.finditer(r"\S+", text)]
            line = ["O"] * len(starts)
            number = {s: i for i, s in enumerate(starts)}
            for s, e, t in found:
                inside = [i for i in range(number[s], len(starts)) if starts[i] < e]
                for k, i in enumerate(inside):
                    line[i] = f"{'I' if k else 'B'}-{t}"
            out.append(line)
        return out

    found, theirs = ours(), nervaluate()["overall"]
    for name in ("strict", "exact"):
        assert abs(float(found[name].f1) - theirs[name].f1) < 1e-12, name
    row("entities, all metrics, against nervaluate", paired(ours, nervaluate, runs), ">= 25")
    gold_tags, predicted_tags = labelled(a), labelled(b)
    row(
        "entities, all metrics, against seqeval's strict f1",
        paired(ours, lambda: f1_score(gold_tags, predicted_tags, mode="strict", scheme=IOB2), runs),
        ">= 15",
    )


def _shingles(texts: list[str], runs: int) -> None:
    output = [text[len(text) // 10 : len(text) * 2 // 5] + text[len(text) // 2 :] for text in texts]

    def straight() -> list[tuple[int, int, int]]:
        out = []
        for truth, other in zip(texts, output, strict=True):
            bags = []
            for text in (truth, other):
                words = re.findall(r"\w+", text)
                bags.append(Counter(tuple(words[i : i + 4]) for i in range(max(1, len(words) - 3))))
            both = (bags[0] & bags[1]).total()
            out.append((both, bags[1].total() - both, bags[0].total() - both))
        return out

    def ours() -> Any:
        return shingles.text_overlap(texts, output)

    assert (np.stack(ours(), axis=1) == np.asarray(straight())).all()
    row("shingle4, against a straight Counter", paired(ours, straight, runs), ">= 10")


def _end_to_end(files: tuple[Path, Path], runs: int) -> None:
    def parse() -> None:
        for path in files:
            with path.open("rb") as stream:
                for line in stream:
                    orjson.loads(line)

    pairs = paired(lambda: score(*files, resamples=0), parse, runs)
    ratios = sorted(ours / theirs for ours, theirs in pairs)
    mine, other = (statistics.median(pair[i] for pair in pairs) for i in (0, 1))
    spread = " / ".join(f"1/{ratio:.1f}" for ratio in (ratios[-1], statistics.median(ratios), ratios[0]))
    print(f"| score, all layers, from JSONL, against parsing | {mine:.3f} | {other:.3f} | {spread} | <= 1/3 |")


def _written(folder: Path, gold: list[Any], predictions: list[Any]) -> tuple[Path, Path]:
    files = folder / "gold.jsonl", folder / "predictions.jsonl"
    for path, records in zip(files, (gold, predictions), strict=True):
        path.write_bytes(b"".join(orjson.dumps(record) + b"\n" for record in records))
    return files


CHILD = """
import resource, sys
from pathlib import Path
from goldwire.evaluation import score
score(Path(sys.argv[1]), Path(sys.argv[2]), resamples=0)
used = resource.getrusage(resource.RUSAGE_SELF)
# ru_maxrss is handed on through exec; the high-water mark of this process alone stands in /proc.
peak = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
print(used.ru_utime + used.ru_stime, int(peak.split()[1]) // 1024)
"""


def _scale(folder: Path, sizes: list[int]) -> None:
    print(
        "| pages of 12 mentions | input MB | CPU s, start included | CPU ms a page | peak MB |\n|--:|--:|--:|--:|--:|"
    )
    for pages in sizes:
        files = _written(folder, *corpus(pages, 12))
        found = subprocess.run(
            [sys.executable, "-c", CHILD, *map(str, files)], check=True, capture_output=True, text=True
        )
        used, peak = found.stdout.split()
        size = sum(path.stat().st_size for path in files) / 1e6
        print(f"| {pages:,} | {size:.0f} | {float(used):.2f} | {1000 * float(used) / pages:.2f} | {peak} |", flush=True)


if __name__ == "__main__":
    main()
