"""Logistic regression on many sparse rows, trained with L-BFGS. Deterministic: no random number, a fixed order."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize

from bot.answer.nearest import Floats
from bot.text.grams import Bools

_MEMORY = 8
_CONVERGED = 1e-6


def logistic(
    rows: sparse.csr_array, positive: Bools, used: Bools, *, ridge: float, steps: int = 40
) -> tuple[Floats, float]:
    """Weights and bias that tell positive rows from the others; both sides weigh the same in total.

    Rows outside `used` do not count.
    """
    height, width = rows.shape
    signs = np.where(positive, 1.0, -1.0).astype(np.float32)
    share = np.zeros(height, dtype=np.float32)
    total = float(used.sum())
    for side in (positive & used, ~positive & used):
        share[side] = total / (2.0 * max(float(side.sum()), 1.0))
    columns = rows.T
    # Each weight moves in a measure of its own, as the slope of a rare stretch is flat. Without that the descent
    # needs two and a half times as many steps.
    squares = rows.copy()
    squares.data **= 2
    measure = (0.25 * np.append(squares.T @ share, share.sum())).astype(np.float32)
    measure[:-1] += np.float32(ridge)
    measure **= np.float32(-0.5)

    def loss(exact: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        point = exact.astype(np.float32) * measure
        weights, bias = point[:-1], point[-1]
        margins = signs * (rows @ weights + bias)
        value = float((share * np.logaddexp(0, -margins)).sum()) + 0.5 * ridge * float(weights @ weights)
        pull = (-signs * share / (1 + np.exp(np.minimum(margins, 60)))).astype(np.float32)
        slope = np.append(columns @ pull + np.float32(ridge) * weights, pull.sum()) * measure
        return value, slope.astype(np.float64)

    options: dict[str, Any] = {"maxiter": steps, "maxcor": _MEMORY, "ftol": _CONVERGED}
    found = minimize(loss, np.zeros(width + 1), jac=True, method="L-BFGS-B", options=options).x.astype(np.float32)
    found *= measure
    return found[:-1], float(found[-1])
