"""Learns what the matcher cannot look up: the layer, and how sure a match is.

How sure: a probability from the evidence, fitted on examples that are judged as if they had not been written.
"""

from collections.abc import Callable

import numpy as np

from bot.answer.confidence import UNFITTED, Confidence
from bot.answer.examples import NOBODY, Examples
from bot.answer.layer import Layer
from bot.answer.learning.calibration import newton
from bot.answer.learning.layer import train
from bot.answer.match import Learnt, LeftOut, Matcher
from bot.answer.nearest import Ints, Mask
from bot.content.catalogue import Catalogue

_NEARLY_ALL = 0.98
_SAMPLE = 600
"""Examples that are left out, one after another, to fit the probability; evenly spread over all intents."""
_OUT_OF_SCOPE = 0.4
"""Weight of questions nobody answers, beside 1.0 for all others; about what citizens' channels report."""
_FEWEST = 20
"""Right and wrong matches each, from which there is something to fit."""


def learn(catalogue: Catalogue, examples: Examples, shortened: Callable[[str], str] = str) -> Matcher:
    """A matcher with everything learnt from its examples; the arguments are those of `Matcher`."""
    groups = examples.groups()
    sample = _sample(examples.labels)
    unsampled = ~np.isin(groups, groups[sample])
    fitting = _layer(examples, unsampled)
    # Of many examples the sample is not missed, and one training does for both.
    few = int(unsampled.sum()) < _NEARLY_ALL * len(unsampled)
    layer = _layer(examples, np.ones_like(unsampled)) if few else fitting
    judged = Matcher(catalogue, examples, Learnt(None, UNFITTED), shortened).leave_out(sample, groups, fitting)
    return Matcher(catalogue, examples, Learnt(layer, _fitted(judged)), shortened)


def _sample(labels: Ints) -> Ints:
    places: Ints = np.flatnonzero(labels != NOBODY)
    if len(places) <= _SAMPLE:
        return places
    return places[np.linspace(0, len(places) - 1, _SAMPLE).astype(np.int64)]


def _layer(examples: Examples, used: Mask) -> Layer | None:
    index = examples.index
    return train(examples.names, index.hashes.astype(np.int64), index.vectors, examples.labels, used)


def _fitted(judged: list[LeftOut]) -> Confidence:
    correct = np.array([one.meant == one.found for one in judged], dtype=np.bool_)
    foreign = np.array([one.meant == "" for one in judged], dtype=np.bool_)
    if min(int((correct & ~foreign).sum()), int((~correct).sum())) < _FEWEST:
        return UNFITTED
    share = np.where(foreign, _OUT_OF_SCOPE / max(int(foreign.sum()), 1), 1.0 / max(int((~foreign).sum()), 1))
    design = np.array([one.evidence.columns() for one in judged], dtype=np.float64)
    found = newton(design, correct, share * len(judged), ridge=0.1)
    return Confidence(tuple(round(float(weight), 6) for weight in found))
