"""Floors under what is reached on sentences whose writers saw neither content nor code.

The sentences in `unseen/` are for measuring only: whoever writes content does not read them, so failures name counts
and never a text. The floors lie one to seven points below what was measured on 22 November 2026: learnt
probabilities near a threshold differ between processors. They may rise, never fall (once one did, on purpose:
"hard-alarm", from 4 to 4.5 of 100); the goals stand in bot/editor/figures.py.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.answer.understanding import Understanding
from bot.content.catalogue import Catalogue
from bot.editor.figures import body_by_language, figures
from bot.editor.lines import Line, from_file
from bot.editor.playing import play
from bot.editor.statistics import Share

UNSEEN = Path(__file__).parent / "unseen"
OFFICE = "nrw-im"
"""Gets the lines that belong to no authority."""


def unseen(catalogue: Catalogue) -> list[Line]:
    """The lines of every file there is."""
    return [line for path in sorted(UNSEEN.glob("*.jsonl")) for line in from_file(path, catalogue, OFFICE)]


@pytest.fixture(scope="module")
def reached(shipped: Understanding) -> Mapping[str, Share]:
    """Each measure's counts; the lines themselves stay in here."""
    played = list(play(unseen(shipped.catalogue), shipped, datetime(2026, 11, 21, 12, tzinfo=UTC)))
    return {one.name: one.share for one in (*figures(played), *body_by_language(played))}


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("danger-body", 0.98),
        ("danger-first", 0.87),
        ("danger-first-explicit", 0.95),
        ("danger-opening", 0.97),
        ("crisis-line", 0.96),
        ("right-kaltenkirchen", 0.88),
        ("right-ni-polizei", 0.89),
        ("right-nrw-im", 0.89),
        ("right-pd-lueneburg", 0.89),
        ("right-th-im", 0.89),
        ("right-or-offered", 0.91),
        ("people", 0.9),
        ("place", 0.92),
    ],
)
def test_enough_comes_out_right(reached: Mapping[str, Share], name: str, floor: float) -> None:
    """The more the better."""
    assert reached[name].value >= floor, str(reached[name])


@pytest.mark.parametrize(
    ("name", "ceiling"),
    [
        ("hard-alarm", 0.045),
        ("hard-opening", 0.15),
        ("everyday-alarm", 0.02),
        ("everyday-opening", 0.09),
        ("handed-over", 0.03),
    ],
)
def test_little_goes_wrong(reached: Mapping[str, Share], name: str, ceiling: float) -> None:
    """The less the better."""
    assert reached[name].value <= ceiling, str(reached[name])


@pytest.mark.parametrize("language", ["de", "leicht", "en", "tr", "uk", "ru", "ar", "pl", "fr", "es", "ro", "fa"])
def test_danger_gets_the_numbers_in_every_language(reached: Mapping[str, Share], language: str) -> None:
    """None is left behind; the goal itself is the floor."""
    share = reached[f"danger-body-{language}"]
    assert share.total
    assert share.value >= 0.95, str(share)


def test_the_sentences_are_not_learnt(shipped: Understanding) -> None:
    """What was copied into the content measures nothing."""
    learnt = {line.text.casefold() for line in shipped.catalogue.danger if not line.held_out}
    for intent in shipped.catalogue.all_intents().values():
        learnt.update(example.text.casefold() for example in (*intent.examples, *intent.counter_examples))
    # Two people may well write the same few words; more than eight the same way were copied.
    copied = [line.source for line in unseen(shipped.catalogue) if _is_long(line) and line.text.casefold() in learnt]
    assert not copied, f"{len(copied)} lines, the first is {copied[0]}"


def _is_long(line: Line) -> bool:
    return len(line.text.split()) > 8
