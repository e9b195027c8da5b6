"""Learns everything from a catalogue. Pure and deterministic: the same catalogue gives the same understanding."""

from concurrent.futures import ThreadPoolExecutor

from bot.answer.examples import Examples
from bot.answer.learning import danger, matching
from bot.answer.lines import folded_line
from bot.answer.places import Gazetteers
from bot.answer.understanding import Understanding, assembled, spelled
from bot.content.catalogue import Catalogue
from bot.text import language


def build(catalogue: Catalogue) -> Understanding:
    """Learn from a catalogue."""
    places = Gazetteers(catalogue.authorities.values())
    _fold(catalogue)
    # The rest is mostly arithmetic outside the interpreter's lock; neither looks at what the other does.
    with ThreadPoolExecutor(1) as beside:
        judged = beside.submit(danger.train, catalogue)
        examples = Examples.of(catalogue, spelled(places.everywhere))
        matcher = matching.learn(catalogue, examples, places.everywhere.without)
        return assembled(catalogue, judged.result(), language.learn(_samples(catalogue)), matcher, places)


def _fold(catalogue: Catalogue) -> None:
    """What is learnt from, to be remembered. Only the interpreter works here; two threads would get in the way."""
    for line in catalogue.danger:
        if not line.held_out:
            folded_line(line.text)
    for intent in catalogue.all_intents().values():
        for example in (*intent.examples, *intent.counter_examples):
            folded_line(example.text)


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
