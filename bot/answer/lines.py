"""Lines of the content, folded and remembered: publishing learns again from lines that have hardly changed."""

from functools import lru_cache

from bot.answer.segments import Reading, read
from bot.text.fold import clean, fold
from bot.text.sentences import clauses, sentences

_MOST = 400_000
_folded: dict[str, str] = {}


def folded_line(text: str) -> str:
    """`fold` of a line."""
    found = _folded.get(text)
    return remember(text, fold(text)) if found is None else found


def remember(text: str, folded: str) -> str:
    """Keep what somebody else has folded; gives it back."""
    if len(_folded) >= _MOST:
        _folded.clear()
    _folded[text] = folded
    return folded


@lru_cache(maxsize=_MOST)
def line_read(text: str) -> Reading:
    """A line, taken apart."""
    cleaned = clean(text)
    if len(sentences(cleaned)) > 1 or len(clauses(cleaned)) > 1:
        return read(cleaned)
    # Most lines are one sentence, and as a line it is remembered.
    return Reading.of([folded_line(text)] if folded_line(text) else [])
