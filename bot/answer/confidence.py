"""How sure a match is: a probability from the evidence, fitted on the examples themselves."""

from dataclasses import dataclass
from math import exp, log


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


UNFITTED = Confidence((-4.0, 3.0, 3.0, 4.0, 0.0, 0.5, 0.0))
"""Where there are too few examples to fit: sure of near copies, unsure of everything else."""
