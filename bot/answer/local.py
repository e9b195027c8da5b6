"""What a place does to an answer: the text of its region, a question back, or the word that it lies elsewhere."""

from collections.abc import Sequence
from dataclasses import replace

from bot.answer import answering, outcomes, render
from bot.answer.followup import is_small
from bot.answer.match import Candidate
from bot.answer.meaning import Meaning
from bot.answer.places import choice
from bot.answer.turn import Turn
from bot.content.catalogue import Place
from bot.message import Level, Outcome, Reason

_NEAR = 0.08
_NEARLY = 0.35
"""Named places are mostly about what differs from place to place."""
_SHORT = 11
"""Words."""
_SURE = 0.4
"""Probability of a regional topic below which all is named that is known of the place. Of test lines with a place
four in ten were answered wrongly below, one in twenty above; most of those asked for another regional answer."""
HERE = "place.here"
"""What is said about a place when nothing was asked about it."""


def bare(turn: Turn) -> bool:
    """Only a place was written, as an answer or as a beginning: "in Undeloh", "nein, Winsen an der Luhe"."""
    words = [word for sentence in turn.places.rest for word in sentence.split()]
    return turn.places.any and all(is_small(word) for word in words)


def unclear(turn: Turn, level: Level, usable: Sequence[Candidate], why: Sequence[Reason]) -> Outcome | None:
    """The outcome where the answer hangs on a place that is not clear; None where it is clear or does not matter."""
    about = subject(turn, usable)
    if not about or turn.places.certain:
        return None
    places = turn.places
    if places.open:
        reason = Reason("place-open", "Mehrere Orte heißen so: Rückfrage mit Auswahl.", places.open[0].name)
        reply = render.said(turn.authority, "place.which", turn.language, turn.now)
        reply = replace(reply, choices=tuple(choice(place) for place in places.open))
        return outcomes.answered(turn, level, [reply], about, 1.0, (*why, reason))
    if places.outside is not None:
        reason = Reason("place-outside", "Der Ort liegt nicht im Gebiet der Behörde.", places.outside.name)
        reply = render.said(turn.authority, "place.outside", turn.language, turn.now, place=places.outside)
        return outcomes.answered(turn, level, [reply], about, 1.0, (*why, reason))
    if places.code:
        reason = Reason("place-code", "Zu dieser Postleitzahl gibt es in der Tabelle keinen Ort.")
        reply = render.said(turn.authority, "place.code", turn.language, turn.now)
        return outcomes.answered(turn, level, [reply], about, 1.0, (*why, reason))
    return None


def answered(turn: Turn, level: Level, about: str, why: Sequence[Reason]) -> Outcome:
    """The answer about something for the place that was named by itself."""
    reason = Reason("place", "Nur ein Ort: Antwort für sein Gebiet.", turn.places.certain[0].name)
    if about in turn.authority.intents:
        return answering.answer(turn, level, [(about, 1.0)], (*why, reason))
    places = turn.places.certain
    replies = [render.said(turn.authority, about, turn.language, turn.now, place=place) for place in places[:2]]
    replies = list({reply.text: reply for reply in replies}.values())
    replies = [*(replace(reply, choices=()) for reply in replies[:-1]), replies[-1]]
    return outcomes.answered(turn, level, replies, about, 1.0, (*why, reason), place=places[0].key)


def subject(turn: Turn, usable: Sequence[Candidate]) -> str:
    """The topic whose answer hangs on the place, "" where none does."""
    if usable:
        best = usable[0]
        vague = best.probability < _SURE and _is_held_here(turn, best.intent)
        return HERE if vague else best.intent if _regional(turn, best.intent) else ""
    if bare(turn):
        return topic(turn)
    # Little was said beside the place: its station and its channel answer more of that than a person in some hours.
    return HERE if turn.places.any and _is_short(turn) and _regional(turn, HERE) else ""


def topic(turn: Turn) -> str:
    """What a place by itself is about: the last thing that was asked, if a place matters there."""
    last = turn.dialogue.last_intent
    return last if last in turn.authority.intents and _regional(turn, last) else HERE


def preferred(turn: Turn, found: Meaning) -> Meaning:
    """What was found, but where a place was named, the topic that a place belongs to, if it is nearly as likely."""
    if not turn.places.any:
        return found
    best = found.near[0].probability if found.near else 0.0
    fitting = [one for one in found.near if _regional(turn, one.intent)]
    if not fitting or fitting[0] in found.answers or fitting[0].probability < max(_NEAR, best * _NEARLY):
        return found
    reason = Reason("place-topic", "Ein Ort ist genannt: Das ortsbezogene Anliegen geht vor.", fitting[0].intent)
    return replace(found, answers=(fitting[0],), offers=(), reasons=(*found.reasons, reason))


def at(turn: Turn, place: Place) -> Turn:
    """The turn as if this place had been written."""
    return replace(turn, places=replace(turn.places, certain=(place,), open=(), outside=None, code=""))


def _is_held_here(turn: Turn, name: str) -> bool:
    """Whether what is said about the place itself names all that a regional answer names, and perhaps more."""
    if not (turn.places.certain and _regional(turn, name) and _regional(turn, HERE)):
        return False
    there, here = (
        render.said(turn.authority, one, turn.language, turn.now, place=turn.places.certain[0])
        for one in (name, HERE)
    )
    return render.details(there.text) <= render.details(here.text)


def _is_short(turn: Turn) -> bool:
    return sum(len(sentence.split()) for sentence in turn.sentences) <= _SHORT


def _regional(turn: Turn, name: str) -> bool:
    response = turn.authority.responses.get(name)
    return response is not None and bool(response.regional)
