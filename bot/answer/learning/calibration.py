"""Turns evidence into log-odds: logistic regression on a few dense columns. Deterministic."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from bot.answer.nearest import Floats
from bot.text.grams import Bools

_NEAR_COMMON = 5.0
"""How many lines' worth the common offset counts in that of a group."""


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
