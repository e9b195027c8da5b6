"""Learns everything from a catalogue. Pure and deterministic: the same catalogue gives the same understanding."""

from functools import partial

from bot.answer.examples import Examples
from bot.answer.learning import danger, matching
from bot.answer.learning.beside import beside
from bot.answer.lines import folded_line, remember
from bot.answer.places import Gazetteers
from bot.answer.understanding import Understanding, assembled, spelled
from bot.content.catalogue import Catalogue
from bot.text import language
from bot.text.fold import fold

_MANY = 10_000
"""Lines from which on a second process saves more time than it takes."""


def build(catalogue: Catalogue) -> Understanding:
    """Learn from a catalogue."""
    places = Gazetteers(catalogue.authorities.values())
    many = _fold(catalogue) >= _MANY
    # Neither looks at what the other does.
    train = partial(danger.train, catalogue)
    judged = beside(train) if many else train
    examples = Examples.of(catalogue, spelled(places.everywhere))
    matcher = matching.learn(catalogue, examples, places.everywhere.without)
    spoken = language.learn(_samples(catalogue))
    return assembled(catalogue, judged(), spoken, matcher, places)


def _fold(catalogue: Catalogue) -> int:
    """What is learnt from, folded and remembered; how many lines that are."""
    written = [line.text for line in catalogue.danger if not line.held_out]
    for intent in catalogue.all_intents().values():
        written += [example.text for example in (*intent.examples, *intent.counter_examples)]
    lines = list(dict.fromkeys(written))
    half = lines[: len(lines) // 2] if len(lines) >= _MANY else []
    other = beside(lambda: [fold(line) for line in half]) if half else list[str]
    for line in lines[len(half) :]:
        folded_line(line)
    for line, folded in zip(half, other(), strict=True):
        remember(line, folded)
    return len(lines)


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
