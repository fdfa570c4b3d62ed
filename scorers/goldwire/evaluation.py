"""Score predictions against gold: read, check, ground, count, and turn sums into metrics with intervals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pyarrow as pa

import goldwire
from goldwire import boilerplate, coreference, entities, events, linking, quotes, statistics
from goldwire.counts import Counts, Packed, Score, Totals
from goldwire.documents import (
    FACTS,
    LAYERS,
    Documents,
    columns_of,
    gold_documents,
    intrusions,
    predicted_documents,
    without,
)
from goldwire.grounding import Grounding
from goldwire.options import DEFAULT, Options
from goldwire.problems import BadInput, Problem
from goldwire.reading import check_gold, checked_predictions, numbered, read_records

SCORERS: dict[str, ModuleType] = {m.LAYER: m for m in (entities, coreference, linking, quotes, events, boilerplate)}
# The layers of the GoldWire score; linking needs ids of the knowledge base, which few systems give.
MAIN = ("entities", "coreference", "quotes", "events", "boilerplate")
# The layer of the prediction that a scorer reads; coreference reads the entities.
READS = {
    "entities": "entities",
    "coreference": "entities",
    "linking": "entities",
    "quotes": "quotes",
    "events": "events",
    "boilerplate": "boilerplate",
}
TRACKS = ("page", "article")
HEADLINES = tuple(f"{name}.{SCORERS[name].HEADLINE}" for name in MAIN)
OVERALL = "goldwire.score"
FACTS_AND_TAGS = (*FACTS, "phenomena")

Source = str | Path | Iterable[Mapping[str, Any]]


@dataclass(frozen=True)
class Gold:
    """Gold pages ready to be scored against: records, columns, and what they are called in a signature."""

    records: Sequence[Mapping[str, Any]]
    documents: Documents
    corpus: str
    split: str

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)


@dataclass(frozen=True)
class Result:
    """Scores of one system; `counts` is the per-document matrix that everything else is computed from."""

    signature: str
    corpus: str
    split: str
    track: str
    system: str | None
    counts: Counts
    missing: tuple[str, ...]
    metrics: Mapping[str, Mapping[str, Any]]
    by: Mapping[str, Mapping[str, Mapping[str, Any]]]
    intrusions: Mapping[str, int]
    hallucination_rate: float | None
    grounding: Mapping[str, float | None] = field(default_factory=dict)

    def __getitem__(self, metric: str) -> float | None:
        """The F1 (or rate) of a metric, e.g. `result["quotes.AQ_soft"]`."""
        value: float | None = self.metrics[metric]["f1"]
        return value

    def as_json(self, *, matrix: bool = False) -> dict[str, Any]:
        """As `result.schema.json` has it; with `matrix`, the count matrix too, from which all else can be recomputed."""
        out: dict[str, Any] = {
            "signature": self.signature,
            "corpus": self.corpus,
            "split": self.split,
            "track": self.track,
            "system": self.system,
            "documents": len(self.counts.documents),
            "missing": list(self.missing),
            "metrics": self.metrics,
            "intrusions": self.intrusions,
            "hallucination_rate": self.hallucination_rate,
            "grounding": self.grounding,
        }
        if self.by:
            out["by"] = self.by
        if matrix:
            out["matrix"] = {
                "documents": list(self.counts.documents),
                "columns": list(self.counts.columns),
                "values": self.counts.values.tolist(),
            }
        return out


def read_gold(source: Source, *, corpus: str = "", split: str = "", checked: bool = False) -> Gold:
    """Gold from a JSONL or Parquet file, or from records (dicts, a `datasets.Dataset`).

    `checked` says that the records come from the built corpus and need no second look.

    Raises:
        BadInput: a record that the document schema or a rule refuses.
    """
    if isinstance(source, str | Path):
        path = Path(source)
        numbered_records: Iterable[tuple[int, dict[str, Any]]] = read_records(path)
        file, name = str(path), path.stem
    else:
        numbered_records, file, name = numbered(source), "", "records"
    records: Sequence[Mapping[str, Any]] = (
        [record for _, record in numbered_records] if checked else check_gold(numbered_records, file)
    )
    documents = gold_documents(records)
    splits = sorted(set(documents.facts.get("split", ())))
    named = corpus or (file_name(Path(file)) if file else _content_hash(records))
    return Gold(records, documents, named, split or (splits[0] if len(splits) == 1 else name))


def file_name(path: Path) -> str:
    """What a gold file is called in a signature: the beginning of the SHA-256 of its bytes."""
    import hashlib

    with path.open("rb") as stream:
        return f"file-{hashlib.file_digest(stream, 'sha256').hexdigest()[:8]}"


def _content_hash(records: Iterable[Mapping[str, Any]]) -> str:
    from goldwire.canonical import content_hash

    return f"rows-{content_hash(records)[:8]}"


def score(
    gold: Gold | Source,
    predictions: Source,
    *,
    layers: Sequence[str] | None = None,
    track: str = "page",
    by: Sequence[str] = (),
    resamples: int = statistics.RESAMPLES,
    seed: int = statistics.SEED,
    cluster: str = "",
    strict_ids: bool = False,
    keep_unknown_types: bool = False,
    dedupe: bool = False,
    options: Options = DEFAULT,
    system: str | None = None,
) -> Result:
    """Score predictions (a file or records) against gold.

    Args:
        layers: names of `SCORERS`; default: every layer that both sides have.
        track: `page` counts predictions inside removed boilerplate as wrong, `article` drops them first.
        by: metadata fields (genre, site, style, story, phenomena …) to break scores down by.
        resamples: bootstrap resamples for 95 % intervals; 0 leaves them out.
        cluster: a metadata field (story, say) whose groups of pages are resampled together.
        options: choices that change numbers (`goldwire.options`).
        strict_ids: a gold page without a prediction is an error, not an empty prediction.

    Raises:
        BadInput: bad predictions, or layers that one side lacks.
    """
    if track not in TRACKS:
        raise BadInput([Problem("schema", repr(track), pointer="track", expected=" or ".join(TRACKS))])
    file = str(predictions) if isinstance(predictions, str | Path) else ""
    plain = not (keep_unknown_types or dedupe)
    found = _quickly(gold, Path(file), layers, track, options) if file and plain else None
    if found is None:
        found = _carefully(gold, predictions, layers, track, options, keep_unknown_types, dedupe)
    if found.missing and strict_ids:
        raise BadInput([Problem("missing-page", "no record", file, page=name) for name in found.missing])
    truth, counts, chosen = found.gold, found.counts, found.layers
    choices = [name for name, on in (("types:kept", keep_unknown_types), ("dedupe:first", dedupe)) if on]
    choices += options.signature() + ([f"cluster:{cluster}"] if cluster else [])
    signature = sign(truth, track, chosen, resamples, seed, choices)
    grounding = found.grounding
    return Result(
        signature=signature,
        corpus=truth.corpus,
        split=truth.split,
        track=track,
        system=system or (Path(file).stem if file else None),
        counts=counts,
        missing=found.missing,
        metrics=metrics(
            counts, chosen, resamples=resamples, seed=seed, clusters=facts_of(truth, cluster) if cluster else None
        ),
        by={field: breakdown(counts, truth.documents, field, chosen) for field in by},
        intrusions=found.intrusions,
        hallucination_rate=grounding.hallucination_rate,
        grounding={
            "exact": grounding.exact,
            "normalised": grounding.normalised,
            "fuzzy": grounding.fuzzy,
            "missing": grounding.missing,
            "least_coverage": min(grounding.coverage, default=None),
        },
    )


@dataclass(frozen=True)
class _Found:
    """What scoring needs of gold and predictions once they have been counted."""

    gold: Gold
    counts: Counts
    layers: tuple[str, ...]
    missing: tuple[str, ...]
    intrusions: Mapping[str, int]
    grounding: Grounding


def _counted(
    gold: Documents, predicted: Documents, chosen: Sequence[str], track: str, options: Options
) -> tuple[Counts, dict[str, int]]:
    inside = intrusions(gold, predicted)
    kept = without(predicted, inside) if track == "article" else predicted
    with ThreadPoolExecutor(len(chosen)) as pool:
        # numpy works outside Python's lock for the most part: two cores help.
        counts = Counts.join(
            list(zip(chosen, pool.map(lambda n: SCORERS[n].counts(gold, kept, options), chosen), strict=True))
        )
    return counts, {name: int(rows.sum()) for name, rows in inside.items() if name != "arguments" and name in chosen}


def _carefully(
    gold: Gold | Source,
    predictions: Source,
    layers: Sequence[str] | None,
    track: str,
    options: Options,
    keep_unknown_types: bool,
    dedupe: bool,
) -> _Found:
    """Record by record: finds everything that is wrong, grounds strings.

    Raises:
        BadInput: whatever is wrong.
    """
    truth = gold if isinstance(gold, Gold) else read_gold(gold)
    records, grounding = checked_predictions(
        predictions, truth.records, keep_unknown_types=keep_unknown_types, dedupe=dedupe
    )
    given = {record["id"] for record in records}
    missing = tuple(name for name in truth.documents.ids if name not in given)
    predicted = predicted_documents(records, truth.documents)
    file = str(predictions) if isinstance(predictions, str | Path) else ""
    chosen = _layers(layers, truth.documents, predicted, file)
    counts, inside = _counted(truth.documents, predicted, chosen, track, options)
    return _Found(truth, counts, chosen, missing, inside, grounding)


def _quickly(
    gold: Gold | Source, predictions: Path, layers: Sequence[str] | None, track: str, options: Options
) -> _Found | None:
    """Column by column, gold files in chunks of pages; None when anything needs the careful way."""
    from goldwire import fastread

    if not predictions.is_file() or predictions.suffix == ".parquet":
        return None
    table = fastread.read(predictions, "prediction")
    if table is None or table.column("text").null_count < table.num_rows:
        return None
    row = {name: i for i, name in enumerate(table.column("id").to_pylist())}
    if len(row) < table.num_rows:
        return None
    known = frozenset(row)
    present = [name for name in LAYERS if table.column(name).null_count < table.num_rows]
    if not isinstance(gold, Gold) and fastread.links(table):
        # Whether linking is scored depends on all of the gold, which is seen in parts here.
        return None
    parts: list[Packed] = []
    missing: list[str] = []
    inside: dict[str, int] = {}
    facts: list[Documents] = []
    chosen: tuple[str, ...] | None = None
    for documents in fastread.gold_parts(gold.documents if isinstance(gold, Gold) else gold):
        if documents is None:
            return None
        here = [(number, row.pop(name)) for number, name in enumerate(documents.ids) if name in row]
        rows = np.asarray([number for number, _ in here], dtype=np.int64)
        own = table.take(pa.array([i for _, i in here], pa.int64()))
        predicted = Documents(documents.ids, (), {}, **columns_of(own, rows, present))
        if not fastread.sound_predictions(own, predicted, documents):
            return None
        if chosen is None:
            chosen = _layers(layers, documents, predicted, str(predictions))
        counts, found = _counted(documents, predicted, chosen, track, options)
        parts.append(counts.packed())
        inside = {name: inside.get(name, 0) + number for name, number in found.items()}
        facts.append(Documents(documents.ids, (), documents.facts, None, None, None, None))
        missing += [name for name in documents.ids if name not in known]
        # Let go of this chunk before the next one is there.
        del documents, own, predicted, counts
    if row or chosen is None:
        return None
    del table, known
    if isinstance(gold, Gold):
        truth = gold
    else:
        names = [name for name in FACTS_AND_TAGS if all(name in part.facts for part in facts)]
        whole = {name: tuple(value for part in facts for value in part.facts[name]) for name in names}
        ids = tuple(name for part in facts for name in part.ids)
        if len(set(ids)) < len(ids):
            return None
        splits = sorted(set(whole.get("split", ())))
        path = Path(str(gold))
        truth = Gold(
            (),
            Documents(ids, (), whole, None, None, None, None),
            file_name(path),
            splits[0] if len(splits) == 1 else path.stem,
        )
    return _Found(truth, Counts.concatenate(parts), chosen, tuple(missing), inside, Grounding())


def _layers(wanted: Sequence[str] | None, gold: Documents, predicted: Documents, file: str) -> tuple[str, ...]:
    have = [name for name in SCORERS if READS[name] in gold.layers and READS[name] in predicted.layers]
    if "linking" in have and not all(
        side.entities is not None and any(side.entities.kb_id) for side in (gold, predicted)
    ):
        have.remove("linking")
    if wanted is None:
        if not have:
            raise BadInput(
                [Problem("schema", "no layer that the gold has too", file, expected=f"any of {', '.join(gold.layers)}")]
            )
        return tuple(have)
    for name in wanted:
        if name not in SCORERS:
            import difflib

            near = difflib.get_close_matches(name, SCORERS, 2, 0.4)
            raise BadInput(
                [
                    Problem(
                        "schema",
                        f"layer {name!r}",
                        expected=f"one of {', '.join(SCORERS)}",
                        mend=f"did you mean {' or '.join(near)}" if near else "",
                    )
                ]
            )
        if name not in have:
            side = "the gold" if READS[name] not in gold.layers else "the predictions"
            raise BadInput(
                [
                    Problem(
                        "schema", f"no layer {name!r} in {side}", file, expected=f"one of {', '.join(have) or 'none'}"
                    )
                ]
            )
    return tuple(name for name in SCORERS if name in wanted)


def sign(gold: Gold, track: str, layers: Sequence[str], resamples: int, seed: int, options: Sequence[str] = ()) -> str:
    """The signature: all that fixes the numbers."""
    parts = [
        f"goldwire:{goldwire.__version__}",
        f"corpus:{gold.corpus}",
        f"split:{gold.split}",
        f"track:{track}",
        f"layer:{_layer_names(layers)}",
        "match:dice",
        *options,
        f"boot:{resamples}|seed:{seed}" if resamples else "boot:none",
    ]
    return "|".join(parts)


def _layer_names(layers: Sequence[str]) -> str:
    """`all` for the layers of the GoldWire score, the rest by name."""
    whole = set(MAIN) <= set(layers)
    return "+".join(["all"] * whole + [name for name in layers if not (whole and name in MAIN)])


def all_scores(totals: Totals, layers: Sequence[str]) -> dict[str, Score]:
    """Every metric of the layers from joined totals, under flat dotted names; the GoldWire score only for all layers."""
    out: dict[str, Score] = {}
    for name in layers:
        out |= {f"{name}.{metric}": score for metric, score in SCORERS[name].scores(totals.under(name)).items()}
    if set(MAIN) <= set(layers):
        four = [
            (out["entities.strict"].f1 + out["coreference.conll"].f1) / 2,
            out["quotes.AQ_soft"].f1,
            out[f"events.{events.HEADLINE}"].f1,
            out["boilerplate.content_macro"].f1,
        ]
        value = np.mean(four, axis=0)
        none = np.full(np.shape(value), np.nan)
        out[OVERALL] = Score(none, none, value, {})
    return out


def metrics(
    counts: Counts, layers: Sequence[str], *, resamples: int, seed: int, clusters: Sequence[str] | None = None
) -> dict[str, dict[str, Any]]:
    """Metrics of a count matrix as the result schema has them, F1 with its bootstrap interval.

    Documents that share a label in `clusters` are resampled together.
    """
    point = all_scores(counts.totals(), layers)
    spread: dict[str, Score] = {}
    if resamples and len(counts.documents):
        drawn = statistics.Weights(statistics.numbered(counts.documents, clusters), resamples, seed)
        spread = all_scores(counts.resampled(drawn), layers)
    return {
        name: {
            "precision": _number(score.precision),
            "recall": _number(score.recall),
            "f1": _number(score.f1),
            "ci95": [_number(edge) for edge in statistics.bounds(spread[name].f1)] if spread else None,
            "counts": {key: float(value) for key, value in score.counts.items()},
        }
        for name, score in point.items()
    }


def breakdown(counts: Counts, gold: Documents, field_name: str, layers: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Metrics of each group of pages by a metadata field; a page with several phenomena is in each of their groups."""
    return {
        group: {name: value for name, value in metrics(part, layers, resamples=0, seed=0).items() if "[" not in name}
        for group, part in counts.groups(_fact(gold, field_name)).items()
    }


