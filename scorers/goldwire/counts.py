"""Counts: a (documents x statistics) matrix with named columns; every score is a function of its column sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

# The four sums behind a precision and a recall. The two numerators differ in B³ and the like, else they are equal.
PRF = ("tp_p", "predicted", "tp_r", "gold")


@dataclass(frozen=True)
class Counts:
    """Sufficient statistics, one row a document.

    `values` has shape (documents, columns), float64. A column is named `metric:statistic`, a breakdown by type
    `metric[TYPE]:statistic`.
    """

    documents: tuple[str, ...]
    columns: tuple[str, ...]
    values: Floats

    def totals(self) -> Totals:
        """Sums over documents, shape (columns,)."""
        return Totals(self.columns, self.values.sum(axis=0))

    def resampled(self, weights: Iterable[Floats]) -> Totals:
        """Sums under blocks of document weights of shape (some resamples, documents): shape (resamples, columns)."""
        none = np.zeros((0, len(self.columns)))
        return Totals(self.columns, np.concatenate([none, *(block @ self.values for block in weights)]))

    def groups(self, labels: Sequence[str]) -> dict[str, Counts]:
        """The rows of each label, labels sorted; a document labelled `a|b` is in both groups, one labelled '' in none."""
        own = [set(label.split("|")) - {""} for label in labels]
        return {
            name: self.rows([i for i, names in enumerate(own) if name in names]) for name in sorted(set().union(*own))
        }

    def rows(self, numbers: Sequence[int]) -> Counts:
        """The documents with these numbers."""
        return Counts(tuple(self.documents[i] for i in numbers), self.columns, self.values[list(numbers)])

    def select(self, *prefixes: str) -> Counts:
        """The columns whose metric is one of `prefixes` or a breakdown of one."""
        keep = [i for i, column in enumerate(self.columns) if column.split(":")[0].split("[")[0] in prefixes]
        return Counts(self.documents, tuple(self.columns[i] for i in keep), self.values[:, keep])

    def packed(self) -> Packed:
        """The same, compressed: most cells of a page are 0."""
        return Packed(self.documents, self.columns, pa.compress(self.values.tobytes(), "lz4", asbytes=True))

    @staticmethod
    def concatenate(given: Iterable[Counts | Packed]) -> Counts:
        """Rows of all parts; a column that a part lacks is 0 there. Columns come in order of first appearance."""
        parts = list(given)
        columns = tuple(dict.fromkeys(column for part in parts for column in part.columns))
        index = {column: i for i, column in enumerate(columns)}
        values = np.zeros((sum(len(part.documents) for part in parts), len(columns)))
        documents: list[str] = []
        for part in parts:
            here = slice(len(documents), len(documents) + len(part.documents))
            values[here, [index[c] for c in part.columns]] = part.values
            documents += part.documents
        return Counts(tuple(documents), columns, values)

    @staticmethod
    def join(parts: Iterable[tuple[str, Counts]]) -> Counts:
        """Columns of several layers over the same documents, each prefixed with `layer.`."""
        parts = list(parts)
        columns = tuple(f"{layer}.{column}" for layer, part in parts for column in part.columns)
        return Counts(parts[0][1].documents, columns, np.hstack([part.values for _, part in parts]))


@dataclass(frozen=True)
class Packed:
    """A `Counts` whose values are kept as compressed bytes."""

    documents: tuple[str, ...]
    columns: tuple[str, ...]
    data: bytes

    @property
    def values(self) -> Floats:
        """The matrix, shape (documents, columns)."""
        shape = len(self.documents), len(self.columns)
        raw = pa.decompress(self.data, 8 * shape[0] * shape[1], "lz4", asbytes=True)
        return np.frombuffer(raw, dtype=np.float64).reshape(shape)


@dataclass(frozen=True)
class Totals:
    """Summed statistics: `values` has shape (..., columns); `self[name]` has shape (...)."""

    columns: tuple[str, ...]
    values: Floats

    @cached_property
    def _index(self) -> dict[str, int]:
        return {column: i for i, column in enumerate(self.columns)}

    def __getitem__(self, column: str) -> Floats:
        return np.asarray(self.values[..., self._index[column]])

    def __contains__(self, column: str) -> bool:
        return column in self._index

    def metrics(self) -> list[str]:
        """The metric names of the columns, in order, breakdowns included."""
        return list(dict.fromkeys(column.rsplit(":", 1)[0] for column in self.columns))

    def under(self, layer: str) -> Totals:
        """The columns of one layer, without its prefix."""
        keep = [i for i, column in enumerate(self.columns) if column.startswith(layer + ".")]
        return Totals(tuple(self.columns[i][len(layer) + 1 :] for i in keep), self.values[..., keep])


@dataclass(frozen=True)
class Score:
    """A metric's values, each of shape (...): scalars for a corpus, arrays for resamples. nan = no support."""

    precision: Floats
    recall: Floats
    f1: Floats
    counts: dict[str, Floats] = field(default_factory=dict)


