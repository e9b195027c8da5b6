"""Words and times as the press office reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refusal
from bot.inbox import times, wording
from bot.message import Author, Kind, Level, Severity
from bot.store.cases import CaseState
from bot.store.values import MessageRow

NOW = datetime(2026, 11, 21, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("passed", "said"),
    [
        (timedelta(seconds=-5), "gerade eben"),
        (timedelta(seconds=59), "gerade eben"),
        (timedelta(minutes=1), "seit 1 Min."),
        (timedelta(minutes=59, seconds=59), "seit 59 Min."),
        (timedelta(hours=23), "seit 23 Std."),
        (timedelta(days=1), "seit 1 Tag"),
        (timedelta(days=9), "seit 9 Tagen"),
    ],
)
def test_ages_are_said_in_one_unit(passed: timedelta, said: str) -> None:
    """Rounded down; a clock that runs ahead is no negative age."""
    assert times.age(NOW - passed, NOW) == said


def test_times_are_berlins() -> None:
    """With the date where it was another day there; summer and winter time apart."""
    assert times.moment(NOW, NOW) == "23:30 Uhr"
    assert times.moment(NOW - timedelta(hours=23, minutes=31), NOW) == "20.11.2026, 23:59 Uhr"
    assert times.moment(datetime(2026, 7, 1, 12, 0, tzinfo=UTC), NOW) == "01.07.2026, 14:00 Uhr"


def test_everything_the_vocabulary_knows_has_a_german_word() -> None:
    """A value that was added without a word would be shown as a code."""
    assert set(wording.SEVERITIES) == set(Severity)
    assert set(wording.LEVELS) == set(Level)
    assert set(wording.STATES) == set(CaseState)
    assert set(wording.REFUSALS) == set(Refusal)
    assert set(wording.KINDS) == set(Kind) - {Kind.TEXT}


def test_an_unknown_code_is_shown_as_it_is() -> None:
    """Nothing is hidden because a word for it is missing."""
    assert wording.reason("brand-new") == "brand-new"
    assert wording.channel("pigeon") == "pigeon"
    assert wording.level("odd").word == "odd"


@pytest.mark.parametrize(
    ("delivery", "refusal", "said"),
    [
        ("queued", "", "Wird zugestellt"),
        ("sending", "", "Wird zugestellt"),
        (
            "queued",
            "retry",
            "Noch nicht zugestellt, neuer Versuch folgt: Die Plattform ist vorübergehend nicht erreichbar",
        ),
        ("sent", "retry", "Zugestellt an die Plattform"),
        ("given_up", "rejected", "Nicht zugestellt: Die Plattform hat den Inhalt abgelehnt"),
        ("given_up", "", "Nicht zugestellt"),
    ],
)
def test_every_state_of_delivery_is_said(delivery: str, refusal: str, said: str) -> None:
    """With the reason where there is one."""
    sign = wording.delivery(MessageRow(1, NOW, Author.BOT, "x", "de", delivery=delivery, refusal=refusal))
    assert sign is not None
    assert sign.word == said


def test_leichte_sprache_is_german_to_a_screen_reader() -> None:
    """`leicht` is no code that a browser knows."""
    assert wording.html_language("leicht") == "de"
