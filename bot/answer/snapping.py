"""Unknown words snapped to the nearest word of the examples, so that a typo still finds its intent."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4
_SHORT = 5
_MOST_EDITS = 2
_MOST = 12
"""Unknown words that are looked up in one message; a letter of a hundred unknown words is no typo."""
_LETTERS = 64
"""Bits of a word's signature, one or several letters each."""
_BITS_OF_EDIT = 2
"""How many bits of it one edit may change: a letter goes, another comes."""


class Vocabulary:
    """The words of all examples, in the order of their first letters and then of their lengths.

    So what a word may be a typo of stands together. Of these only those are compared with it that have nearly its
    letters: one word in ten.
    """

    def __init__(self, words: Mapping[str, int]) -> None:
        """`words`: in how many examples each occurs."""
        self.words = words
        self._ordered = sorted(words, key=_place)
        self._signatures = _signatures(self._ordered)

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        """The words of these texts."""
        counts = Counter(word for text in texts for word in dict.fromkeys(text.split()))
        # Kept in order, they are in order when they are read again.
        return cls({word: counts[word] for word in sorted(counts, key=_place)})

    def knows(self, word: str, lines: int = 1) -> bool:
        """Whether the word stands in at least so many examples."""
        return self.words.get(word, 0) >= lines

    def share_known(self, text: str, lines: int = 1) -> float:
        """Which part of the words at least so many examples know."""
        words = text.split()
        return sum(self.knows(word, lines) for word in words) / len(words) if words else 0.0

    def snap(self, text: str) -> str:
        """The text with unknown words replaced by near known ones; itself where there are none."""
        words = text.split()
        unknown = [word for word in dict.fromkeys(words) if len(word) >= _SHORTEST and word not in self.words]
        if not unknown:
            return text
        replaced = {word: self._nearest(word) for word in unknown[:_MOST]}
        return " ".join([replaced.get(word, word) for word in words])

    def _nearest(self, word: str) -> str:
        most = 1 if len(word) <= _SHORT else _MOST_EDITS
        # A wrong first letter is nearly always the second one typed too early.
        for first in (word[0], word[1]):
            found = process.extractOne(word, self._alike(word, first, most), scorer=OSA.distance, score_cutoff=most)
            if found is not None:
                return str(found[0])
        return word

    def _alike(self, word: str, first: str, most: int) -> list[str]:
        """The words with that first letter and nearly the length and the letters of this one."""
        begin, end = (
            bisect_left(self._ordered, (first, length), key=_place)
            for length in (len(word) - most, len(word) + most + 1)
        )
        changed = np.bitwise_count(self._signatures[begin:end] ^ _signatures([word]))
        near = np.flatnonzero(changed <= _BITS_OF_EDIT * most) + begin
        return [self._ordered[number] for number in near.tolist()]


def _place(word: str) -> tuple[str, int]:
    return word[0], len(word)


def _signatures(words: Sequence[str]) -> npt.NDArray[np.uint64]:
    """For each word the set of its letters, as bits."""
    if not words:
        return np.zeros(0, dtype=np.uint64)
    letters = np.frombuffer("".join(words).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    begins = np.cumsum([0, *map(len, words[:-1])])
    bits = np.uint64(1) << (letters % _LETTERS).astype(np.uint64)
    signatures: npt.NDArray[np.uint64] = np.bitwise_or.reduceat(bits, begins)
    return signatures
