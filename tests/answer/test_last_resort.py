"""The emergency answer that needs nothing."""

import subprocess
import sys

import pytest

from bot.answer.last_resort import last_resort
from bot.message import Dialogue, Lane, Level
from tests.answer.conftest import NOW

LANGUAGES = ("de", "leicht", "en", "tr", "uk", "ru", "ar", "pl", "fr", "es", "ro", "fa")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numbers_stand_in_every_language(language: str) -> None:
    """Western digits, both numbers, sent first, and people are told."""
    outcome = last_resort(language, NOW, Dialogue())
    text = outcome.replies[0].text
    assert "110" in text
    assert "112" in text
    assert outcome.replies[0].lane is Lane.EMERGENCY
    assert outcome.replies[0].language == language
    assert outcome.level is Level.UNKNOWN
    assert outcome.case is not None
    assert outcome.case.reason == "fault"


def test_an_unknown_language_gets_two() -> None:
    """German and English, for one of them is likely read."""
    text = last_resort("xx", NOW, Dialogue()).replies[0].text
    assert "Rufen Sie jetzt an" in text
    assert "Call now" in text


def test_it_imports_nothing_that_could_be_broken() -> None:
    """Only the standard library and the vocabulary: no content, no models, no third-party package."""
    code = (
        "import sys, bot.answer.last_resort;"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'numpy', 'rapidfuzz', 'yaml', 'pydantic'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
