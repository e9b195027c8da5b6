"""Folding: many spellings of one word become one.

Two steps, both linear in the length of the text. `clean` repairs what keyboards, copy-paste and ill will
do to characters (controls, bidirectional marks, floods of combining marks, full-width and Arabic digits) and keeps
what a reader sees. `fold` then drops what spelling varies in: case, accents, look-alike letters of other scripts,
umlauts in any of their three spellings, doubled and stretched letters, hyphens, punctuation but ? and !.
Emoji that mean something for danger become words of their own ("emojifeuer"), so that data decides what they say.
`fold` is idempotent, so lexicon entries and messages may be folded in any order.
"""

import re
import unicodedata
from functools import cache

LONGEST = 65_536
"""Characters of a message that are read at all; the platforms allow far fewer."""

_MOST_EMOJI = 500  # further ones say nothing new and each becomes a whole word

_EMOJI = {
    "emojifeuer": "🔥",
    "emojihilfe": "🆘",
    "emojinotruf": "🚨",
    "emojikrankenwagen": "🚑",
    "emojifeuerwehr": "🚒🧯",
    "emojipolizei": "🚓🚔👮",
    "emojiblut": "🩸",
    "emojimesser": "🔪🗡",
    "emojipistole": "🔫",
    "emojibombe": "💣💥🧨",
    "emojitod": "💀☠⚰🪦",
    "emojitabletten": "💊",
    "emojiangst": "😱😨😰🥺",
    "emojiweinen": "😭😢😿",
    "emojiverletzt": "🤕🩹",
    "emojiwarnung": "⚠☢☣",
    "emojiwasser": "🌊",
    "emojischlag": "👊🤛🤜",
    "emojilachen": "😂🤣😄😆😅😁😀😃😊🙂😉😜😝😛😋😎🙃😹🤪",
    "emojiherz": "❤💙💚💛🧡💜🖤💕💖💗😍🥰😘♥",
    "emojifeier": "🎉🎊🥳🍾🎂🎈🍻🍺",
    "emojidaumen": "👍👏💪🙌👌✌🤝",
    "emojidanke": "🙏💐🌹",
}
_DROPPED = [
    *range(0x09),
    0x0B,
    0x0C,
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    0xAD,  # soft hyphen
    0xB7,  # the dot of Leichte Sprache (Bundes·tag)
    0x34F,
    0x61C,
    0x640,  # Arabic tatweel
    0x180E,
    *range(0x200B, 0x2010),  # zero-width, direction marks
    *range(0x202A, 0x202F),  # bidi embedding and override
    *range(0x2060, 0x2070),  # word joiner, bidi isolates
    0x2027,
    0x20E3,  # keycap
    *range(0xFE00, 0xFE10),  # variation selectors
    0xFEFF,
    *range(0xFFF0, 0x10000),
    *range(0x1F3FB, 0x1F400),  # skin tones
    *range(0xD800, 0xE000),  # lone surrogates
    *range(0xE0000, 0xE0100),
]
_SPELLINGS = {
    "ß": "ss", "ẞ": "ss", "ı": "i", "ł": "l", "Ł": "l", "ø": "o", "Ø": "o", "æ": "a", "Æ": "a", "œ": "o", "Œ": "o",
    "đ": "d", "Đ": "d", "ð": "d", "þ": "th",
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ک": "ك", "ۀ": "ه",
    "ё": "е", "ґ": "г",
}  # fmt: skip
_LOOKALIKES = str.maketrans("аеорсухіјѕԁһкмтвнАЕОРСУХІЈЅКМТВНαεορυικντ", "aeopcyxijsdhkmtbhAEOPCYXIJSKMTBHaeopuiknt")
_CYRILLIC_OR_GREEK = re.compile(r"[\u0370-\u03ff\u0400-\u052f]")
_MIXED = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-zA-Z\u00c0-\u024f]")
_JOINTS = re.compile(r"(?<=[^\W\d_])(?:['’‘`´ʼ-](?=[^\W\d_])|[:*_](?=innen\b|in\b|r\b|n\b))")
_NOT_WORDS = re.compile(r"[^\w?!]+|_+")
_MARKS = re.compile(r"\s*([?!])[\s?!]*")
_STRETCHED = re.compile(r"(\D)\1+")
"""For a text that holds nothing but words, digits, single spaces and marks that stand alone."""
_UMLAUTS = re.compile(r"([aou])e+")
_FIRST_MARK = "\u0300"
_FIRST_EMOJI = min(map(min, _EMOJI.values()))
_OFTEN = 0x2600
"""Codes below it are remembered once they were met: alphabets, and few enough for the memory."""
_SPACED_NUMBER = re.compile(r"(?<!\S)1 1 ([02])(?!\S| \d)")
_ODD_NUMBER = re.compile(r"(?<!\w)[1lI|]{2}[0oO2](?!\w)")
_SPACED_WORD = re.compile(r"(?<!\S)(?:[^\W\d_] ){3,}[^\W\d_](?!\S)")


