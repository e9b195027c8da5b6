"""A figure says whether its goal is reached, and how surely."""

import pytest

from bot.editor.figures import Figure, Verdict
from bot.editor.statistics import Share


@pytest.mark.parametrize(
    ("hits", "total", "goal", "verdict"),
    [
        (1000, 1000, 0.99, Verdict.SURE),
        (20, 20, 0.99, Verdict.REACHED),
        (19, 20, 0.99, Verdict.CLOSE),
        (10, 20, 0.99, Verdict.MISSED),
        (0, 0, 0.99, Verdict.OPEN),
        (10, 20, None, Verdict.NONE),
    ],
)
def test_a_floor_is_judged_by_share_and_interval(hits: int, total: int, goal: float | None, verdict: Verdict) -> None:
    """Few lines prove little, whatever their share."""
    assert Figure("x", "X", Share(hits, total), goal).verdict is verdict


@pytest.mark.parametrize(
    ("hits", "total", "verdict"),
    [(0, 1000, Verdict.SURE), (0, 20, Verdict.REACHED), (1, 20, Verdict.CLOSE), (10, 20, Verdict.MISSED)],
)
def test_a_ceiling_is_judged_the_other_way_round(hits: int, total: int, verdict: Verdict) -> None:
    """Fewer is better."""
    assert Figure("x", "X", Share(hits, total), 0.02, at_most=True).verdict is verdict


def test_goals_are_written_in_german() -> None:
    """With a comma."""
    assert Figure("x", "X", Share(0, 1), 0.002, at_most=True).goal_text == "≤ 0,2 %"
    assert Figure("x", "X", Share(0, 1), 0.95).goal_text == "≥ 95 %"


def test_no_verdict_is_a_colour_alone() -> None:
    """Each has its own word."""
    assert len({verdict.word for verdict in Verdict}) == len(Verdict)
