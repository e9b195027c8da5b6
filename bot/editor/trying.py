"""Puts one line to the real pipeline, as a person writes it who was never here before."""

from datetime import datetime

from bot.answer.pipeline import answer
from bot.answer.render import NUMBERS
from bot.answer.understanding import Understanding
from bot.content.catalogue import Authority
from bot.message import Conversation, Inbound, Kind, Level, Outcome

_EARLY = 100
"""Characters of a reply within which its first emergency number stands where it begins with them: one sentence."""
_CHOICE_OF = "i:"
"""Choices that stand for an intent begin so, then comes its name."""


def put(text: str, authority: str, understanding: Understanding, now: datetime) -> Outcome:
    """The outcome for the first message of a new conversation."""
    return answer(message(text, now), conversation(authority), understanding, now)


def message(text: str, now: datetime) -> Inbound:
    """The text as it comes in."""
    return Inbound(Kind.TEXT, "editor", text, sent_at=now)


def conversation(authority: str) -> Conversation:
    """One that has just begun."""
    return Conversation(authority, channel="terminal")


def body(outcome: Outcome) -> str:
    """What is said beside the standing notice."""
    return "\n\n".join(reply.text for reply in outcome.replies if not reply.notice)


def is_alarm(outcome: Outcome) -> bool:
    """Taken for danger: the reply is the emergency answer and people are alarmed."""
    return outcome.level in {Level.ACUTE, Level.CRISIS}


def numbers_open(outcome: Outcome) -> bool:
    """Because there may be danger the reply begins with 110 or 112, before anything else is said.

    Where no danger is seen, an answer may still begin with them, as that to "Which number for the fire brigade?".
    """
    first = NUMBERS.search(body(outcome).partition("\n")[0])
    return outcome.level is not Level.HARMLESS and first is not None and first.start() <= _EARLY


def numbers_somewhere(outcome: Outcome) -> bool:
    """110 or 112 stand anywhere in the reply."""
    return bool(NUMBERS.search(body(outcome)))


def answered(outcome: Outcome) -> tuple[str, ...]:
    """Names of the intents that were answered: none, one, or two where two things were asked."""
    return (outcome.intent, *outcome.also) if outcome.intent else ()


def offered(outcome: Outcome) -> tuple[str, ...]:
    """Names of the intents that a question back offers, none where the message was answered."""
    if outcome.intent:
        return ()
    choices = (choice for reply in outcome.replies for choice in reply.choices)
    return tuple(choice.id.removeprefix(_CHOICE_OF) for choice in choices if choice.id.startswith(_CHOICE_OF))


def reaches_people(outcome: Outcome, office: Authority) -> bool:
    """A case was opened for what was asked, and not for possible danger alone."""
    if outcome.case is None:
        return False
    told = any(office.intents[name].escalate for name in answered(outcome) if name in office.intents)
    return told or outcome.case.reason != "possible-danger"


def nearest(outcome: Outcome) -> str:
    """The example line that spoke most for what was found, with its place; "" where none did."""
    return next((reason.evidence for reason in outcome.reasons if reason.code == "match-best"), "")


def came_to(outcome: Outcome) -> str:
    """In a few German words: what the line led to."""
    if is_alarm(outcome):
        return f"Gefahr ({outcome.level.value})"
    if outcome.intent:
        return outcome.intent
    if choices := offered(outcome):
        return f"Rückfrage: {', '.join(choices)}"
    return "Übergabe an Menschen" if outcome.case else "keine Antwort"
