"""From an Outbound to the messages of the Send API.

https://developers.facebook.com/docs/messenger-platform/reference/send-api
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.messenger_platform.reading import mark
from bot.channels.rendering import numbered, shorten, split
from bot.message import Choice, Outbound

QUICK_REPLIES = 13
TITLE_LIMIT = 20
PAYLOAD_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Style:
    """How one of the two platforms shows a message."""

    text_limit: int
    text_unit: str
    metadata: bool
    """The platform takes metadata with a message and hands it back in the echo."""
    typed: bool
    """A message within the window says that it is a response."""
    always_numbered: bool
    """Choices stand in the text too: the platform does not show quick replies everywhere."""


def fits(choices: Sequence[Choice]) -> bool:
    """Whether these choices can be quick replies."""
    return 0 < len(choices) <= QUICK_REPLIES and all(len(choice.id) <= PAYLOAD_LIMIT for choice in choices)


def messages(outbound: Outbound, style: Style, *, buttons: bool) -> list[dict[str, Any]]:
    """The messages that say it, in order; with `buttons` the choices hang on the last one as quick replies."""
    choices = outbound.choices
    cut = any(len(choice.label) > TITLE_LIMIT for choice in choices)
    in_text = not buttons or style.always_numbered or cut
    text = numbered(outbound.text, choices) if in_text else outbound.text
    parts = split(text, style.text_limit, style.text_unit)
    said: list[dict[str, Any]] = [{"text": part} for part in parts]
    if buttons:
        said[-1]["quick_replies"] = [
            {"content_type": "text", "title": shorten(choice.label, TITLE_LIMIT), "payload": choice.id}
            for choice in choices
        ]
    if style.metadata and outbound.id:
        for number, one in enumerate(said, 1):
            one["metadata"] = mark(outbound.id, last=number == len(said))
    return said
