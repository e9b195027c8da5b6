"""Lines of the content, folded and remembered: publishing learns again from lines that have hardly changed."""

from functools import lru_cache

from bot.answer.segments import folded_sentences
from bot.text.fold import clean, fold
from bot.text.sentences import sentences

_MOST = 200_000


@lru_cache(maxsize=_MOST)
def folded_line(text: str) -> str:
    """`fold` of a line."""
    return fold(text)


@lru_cache(maxsize=_MOST)
def line_sentences(text: str) -> tuple[str, ...]:
    """The folded sentences of a line."""
    cleaned = clean(text)
    if len(sentences(cleaned)) > 1:
        return tuple(folded_sentences(cleaned))
    # Most lines are one sentence, and as a line it is remembered.
    return (folded_line(text),) if folded_line(text) else ()
