"""Learns everything from a catalogue. Pure and deterministic: the same catalogue gives the same understanding."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from bot.answer.examples import Examples
from bot.answer.learning import danger, matching
from bot.answer.learning.beside import beside
from bot.answer.lines import folded_line, remember
from bot.answer.places import Gazetteers
from bot.answer.understanding import Understanding, assembled, spelled
from bot.content.catalogue import Catalogue
from bot.text import language
from bot.text.fold import fold

T = TypeVar("T")

_MANY = 10_000
"""Lines from which on a second process saves more time than it takes."""


def build(catalogue: Catalogue) -> Understanding:
    """Learn from a catalogue."""
    places = Gazetteers(catalogue.authorities.values())
    lines = _lines(catalogue)
    begun = beside if len(lines) >= _MANY else _when_asked
    _fold(lines, begun)
    # Neither looks at what the other does.
    judged = begun(partial(danger.train, catalogue))
    examples = Examples.of(catalogue, spelled(places.everywhere))
    matcher = matching.learn(catalogue, examples, places.everywhere.without)
    spoken = language.learn(_samples(catalogue))
    return assembled(catalogue, judged(), spoken, matcher, places)


def _when_asked(work: Callable[[], T]) -> Callable[[], T]:
    return work


def _lines(catalogue: Catalogue) -> list[str]:
    """What is learnt from, as it is written, each line once."""
    written = [line.text for line in catalogue.danger if not line.held_out]
    for intent in catalogue.all_intents().values():
        written += [example.text for example in (*intent.examples, *intent.counter_examples)]
    return list(dict.fromkeys(written))


def _fold(lines: Sequence[str], begun: Callable[[Callable[[], list[str]]], Callable[[], list[str]]]) -> None:
    """Fold all lines, to be remembered; one half as work that is begun elsewhere."""
    half = len(lines) // 2
    other = begun(lambda: [fold(line) for line in lines[:half]])
    for line in lines[half:]:
        folded_line(line)
    for line, folded in zip(lines[:half], other(), strict=True):
        remember(line, folded)


def _samples(catalogue: Catalogue) -> dict[str, list[str]]:
    """Folded lines by language; easy-to-read German is German."""
    samples: dict[str, list[str]] = {}
    for line in catalogue.danger:
        if not line.held_out:
            samples.setdefault(line.language, []).append(folded_line(line.text))
    for intent in catalogue.all_intents().values():
        for example in intent.examples:
            samples.setdefault(example.language, []).append(folded_line(example.text))
    samples.setdefault("de", []).extend(samples.pop("leicht", []))
    return samples
