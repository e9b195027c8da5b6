"""Cutting a text for a platform: at the end of a paragraph or sentence, never inside a number, link or emoji."""

import re
import unicodedata
from collections.abc import Callable, Sequence

from bot.message import Choice

_UNITS: dict[str, Callable[[str], int]] = {
    "chars": len,
    "utf16": lambda text: len(text.encode("utf-16-le", "surrogatepass")) // 2,
    "bytes": lambda text: len(text.encode("utf-8", "surrogatepass")),
}

_WHOLE = re.compile(
    r"https?://\S+"  # a link
    r"|\+?\d(?:[\d /()–-]*\d)?"  # a number with its blanks
    r"|[\U0001f1e6-\U0001f1ff]{2}"  # a flag
    # a sign with what belongs to it: joined signs, variation, skin colour, accents, keycap
    r"|\S(?:\u200d\S|[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\u0300-\u036f\u20e3])+"
)
_ENDS = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"[.!?…:][\"“”’)]*\s"), re.compile(r"\s"))
"""Where a text may be cut, the best place first."""


def measure(text: str, unit: str) -> int:
    """The length in the platform's own unit: "chars", "utf16" or "bytes"."""
    return _UNITS[unit](text)


def split(text: str, limit: int, unit: str = "chars") -> list[str]:
    """The text in parts that fit; one part where it fits whole. Nothing but white space at the cuts is lost."""
    parts = []
    rest = text.strip()
    while measure(rest, unit) > limit:
        cut = _cut(rest, _fitting(rest, limit, unit))
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest or not parts else parts


def numbered(text: str, choices: Sequence[Choice]) -> str:
    """The text with its choices as a list, for platforms without buttons; a typed number means the same."""
    if not choices:
        return text
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    return "\n".join([text.rstrip(), "", *lines])


def shorten(label: str, limit: int, unit: str = "chars") -> str:
    """A button label that the platform takes; too long ones end in an ellipsis."""
    if measure(label, unit) <= limit:
        return label
    return label[: _fitting(label, limit - measure("…", unit), unit)].rstrip() + "…"


def _fitting(text: str, limit: int, unit: str) -> int:
    """How many characters of the text fit, found by halving."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(text[:middle], unit) <= limit:
            low = middle
        else:
            high = middle - 1
    return low


def _cut(text: str, most: int) -> int:
    """The best place to cut at or before `most`: as late as possible, in the second half if it can be."""
    whole = [match.span() for match in _WHOLE.finditer(text, 0, min(len(text), most + 200))]
    for end in _ENDS:
        places = [match.end() for match in end.finditer(text, 0, most + 1) if match.start() > 0]
        usable = [
            place
            for place in places
            if most // 2 <= place <= most and not any(start < place < stop for start, stop in whole)
        ]
        if usable:
            return usable[-1]
    around = next(((start, stop) for start, stop in whole if start < most < stop), None)
    if around and around[0] > 0:
        return around[0]
    # In the middle of a word: at least a letter keeps its accents.
    cut = most
    while cut > 1 and _continues(text[cut : cut + 1]):
        cut -= 1
    return cut if cut > 1 else most


def _continues(character: str) -> bool:
    return character in {"\u200d", "\ufe0e", "\ufe0f"} or bool(character and unicodedata.combining(character))
