"""A message that only makes sense after the last one: "und auf Instagram?", "ok, dann den Link dafür"."""

from dataclasses import replace

from bot.answer.meaning import Meaning, meaning
from bot.answer.outcomes import recent
from bot.answer.segments import folded_sentences
from bot.answer.small_words import AGAIN, PLACE, SMALL
from bot.answer.turn import Turn
from bot.message import Reason
from bot.text.fold import clean, fold

_LONGEST = 8
"""Words; a longer message says by itself what it is about."""


def again(turn: Turn) -> Meaning:
    """The last topic once more, where nothing but "the link for that" was asked; else nothing."""
    last = turn.authority.intents.get(turn.dialogue.last_intent)
    words = _words(turn)
    if last is None or not last.examples or not _repeats(words):
        return Meaning()
    found = meaning(folded_sentences(clean(last.examples[0].text)), turn)
    same = tuple(one for one in found.answers if one.intent == last.name)
    return Meaning(same, (), (Reason("follow-up", "Die Nachricht fragt noch einmal nach dem Letzten."),))


def in_context(turn: Turn) -> Meaning:
    """What the message means after what was said before; nothing answered where that does not help."""
    words = _words(turn)
    if not words or len(words) > _LONGEST:
        return Meaning()
    last = turn.authority.intents.get(turn.dialogue.last_intent)
    contexts = [" ".join(folded_sentences(clean(one.text))) for one in recent(turn)[-1:]]
    if last is not None:
        contexts.append(fold(last.title))
    for context in contexts:
        found = meaning([f"{context} {' '.join(words)}"], turn)
        if found.answers and (last is None or found.answers[0].intent != last.name):
            reason = Reason("follow-up", "Zusammen mit dem zuvor Gesagten verstanden.", context)
            return replace(found, answers=found.answers[:1], reasons=(*found.reasons, reason))
    return Meaning()


def is_small(word: str) -> bool:
    """Whether a folded word says nothing by itself."""
    return word in "?!" or word in SMALL or word in PLACE


def _words(turn: Turn) -> list[str]:
    return [word for sentence in turn.sentences for word in sentence.split() if word not in "?!"]


def _repeats(words: list[str]) -> bool:
    return (
        len(words) <= _LONGEST
        and any(word in AGAIN for word in words)
        and all(word in AGAIN or word in SMALL for word in words)
    )
