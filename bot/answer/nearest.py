"""The nearest examples of a text: TF-IDF over hashed stretches, found through an inverted index.

The cost per text is bounded: common stretches are skipped while candidates are sought, and only the candidates
are compared exactly. So three thousand intents cost little more than thirty.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt

from bot.answer.arrays import Array, Arrays
from bot.answer.scattering import scattered
from bot.text.grams import ACROSS, BITS, INSIDE, WORD, Stretches, choice, stretches

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

_LENGTHS = (3, 4)
_CHOSEN = choice([WORD, *(INSIDE[length] for length in _LENGTHS), *(ACROSS[length] for length in _LENGTHS)])
_BLOCKS = np.zeros(len(_CHOSEN), dtype=np.int64)
"""Stretches inside words, across words and whole words are each brought to length one, then weighed."""
_BLOCKS[[ACROSS[length] for length in _LENGTHS]] = 1
_BLOCKS[WORD] = 2
_WEIGHTS = np.array([1.0, 0.7, 0.5], dtype=np.float32)
_BUDGET = 4_000
"""Entries of the inverted index that are read for one text; the rarest stretches come first. With twice as many, ten
of 4,361 test lines fewer were right, with half as many three."""
_SHORTLIST = 128
"""Candidates that are compared exactly; a quarter more gained one of those lines."""
_PAIRED = 12_000
"""Examples up to which each one's closest are found beforehand; beyond, a random projection must do."""
_CLOSE = 256
"""How many closest ones are kept of each example: twice as many as `match` has neighbours. With only as many, six
answers in a hundred got lost on a public corpus; of those further apart nothing is needed."""
_SKETCH = 512
"""Dimensions of the projection. Beside the trained layer its noise costs nothing that could be measured."""
_AT_ONCE = 1000
"""Examples that are projected in one go; little enough for the processor's cache."""
_NO_SKETCH = np.zeros((0, 0), np.int8)
_NOTHING = (np.zeros((0, 0), np.int32), np.zeros((0, 0), np.uint8))
_COMMON = 12
"""Stretches in more than this fraction of the examples are left out: they cost most of the work and tell nothing."""
_MOST_SHORT = 1 << 16
"""Examples up to which two bytes number them."""
_FEW = 50
"""Stretches in no more examples than this are never left out."""


_UNSEEN, _COMMONPLACE = -1, -2


@dataclass(frozen=True, slots=True)
class Vectors:
    """Sparse unit rows: `starts[i]:starts[i + 1]` of the two arrays is text i."""

    starts: Ints
    features: Numbers
    values: Floats

    def row(self, number: int) -> tuple[Numbers, Floats]:
        part = slice(int(self.starts[number]), int(self.starts[number + 1]))
        return self.features[part], self.values[part]


@dataclass(frozen=True, slots=True)
class Near:
    """The nearest examples, best first, with their cosine."""

    ids: Ints
    cosines: Floats


