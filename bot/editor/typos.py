"""Misspells a text the same way every time: one slip in each stretch of eight characters."""

from random import Random

_STRETCH = 8
_NEIGHBOURS = {
    "a": "sq", "b": "vn", "c": "xv", "d": "sf", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "kö", "m": "n", "n": "bm", "o": "ip", "p": "oü", "q": "wa", "r": "et", "s": "ad", "t": "rz",
    "u": "zi", "v": "cb", "w": "qe", "x": "yc", "y": "xa", "z": "tu", "ä": "öl", "ö": "äl", "ü": "pä", "ß": "s",
}  # fmt: skip
"""Keys beside a key on a German keyboard."""


def with_typos(text: str) -> str:
    """The text with one letter dropped, doubled, swapped or mistyped in each full stretch, and at least one."""
    chance = Random(text)  # noqa: S311 -- the same slips for the same text, not a secret
    written: list[str] = []
    for start in range(0, len(text), _STRETCH):
        stretch = text[start : start + _STRETCH]
        whole = len(stretch) == _STRETCH or start == 0
        written.append(_slipped(stretch, chance) if whole else stretch)
    return "".join(written)


def _slipped(stretch: str, chance: Random) -> str:
    letters = [place for place, letter in enumerate(stretch) if letter.isalpha()]
    if not letters:
        return stretch
    place = chance.choice(letters)
    letter = stretch[place]
    before, after = stretch[:place], stretch[place + 1 :]
    match chance.randrange(4):
        case 0:
            return before + after
        case 1:
            return before + letter * 2 + after
        case 2 if after[:1].isalpha():
            return before + after[0] + letter + after[1:]
        case _:
            return before + chance.choice(_NEIGHBOURS.get(letter.lower(), letter + "e")) + after
