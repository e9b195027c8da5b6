"""The layer learns what tells intents apart, and leaves alone what it cannot learn from."""

import numpy as np

from bot.answer.layer import Layer
from bot.answer.learning.layer import train
from bot.answer.nearest import Index, Ints

NAMES = ("press", "jobs")
SYLLABLES = {
    "press": ("zei", "tung", "ra", "dio"),
    "jobs": ("stel", "le", "lohn", "be"),
    "": ("wol", "ke", "mond", "gru"),
}


def texts(intent: str, count: int, seed: int) -> list[str]:
    """Three words each, of two of the intent's syllables."""
    draw = np.random.default_rng(seed)
    own = np.array(SYLLABLES[intent])
    return [" ".join("".join(own[draw.integers(0, 4, 2)]) for _ in range(3)) for _ in range(count)]


TEXTS = [text for intent in SYLLABLES for text in texts(intent, 150, len(intent))]
LABELS: Ints = np.repeat(np.array([0, 1, -1], dtype=np.int64), 150)


def trained(used: int) -> Layer | None:
    index = Index.of(TEXTS)
    return train(NAMES, index.hashes.astype(np.int64), index.vectors, LABELS, np.arange(len(TEXTS)) < used)


def test_it_knows_what_it_was_taught() -> None:
    """A new text is most of all of its own intent; what is none of them gets next to no share."""
    layer = trained(len(TEXTS))
    assert layer is not None
    index = Index.of(TEXTS)
    for intent, wanted in (("press", 0), ("jobs", 1), ("", None)):
        for number in range(20):
            row = index.weigh(texts(intent, 20, 99)).row(number)
            shares = layer.shares(index.hashes[row[0]].astype(np.int64), row[1], np.arange(2))
            assert [place for place in (0, 1) if shares[place] > 0.5] == ([] if wanted is None else [wanted])


def test_it_learns_the_same_each_time() -> None:
    """To the last bit."""
    one, other = trained(len(TEXTS)), trained(len(TEXTS))
    assert one is not None
    assert other is not None
    assert np.array_equal(one.weights, other.weights)


def test_too_few_examples_teach_nothing() -> None:
    """The neighbours then judge alone."""
    assert trained(399) is None
