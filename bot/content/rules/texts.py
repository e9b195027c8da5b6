"""What a text must not contain, and what an emergency text must."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.content.catalogue import Response
from bot.content.findings import Finding, error
from bot.content.models import ResponseDocument
from bot.content.parsing import Entry
from bot.content.placeholders import PLACEHOLDER
from bot.content.responses import source
from bot.content.system import is_emergency, is_page

BYTE_LIMIT = 1000
"""Bytes of UTF-8, filled in. Instagram cuts at 1,000 bytes, the strictest platform here."""

_EMERGENCY = re.compile(r"(?<!\d)11[02](?!\d)")
_LINK = re.compile(  # endings in small letters only: "Straßen.NRW" is a name
    r"(?i:https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.[\w.]+)|\b[\w-]+\.(?:de|com|org|net|eu|nrw|info|gov|me|app)\b"
)
_DATE = re.compile(r"\b\d{1,2}\. ?\d{1,2}\. ?\d{4}\b|\b\d{4}-\d\d-\d\d\b|\b(?:19|20)\d\d ?[-–/] ?(?:19|20)\d\d\b")
_PHONE = re.compile(
    r"(?<![\w,.])(?:\+|00?)\d[\d /()–-]{2,}\d"  # 0211 871-01, +49 211 …
    r"|\b116[ /]?\d{3}\b|\b11[013-9]\d*\b|\b112\d+\b"  # 116117, 115, 118…, a slip like 111 or 1120
    r"|\b\d{6,}\b|\b\d{2,5}[/–-]\d{3,}\b"
)
_THREE_DIGITS = re.compile(r"(?<![\d.,])\d{3}(?![\d.,]\d|\d)")


def check(entries: Iterable[Entry[ResponseDocument]]) -> Iterator[Finding]:
    """Numbers and links that stand in the text itself instead of in the authority's file."""
    for entry in entries:
        emergency = is_emergency(entry.value.response)
        blocks = [("text", language) for language in entry.value.text]
        blocks += [("region_text", language) for language in entry.value.region_text]
        for block in blocks:
            for text, line in entry.document.lines(block):
                for code, what, remedy in _literal(PLACEHOLDER.sub("", text), emergency=emergency):
                    yield error(entry.path, line, code, what, remedy)


@lru_cache(maxsize=20_000)  # most texts are the same at the next load
def _literal(text: str, *, emergency: bool) -> tuple[tuple[str, str, str], ...]:
    return tuple(_wrong(text, emergency=emergency))


def _wrong(text: str, *, emergency: bool) -> Iterator[tuple[str, str, str]]:
    if foreign := [sign for sign in text if sign.isdigit() and not sign.isascii()]:
        what = f"Die Ziffer „{foreign[0]}“ ist keine der Ziffern 0 bis 9."
        yield "digits", what, "mit 0 bis 9 schreiben, sonst lässt sie sich nicht wählen"
    if link := _LINK.search(text):
        yield (
            "literal-link",
            f"Der Link „{link.group()}“ steht direkt im Text.",
            "Platzhalter verwenden, etwa {contacts.press.url}",
        )
    plain = _DATE.sub("", _LINK.sub("", text))
    wrong = _PHONE.search(_EMERGENCY.sub("", plain))
    if wrong is None and emergency:
        wrong = _THREE_DIGITS.search(_EMERGENCY.sub("", plain))
    if wrong:
        what = f"Die Nummer „{wrong.group().strip()}“ steht direkt im Text."
        remedy = "Platzhalter verwenden, etwa {contacts.press.phone}; direkt erlaubt sind nur 110 und 112"
        yield "literal-number", what, remedy


def check_filled(entry: Entry[ResponseDocument], filled: Response) -> Iterator[Finding]:
    """What can only be judged once the placeholders are filled in."""
    said = [*filled.text.items(), *(pair for texts in filled.regional.values() for pair in texts.items())]
    for language, text in said:
        here = source(entry, language)
        if (length := len(text.encode())) > BYTE_LIMIT and not is_page(filled.name):
            what = f"Der Text hat ausgefüllt {length} Byte, erlaubt sind {BYTE_LIMIT}."
            yield error(here.path, here.line, "too-long", what, "kürzen (Umlaute zählen doppelt)")
        if is_emergency(filled.name) and not _EMERGENCY.search(text):
            what = f"Im Notfalltext „{filled.name}“ ({language}) fehlt 110 oder 112."
            yield error(here.path, here.line, "no-emergency-number", what, "die Nummer in den Text schreiben")
