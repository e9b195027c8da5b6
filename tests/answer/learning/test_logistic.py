"""Logistic regression finds the one best point, whatever the measures of its columns."""

import numpy as np
import pytest
from scipy import sparse

from bot.answer.learning.logistic import logistic
from bot.answer.nearest import Floats
from bot.text.grams import Bools

RIDGE = 0.1
EVERY: Bools = np.ones(200, dtype=np.bool_)


def rows(scale: float = 1.0) -> tuple[sparse.csr_array, Bools]:
    """Two hundred rows, a quarter of them positive; the first column tells most, the last is rare."""
    draw = np.random.default_rng(7)
    positive = np.arange(200) % 4 == 0
    dense = (draw.random((200, 6)) < [0.5, 0.5, 0.5, 0.3, 0.3, 0.03]).astype(np.float32)
    dense[:, 0] = np.where(draw.random(200) < 0.9, positive, ~positive)
    dense[:, 5] *= scale
    return sparse.csr_array(dense), positive


def slope(data: sparse.csr_array, positive: Bools, used: Bools, weights: Floats, bias: float) -> Floats:
    """Of the loss at a point, written out plainly."""
    share = np.where(positive, 0.5 / (positive & used).sum(), 0.5 / (~positive & used).sum()) * used.sum() * used
    chance = 1 / (1 + np.exp(-(data @ weights + bias)))
    pull = share * (chance - positive)
    found: Floats = np.append(data.T @ pull + RIDGE * weights, pull.sum()).astype(np.float32)
    return found


@pytest.mark.parametrize("scale", [1.0, 100.0])
def test_the_slope_at_the_end_is_nought(scale: float) -> None:
    """There is one best point, and it is found."""
    data, positive = rows(scale)
    weights, bias = logistic(data, positive, EVERY, ridge=RIDGE, steps=100)
    assert np.abs(slope(data, positive, EVERY, weights, bias)).max() < 0.1
    assert weights[0] > 1


def test_rows_that_are_not_used_do_not_count() -> None:
    """What they say may be turned round without any change."""
    data, positive = rows()
    used = np.arange(200) < 120
    turned = positive ^ ~used
    assert np.array_equal(
        logistic(data, positive, used, ridge=RIDGE)[0], logistic(data, turned, used, ridge=RIDGE)[0]
    )


def test_both_sides_weigh_the_same() -> None:
    """However few are positive: without any evidence the odds are even."""
    _, positive = rows()
    weights, bias = logistic(sparse.csr_array((200, 6), dtype=np.float32), positive, EVERY, ridge=RIDGE)
    assert np.abs(weights).max() == 0
    assert abs(bias) < 1e-3
