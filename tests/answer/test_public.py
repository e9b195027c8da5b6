"""Comments and posts that everybody can read: only danger is answered, and only in private."""

import pytest

from bot.message import Kind, Level, Owner, Severity
from tests.answer.conftest import Citizen, body

POSSIBLE = "er verfolgt mich"
HARMLESS = (
    "wie erreiche ich die pressestelle",
    "Daten löschen",
    "/start",
    "ich will mit einem menschen sprechen",
    "",
)


@pytest.mark.parametrize(
    ("text", "level"),
    [("er hat ein messer und bedroht uns", Level.ACUTE), ("ich bringe mich heute um", Level.CRISIS)],
)
def test_danger_is_answered_and_an_alarm(citizen: Citizen, text: str, level: Level) -> None:
    """The same numbers as in private; the address leads to a private reply."""
    outcome = citizen.says(text, public=True)
    assert outcome.level is level
    assert "112" in body(outcome).splitlines()[0]
    assert outcome.case is not None
    assert outcome.case.severity is Severity.ALARM


def test_the_only_message_says_who_answers_too(stranger: Citizen) -> None:
    """A comment takes a single private message: numbers first, the notice at its end."""
    outcome = stranger.says("er hat ein messer und bedroht uns", public=True)
    [reply] = outcome.replies
    private = Citizen(stranger.understanding).says("er hat ein messer und bedroht uns")
    assert reply.text == "\n\n".join(one.text for one in private.replies)
    assert not reply.notice


def test_where_danger_is_possible_people_are_told_and_nothing_is_said(citizen: Citizen) -> None:
    """A stranger's worry under a post is nothing the bot writes to people about."""
    outcome = citizen.says(POSSIBLE, public=True)
    assert (outcome.level, outcome.replies) == (Level.POSSIBLE, ())
    assert outcome.case is not None
    assert outcome.case.severity is Severity.RAISED


@pytest.mark.parametrize("text", HARMLESS)
def test_everything_else_is_only_noted(citizen: Citizen, text: str) -> None:
    """No answer, no case, no command: a comment is no conversation with the authority."""
    outcome = citizen.says(text, public=True)
    assert (outcome.replies, outcome.case, outcome.command) == ((), None, None)


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.VOICE, Kind.UNSUPPORTED, Kind.EDIT])
def test_a_post_without_words_is_only_noted(citizen: Citizen, kind: Kind) -> None:
    """A picture under a post is no call for help that only we would have got."""
    outcome = citizen.says("", kind, public=True)
    assert (outcome.replies, outcome.case) == ((), None)


def test_a_post_changes_nothing_in_what_was_asked_in_private(citizen: Citizen) -> None:
    """The choices that were offered there stay open, and a person's conversation stays theirs."""
    citizen.says("wie erreiche ich die pressestelle")
    pending = citizen.dialogue.pending
    citizen.owner = Owner.HUMAN
    assert citizen.says("2", public=True).replies == ()
    assert citizen.dialogue.pending == pending


def test_danger_split_over_short_posts_is_joined(citizen: Citizen) -> None:
    """As in private."""
    citizen.says("hilfe", public=True, after=3)
    citizen.says("er hat", public=True, after=3)
    outcome = citizen.says("ein messer", public=True, after=3)
    assert outcome.level is Level.ACUTE
    assert outcome.replies
