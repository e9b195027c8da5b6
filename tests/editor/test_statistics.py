"""Figures say how sure they are."""

import pytest

from bot.editor.statistics import Share


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [
        (0, 10, 0.0, 0.2775),
        (10, 10, 0.7225, 1.0),
        (95, 100, 0.8882, 0.9785),
        (682, 682, 0.9944, 1.0),
        (0, 0, 0.0, 1.0),
    ],
)
def test_the_interval_is_wilsons(hits: int, total: int, low: float, high: float) -> None:
    """Against published values; nothing counted says nothing."""
    assert Share(hits, total).interval() == pytest.approx((low, high), abs=5e-4)


def test_a_share_reads_as_count_percent_and_range() -> None:
    """In German notation."""
    assert str(Share(95, 100)) == "95/100 95,0% (89–98)"
