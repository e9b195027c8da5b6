"""Puts one line to the real pipeline, as a person writes it who was never here before."""

import re
from datetime import datetime

from bot.answer.pipeline import answer
from bot.answer.understanding import Understanding
from bot.message import Conversation, Inbound, Kind, Level, Outcome

_NUMBER = re.compile(r"(?<!\d)11[02](?!\d)")


def put(text: str, authority: str, understanding: Understanding, now: datetime) -> Outcome:
    """The outcome for the first message of a new conversation."""
    inbound = Inbound(Kind.TEXT, "editor", text, sent_at=now)
    return answer(inbound, Conversation(authority, channel="terminal"), understanding, now)


def body(outcome: Outcome) -> str:
    """What is said beside the standing notice."""
    return "\n\n".join(reply.text for reply in outcome.replies if not reply.notice)


def numbers_first(outcome: Outcome) -> bool:
    """The reply begins with the emergency numbers and people are alarmed."""
    return outcome.level in {Level.ACUTE, Level.CRISIS}


def numbers_somewhere(outcome: Outcome) -> bool:
    """110 or 112 stand anywhere in the reply, the standing notice left out."""
    return bool(_NUMBER.search(body(outcome)))


def came_to(outcome: Outcome) -> str:
    """In a few German words: what the line led to."""
    if numbers_first(outcome):
        return f"Gefahr ({outcome.level.value})"
    offered = [choice.label for reply in outcome.replies for choice in reply.choices]
    if outcome.intent:
        return outcome.intent
    if offered:
        return f"Rückfrage: {', '.join(offered)}"
    return "Übergabe an Menschen" if outcome.case else "keine Antwort"
