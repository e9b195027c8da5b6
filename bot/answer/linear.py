"""Logistic regression on sparse rows, trained with L-BFGS. Deterministic: no random number, a fixed order."""

from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

_MEMORY = 8
_SUFFICIENT_DECREASE = 1e-4
_CONVERGED = 1e-4
_NEAR_COMMON = 5.0
"""How many lines' worth the common offset counts in that of a group."""


class Rows:
    """Sparse training rows over compact columns, kept in the order of rows and in the order of columns.

    Adding up neighbours is four times as fast as scattering, and training adds up a hundred times.
    """

    def __init__(self, rows: Numbers, columns: Numbers, values: Floats, height: int, width: int) -> None:
        self.height, self.width = height, width
        # Whole-word indices: narrower ones would be widened anew in every step.
        self._columns, self._values = columns.astype(np.intp), values
        self._full_rows = np.flatnonzero(np.bincount(rows, minlength=height))
        self._row_starts = np.searchsorted(rows, self._full_rows)
        order = np.argsort(columns, kind="stable")
        self._rows_by_column, self._values_by_column = rows[order].astype(np.intp), values[order]
        self._full_columns = np.flatnonzero(np.bincount(columns, minlength=width))
        self._column_starts = np.searchsorted(columns[order], self._full_columns)

    def times(self, weights: Floats) -> Floats:
        """One number per row."""
        sums = np.zeros(self.height, dtype=np.float32)
        if len(self._values):
            sums[self._full_rows] = np.add.reduceat(self._values * weights.take(self._columns), self._row_starts)
        return sums

    def transposed_times(self, numbers: Floats) -> Floats:
        """One number per column."""
        sums = np.zeros(self.width, dtype=np.float32)
        if len(self._values):
            products = self._values_by_column * numbers.take(self._rows_by_column)
            sums[self._full_columns] = np.add.reduceat(products, self._column_starts)
        return sums


def logistic(rows: Rows, positive: Bools, used: Bools, *, ridge: float, steps: int = 40) -> tuple[Floats, float]:
    """Weights and bias that tell positive rows from the others; both sides weigh the same in total.

    Rows outside `used` do not count.
    """
    signs = np.where(positive, 1.0, -1.0).astype(np.float32)
    share = np.zeros(rows.height, dtype=np.float32)
    total = float(used.sum())
    for side in (positive & used, ~positive & used):
        share[side] = total / (2.0 * max(float(side.sum()), 1.0))

    def loss(point: Floats) -> tuple[float, Floats]:
        weights, bias = point[:-1], point[-1]
        margins = signs * (rows.times(weights) + bias)
        value = float((share * np.logaddexp(0, -margins)).sum()) + 0.5 * ridge * float(weights @ weights)
        pull = (-signs * share / (1 + np.exp(np.minimum(margins, 60)))).astype(np.float32)
        return value, np.append(rows.transposed_times(pull) + np.float32(ridge) * weights, pull.sum())

    point = _descend(loss, np.zeros(rows.width + 1, dtype=np.float32), steps)
    return point[:-1], float(point[-1])


def _descend(loss: Callable[[Floats], tuple[float, Floats]], point: Floats, steps: int) -> Floats:
    value, slope = loss(point)
    history: deque[tuple[Floats, Floats, float]] = deque(maxlen=_MEMORY)
    for _ in range(steps):
        direction = _direction(slope, history)
        descent = float(slope @ direction)
        stride = 1.0
        while True:
            tried = (point - np.float32(stride) * direction).astype(np.float32)
            tried_value, tried_slope = loss(tried)
            if tried_value <= value - _SUFFICIENT_DECREASE * stride * descent or stride < 1e-4:
                break
            stride /= 2
        moved, bent = tried - point, (tried_slope - slope).astype(np.float32)
        curvature = float(moved @ bent)
        if curvature > 1e-12:
            history.append((moved, bent, curvature))
        done = abs(value - tried_value) <= _CONVERGED * abs(value)
        point, value, slope = tried, tried_value, tried_slope.astype(np.float32)
        if done:
            break
    return point


def _direction(slope: Floats, history: deque[tuple[Floats, Floats, float]]) -> Floats:
    """The two-loop recursion: the slope seen through the curvature of the last steps."""
    direction = slope.astype(np.float32)
    if not history:
        return direction / max(float(np.linalg.norm(slope)), 1e-9)
    shares: list[float] = []
    for moved, bent, curvature in reversed(history):
        share = float(moved @ direction) / curvature
        shares.append(share)
        direction = direction - np.float32(share) * bent
    moved, bent, curvature = history[-1]
    direction = direction * np.float32(curvature / float(bent @ bent))
    for (moved, bent, curvature), share in zip(history, reversed(shares), strict=True):
        direction = direction + np.float32(share - float(bent @ direction) / curvature) * moved
    return direction


def calibrate(evidence: Floats, positive: Bools, fallback: Sequence[float]) -> Sequence[float]:
    """Weights of the columns and an offset that turn evidence into log-odds (Platt); `fallback` with too few rows.

    Both sides weigh the same, so that the share of danger in the data does not decide what a probability means.
    """
    if min(int(positive.sum()), int((~positive).sum())) < 40:
        return fallback
    design = np.column_stack([evidence, np.ones(len(evidence))]).astype(np.float64)
    weights = np.where(positive, 0.5 / positive.sum(), 0.5 / (~positive).sum()) * len(positive)
    found = newton(design, positive, weights, ridge=1e-3)
    return tuple(map(float, found)) if found[0] > 0 else fallback


def shifted(scores: Floats, positive: Bools) -> float:
    """What has to be added to the log-odds of one group; next to nothing where the group is small."""
    if min(int(positive.sum()), int((~positive).sum())) < 40:
        return 0.0
    weights = np.where(positive, 0.5 / positive.sum(), 0.5 / (~positive).sum()) * len(scores)
    moved = 0.0
    for _ in range(20):
        chance = 1 / (1 + np.exp(-np.clip(scores + moved, -30, 30)))
        pull = float((weights * (chance - positive)).sum()) + _NEAR_COMMON * moved
        curve = float((weights * chance * (1 - chance)).sum()) + _NEAR_COMMON
        moved -= pull / curve
    return moved


def newton(
    design: npt.NDArray[np.float64], positive: Bools, weights: npt.NDArray[np.float64], *, ridge: float
) -> npt.NDArray[np.float64]:
    """Logistic regression on a few dense columns, solved exactly."""
    point = np.zeros(design.shape[1])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-np.clip(design @ point, -30, 30)))
        slope = design.T @ (weights * (chance - positive)) + ridge * point
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + ridge * np.eye(len(point))
        step = np.linalg.solve(curve, slope)
        point = point - step
        if float(np.abs(step).max()) < 1e-6:
            break
    return point
