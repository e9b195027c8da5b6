"""The neighbours are the nearest ones, whichever way they are sought."""

import numpy as np
import pytest

from bot.answer import nearest
from bot.answer.nearest import Floats, Index

WORDS = [
    first + second for first in ("pres", "stel", "wach", "kan", "num", "fon") for second in ("se", "al", "mer", "ort")
]


def texts(count: int) -> list[str]:
    """Three words each, drawn alike at every run."""
    draw = np.random.default_rng(3)
    return [" ".join(np.array(WORDS)[draw.integers(0, len(WORDS), 3)]) for _ in range(count)]


def compared_with_all(index: Index, text: str) -> Floats:
    """The cosine with every example, one after another."""
    return index.cosines(np.arange(index.size), *index.weigh([text]).row(0))


@pytest.mark.parametrize(("budget", "lost"), [(8_000, 1e-5), (100, 0.05)])
def test_the_nearest_come_first(monkeypatch: pytest.MonkeyPatch, budget: int, lost: float) -> None:
    """All postings read, or only the rarest, which may miss the best by little; cosines are exact either way."""
    monkeypatch.setattr(nearest, "_BUDGET", budget)
    index = Index.of(texts(300))
    for text in ("presse wachal nummer", "fonort kanse stelmer presal", "kanort"):
        every = compared_with_all(index, text)
        near = index.nearest(*index.weigh([text]).row(0), 10)
        assert np.allclose(near.cosines, every[near.ids], atol=1e-5)
        assert near.cosines[0] >= every.max() - lost
        assert np.all(np.diff(near.cosines) <= 0)


def test_only_the_allowed_are_found() -> None:
    """What another authority says is nobody's neighbour here."""
    index = Index.of(texts(300))
    allowed = np.arange(300) % 3 == 0
    near = index.nearest(*index.weigh(["presse wachal nummer"]).row(0), 20, allowed)
    assert len(near.ids) == 20
    assert allowed[near.ids].all()


def test_what_nothing_has_in_common_has_no_neighbours() -> None:
    """Neither has an empty text."""
    index = Index.of(texts(300))
    for text in ("xyz", ""):
        assert len(index.nearest(*index.weigh([text]).row(0), 10).ids) == 0
