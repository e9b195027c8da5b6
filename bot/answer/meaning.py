"""What a message asks: one intent, two, a handful to choose from, or nothing that is known."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.answer.match import Candidate
from bot.answer.turn import Turn
from bot.content.catalogue import IntentKind
from bot.message import Reason

_READ = 2000
"""Characters that matching reads of a long letter: its head and its tail. Triage reads all of it."""
_MOST_PARTS = 10
_LONGEST_SMALLTALK = 12
"""Words; whoever says more wants something."""
_CHOICES = 3
_LETTER = 14
"""Words of a message of several parts from which only these are matched, not the whole: that is what takes longest,
and what it says its parts say more clearly. With 30 two of 5,400 test lines more were right, and one of 120 for
people."""
_SECOND = 0.35
"""Probability from which a second request is answered like the first; from less on it stands below as a button."""
_SAME = 0.1
"""Probability from which a part still speaks for the first request: then nothing else is asked in it.

On 1,500 pairs of test lines and 4,800 single ones: with both bounds two are answered in 88 of 100 pairs that would be
understood without them, and in 89 instead of 344 of the single ones, nearly always wrongly there.
"""
_HALVED = 20
"""Words of a message of several sentences up to which the halves of "this and that" are looked at in each."""
_JOINED = re.compile(r"(?<!\S)(?:und|sowie|auserdem|and|also|plus)(?!\S)")
"""Words that join two requests in one sentence, folded."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What matching found in a message."""

    answers: tuple[Candidate, ...] = ()
    """Sure enough to answer; two where two things were asked."""
    offers: tuple[Candidate, ...] = ()
    """Worth asking back about, best first; empty where nothing is near enough. Beside answers: what may have been
    asked as well."""
    reasons: tuple[Reason, ...] = ()
    near: tuple[Candidate, ...] = ()
    """Whatever came into question, best first, however unsure."""


def meaning(sentences: Sequence[str], turn: Turn) -> Meaning:
    """Match folded sentences, whole and apart, against the intents of the conversation's authority."""
    understanding = turn.understanding
    sentences = _head_and_tail(sentences)
    whole = " ".join(sentences)
    if not whole:
        return Meaning()
    bare = understanding.courtesy.strip(whole)
    parts = _parts(sentences, turn)
    halves = [half for part in parts for half in _halves(part)] if bare.count(" ") < _HALVED else []
    texts = [bare, *parts] if not parts or bare.count(" ") < _LETTER else parts
    found = understanding.matcher.match([*texts, *halves], turn.authority.id)
    asked = [[one for one in candidates if not _is_smalltalk(one, turn)] for candidates in found]
    talk = []
    if whole.count(" ") < _LONGEST_SMALLTALK:
        (chatted,) = understanding.matcher.match([whole], turn.authority.id)
        talk = [one for one in chatted if _is_smalltalk(one, turn)]
    return _weigh(asked[: len(texts)], asked[len(texts) - len(parts) :], talk, turn)


def _parts(sentences: Sequence[str], turn: Turn) -> list[str]:
    """The sentences of a message without their courtesy; of a single one the halves of "this and that"."""
    courtesy = turn.understanding.courtesy
    parts = [courtesy.strip(sentence) for sentence in sentences if not courtesy.is_all(sentence)]
    if len(parts) == 1:
        parts = _halves(parts[0])
    return parts[:_MOST_PARTS] if len(parts) > 1 else []


def _halves(sentence: str) -> list[str]:
    """What is joined by "and", where both are more than a word."""
    halves = [half.strip() for half in _JOINED.split(sentence)]
    halves = [half for half in halves if half.count(" ") >= 1]
    return halves if len(halves) > 1 else []


def _weigh(
    asked: Sequence[Sequence[Candidate]],
    parts: Sequence[Sequence[Candidate]],
    talk: Sequence[Candidate],
    turn: Turn,
) -> Meaning:
    thresholds = turn.understanding.catalogue.thresholds
    ranked = _best_of_each(one for candidates in asked for one in candidates)
    top = ranked[0] if ranked else None
    chat = talk[0] if talk else None
    reasons = _reasons(ranked, chat)
    talked = chat is not None and (top is None or chat.probability > top.probability)
    if top is not None and top.probability >= thresholds.answer and not talked:
        second = _second(parts, top, thresholds.answer)
        sure = [one for one in second if one.probability >= _SECOND]
        perhaps = tuple(one for one in second if one.probability < _SECOND)
        return Meaning((top, *sure), perhaps, reasons, tuple(ranked))
    if chat is not None and chat.probability >= thresholds.answer:
        return Meaning((chat,), (), reasons, tuple(ranked))
    offers = [one for one in _best_of_each([*ranked, *talk]) if one.probability >= thresholds.ask / 2]
    if offers and offers[0].probability >= thresholds.ask:
        return Meaning((), tuple(offers[:_CHOICES]), reasons, tuple(ranked))
    return Meaning((), (), reasons, tuple(ranked))


def _second(parts: Sequence[Sequence[Candidate]], top: Candidate, least: float) -> list[Candidate]:
    """The second request, if any: the best of a part in which nothing speaks for the first."""
    if not any(candidates and candidates[0].intent == top.intent for candidates in parts):
        return []
    others = [candidates[0] for candidates in parts if candidates and not _speaks_for(top.intent, candidates)]
    likely = [one for one in others if one.probability >= least]
    return [max(likely, key=lambda one: one.probability)] if likely else []


def _speaks_for(intent: str, candidates: Sequence[Candidate]) -> bool:
    return any(one.intent == intent and one.probability >= _SAME for one in candidates)


def _best_of_each(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Each intent once, with its best probability, best first."""
    best: dict[str, Candidate] = {}
    for one in candidates:
        if one.intent not in best or one.probability > best[one.intent].probability:
            best[one.intent] = one
    return sorted(best.values(), key=lambda one: (-one.probability, one.intent))


def _is_smalltalk(candidate: Candidate, turn: Turn) -> bool:
    return turn.authority.intents[candidate.intent].kind is IntentKind.SMALLTALK


def _head_and_tail(sentences: Sequence[str]) -> list[str]:
    """At most _READ characters, taken from both ends sentence by sentence."""
    if sum(map(len, sentences)) <= _READ:
        return list(sentences)
    head: list[str] = []
    tail: list[str] = []
    room = _READ
    left, right = 0, len(sentences) - 1
    while left <= right and room > 0:
        from_head = len(head) <= len(tail)
        sentence = sentences[left if from_head else right][:room]
        (head if from_head else tail).append(sentence)
        room -= len(sentence) + 1
        left, right = (left + 1, right) if from_head else (left, right - 1)
    return [*head, *reversed(tail)]


def _reasons(ranked: Sequence[Candidate], chat: Candidate | None) -> tuple[Reason, ...]:
    best = sorted([*ranked[:2], *([chat] if chat else [])], key=lambda one: -one.probability)[:2]
    reasons = []
    for place, one in enumerate(best):
        source = f"{one.example.text} ({one.example.source})"
        if place == 0:
            text = f"Am nächsten liegt „{one.intent}“ ({one.probability:.0%}). Überzeugt hat das Beispiel:"
            reasons.append(Reason("match-best", text, source))
        else:
            text = f"Danach kommt „{one.intent}“ ({one.probability:.0%}) mit dem Beispiel:"
            reasons.append(Reason("match-next", text, source))
    return tuple(reasons)
