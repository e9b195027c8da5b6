"""Which intent a text is about, judged by one linear layer over a sketch of its stretches.

The nearest examples know how something was once asked; the layer knows what all ways of asking it have in common.
On test lines by other hands both together err a quarter less than the neighbours alone.
The sketch folds all stretches into a few thousand cells, each stretch into two of them with a sign of its own, so
that the weights stay small and training is a handful of passes of dense multiplication. Deterministic.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bot.answer.nearest import Floats, Ints, Mask, Vectors

CELLS = 8192
"""Half as many cost a point and a half of accuracy, most of it in the languages that have fewer examples."""
_FEWEST_PASSES, _MOST_PASSES = 3, 7
_LOOKED_AT = 250_000
"""Examples that are looked at in all passes together. Of a hundred thousand three passes are enough, twice as many
learn them by heart and gained nothing on test lines; a few hundred need all seven."""
_BATCH = 512
_PACE = 0.1
_FOLLOW, _SPREAD = 0.9, 0.99
_MULTIPLIERS = (2654435761, 2246822519)
_WORD = 0xFFFFFFFF
_FEWEST_EXAMPLES = 400
"""Fewer teach the layer chance."""
_MOST_EXAMPLES = 160_000
_MOST_INTENTS = 500
"""Beyond these, training would take longer than editors wait; the neighbours then judge alone."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One column of weights per intent, and a last one for what is none of them; the last row is the bias."""

    names: tuple[str, ...]
    weights: Floats

    def shares(self, hashes: Ints, values: Floats, places: Ints) -> Floats:
        """How much likelier than by chance each of the intents at `places` is, given that it is one of them or none.

        1 is certainty, nought is what a guess would have.
        """
        count = len(places)
        if count < 2:
            return np.zeros(count, dtype=np.float32)
        places = np.append(places, len(self.names))
        cells, signed = _cells(hashes, values)
        # A message fills a few hundred cells of thousands: only their rows are read.
        margins = (signed @ self.weights[cells] + self.weights[-1])[places]
        chances = np.exp(margins - margins.max())
        guess = 1 / count
        result: Floats = np.maximum((chances / chances.sum() - guess) / (1 - guess), 0).astype(np.float32)
        return result[:-1]


def train(names: Sequence[str], hashes: Ints, rows: Vectors, labels: Ints, used: Mask) -> Layer | None:
    """Learn from the used rows; None where there is too much or too little to learn from.

    A label below nought is none of the intents.
    """
    chosen = np.flatnonzero(used)
    if not _FEWEST_EXAMPLES <= len(chosen) <= _MOST_EXAMPLES or len(names) > _MOST_INTENTS:
        return None
    labels = np.where(labels < 0, len(names), labels)
    # Neighbours in the list are examples of one intent; a fixed shuffle mixes them.
    chosen = chosen[np.argsort((np.arange(len(chosen)) * 2654435761) & _WORD, kind="stable")]
    batches = [_sketched(hashes, rows, labels, part) for part in np.split(chosen, range(_BATCH, len(chosen), _BATCH))]
    canvas = np.zeros((_BATCH, CELLS + 1), dtype=np.float32)
    weights = np.zeros((CELLS + 1, len(names) + 1), dtype=np.float32)
    passes = min(max(round(_LOOKED_AT / len(chosen)), _FEWEST_PASSES), _MOST_PASSES)
    pace = _Pace(weights, passes * len(batches))
    for _ in range(passes):
        for batch in batches:
            sketch = batch.on(canvas)
            pull = sketch @ weights
            pull -= pull.max(axis=1, keepdims=True)
            np.exp(pull, out=pull)
            pull /= pull.sum(axis=1, keepdims=True)
            pull[np.arange(len(batch.labels)), batch.labels] -= 1
            pull /= np.float32(len(batch.labels))
            pace.step(sketch.T @ pull)
            batch.off(canvas)
    return Layer(tuple(names), weights)


class _Pace:
    """Adam: each weight goes down its slope at a pace of its own, slower with each step.

    All in place: the arrays are large, and making new ones would take longer than reckoning with them.
    """

    def __init__(self, weights: Floats, steps: int) -> None:
        self._weights = weights
        self._steps = steps
        self._done = 0
        self._follow, self._spread, self._spare = (np.zeros_like(weights) for _ in range(3))

    def step(self, slope: Floats) -> None:
        """Change the weights. The slope is used up."""
        done, spare = self._done, self._spare
        pace = (
            _PACE * (1 - 0.9 * done / self._steps) * np.sqrt(1 - _SPREAD ** (done + 1)) / (1 - _FOLLOW ** (done + 1))
        )
        np.subtract(slope, self._follow, out=spare)
        spare *= np.float32(1 - _FOLLOW)
        self._follow += spare
        slope *= slope
        slope -= self._spread
        slope *= np.float32(1 - _SPREAD)
        self._spread += slope
        np.sqrt(self._spread, out=spare)
        spare += np.float32(1e-8)
        np.divide(self._follow, spare, out=spare)
        spare *= np.float32(pace)
        self._weights -= spare
        self._done += 1


@dataclass(frozen=True, slots=True)
class _Batch:
    """The sketches of some examples, as places on a canvas and what stands there; the rest is nought."""

    places: Ints
    values: Floats
    labels: Ints

    def on(self, canvas: Floats) -> Floats:
        """One sketch a row, and a one for the bias."""
        canvas.reshape(-1)[self.places] = self.values
        return canvas[: len(self.labels)]

    def off(self, canvas: Floats) -> None:
        canvas.reshape(-1)[self.places] = 0


def _cells(hashes: Ints, values: Floats) -> tuple[Ints, Floats]:
    """Two cells and two signed halves for each stretch."""
    mixed = np.concatenate([(hashes * factor) & _WORD for factor in _MULTIPLIERS])
    signs = np.where((mixed >> 7) & 1, np.float32(np.sqrt(0.5)), np.float32(-np.sqrt(0.5)))
    return (mixed >> 12) % CELLS, (np.concatenate([values, values]) * signs).astype(np.float32)


def _sketched(hashes: Ints, rows: Vectors, labels: Ints, chosen: Ints) -> _Batch:
    starts = rows.starts[chosen]
    lengths = rows.starts[chosen + 1] - starts
    ends = np.cumsum(lengths)
    entries = np.repeat(starts - ends + lengths, lengths) + np.arange(int(ends[-1]))
    cells, signed = _cells(hashes[rows.features[entries]], rows.values[entries])
    at = np.tile(np.repeat(np.arange(len(chosen)) * (CELLS + 1), lengths), 2) + cells
    dense = np.bincount(at, signed, minlength=len(chosen) * (CELLS + 1))
    dense[CELLS :: CELLS + 1] = 1
    places = np.flatnonzero(dense)
    return _Batch(places, dense[places].astype(np.float32), labels[chosen])
