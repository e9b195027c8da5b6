"""Hashed n-grams of folded texts, many texts at once and without a Python loop over characters.

A text becomes a row of numbers: one for each stretch of characters inside a word, across words, each word,
each pair of words. Hashing needs no vocabulary, so a model trained today scores words it has never seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]

INSIDE, ACROSS, WORDS, PAIRS = range(4)

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_LONGEST_WORD = 64
_POWERS: Hashes = np.multiply.accumulate(np.full(_LONGEST_WORD, _BASE, dtype=np.uint64))
_LINE = 10
_SPACE = 32


@dataclass(frozen=True, slots=True)
class Recipe:
    """Which stretches count. `bits` is the size of the hash space."""

    bits: int
    inside: tuple[int, ...] = ()
    """Lengths of character stretches inside a word, its two edges included."""
    across: tuple[int, ...] = ()
    """Lengths of character stretches that reach over a space."""
    words: bool = True
    pairs: tuple[int, ...] = ()
    """Distances of word pairs; 1 is neighbours."""


@dataclass(frozen=True, slots=True)
class Grams:
    """Parallel arrays: the text a gram stands in, its hash, and which part of the recipe made it."""

    rows: Ints
    hashes: Ints
    kinds: npt.NDArray[np.int8]


@dataclass(slots=True)
class _Collected:
    bits: int
    rows: list[Ints] = field(default_factory=list)
    hashes: list[Hashes] = field(default_factory=list)
    kinds: list[npt.NDArray[np.int8]] = field(default_factory=list)

    def keep(self, rows: Ints, values: Hashes, seed: int, kind: int) -> None:
        mixed = (values ^ np.uint64(seed * 0x5851F42D4C957F2D & 0xFFFFFFFFFFFFFFFF)) * _MIX
        mixed ^= mixed >> np.uint64(32)
        mixed *= _MIX
        self.rows.append(rows)
        self.hashes.append(mixed >> np.uint64(64 - self.bits))
        self.kinds.append(np.full(len(rows), kind, dtype=np.int8))

    def all(self) -> Grams:
        return Grams(
            np.concatenate([*self.rows, np.empty(0, np.int64)]),
            np.concatenate([*self.hashes, np.empty(0, np.uint64)]).astype(np.int64),
            np.concatenate([*self.kinds, np.empty(0, np.int8)]),
        )


def grams(texts: Sequence[str], recipe: Recipe) -> Grams:
    """All grams of all texts, repeated as often as they occur. Texts are folded: no line ends inside."""
    joined = "\n" + "".join([f" {text} \n" for text in texts])
    codes = np.frombuffer(joined.encode("utf-32-le", "ignore"), dtype=np.uint32)
    line = codes == _LINE
    space = codes == _SPACE
    row_of = np.cumsum(line) - 1
    wide = codes.astype(np.uint64) + np.uint64(1)
    collected = _Collected(recipe.bits)
    _stretches(wide, line, space, row_of, recipe, collected)
    if recipe.words or recipe.pairs:
        _words(wide, line | space, row_of, recipe, collected)
    return collected.all()


def _stretches(
    wide: Hashes,
    line: npt.NDArray[np.bool_],
    space: npt.NDArray[np.bool_],
    row_of: Ints,
    recipe: Recipe,
    collected: _Collected,
) -> None:
    spaces = np.cumsum(space)
    rolling = wide
    for length in range(2, min(max((*recipe.inside, *recipe.across, 1)), len(wide) - 1) + 1):
        rolling = rolling[:-1] * _BASE + wide[length - 1 :]
        starts = len(rolling)
        valid = row_of[:starts] == row_of[length - 1 :]
        valid &= ~line[:starts]
        crossing = spaces[length - 2 : length - 2 + starts] > spaces[:starts]
        if length in recipe.inside:
            at = np.flatnonzero(valid & ~crossing)
            collected.keep(row_of[at], rolling[at], length, INSIDE)
        if length in recipe.across:
            at = np.flatnonzero(valid & crossing)
            collected.keep(row_of[at], rolling[at], length, ACROSS)


def _words(
    wide: Hashes, gap: npt.NDArray[np.bool_], row_of: Ints, recipe: Recipe, collected: _Collected
) -> None:
    starts = np.flatnonzero(gap[:-1] & ~gap[1:]) + 1
    if not len(starts):
        return
    place = np.arange(len(wide))
    first = np.zeros(len(wide), dtype=np.int64)
    first[starts] = starts
    place -= np.maximum.accumulate(first)
    np.minimum(place, _LONGEST_WORD - 1, out=place)
    word = np.add.reduceat(np.where(gap, np.uint64(0), wide * _POWERS[place]), starts)
    rows = row_of[starts]
    if recipe.words:
        collected.keep(rows, word, 31, WORDS)
    for distance in recipe.pairs:
        left, right = word[:-distance], word[distance:]
        at = np.flatnonzero(rows[:-distance] == rows[distance:])
        # All distances share one seed: "the dog bites" and "the big dog bites" meet.
        collected.keep(rows[at], left[at] * _BASE + right[at], 37, PAIRS)