class _Table(dict[int, str | None]):
    """For `str.translate`: what letters become; any other stays. Without the answer, each would cost an exception."""

    def __missing__(self, code: int) -> str:
        same = chr(code)
        if code < _OFTEN:
            self[code] = same
        return same


@cache
def _cleaning() -> _Table:
    table = _Table()
    for code in range(0x80, 0x1F000):
        character = chr(code)
        digit = unicodedata.decimal(character, None)
        if digit is not None:
            table[code] = str(digit)
    table.update(dict.fromkeys(_DROPPED))
    return table


@cache
def _emoji() -> dict[str, str]:
    return {one: f" {word} " for word, characters in _EMOJI.items() for one in characters}


@cache
def _emoji_characters() -> re.Pattern[str]:
    """One emoji with a meaning, however often it is repeated."""
    return re.compile(f"([{''.join(_emoji())}])\\1*")


def _emoji_word(found: re.Match[str]) -> str:
    return _emoji()[found[1]]


@cache
def _combining() -> tuple[int, ...]:
    return tuple(code for code in range(ord(_FIRST_MARK), 0x1F000) if unicodedata.combining(chr(code)))


@cache
def _combining_flood() -> re.Pattern[str]:
    """Three or more combining marks in a row; normalising a long row of them would be quadratic."""
    ranges: list[list[int]] = []
    for code in sorted([*_combining(), 0x489]):
        if ranges and ranges[-1][1] == code - 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    classes = "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)
    return re.compile(f"([{classes}]{{2}})[{classes}]+")


def clean(text: str) -> str:
    """The text as a reader sees it: one form per character, nothing invisible, Western digits, line ends kept."""
    text = text[:LONGEST]
    if not text.isascii():
        if max(text) >= _FIRST_MARK:
            text = _combining_flood().sub(r"\1", text)
        text = text.translate(_cleaning())
        if not unicodedata.is_normalized("NFKC", text):
            text = unicodedata.normalize("NFKC", text)[:LONGEST].translate(_cleaning())
    elif not text.isprintable():
        text = text.translate(_cleaning())
    return text.replace("\t", " ").replace("\r", "\n")


def _one_script(word: re.Match[str]) -> str:
    """A word that mixes Latin with look-alike letters is meant as Latin."""
    found = word[0]
    if _LATIN.search(found) and _CYRILLIC_OR_GREEK.search(found):
        return found.translate(_LOOKALIKES)
    return found


def fold(text: str) -> str:
    """Words in one spelling, separated by single spaces; "?" and "!" stand as words of their own."""
    return fold_clean(clean(text))


def fold_clean(text: str) -> str:
    """`fold` for a text that has already been through `clean`."""
    text = _ODD_NUMBER.sub(_emergency_number, text)
    if not text.isascii() and max(text) >= _FIRST_EMOJI:
        text = _emoji_characters().sub(_emoji_word, text, count=_MOST_EMOJI)
    text = text.casefold()
    if not text.isascii():
        text = _without_accents(text)
    text = _JOINTS.sub("", text)
    text = _NOT_WORDS.sub(" ", text)
    text = _MARKS.sub(r" \1 ", text)
    text = _shortened(" ".join(text.split()))
    if _SPACED_WORD.search(text):
        text = _shortened(_SPACED_WORD.sub(_joined, text))
    return _SPACED_NUMBER.sub(r"11\1", text) if "1 1 " in text else text


def _shortened(text: str) -> str:
    """One script in each word, no second half of a spelt-out umlaut, no repetition of a letter."""
    if not text.isascii() and _CYRILLIC_OR_GREEK.search(text):
        text = _MIXED.sub(_one_script, text)
    return _STRETCHED.sub(r"\1", _UMLAUTS.sub(r"\1", text))


def _emergency_number(found: re.Match[str]) -> str:
    return "112" if found[0].endswith("2") else "110"


def _joined(found: re.Match[str]) -> str:
    return found[0][::2]


@cache
def _spellings() -> _Table:
    table = _Table(dict.fromkeys(_combining()))
    table.update({ord(one): other for one, other in _SPELLINGS.items()})
    return table


def _without_accents(text: str) -> str:
    return unicodedata.normalize("NFKD", text).translate(_spellings())[: LONGEST * 4]