def _fact(gold: Documents, name: str) -> tuple[str, ...]:
    if name not in gold.facts:
        raise BadInput([Problem("unknown-field", repr(name), expected=f"one of {', '.join(gold.facts)}")])
    return gold.facts[name]


def facts_of(gold: Gold, name: str, result: Result | None = None) -> tuple[str, ...]:
    """The metadata field `name` of each page, in the order of `result` if one is given.

    Raises:
        BadInput: there is no such field, or a page of the result is not in the gold.
    """
    values = dict(zip(gold.documents.ids, _fact(gold.documents, name), strict=True))
    pages = result.counts.documents if result else gold.documents.ids
    strange = [page for page in pages if page not in values]
    if strange:
        raise BadInput([Problem("unknown-page", strange[0], expected=f"a page of {gold.split}")])
    return tuple(values[page] for page in pages)


def _number(value: Any) -> float | None:
    number = float(value)
    return None if np.isnan(number) else number


def result_json(path: Path) -> dict[str, Any]:
    """A result file as the result schema has it.

    Raises:
        BadInput: it is none.
    """
    import json

    from goldwire import schema
    from goldwire.texts import read_text

    try:
        data: dict[str, Any] = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise BadInput([Problem("bad-json", str(error), str(path), error.lineno)]) from None
    found = schema.problems("result", data, file=str(path))
    if found:
        raise BadInput(found)
    return data


def read_result(path: Path) -> Result:
    """A result file that carries its count matrix (`score --json FILE --matrix`).

    Raises:
        BadInput: no result, or one without the matrix.
    """
    data = result_json(path)
    if "matrix" not in data:
        expected = "one written with --matrix"
        raise BadInput([Problem("schema", "a result without its matrix", str(path), expected=expected)])
    matrix = data["matrix"]
    values = np.asarray(matrix["values"], dtype=np.float64).reshape(len(matrix["documents"]), len(matrix["columns"]))
    return Result(
        signature=data["signature"],
        corpus=data["corpus"],
        split=data["split"],
        track=data["track"],
        system=data.get("system") or path.stem,
        counts=Counts(tuple(matrix["documents"]), tuple(matrix["columns"]), values),
        missing=tuple(data["missing"]),
        metrics=data["metrics"],
        by=data.get("by", {}),
        intrusions=data["intrusions"],
        hallucination_rate=data["hallucination_rate"],
        grounding=data.get("grounding", {}),
    )
