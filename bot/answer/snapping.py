"""Unknown words snapped to the nearest word of the examples, so that a typo still finds its intent."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

_SHORTEST = 4
_SHORT = 5
_MOST_EDITS = 2
_MOST = 12
"""Unknown words that are looked up in one message; a letter of a hundred unknown words is no typo."""


class Vocabulary:
    """The words of all examples, shelved by their first letter and by the lengths a typo may give them."""

    def __init__(self, words: Mapping[str, int]) -> None:
        """`words`: in how many examples each occurs."""
        self.words = words
        self._alike: dict[tuple[str, int], list[str]] = {}
        """By first letter and length."""
        for word in sorted(words):
            self._alike.setdefault((word[0], len(word)), []).append(word)
        self._shelves: dict[tuple[str, int], list[str]] = {}
        """Filled as they are needed: most are never looked at."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> "Vocabulary":
        """The words of these texts."""
        return cls(Counter(word for text in texts for word in dict.fromkeys(text.split())))

    def share_known(self, text: str, lines: int = 1) -> float:
        """Which part of the words at least so many examples know."""
        words = text.split()
        return sum(self.words.get(word, 0) >= lines for word in words) / len(words) if words else 0.0

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
            shelf = self._shelf(first, len(word))
            found = process.extractOne(word, shelf, scorer=OSA.distance, score_cutoff=most)
            if found is not None:
                return str(found[0])
        return word

    def _shelf(self, first: str, length: int) -> Sequence[str]:
        """The words that begin so and may be what was meant by one of this length."""
        found = self._shelves.get((first, length))
        if found is None:
            lengths = range(length - _MOST_EDITS, length + _MOST_EDITS + 1)
            near = [word for other in lengths for word in self._alike.get((first, other), ())]
            found = self._shelves.setdefault((first, length), near)
        return found
