"""A pending choice, answered by button, by number or by its label."""

from collections.abc import Sequence

from rapidfuzz import fuzz

from bot.answer.small_words import BESIDE_A_CHOICE, ORDINALS
from bot.message import Choice
from bot.text.fold import fold

PREFIX = "i:"
"""Begins the id of a choice that stands for an intent."""

_PLACES = {word: place for place, words in enumerate(ORDINALS) for word in words}
_LABEL_RATIO = 88
"""rapidfuzz ratio from which a typed label counts as the label; a typo in twelve letters."""


def intent_of(choice_id: str) -> str:
    """The intent a choice stands for, "" where it stands for something else."""
    return choice_id.removeprefix(PREFIX) if choice_id.startswith(PREFIX) else ""


def chosen(text: str, pending: Sequence[Choice]) -> Choice | None:
    """Which of the offered choices a typed text means: its number in digits or words, or its label."""
    if not pending or len(text) > 80:
        return None
    folded = fold(text)
    words = [word for word in folded.split() if word not in "?!"]
    labels = [fold(choice.label) for choice in pending]
    bare = " ".join(words)
    if bare in labels:
        return pending[labels.index(bare)]
    places = [_PLACES[word] for word in words if word in _PLACES]
    rest = [word for word in words if word not in _PLACES and word not in BESIDE_A_CHOICE]
    # "the second one" has two: the first of them counts.
    if 1 <= len(places) <= 2 and not rest and places[0] < len(pending):
        return pending[places[0]]
    if bare:
        ratios = [fuzz.ratio(bare, label) for label in labels]
        if max(ratios) >= _LABEL_RATIO:
            return pending[ratios.index(max(ratios))]
    return None
