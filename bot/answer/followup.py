"""A message that only makes sense after the last one: "und auf Instagram?", "ok, dann den Link dafür"."""

from dataclasses import replace

from bot.answer.meaning import Meaning, meaning
from bot.answer.outcomes import recent
from bot.answer.segments import folded_sentences
from bot.answer.turn import Turn
from bot.message import Reason
from bot.text.fold import clean, fold

_LONGEST = 8
"""Words; a longer message says by itself what it is about."""
_AGAIN = {
    *("link", "nummer", "telefonnummer", "telefon", "adresse", "mail", "dafür", "dazu", "nochmal", "nochmals"),
    *("wiederholen", "noch", "einmal", "bitte", "wie", "war", "das", "welche", "genau"),
    *("number", "phone", "address", "again", "that", "it", "repeat", "url", "website", "webseite", "seite"),
}
_SMALL = {
    *(
        "und",
        "ok",
        "okay",
        "dann",
        "den",
        "die",
        "das",
        "der",
        "bitte",
        "gib",
        "mir",
        "ich",
        "brauche",
        "haben",
        "sie",
    ),
    *(
        "hast",
        "du",
        "mal",
        "wo",
        "ist",
        "denn",
        "für",
        "von",
        "gut",
        "ja",
        "danke",
        "also",
        "schick",
        "schicken",
        "ein",
    ),
    *(
        "and",
        "the",
        "please",
        "then",
        "give",
        "me",
        "send",
        "for",
        "of",
        "what",
        "is",
        "was",
        "can",
        "you",
        "have",
        "so",
    ),
}
_PLACE_WORDS = {
    fold(word)
    for word in (
        *("in", "im", "aus", "bei", "beim", "für", "nach", "von", "vom", "um", "nahe", "raum", "stadt", "gemeinde"),
        *("ort", "kreis", "landkreis", "lk", "nein", "nee", "doch", "meine", "meinte", "wohne", "wohnen", "komme"),
        *("lebe", "mein", "uns", "hier", "ne", "no", "i", "im", "live", "from", "in", "near", "at", "mean", "it"),
        *("postleitzahl", "plz", "an", "am", "auf", "zu"),
    )
}
"""Words that only lead to a place."""
_AGAIN_FOLDED = {fold(word) for word in _AGAIN}
_SMALL_FOLDED = {fold(word) for word in _SMALL}


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
    return word in "?!" or word in _SMALL_FOLDED or word in _PLACE_WORDS


def _words(turn: Turn) -> list[str]:
    return [word for sentence in turn.sentences for word in sentence.split() if word not in "?!"]


def _repeats(words: list[str]) -> bool:
    return (
        len(words) <= _LONGEST
        and any(word in _AGAIN_FOLDED for word in words)
        and all(word in _AGAIN_FOLDED or word in _SMALL_FOLDED for word in words)
    )
