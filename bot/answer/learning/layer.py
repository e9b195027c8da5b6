"""Trains the layer: at most a handful of passes over the sketches of all examples. Deterministic."""

from collections.abc import Sequence
from itertools import cycle, islice

import numpy as np
from scipy import sparse

from bot.answer.layer import Layer, cells
from bot.answer.nearest import Floats, Ints, Mask, Vectors
from bot.answer.scattering import scattered

_MOST_PASSES = 7
_LOOKED_AT = 240_000
"""Examples that are looked at in all passes together. Of a hundred thousand two passes are enough, more learn them by
heart and gained nothing on test lines; a few hundred need all seven."""
_MANY = 60_000
_BATCH, _LARGE_BATCH = 512, 2048
"""Many examples are learnt as well in large batches, in fewer steps; fewer examples need the steps."""
_CELLS, _MANY_CELLS = 8192, 16384
"""For many examples, half as many cells cost a point and a half of accuracy in the languages that have fewer of them,
twice as many gained nothing. Of few examples more cells tell what was never learnt less well from what was."""
_PACE = 0.13
_FOLLOW, _SPREAD = 0.9, 0.99
_CACHED = 1024
"""Rows of weights that are changed in one go; little enough for the processor's cache."""
_FEWEST_EXAMPLES = 400
"""Fewer teach the layer chance."""
_MOST_EXAMPLES = 400_000
_MOST_INTENTS = 500
"""Beyond these, training would take longer or more memory than editors have; the neighbours then judge alone."""


def train(names: Sequence[str], hashes: Ints, rows: Vectors, labels: Ints, used: Mask) -> Layer | None:
    """Learn from the used rows; None where there is too much or too little to learn from.

    A label below nought is none of the intents.
    """
    chosen = np.flatnonzero(used)
    if not _FEWEST_EXAMPLES <= len(chosen) <= _MOST_EXAMPLES or len(names) > _MOST_INTENTS:
        return None
    # Neighbours in the list are examples of one intent; a fixed shuffle mixes them.
    chosen = chosen[np.argsort(scattered(np.arange(len(chosen))), kind="stable")]
    meant = np.where(labels < 0, len(names), labels)[chosen]
    size, count = (_BATCH, _CELLS) if len(chosen) < _MANY else (_LARGE_BATCH, _MANY_CELLS)
    sketches = _sketched(hashes, rows, count)[chosen]
    parts = [slice(first, first + size) for first in range(0, len(chosen), size)]
    batches = [(sketches[part], meant[part]) for part in parts]
    weights = np.zeros((count + 1, len(names) + 1), dtype=np.float32)
    slope = np.zeros_like(weights)
    steps = max(min(_LOOKED_AT, _MOST_PASSES * len(chosen)) // size, 1)
    pace = _Pace(weights, steps)
    for sketch, right in islice(cycle(batches), steps):
        pull = sketch @ weights[:-1]
        pull += weights[-1]
        pull -= pull.max(axis=1, keepdims=True)
        np.exp(pull, out=pull)
        pull /= pull.sum(axis=1, keepdims=True)
        pull[np.arange(len(right)), right] -= 1
        pull /= np.float32(len(right))
        slope[:-1] = sketch.T @ pull
        slope[-1] = pull.sum(axis=0)
        pace.step(slope)
    return Layer(tuple(names), weights)


def _sketched(hashes: Ints, rows: Vectors, count: int) -> sparse.csr_array:
    """One sketch of so many cells a row."""
    columns, signs = (part.reshape(2, -1) for part in cells(hashes, np.ones(len(hashes), dtype=np.float32), count))
    values = (signs[:, rows.features] * rows.values).T.ravel()
    places = columns.astype(np.int32)[:, rows.features].T.ravel()
    return sparse.csr_array((values, places, 2 * rows.starts), shape=(len(rows.starts) - 1, count))


class _Pace:
    """Adam: each weight goes down its slope at a pace of its own, slower with each step.

    All in place: the arrays are large, and making new ones would take longer than reckoning with them.
    """

    def __init__(self, weights: Floats, steps: int) -> None:
        self._weights = weights
        self._steps = steps
        self._done = 0
        self._follow, self._spread = np.zeros_like(weights), np.zeros_like(weights)
        self._spare = np.zeros_like(weights[:_CACHED])

    def step(self, slope: Floats) -> None:
        """Change the weights. The slope is used up."""
        done = self._done
        pace = (
            _PACE * (1 - 0.9 * done / self._steps) * np.sqrt(1 - _SPREAD ** (done + 1)) / (1 - _FOLLOW ** (done + 1))
        )
        for first in range(0, len(slope), _CACHED):
            part = slice(first, first + _CACHED)
            self._change(part, slope[part], np.float32(pace))
        self._done += 1

    def _change(self, part: slice, slope: Floats, pace: np.float32) -> None:
        follow, spread, spare = self._follow[part], self._spread[part], self._spare[: len(slope)]
        np.subtract(slope, follow, out=spare)
        spare *= np.float32(1 - _FOLLOW)
        follow += spare
        slope *= slope
        slope -= spread
        slope *= np.float32(1 - _SPREAD)
        spread += slope
        np.sqrt(spread, out=spare)
        spare += np.float32(1e-8)
        np.divide(follow, spare, out=spare)
        spare *= pace
        self._weights[part] -= spare
