"""How sure a match is: a probability from the evidence, fitted on the examples themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from bot.answer.linear import newton

_OUT_OF_SCOPE = 0.4
"""Weight of questions nobody answers, beside 1.0 for all others; about what citizens' channels report."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about the best match."""

    score: float
    """Of the intent; about 1 where the text is one of its examples."""
    lead: float
    """Over the next intent's score."""
    nearest: float
    """Closeness of its nearest example, 0 to 1."""
    share: float
    """What the layer gives the intent, among all that may be meant."""
    known: float
    """Share of the text's words that occur in any example."""
    words: int

    def columns(self) -> tuple[float, ...]:
        return (1.0, self.score, self.lead, self.nearest, self.share, self.known, log(max(self.words, 1)))


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights of the evidence columns."""

    weights: tuple[float, ...]

    def probability(self, evidence: Evidence) -> float:
        """That the intent is what the text means, 0 to 1."""
        total = sum(weight * column for weight, column in zip(self.weights, evidence.columns(), strict=True))
        return 1 / (1 + exp(-min(max(total, -30.0), 30.0)))

    @classmethod
    def fit(cls, evidence: Sequence[Evidence], right: Sequence[bool], foreign: Sequence[bool]) -> "Confidence":
        """Fit to judged examples; `foreign` marks those whose whole intent was left out."""
        correct = np.array(right, dtype=np.bool_)
        outside = np.array(foreign, dtype=np.bool_)
        if min(int((correct & ~outside).sum()), int((~correct).sum())) < 20:
            return UNFITTED
        share = np.where(outside, _OUT_OF_SCOPE / max(int(outside.sum()), 1), 1.0 / max(int((~outside).sum()), 1))
        design = np.array([one.columns() for one in evidence], dtype=np.float64)
        found = newton(design, correct, share * len(evidence), ridge=0.1)
        return cls(tuple(round(float(weight), 6) for weight in found))


UNFITTED = Confidence((-4.0, 3.0, 3.0, 4.0, 0.0, 0.5, 0.0))
"""Where there are too few examples to fit: sure of near copies, unsure of everything else."""
