"""The stretches of a message that are judged for danger on their own.

Danger stands in the fourth sentence of a polite letter, behind the comma after a question (or where that comma should
be), or in the middle of voice input without any full stop. So each sentence is judged, each of its clauses, each pair
of neighbours, windows of sentences that may lack their marks, and a short message whole. What is judged grows with
the text, and never faster.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.text.fold import fold_clean
from bot.text.sentences import clause_windows, clauses, sentences, windows

_WHOLE = 60
"""Words up to which a message of several sentences is also judged as a whole."""
_SHORTEST_CLAUSE = 3
"""Words; fewer are mostly somebody's name, or a greeting."""
_LETTER = 150
"""Words from which on clauses are looked for at commas only: who writes that much uses them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A text taken apart. All parts are folded, none is empty."""

    sentences: tuple[str, ...]
    thoughts: tuple[str, ...]
    """The parts that are whole thoughts; the message itself where it is one short sentence."""
    clauses: tuple[str, ...]
    """Of the sentences that have several."""
    unmarked: tuple[str, ...]
    """What may be clauses in a message without commas."""

    @classmethod
    def of(cls, folded: Sequence[str], clauses: Sequence[str] = ()) -> "Reading":
        """What stands in these folded sentences, and in these of their clauses."""
        return cls(tuple(folded), tuple(_thoughts(folded)), tuple(clauses), tuple(_unmarked(folded)))

    @property
    def judged(self) -> list[str]:
        """What is judged for danger, each text once; the whole thoughts come first."""
        return list(dict.fromkeys([*self.thoughts, *self.clauses, *self.unmarked]))


def read(cleaned: str) -> Reading:
    """Take a cleaned text apart."""
    written = sentences(cleaned)
    parts = [part for sentence in written if len(found := clauses(sentence)) > 1 for part in found]
    long_enough = [part for part in _folded(parts) if part.count(" ") + 1 >= _SHORTEST_CLAUSE]
    return Reading.of(_folded(written), long_enough)


def folded_sentences(cleaned: str) -> list[str]:
    """The sentences of a cleaned text, folded; none empty."""
    return _folded(sentences(cleaned))


def _folded(parts: Sequence[str]) -> list[str]:
    return [folded for part in parts if (folded := fold_clean(part))]


def _thoughts(folded: Sequence[str]) -> list[str]:
    single = list(dict.fromkeys(window for sentence in folded for window in windows(sentence)))
    if len(folded) < 2:
        return single
    pairs = [f"{one} {other}" for one, other in pairwise(folded)]
    judged = [*single, *(pair for pair in pairs if pair.count(" ") < _WHOLE)]
    whole = " ".join(folded)
    if len(folded) > 2 and whole.count(" ") < _WHOLE:
        judged.append(whole)
    return list(dict.fromkeys(judged))


def _unmarked(folded: Sequence[str]) -> list[str]:
    if sum(sentence.count(" ") + 1 for sentence in folded) >= _LETTER:
        return []
    return [window for sentence in folded for window in clause_windows(sentence)]
