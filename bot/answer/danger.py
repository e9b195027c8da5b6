"""The learned judgement of danger: linear over hashed character and word stretches, and what neighbours say.

First question: danger or not. Among danger: life crisis or acute. Among acute: police, fire, violence at home, cannot
speak. Learnt by `learning.danger`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from bot.answer.nearest import Floats
from bot.answer.votes import Votes
from bot.text.grams import ACROSS, BITS, INSIDE, PAIR, WORD, Bools, Numbers, choice, stretches

CHOSEN = choice([INSIDE[4], INSIDE[6], ACROSS[4], ACROSS[6], WORD, PAIR])
"""For danger or not. Further lengths gained nothing on held-out lines."""
SORT_CHOSEN = choice([INSIDE[3], INSIDE[4], INSIDE[6], WORD, PAIR])
"""For which danger: fewer lines to learn from, an easier question."""
SORT_BITS = 17
SORTS = ("crisis", "police", "fire", "home", "nospeech")
_ONE = np.zeros(1, dtype=np.int64)
_FALLBACK = (4.0, 0.0)
"""Slope and offset of the probability where held-out lines are too few to fit them."""
EASY = {"leicht": "de"}
"""Languages that are recognised as another."""
_ASKED = 2
"""Segments of a message about which the neighbours are asked; each costs half a millisecond, and more of them changed
no held-out figure."""
_PART = 1.0
"""Log-odds that a part of a sentence lacks when it is judged by itself: what takes its danger back may stand beside
it. Of harmless lines that nobody here has seen one in six less is taken for danger so, at the same danger found; of
the held-out ones one in fifteen."""
_UNHEARD = 0.02
"""Added to the share of crises, for despair in words nobody has used yet."""
_CRISES_WEIGH = 3


@dataclass(frozen=True, slots=True)
class Linear:
    """One linear judgement per column over the chosen stretches."""

    chosen: Bools
    bits: int
    """Size of the hash space used; fewer than the stretches have where that is enough."""
    table: Floats
    """One row per hash: a weight per head, already multiplied with the inverse document frequency, and last the
    square of that frequency, which is what the stretch adds to the length of its text. One row is one look-up."""
    bias: Floats

    def margins(self, folded: Sequence[str]) -> Floats:
        """One row per text, one column per head."""
        rows, columns = once(folded, self.chosen, self.bits)
        found = self.table[columns]
        sums = np.zeros((len(folded), found.shape[1]), dtype=np.float32)
        if len(rows):
            starts = np.searchsorted(rows, np.unique(rows)) if len(folded) > 1 else _ONE
            sums[rows[starts]] = np.add.reduceat(found, starts, axis=0)
        lengths = np.sqrt(np.maximum(sums[:, -1:], 1e-9))
        result: Floats = (sums[:, :-1] / lengths + self.bias).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class Scale:
    """How evidence becomes a probability."""

    weights: tuple[float, ...] = (_FALLBACK[0], 0.0, _FALLBACK[1])
    """Of the columns of the evidence; the last is the offset."""
    offsets: Mapping[str, float] = field(default_factory=dict)
    """By language, on top, never above nought: a language with few harmless lines is judged too harshly otherwise."""

    def of(self, evidence: Floats) -> Floats:
        """Log-odds without the language's offset."""
        *weights, offset = self.weights
        result: Floats = (evidence @ np.array(weights, dtype=np.float32) + np.float32(offset)).astype(np.float32)
        return result


@dataclass(frozen=True, slots=True)
class Judgement:
    """Of some texts, one number each."""

    probabilities: Floats
    crises: Floats
    """The share of life crises among the nearest lines; nought where those were not asked."""


@dataclass(frozen=True, slots=True)
class DangerModel:
    """Whether a text speaks of danger, and of which."""

    danger: Linear
    sort: Linear
    """Columns as in SORTS."""
    votes: Votes
    scale: "Scale"

    def judge(self, folded: Sequence[str], whole: int, language: str = "") -> "Judgement":
        """Calibrated probability of danger of each text, and what else the neighbours know.

        Danger and harmless are taken to be equally frequent. The first texts, as many as are `whole`, are judged as
        they are, the others as parts of them.
        """
        evidence, crises = self._evidence(folded)
        scores = self.scale.of(evidence) + self.scale.offsets.get(language, 0.0)
        scores[whole:] -= _PART
        return Judgement(1 / (1 + np.exp(-np.clip(scores, -30, 30))), crises)

    def _evidence(self, folded: Sequence[str]) -> tuple[Floats, Floats]:
        """One row per text: the linear margin and what the neighbours say of danger; and what they say of crises.

        Neighbours are asked about the texts of the highest margins only; to the others they bring no danger.
        """
        margins = self.danger.margins(folded)[:, 0]
        rows = np.stack([margins, np.zeros_like(margins)], axis=1)
        crises = np.zeros_like(margins)
        asked = np.argsort(-margins, kind="stable")[:_ASKED]
        opinions = self.votes.of([folded[place] for place in asked.tolist()])
        rows[asked, 1], crises[asked] = opinions.danger, opinions.crisis
        rest = np.ones(len(margins), dtype=np.bool_)
        rest[asked] = False
        rows[rest, 1] = rows[asked, 1].min(initial=0.0)
        return rows, crises

    def despair(self, folded: str, probability: float, crises: float) -> float:
        """How much speaks for a life crisis; on a scale of its own, compared with nothing but a threshold.

        `probability` of danger and the share of `crises` among the neighbours are those of `judge`. The neighbours
        weigh most: on held-out lines their word alone finds more crises than the learnt sort does.
        """
        return probability * self.sorts(folded)["crisis"] * (crises + _UNHEARD) ** _CRISES_WEIGH

    def sorts(self, folded: str) -> dict[str, float]:
        """How likely each sort of danger is, given that there is danger. They do not exclude each other."""
        margins = self.sort.margins([folded])[0]
        return dict(zip(SORTS, (1 / (1 + np.exp(-3.0 * margins))).tolist(), strict=True))

    def convincing(self, folded: str, most: int = 3) -> list[str]:
        """The words that spoke most for danger."""
        words = [word for word in dict.fromkeys(folded.split()) if word not in "?!"]
        if not words:
            return []
        rows, columns = once(words, self.danger.chosen, self.danger.bits)
        shares = np.bincount(rows, self.danger.table[columns, 0], minlength=len(words))
        order = np.argsort(-shares, kind="stable")[:most]
        return [words[place] for place in order if shares[place] > 0]


def _empty(chosen: Bools, bits: int) -> Linear:
    return Linear(chosen, bits, np.zeros((0, 0), np.float32), np.zeros(0, np.float32))


EMPTY = _empty(CHOSEN, BITS)
EMPTY_SORT = _empty(SORT_CHOSEN, SORT_BITS)
"""The shape of an untrained model, to be filled."""


def once(folded: Sequence[str], chosen: Bools, bits: int) -> tuple[Numbers, Numbers]:
    """Row and hash of each different stretch, ordered by row: whether it occurs counts, not how often."""
    found = stretches(folded, chosen)
    return found.rows, found.hashes >> (BITS - bits)
