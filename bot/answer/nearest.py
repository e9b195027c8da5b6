"""The nearest examples of a text: TF-IDF over hashed stretches, found through an inverted index.

The cost per text is bounded: common stretches are skipped while candidates are sought, and only the candidates
are compared exactly. So three thousand intents cost little more than thirty.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.text.grams import ACROSS, INSIDE, WORDS, Recipe, grams

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

RECIPE = Recipe(bits=18, inside=(2, 3, 4), across=(2, 3, 4), words=True)
_WEIGHTS = np.zeros(4, dtype=np.float32)
_WEIGHTS[[INSIDE, ACROSS, WORDS]] = (1.0, 0.5, 0.3)
_BUDGET = 40_000
"""Entries of the inverted index that are read for one text; the rarest stretches come first."""
_SHORTLIST = 128
_SKETCH = 512
"""Dimensions of the random projection in which examples are compared with each other."""


@dataclass(frozen=True, slots=True)
class Vectors:
    """Sparse unit rows: `starts[i]:starts[i + 1]` of the two arrays is text i."""

    starts: Ints
    features: Ints
    values: Floats

    def row(self, number: int) -> tuple[Ints, Floats]:
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.features[part], self.values[part]


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest examples, best first, with their cosine."""

    ids: Ints
    cosines: Floats


class Index:
    """All examples, searchable. Immutable once built."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.size = len(texts)
        counted = _counted(texts)
        spread = np.bincount(counted[1], minlength=1 << RECIPE.bits)
        known = spread > 0
        self.idf: Floats = np.where(known, np.log((1 + self.size) / (1 + spread)) + 1, 0).astype(np.float32)
        self.vectors = self._weighted(counted, self.size)
        self._rows = np.repeat(np.arange(self.size), np.diff(self.vectors.starts))
        order = np.argsort(self.vectors.features, kind="stable")
        self._posting_rows = self._rows[order].astype(np.int32)
        self._posting_values = self.vectors.values[order]
        self._postings = np.concatenate(([0], np.cumsum(spread)))
        self.sketch = self._sketch()

    def weigh(self, texts: Sequence[str]) -> Vectors:
        """Unit rows of new texts; stretches no example has count for nothing."""
        return self._weighted(_counted(texts), len(texts))

    def _weighted(self, counted: tuple[Ints, Ints, Ints, Ints], size: int) -> Vectors:
        rows, features, kinds, counts = counted
        values = (1 + np.log(counts, dtype=np.float32)) * self.idf[features]
        blocks = rows * 4 + kinds
        lengths = np.sqrt(np.bincount(blocks, values * values, minlength=4 * size))
        values = values / np.maximum(lengths[blocks], 1e-9) * _WEIGHTS[kinds]
        lengths = np.sqrt(np.bincount(rows, values * values, minlength=size))
        values = (values / np.maximum(lengths[rows], 1e-9)).astype(np.float32)
        return Vectors(np.searchsorted(rows, np.arange(size + 1)), features, values)

    def _sketch(self) -> npt.NDArray[np.int8]:
        hashed = (self.vectors.features * 2654435761) & 0xFFFFFFFF
        signs = np.where((hashed >> 31) & 1, 1.0, -1.0)
        cells = self._rows * _SKETCH + (hashed >> 8) % _SKETCH
        dense = np.bincount(cells, self.vectors.values * signs, minlength=self.size * _SKETCH)
        return np.clip(np.rint(dense * 127), -127, 127).astype(np.int8).reshape(self.size, _SKETCH)

    def nearest(self, features: Ints, values: Floats, most: int, allowed: Mask) -> Near:
        """The `most` examples closest to one row, among the allowed ones."""
        starts = self._postings[features]
        lengths = self._postings[features + 1] - starts
        rare_first = np.argsort(lengths, kind="stable")
        reach = int(np.searchsorted(np.cumsum(lengths[rare_first]), _BUDGET, side="right"))
        chosen = rare_first[: max(reach, 1)]
        total = int(lengths[chosen].sum())
        if not total:
            return Near(np.empty(0, np.int64), np.empty(0, np.float32))
        ends = np.cumsum(lengths[chosen])
        entries = np.repeat(starts[chosen] - ends + lengths[chosen], lengths[chosen]) + np.arange(total)
        weights = self._posting_values[entries] * np.repeat(values[chosen], lengths[chosen])
        cosines = np.bincount(self._posting_rows[entries], weights, minlength=self.size).astype(np.float32)
        cosines[~allowed] = 0
        ids = _largest(cosines, _SHORTLIST if reach < len(features) else most)
        found = self.cosines(ids, features, values) if reach < len(features) else cosines[ids]
        best = np.argsort(-found, kind="stable")[:most]
        return Near(ids[best], found[best])

    def cosines(self, ids: Ints, features: Ints, values: Floats) -> Floats:
        """Exact cosines between one row and some examples."""
        dense = np.zeros(1 << RECIPE.bits, dtype=np.float32)
        dense[features] = values
        starts = self.vectors.starts[ids]
        lengths = self.vectors.starts[ids + 1] - starts
        ends = np.cumsum(lengths)
        if not len(ids) or not ends[-1]:
            return np.zeros(len(ids), dtype=np.float32)
        entries = np.repeat(starts - ends + lengths, lengths) + np.arange(int(ends[-1]))
        products = self.vectors.values[entries] * dense[self.vectors.features[entries]]
        sums = np.zeros(len(ids), dtype=np.float32)
        filled = lengths > 0
        sums[filled] = np.add.reduceat(products, (ends - lengths)[filled])
        return sums


def _counted(texts: Sequence[str]) -> tuple[Ints, Ints, Ints, Ints]:
    """Row, feature, kind and count of each different stretch of each text, ordered by row."""
    found = grams(texts, RECIPE)
    key = (((found.rows << RECIPE.bits) | found.hashes) << 2) | found.kinds
    unique, counts = np.unique(key, return_counts=True)
    features = (unique >> 2) & ((1 << RECIPE.bits) - 1)
    return unique >> (RECIPE.bits + 2), features, unique & 3, counts


def _largest(values: Floats, most: int) -> Ints:
    """Places of the largest positive values, in no order."""
    places = np.argpartition(-values, most - 1)[:most] if len(values) > most else np.arange(len(values))
    return np.sort(places[values[places] > 0])
