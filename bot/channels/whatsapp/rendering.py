"""From an Outbound to the messages that carry it: buttons, a list, or numbered text.

https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-reply-buttons-messages
https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/interactive-list-messages
An overly long label makes the platform refuse the whole message, so nothing here is left to it. How it counts is
not documented; UTF-16 units are the strictest way.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.rendering import measure, numbered, shorten, split
from bot.message import Choice, Outbound

UNIT = "utf16"
TEXT_LIMIT = 4096
BODY_LIMIT = 1024
"""Of a text above buttons or a list."""
BUTTONS = 3
BUTTON_LIMIT = 20
ROWS = 10
ROW_LIMIT = 24
DESCRIPTION_LIMIT = 72
ID_LIMIT = 200
"""Of a row; a button would take 256."""

OPEN_LIST = {
    "de": "Auswählen",
    "leicht": "Auswählen",
    "en": "Choose",
    "tr": "Seçin",
    "ar": "اختر",
    "fa": "انتخاب",
    "uk": "Вибрати",
    "ru": "Выбрать",
    "pl": "Wybierz",
    "ro": "Alegeți",
    "fr": "Choisir",
    "es": "Elegir",
}
"""What stands on the button that opens a list; the platform has no word of its own for it."""

_LINK = re.compile(r"\S*://\S+|\S*@\S+\.\S+|www\.\S+")
_MARKS = re.compile(r"(?<!\w)([*_~])(?=\S)([^\n]*?\S)\1(?!\w)")
_LOOKS_LIKE = {"*": "∗", "_": "ˍ", "~": "∼"}


@dataclass(frozen=True, slots=True)
class Part:
    """One message: its type and node as the platform wants them, and the same as text where that is another way."""

    type: str
    node: dict[str, Any]
    plain: str = ""
    """To be sent instead where the platform takes no buttons; "" where it is text already."""

    @classmethod
    def text(cls, text: str) -> "Part":
        """A text without a preview: nobody shall fetch what a link points to."""
        return cls("text", {"preview_url": False, "body": text})


def parts(outbound: Outbound) -> list[Part]:
    """The messages in their order; choices hang on the last."""
    text = unmarked(outbound.text)
    action = _action(outbound.choices, outbound.language)
    if action is None:
        return [Part.text(part) for part in split(numbered(text, outbound.choices), TEXT_LIMIT, UNIT)]
    # Only what stands above the buttons must be short; what goes before is cut as seldom as can be.
    body = split(text, BODY_LIMIT, UNIT)[-1]
    before = text.rstrip().removesuffix(body).strip()
    interactive = {"type": "list" if "sections" in action else "button", "body": {"text": body}, "action": action}
    return [
        *(Part.text(part) for part in split(before, TEXT_LIMIT, UNIT) if part),
        Part("interactive", interactive, plain=numbered(body, outbound.choices)),
    ]


def unmarked(text: str) -> str:
    """The text with nothing in it that WhatsApp would take for bold, italic, struck or code.

    There is no way to escape those marks, so a pair of them is written with signs that look the same. Links and
    addresses are left as they are; WhatsApp formats nothing in them.
    """
    kept = 0
    pieces = []
    for link in _LINK.finditer(text):
        pieces += [_plain(text[kept : link.start()]), link[0]]
        kept = link.end()
    return "".join([*pieces, _plain(text[kept:])])


def _plain(text: str) -> str:
    """Until none is left: marks stand inside each other. A backtick, alone or in threes, always marks code."""
    text = text.replace("`", "ˋ")
    while _MARKS.search(text):
        text = _MARKS.sub(lambda found: f"{_LOOKS_LIKE[found[1]]}{found[2]}{_LOOKS_LIKE[found[1]]}", text)
    return text


def _action(choices: Sequence[Choice], language: str) -> dict[str, Any] | None:
    """Buttons where all labels fit in full, else a list that shows long ones in full below; None: as text."""
    if not choices or len(choices) > ROWS or not all(_fits(choice.id) for choice in choices):
        return None
    titles = [choice.label.strip() for choice in choices]
    if len(choices) <= BUTTONS and _unique(titles) and all(measure(title, UNIT) <= BUTTON_LIMIT for title in titles):
        return {
            "buttons": [
                {"type": "reply", "reply": {"id": choice.id, "title": title}}
                for choice, title in zip(choices, titles, strict=True)
            ]
        }
    rows = [_row(choice, title) for choice, title in zip(choices, titles, strict=True)]
    if not _unique([row["title"] for row in rows]):
        return None
    return {"button": OPEN_LIST.get(language, OPEN_LIST["de"]), "sections": [{"rows": rows}]}


def _row(choice: Choice, title: str) -> dict[str, str]:
    row = {"id": choice.id, "title": shorten(title, ROW_LIMIT, UNIT)}
    return row if row["title"] == title else row | {"description": shorten(title, DESCRIPTION_LIMIT, UNIT)}


def _fits(choice_id: str) -> bool:
    return bool(choice_id) and choice_id == choice_id.strip() and measure(choice_id, UNIT) <= ID_LIMIT


def _unique(titles: Sequence[str]) -> bool:
    """The platform refuses an empty title and the same title twice."""
    return all(titles) and len(set(titles)) == len(titles)
