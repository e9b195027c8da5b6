"""Telephone numbers and addresses inside a text, for pages that can make links of them.

Only for texts of the bot and of staff: what a citizen wrote stays text.
"""

import re
from dataclasses import dataclass

_LINK = re.compile(r"https?://[^\s<>\"„“”»«]+|www\.[^\s<>\"„“”»«]+", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_SHORT = re.compile(
    r"(?<![\w.,§+-])(?<!§ )(?:110|112|115|116 ?\d{3}|19222)"
    r"(?![\w-]|[.,]\d|\s*(?:€|%|Euro\b|Prozent\b|km\b|Jahre\b|Tage\b|Personen\b|Seiten\b))"
)
_LONG = re.compile(
    r"(?<![\w.,/+-])(?:\+\d{1,3}|\(?0)"
    r"(?:\d| ?\(0\) ?\d|\)? ?[/–-] ?(?!0\d{2,})\(?\d|\)? \(?\d)+"
    r"(?!\w|[.,]\d)"
)
_DIGITS_OF_A_NUMBER = range(6, 16)
_AFTER_A_LINK = tuple(".,;:!?…'\"]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `href` is "" where it is no link."""

    text: str
    href: str = ""


def pieces(text: str) -> list[Piece]:
    """The text cut at its links; joined, the pieces are the text again."""
    found: list[Piece] = []
    done = 0
    for start, stop, href in _links(text):
        if start < done:
            continue
        if start > done:
            found.append(Piece(text[done:start]))
        found.append(Piece(text[start:stop], href))
        done = stop
    if done < len(text):
        found.append(Piece(text[done:]))
    return found


def _links(text: str) -> list[tuple[int, int, str]]:
    """Start, end and target of every link, in order; where two overlap, the earlier and longer comes first."""
    links = []
    for match in _LINK.finditer(text):
        shown = _without_tail(match.group())
        links.append((match.start(), match.start() + len(shown), shown if "://" in shown else f"https://{shown}"))
    links += [(match.start(), match.end(), f"mailto:{match.group()}") for match in _MAIL.finditer(text)]
    links += [(match.start(), match.end(), f"tel:{_dialled(match.group())}") for match in _SHORT.finditer(text)]
    for match in _LONG.finditer(text):
        number = _dialled(match.group())
        if len(number.lstrip("+")) in _DIGITS_OF_A_NUMBER:
            links.append((match.start(), match.end(), f"tel:{number}"))
    return sorted(links, key=lambda link: (link[0], -link[1]))


def _dialled(shown: str) -> str:
    """What a telephone dials: "+49 (0)211 871-01" is +4921187101."""
    if shown.startswith("+"):
        return "+" + re.sub(r"\D", "", shown.replace("(0)", ""))
    return re.sub(r"\D", "", shown)


def _without_tail(link: str) -> str:
    """Punctuation after a link belongs to the sentence, and so does a bracket that opened before it."""
    while link.endswith(_AFTER_A_LINK) or (link.endswith(")") and link.count("(") < link.count(")")):
        link = link[:-1]
    return link