@dataclass(frozen=True, slots=True)
class Index:
    """All examples, searchable. Holds nothing but arrays, so that it can lie in a mapped file."""

    vectors: Vectors
    hashes: Numbers
    """The hash of each feature."""
    numbers: Numbers
    """Hash to feature, or why it is none."""
    idf: Floats
    postings: Ints
    """`postings[f]:postings[f + 1]` of the next two arrays are the texts that feature f stands in, and its weight."""
    posting_rows: npt.NDArray[np.uint16] | Numbers
    posting_values: Floats
    sketch: npt.NDArray[np.int8]
    """A random projection of each text; empty where the closest ones are known instead."""
    close_ids: Numbers
    """Each text's closest ones, and how close; empty where they are looked for when they are needed."""
    close_values: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, texts: Sequence[str], *, ahead: bool = True, compared: bool = True) -> "Index":
        """`ahead`: find each example's closest ones now. Without, it is ready sooner and each search costs more.

        `compared`: examples will be compared with each other (`among`); without, that is not prepared at all.
        """
        size = len(texts)
        found = stretches(texts, _CHOSEN)
        spread = np.bincount(found.hashes, minlength=1 << BITS)
        known = np.flatnonzero((spread > 0) & (spread <= max(size // _COMMON, _FEW)))
        numbers = np.where(spread > 0, _COMMONPLACE, _UNSEEN).astype(np.int32)
        numbers[known] = np.arange(len(known), dtype=np.int32)
        idf = (np.log((1 + size) / (1 + spread[known])) + 1).astype(np.float32)
        vectors = _weighted(found, size, numbers, idf, size)
        rows = np.repeat(np.arange(size, dtype=np.int32), np.diff(vectors.starts))
        order = np.argsort(vectors.features, kind="stable")
        index = cls(
            vectors,
            known.astype(np.int32),
            numbers,
            idf,
            np.concatenate(([0], np.cumsum(np.bincount(vectors.features, minlength=len(known))))),
            rows[order].astype(np.uint16) if size <= _MOST_SHORT else rows[order],
            vectors.values[order],
            _projected(vectors, size) if compared and size > _PAIRED else _NO_SKETCH,
            *_NOTHING,
        )
        if compared and ahead and size <= _PAIRED:
            ids, values = index._closest(range(size))
            index = replace(index, close_ids=ids, close_values=values)
        return index

    @classmethod
    def unpacked(cls, arrays: Arrays, name: str) -> "Index":
        """What `packed` has made under this name. Raises KeyError where it is not there."""
        vectors = Vectors(*(arrays[f"{name}.{one.name}"] for one in fields(Vectors)))
        return cls(vectors, *(arrays[f"{name}.{one.name}"] for one in fields(cls)[1:]))

    def packed(self, name: str) -> dict[str, Array]:
        """All arrays, to be kept under this name."""
        rows = {f"{name}.{one.name}": getattr(self.vectors, one.name) for one in fields(self.vectors)}
        return rows | {f"{name}.{one.name}": getattr(self, one.name) for one in fields(self)[1:]}

    @property
    def size(self) -> int:
        """How many texts there are."""
        return len(self.vectors.starts) - 1

    def weigh(self, texts: Sequence[str]) -> Vectors:
        """Unit rows of new texts; stretches no example has count for nothing."""
        return _weighted(stretches(texts, _CHOSEN), len(texts), self.numbers, self.idf, self.size)

    def among(self, ids: Ints) -> npt.NDArray[np.uint8]:
        """Cosines of some examples with each other, in steps of 1/255; nought where they are far apart."""
        if len(self.sketch):
            sketched = self.sketch[ids].astype(np.float32)
            near: npt.NDArray[np.uint8] = np.clip(sketched @ sketched.T * (255 / 127**2), 0, 255).astype(np.uint8)
            return near
        close_ids, close_values = (
            (self.close_ids[ids], self.close_values[ids]) if len(self.close_ids) else self._closest(ids.tolist())
        )
        place = np.full(self.size, -1, dtype=np.int32)
        place[ids] = np.arange(len(ids), dtype=np.int32)
        columns = place[close_ids]
        rows, which = (columns >= 0).nonzero()
        pairs = np.zeros((len(ids), len(ids)), dtype=np.uint8)
        pairs[rows, columns[rows, which]] = close_values[rows, which]
        return np.maximum(pairs, pairs.T)

    def _closest(self, rows: Sequence[int]) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
        """For each of these examples the ones closest to it, and how close."""
        most = min(_CLOSE, self.size)
        ids = np.zeros((len(rows), most), dtype=np.int32)
        values = np.zeros((len(rows), most), dtype=np.uint8)
        for number, row in enumerate(rows):
            places, shares = self._touched(*self.vectors.row(row))
            cosines = np.zeros(self.size)
            cosines[places] = shares
            closest = np.argpartition(-cosines, most - 1)[:most] if most < self.size else np.arange(most)
            ids[number] = closest
            values[number] = np.minimum(cosines[closest] * 255 + 0.5, 255)
        return ids, values

    def nearest(self, features: Numbers, values: Floats, most: int, allowed: Mask | None = None) -> Near:
        """The `most` examples closest to one row, among the allowed ones."""
        lengths = self.postings[features + 1] - self.postings[features]
        complete = int(lengths.sum()) <= _BUDGET
        if complete:
            ids, shares = self._touched(features, values)
        else:
            rare_first = np.argsort(lengths, kind="stable")
            reach = max(int(np.searchsorted(np.cumsum(lengths[rare_first]), _BUDGET, side="right")), 1)
            ids, shares = self._touched(features[rare_first[:reach]], values[rare_first[:reach]])
        if allowed is not None:
            at = allowed[ids]
            ids, shares = ids[at], shares[at]
        if len(ids) > (listed := most if complete else _SHORTLIST):
            best = np.argpartition(shares, len(ids) - listed)[-listed:]
            # In the order of their numbers, so that of equal ones the first is always the same.
            best = best[np.argsort(ids[best])]
            ids, shares = ids[best], shares[best]
        found = shares.astype(np.float32) if complete else self.cosines(ids, features, values)
        best = np.argsort(-found, kind="stable")[:most]
        return Near(ids[best], found[best])

    def _touched(self, features: Numbers, values: Floats) -> tuple[Ints, npt.NDArray[np.float64]]:
        """The examples that have any of these features, each once, and their share in the cosine with each."""
        starts = self.postings[features]
        lengths = self.postings[features + 1] - starts
        ends = np.cumsum(lengths)
        if not len(ends) or not ends[-1]:
            return np.zeros(0, dtype=np.int64), np.zeros(0)
        number = np.arange(int(ends[-1]))
        entries = np.repeat(starts - ends + lengths, lengths) + number
        weights = self.posting_values[entries]
        weights *= np.repeat(values, lengths)
        rows = self.posting_rows[entries]
        shares = np.bincount(rows, weights)
        # Each row's last entry stands for it: quicker than sorting them, or than looking through all examples.
        last = np.empty(len(shares), dtype=np.int32)
        last[rows] = number
        places = rows[last[rows] == number].astype(np.int64)
        return places, shares[places].astype(np.float64, copy=False)

    def cosines(self, ids: Ints, features: Numbers, values: Floats) -> Floats:
        """Exact cosines between one row and some examples."""
        dense = np.zeros(len(self.idf), dtype=np.float32)
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


def _weighted(found: Stretches, size: int, numbers: Numbers, idf: Floats, examples: int) -> Vectors:
    """Unit rows of cut texts, by the numbers and weights of the features of so many examples."""
    known = numbers[found.hashes]
    blocks = found.rows.astype(np.int64) * 3 + _BLOCKS[found.codes]
    # Stretches that no example has make the text longer: knowing two words of ten is not knowing the text.
    values = np.where(known == _UNSEEN, np.float32(np.log((1 + examples) / 2) + 1), np.float32(0))
    at = (known >= 0).nonzero()[0]
    features = known[at]
    values[at] = idf[features]
    values *= 1 + np.log(found.counts.astype(np.float32))
    squares = np.bincount(blocks, values * values, minlength=3 * size).reshape(size, 3)
    whole = np.sqrt(np.maximum(((squares > 0) * _WEIGHTS**2).sum(axis=1), 1e-12))
    scale = (_WEIGHTS / np.sqrt(np.maximum(squares, 1e-12)) / whole[:, None]).ravel().astype(np.float32)
    starts = np.searchsorted(found.rows[at], np.arange(size + 1))
    return Vectors(starts, features, values[at] * scale[blocks[at]])


def _projected(vectors: Vectors, size: int) -> npt.NDArray[np.int8]:
    hashed = scattered(np.arange(int(vectors.features.max(initial=0)) + 1))
    signs = np.where((hashed >> 31) & 1, np.float32(1), np.float32(-1))
    cells = (hashed >> 8) % _SKETCH
    sketch = np.zeros((size, _SKETCH), dtype=np.int8)
    for first in range(0, size, _AT_ONCE):
        starts = vectors.starts[first : first + _AT_ONCE + 1]
        part = slice(int(starts[0]), int(starts[-1]))
        features = vectors.features[part]
        at = np.repeat(np.arange(len(starts) - 1) * _SKETCH, np.diff(starts)) + cells[features]
        dense = np.bincount(at, vectors.values[part] * signs[features], minlength=(len(starts) - 1) * _SKETCH)
        sketch[first : first + _AT_ONCE] = np.clip(np.rint(dense * 127), -127, 127).reshape(-1, _SKETCH)
    return sketch
