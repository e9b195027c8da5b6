"""`lotse explain` says why, from the outcome that answered."""

from datetime import datetime
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from bot.editor import printing
from bot.editor.explaining import LEVELS, explain
from bot.message import Level


def test_a_question_is_explained_by_its_nearest_example(learn: Any, now: datetime) -> None:
    """Intent, certainty, example with its place, reply."""
    understanding, _ = learn()
    told = explain("Wie erreiche ich die Pressestelle?", "nrw-im", understanding, now)
    assert told.intent == "contact.press"
    assert told.title
    assert any("contact-press.yaml" in reason.evidence for reason in told.reasons)
    assert "0211 871-1111" in told.reply


def test_danger_is_explained_on_the_terminal(learn: Any, now: datetime) -> None:
    """In German, markup in the message taken literally."""
    understanding, _ = learn()
    console = Console(file=StringIO(), width=100)
    printing.explanation(console, explain("[bold]Hilfe es brennt im Keller", "nrw-im", understanding, now))
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    assert "[bold]Hilfe es brennt" in text
    assert "akute Gefahr" in text
    assert "Alarm" in text


@pytest.mark.parametrize("level", list(Level))
def test_every_level_has_words(level: Level) -> None:
    """A new level must be explained too."""
    assert LEVELS[level]
