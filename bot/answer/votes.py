"""What the nearest known lines say about danger: a second opinion beside the linear judgement.

The linear judgement adds up words; the neighbours have seen whole situations. Together they halve the false alarms on
everyday sentences at the same recall, measured on lines that neither has seen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.answer.linear import Bools, Floats
from bot.answer.nearest import Index, Numbers

_NEIGHBOURS = 60
_STEEP = 3
"""Power of the cosine: near lines count much more than far ones."""
_VOTE = 0.4
_DOUBT = 1e-3
"""Keeps lines with no neighbour at all undecided."""


@dataclass(frozen=True, slots=True)
class Votes:
    """All lines that danger is learnt from, searchable."""

    index: Index
    dangerous: Bools

    @classmethod
    def among(cls, texts: Sequence[str], dangerous: Bools) -> "Votes":
        """The votes of these lines."""
        return cls(Index.of(texts, compared=False), dangerous)

    def of(self, folded: Sequence[str]) -> Floats:
        """For each text how much its neighbours speak for danger, or, below nought, for harmlessness.

        The lead of the nearest dangerous line over the nearest harmless one, and a share of the vote of them all.
        """
        rows = self.index.weigh(folded)
        return np.array([self._one(*rows.row(number)) for number in range(len(folded))], dtype=np.float32)

    def _one(self, features: Numbers, values: Floats) -> float:
        near = self.index.nearest(features, values, _NEIGHBOURS)
        dangerous = self.dangerous[near.ids]
        weights = near.cosines**_STEEP
        vote = float(weights[dangerous].sum() - weights[~dangerous].sum()) / (float(weights.sum()) + _DOUBT)
        nearest = [float(near.cosines[side].max(initial=0.0)) for side in (dangerous, ~dangerous)]
        return nearest[0] - nearest[1] + _VOTE * vote