def ratio(numerator: Floats, denominator: Floats, support: Floats) -> Floats:
    """numerator / denominator; 0 where the denominator is 0, nan where there is no support at all."""
    with np.errstate(divide="ignore", invalid="ignore"):
        value = np.where(denominator > 0, numerator / denominator, 0.0)
    return np.where(support > 0, value, np.nan)


def harmonic(precision: Floats, recall: Floats) -> Floats:
    """F1; 0 where both are 0, nan where either is nan."""
    total = precision + recall
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(total > 0, 2 * precision * recall / total, np.where(np.isnan(total), np.nan, 0.0))


def prf(totals: Totals, metric: str) -> Score:
    """Precision, recall and F1 of a metric from its four sums."""
    tp_p, predicted, tp_r, gold = (totals[f"{metric}:{name}"] for name in PRF)
    support = predicted + gold
    precision, recall = ratio(tp_p, predicted, support), ratio(tp_r, gold, support)
    sums = {"tp_p": tp_p, "predicted": predicted, "tp_r": tp_r, "gold": gold}
    return Score(precision, recall, harmonic(precision, recall), sums)


def rate(totals: Totals, metric: str) -> Score:
    """A plain rate from `metric:hits` over `metric:of`; precision and recall are nan."""
    hits, of = totals[f"{metric}:hits"], totals[f"{metric}:of"]
    none = np.full(np.shape(of), np.nan)
    return Score(none, none, ratio(hits, of, of), {"hits": hits, "of": of})


@dataclass
class Tally:
    """Builds a `Counts` column by column for `documents` rows."""

    documents: tuple[str, ...]
    _columns: dict[str, Floats] = field(default_factory=dict)

    def column(self, name: str, values: Floats) -> None:
        """Add `values`, one per document, to column `name`."""
        self._columns[name] = self._columns.get(name, np.zeros(len(self.documents))) + values

    def add(self, name: str, rows: Ints, weights: Floats | None = None) -> None:
        """Add one (or its weight) to column `name` for each document number in `rows`."""
        self.column(name, np.bincount(rows, weights, minlength=len(self.documents)).astype(np.float64))

    def prf(
        self,
        metric: str,
        hits_p: Ints,
        predicted: Ints,
        hits_r: Ints,
        gold: Ints,
        weights_p: Floats | None = None,
        weights_r: Floats | None = None,
    ) -> None:
        """The four columns of a metric from document numbers of hits, predictions and gold items."""
        self.add(f"{metric}:tp_p", hits_p, weights_p)
        self.add(f"{metric}:predicted", predicted)
        self.add(f"{metric}:tp_r", hits_r, weights_r)
        self.add(f"{metric}:gold", gold)

    def counts(self) -> Counts:
        """The matrix built so far."""
        values = np.column_stack(list(self._columns.values())) if self._columns else np.zeros((len(self.documents), 0))
        return Counts(self.documents, tuple(self._columns), values)
