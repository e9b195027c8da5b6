"""Hashed stretches of folded texts: of characters inside words and across them, words, pairs of words.

Language, danger and matching read the same stretches and each chooses its own, so a message is cut only once.
Hashing needs no vocabulary: a model trained today reads words it has never seen. All texts are cut at once,
without a Python loop over characters.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]
Hashes = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]

BITS = 20
"""Size of the hash space; below 2^18 unrelated stretches met often enough to cost a point of recall."""
INSIDE = {length: length for length in (3, 4, 6)}
"""Codes of stretches inside a word, by length in characters, the word's two edges included."""
_OVER = 8
ACROSS = {length: _OVER + length for length in (3, 4, 6)}
"""Codes of stretches that reach over a space."""
WORD = 1
PAIR = 7
"""Two words, neighbours or with one between; both hash alike, so that a small word may come between."""

_CODE_BITS = 4
_BASE = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xD6E8FEB86659FD93)
_WORD_SEED = np.uint64(0xA0761D6478BD642F)
_PAIR_SEED = np.uint64(0xE7037ED1A0B428DB)
_DISTANCES = (1, 2)
_LENGTHS: Ints = np.array(sorted({*INSIDE, *ACROSS}), dtype=np.int64)
_TRUE = np.ones(1, dtype=np.bool_)
_EVERYTHING = np.ones(1 << _CODE_BITS, dtype=np.bool_)
_LINE = 10
_SPACE = 32
_BLOCK = 80_000
"""Characters cut in one go: more than any message, little enough for the processor's cache."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Parallel arrays, each different stretch of a text once, ordered by text."""

    rows: Numbers
    hashes: Numbers
    codes: npt.NDArray[np.int8]
    counts: Numbers

    def only(self, chosen: Bools) -> "Stretches":
        """Those whose code is chosen."""
        at = chosen[self.codes]
        return Stretches(self.rows[at], self.hashes[at], self.codes[at], self.counts[at])


def choice(codes: Iterable[int]) -> Bools:
    """A choice of codes for `stretches`."""
    chosen = np.zeros(1 << _CODE_BITS, dtype=np.bool_)
    chosen[list(codes)] = True
    return chosen


def stretches(texts: Sequence[str], chosen: Bools) -> Stretches:
    """The stretches of folded texts whose code is chosen (see `choice`); `rows` counts the texts from 0."""
    if len(texts) == 1:
        # Everything is cut, for whoever asks about the same text next.
        return _one(texts[0]).only(chosen)
    parts: list[Stretches] = []
    first = 0
    while first < len(texts):
        last, size = first, 0
        while last < len(texts) and (last == first or size + len(texts[last]) + 3 < _BLOCK):
            size += len(texts[last]) + 3
            last += 1
        parts.append(_cut(texts[first:last], first, chosen))
        first = last
    if len(parts) == 1:
        return parts[0]
    none = np.empty(0, np.int32)
    return Stretches(
        np.concatenate([none, *(part.rows for part in parts)]),
        np.concatenate([none, *(part.hashes for part in parts)]),
        np.concatenate([np.empty(0, np.int8), *(part.codes for part in parts)]),
        np.concatenate([none, *(part.counts for part in parts)]),
    )


@lru_cache(maxsize=64)
def _one(text: str) -> Stretches:
    """One text, remembered while its message is being judged."""
    return _cut([text], 0, _EVERYTHING)


def _cut(texts: Sequence[str], first_row: int, chosen: Bools) -> Stretches:
    joined = "\n" + "".join([f" {text} \n" for text in texts])
    characters = np.frombuffer(joined.encode("utf-32-le", "ignore"), dtype=np.uint32)
    size = len(characters)
    powers, inverses = _powers(size)
    # The hash of any stretch is the difference of two running sums, moved to the origin.
    running = np.zeros(size + 1, dtype=np.uint64)
    np.cumsum((characters.astype(np.uint64) + np.uint64(1)) * powers, out=running[1:])
    lines = (characters == _LINE).nonzero()[0]
    gap = characters <= _SPACE
    starts, ends, codes = _of_characters(size, lines, gap.nonzero()[0], chosen)
    values = (running[ends] - running[starts]) * inverses[starts]
    word_starts = (gap[:-1] > gap[1:]).nonzero()[0] + 1
    if len(word_starts):
        word_ends = (gap[:-1] < gap[1:]).nonzero()[0] + 1
        word = (running[word_ends] - running[word_starts]) * inverses[word_starts]
        row = np.searchsorted(lines, word_starts)
        # Spread before they are joined, or the same letters in other words would add up to the same pair.
        word = (word ^ (word >> np.uint64(29))) * _MIX
        whole = [(word ^ _WORD_SEED, word_starts, WORD)] if chosen[WORD] else []
        for distance in _DISTANCES if chosen[PAIR] else ():
            at = (row[:-distance] == row[distance:]).nonzero()[0]
            whole.append(((word[at] * _BASE + word[at + distance]) ^ _PAIR_SEED, word_starts[at], PAIR))
        values = np.concatenate([values, *(found for found, _, _ in whole)])
        starts = np.concatenate([starts, *(begin for _, begin, _ in whole)])
        codes = np.concatenate([codes, *(np.full(len(found), code) for found, _, code in whole)])
    values = values * _MIX
    values ^= values >> np.uint64(32)
    values *= _MIX
    values >>= np.uint64(64 - BITS)
    rows = np.searchsorted(lines, starts) + (first_row - 1) if len(texts) > 1 else first_row
    key = (((rows << BITS) | values.astype(np.int64)) << _CODE_BITS) | codes
    key.sort()
    first = np.flatnonzero(np.concatenate([_TRUE[: len(key)], key[1:] != key[:-1]]))
    counts = np.concatenate([first[1:], [len(key)]]) - first if len(first) else first
    key = key[first]
    return Stretches(
        (key >> (BITS + _CODE_BITS)).astype(np.int32),
        ((key >> _CODE_BITS) & ((1 << BITS) - 1)).astype(np.int32),
        (key & ((1 << _CODE_BITS) - 1)).astype(np.int8),
        counts.astype(np.int32),
    )


def _of_characters(size: int, lines: Ints, gaps: Ints, chosen: Bools) -> tuple[Ints, Ints, Ints]:
    """Begin, end and code of the character stretches. Inside a word may begin and end with the space beside it."""
    here = np.arange(size - 1)
    # How many characters from here to the next gap (it included), and to the line's end (it excluded).
    room = np.repeat(gaps[1:], gaps[1:] - gaps[:-1]) - here + 1
    reach = np.repeat(lines[1:], lines[1:] - lines[:-1]) - here
    room[lines[:-1]] = reach[lines[:-1]] = 0
    fits = room[:, None] >= _LENGTHS
    across = (reach[:, None] >= _LENGTHS) & ~fits & chosen[_LENGTHS + _OVER]
    starts, which = ((fits & chosen[_LENGTHS]) | across).nonzero()
    lengths = _LENGTHS[which]
    return starts, starts + lengths, lengths + across[starts, which] * _OVER


@lru_cache(maxsize=2)
def _all_powers(size: int) -> tuple[Hashes, Hashes]:
    inverse = np.uint64(pow(int(_BASE), -1, 1 << 64))
    powers = [np.multiply.accumulate(np.full(size, one, dtype=np.uint64)) for one in (_BASE, inverse)]
    return powers[0], powers[1]


def _powers(size: int) -> tuple[Hashes, Hashes]:
    powers, inverses = _all_powers(max(_BLOCK, size))
    return powers[:size], inverses
