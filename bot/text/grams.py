"""Hashed n-grams of folded texts, many texts at once and without a Python loop over characters.

A text becomes a row of numbers: one for each stretch of characters inside a word, across words, each word,
each pair of words. Hashing needs no vocabulary, so a model trained today scores words it has never seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]
Kinds = npt.NDArray[np.int8]

INSIDE, ACROSS, WORDS, PAIRS = range(4)

_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_WORD_SEED = np.uint64(0xA0761D6478BD642F)
_PAIR_SEED = np.uint64(0xE7037ED1A0B428DB)
_BLOCK = 80_000
"""Characters hashed in one go: larger than any message, small enough for the processor's cache."""
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
    kinds: Kinds


def grams(texts: Sequence[str], recipe: Recipe) -> Grams:
    """All grams of all texts, repeated as often as they occur. Texts are folded: no line ends inside."""
    parts: list[Grams] = []
    first = 0
    while first < len(texts):
        last, size = first, 0
        while last < len(texts) and (last == first or size + len(texts[last]) + 3 < _BLOCK):
            size += len(texts[last]) + 3
            last += 1
        parts.append(_block(texts[first:last], first, recipe))
        first = last
    if len(parts) == 1:
        return parts[0]
    return Grams(
        np.concatenate([np.empty(0, np.int64), *(part.rows for part in parts)]),
        np.concatenate([np.empty(0, np.int64), *(part.hashes for part in parts)]),
        np.concatenate([np.empty(0, np.int8), *(part.kinds for part in parts)]),
    )


def _block(texts: Sequence[str], first_row: int, recipe: Recipe) -> Grams:
    joined = "\n" + "".join([f" {text} \n" for text in texts])
    codes = np.frombuffer(joined.encode("utf-32-le", "ignore"), dtype=np.uint32)
    size = len(codes)
    powers, inverses = _powers(size)
    # The hash of any stretch is the difference of two running sums, moved to the origin.
    running = np.zeros(size + 1, dtype=np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers, out=running[1:])
    lines = (codes == _LINE).nonzero()[0]
    gap = codes <= _SPACE
    word_starts = (gap[:-1] > gap[1:]).nonzero()[0] + 1
    word_ends = (gap[:-1] < gap[1:]).nonzero()[0] + 1

    starts, ends, kinds = _stretches(size, lines, gap.nonzero()[0], recipe)
    values = (running[ends] - running[starts]) * inverses[starts]
    if len(word_starts) and (recipe.words or recipe.pairs):
        word = ((running[word_ends] - running[word_starts]) * inverses[word_starts]) ^ _WORD_SEED
        row = np.searchsorted(lines, word_starts)
        found = [(word_starts, word, WORDS)] if recipe.words else []
        for distance in recipe.pairs:
            # All distances hash alike: "the dog bites" and "the big dog bites" meet.
            at = (row[:-distance] == row[distance:]).nonzero()[0]
            found.append((word_starts[at], (word[at] * _BASE + word[at + distance]) ^ _PAIR_SEED, PAIRS))
        starts = np.concatenate([starts, *(one[0] for one in found)])
        values = np.concatenate([values, *(one[1] for one in found)])
        kinds = np.concatenate([kinds, *(np.full(len(one[0]), one[2], np.int8) for one in found)])

    values = values * _MIX
    values ^= values >> np.uint64(32)
    values *= _MIX
    values >>= np.uint64(64 - recipe.bits)
    rows = np.searchsorted(lines, starts) + (first_row - 1) if len(texts) > 1 else np.full(len(starts), first_row)
    return Grams(rows, values.astype(np.int64), kinds)


def _stretches(size: int, lines: Ints, gaps: Ints, recipe: Recipe) -> tuple[Ints, Ints, Kinds]:
    """Begin, end and kind of the character stretches. Inside a word may begin and end with the space beside it."""
    lengths, is_inside, is_across = _lengths(recipe)
    here = np.arange(size)
    # How many characters from here to the next gap (it included), and to the line's end (it excluded).
    room = gaps[np.minimum(np.searchsorted(gaps, here, side="right"), len(gaps) - 1)] - here + 1
    reach = lines[np.minimum(np.searchsorted(lines, here, side="right"), len(lines) - 1)] - here
    room[lines] = reach[lines] = 0
    fits = room[:, None] >= lengths
    across = (reach[:, None] >= lengths) & ~fits & is_across
    starts, which = ((fits & is_inside) | across).nonzero()
    return starts, starts + lengths[which], across[starts, which].astype(np.int8)


@lru_cache(maxsize=8)
def _lengths(recipe: Recipe) -> tuple[Ints, Bools, Bools]:
    every = sorted({*recipe.inside, *recipe.across})
    return (
        np.array(every, dtype=np.int64),
        np.array([length in recipe.inside for length in every], dtype=np.bool_),
        np.array([length in recipe.across for length in every], dtype=np.bool_),
    )


@lru_cache(maxsize=2)
def _all_powers(size: int) -> tuple[Hashes, Hashes]:
    inverse = np.uint64(pow(int(_BASE), -1, 1 << 64))
    powers = [np.multiply.accumulate(np.full(size, one, dtype=np.uint64)) for one in (_BASE, inverse)]
    return powers[0], powers[1]


def _powers(size: int) -> tuple[Hashes, Hashes]:
    powers, inverses = _all_powers(max(_BLOCK, size))
    return powers[:size], inverses
