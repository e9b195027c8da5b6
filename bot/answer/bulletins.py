"""What the press office wants said at present leads the answers it concerns.

After the numbers, never before them; not in acute danger and crisis, where nothing but the numbers counts.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot.answer.places import by_key, of_choice
from bot.answer.render import NUMBERS
from bot.answer.turn import DEFAULT_LANGUAGE, Turn
from bot.content.catalogue import IntentKind
from bot.message import Bulletin, Command, Level, Outcome, Reason, Reply, Told

QUIET = timedelta(hours=1)
"""For this long a bulletin is not repeated, unless the same question is asked again."""
MOST = 2
"""Bulletins before one answer; what else is in force leads the next one."""


def led(turn: Turn, outcome: Outcome, bulletins: Sequence[Bulletin]) -> Outcome:
    """The outcome with the bulletins that concern it before its answer."""
    if not bulletins or outcome.level in {Level.ACUTE, Level.CRISIS} or outcome.command is Command.DELETE:
        return outcome
    number = next((number for number, reply in enumerate(outcome.replies) if not reply.notice), None)
    if number is None:
        return outcome
    told = tuple(one for one in outcome.dialogue.told if timedelta(0) <= turn.now - one.at < QUIET)
    due = [one for one in bulletins if _concerns(one, turn, outcome) and not _known(one, told, turn, outcome)]
    # What holds for one region only is nearer to the question than what holds everywhere; then the newest.
    due = sorted(due, key=lambda one: (not one.region, not one.topics, -one.id))[:MOST]
    if not due:
        return outcome
    replies = list(outcome.replies)
    replies[number] = _before(replies[number], [_text(one, outcome.language) for one in due], outcome.level)
    again = {one.id for one in due}
    now_told = (Told(one.id, one.version, outcome.intent, turn.now) for one in due)
    dialogue = replace(outcome.dialogue, told=(*(one for one in told if one.id not in again), *now_told))
    reasons = [Reason("bulletin", "Ein Hinweis der Pressestelle steht vor der Antwort.", f"#{one.id}") for one in due]
    return replace(outcome, replies=tuple(replies), dialogue=dialogue, reasons=(*outcome.reasons, *reasons))


def _concerns(bulletin: Bulletin, turn: Turn, outcome: Outcome) -> bool:
    if bulletin.authority != turn.authority.id or not bulletin.starts_at <= turn.now < bulletin.ends_at:
        return False
    if bulletin.topics and not set(bulletin.topics) & {outcome.intent, *outcome.also}:
        return False
    # Of a place outside the area nothing that holds inside it is worth saying.
    if turn.places.outside is not None and not turn.places.certain:
        return False
    return not bulletin.region or bulletin.region in _regions(turn, outcome)


def _regions(turn: Turn, outcome: Outcome) -> set[str]:
    """Of the places that were named, else of the one that the conversation is about; none while it is asked back."""
    if turn.places.certain:
        return {place.region for place in turn.places.certain}
    asked_back = any(of_choice(one.id, turn.authority) for one in outcome.dialogue.pending)
    if asked_back or turn.places.outside or turn.places.code:
        return set()
    place = by_key(outcome.dialogue.place, turn.authority)
    return {place.region} if place is not None else set()


def _known(bulletin: Bulletin, told: Sequence[Told], turn: Turn, outcome: Outcome) -> bool:
    """It was said within the hour. Who asks the same question again reads it again."""
    before = next((one for one in told if (one.id, one.version) == (bulletin.id, bulletin.version)), None)
    if before is None:
        return False
    intent = turn.authority.intents.get(outcome.intent)
    asked_again = intent is not None and intent.kind is IntentKind.QUESTION and before.intent == intent.name
    return not asked_again


def _text(bulletin: Bulletin, language: str) -> str:
    """In the language of the reply, else in German."""
    return bulletin.texts.get(language) or bulletin.texts.get(DEFAULT_LANGUAGE, "")


def _before(reply: Reply, texts: Sequence[str], level: Level) -> Reply:
    """The paragraphs before the answer; where danger is not ruled out, after the paragraph with the numbers."""
    first = reply.text.partition("\n\n")[0] if level is not Level.HARMLESS else ""
    numbers = first if NUMBERS.search(first) else ""
    parts = (numbers, *texts, reply.text.removeprefix(numbers).strip())
    return replace(reply, text="\n\n".join(part for part in parts if part))
