"""One line of a conversation as the page shows it, the same for the template and for the stream."""

from typing import TypedDict

from bot.channels.base import Line
from bot.channels.links import Piece, pieces
from bot.message import Author

_RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "ks", "ps", "sd", "ug", "ur", "yi"})
_WRITTEN_AS = {"leicht": "de"}


class Shown(TypedDict):
    """A line, ready to be shown. `pieces` are pairs of text and target ("" for plain text)."""

    seq: int
    at: str
    author: str
    lang: str
    dir: str
    pieces: list[tuple[str, str]]
    choices: list[tuple[str, str]]
    alert: bool


def shown(line: Line) -> Shown:
    """What the page needs of a line. A citizen's own words never become links."""
    citizen = line.author is Author.CITIZEN
    language = "" if citizen else _WRITTEN_AS.get(line.language, line.language)
    cut = [Piece(line.text)] if citizen else pieces(line.text)
    return Shown(
        seq=line.seq,
        at=line.at.isoformat(timespec="seconds"),
        author=line.author.value,
        lang=language,
        dir=direction(language),
        pieces=[(piece.text, piece.href) for piece in cut],
        choices=[(choice.id, choice.label) for choice in line.choices],
        alert=line.alert,
    )


def direction(language: str) -> str:
    """Which way a language is written; "auto" where it is unknown."""
    if not language:
        return "auto"
    return "rtl" if language in _RIGHT_TO_LEFT else "ltr"
