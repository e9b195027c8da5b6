"""The stretches of a message that are judged for danger on their own.

Danger stands in the fourth sentence of a polite letter, or in the middle of voice input without any full stop.
So each sentence is judged, each pair of neighbours, each window of an endless sentence, and a short message whole.
The number of segments grows with the text, and never faster.
"""

from collections.abc import Sequence
from itertools import pairwise

from bot.text.fold import fold_clean
from bot.text.sentences import sentences, windows

_WHOLE = 60
"""Words up to which a message of several sentences is also judged as a whole."""


def folded_sentences(cleaned: str) -> list[str]:
    """The sentences of a cleaned text, folded; none empty."""
    return [folded for sentence in sentences(cleaned) if (folded := fold_clean(sentence))]


def segments(folded: Sequence[str]) -> list[str]:
    """What is judged, from the folded sentences; the message itself where it is one short sentence."""
    single = [window for sentence in folded for window in windows(sentence)]
    if len(folded) < 2:
        return single
    pairs = [f"{one} {other}" for one, other in pairwise(folded)]
    judged = [*single, *(pair for pair in pairs if pair.count(" ") < _WHOLE)]
    whole = " ".join(folded)
    if len(folded) > 2 and whole.count(" ") < _WHOLE:
        judged.append(whole)
    return judged
