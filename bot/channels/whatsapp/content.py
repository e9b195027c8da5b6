"""What a message of a citizen holds, whatever WhatsApp calls it.

https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/reference/messages
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import UnreadableEvent
from bot.message import Kind

ABRIDGED = "…"
_MEDIA = {
    "audio": Kind.VOICE,
    "image": Kind.PHOTO,
    "video": Kind.VIDEO,
    "document": Kind.DOCUMENT,
    "location": Kind.LOCATION,
    "contacts": Kind.CONTACT,
    "sticker": Kind.STICKER,
}
_OF_A_PERSON = frozenset(
    {"user_changed_number", "customer_changed_number", "user_changed_user_id", "customer_identity_changed"}
)
"""What the platform says of a person, who said nothing: there is nobody to answer, least of all at the old number.

Nothing is moved. Who writes from a new number has a new user id and begins a new conversation; what is sent to
the old one fails and becomes a case, so that people decide.
"""


@dataclass(frozen=True, slots=True)
class Content:
    """The part of an Inbound that depends on the message's type."""

    kind: Kind
    text: str = ""
    choice: str = ""
    refers_to: str = ""


def content_of(message: Mapping[str, Any]) -> Content | None:
    """None: nobody said anything. Raises UnreadableEvent where the type or a text's words are missing."""
    match message.get("type", "text" if "text" in message else None):
        case "text":
            return Content(Kind.TEXT, _body(message))
        case "interactive":
            return _pressed(message)
        case "button":
            # Of a template: its payload is no choice of ours, its words are what the citizen says.
            return Content(Kind.TEXT, _string(message, "button", "text"))
        case "reaction":
            return Content(
                Kind.REACTION,
                _string(message, "reaction", "emoji"),
                refers_to=_string(message, "reaction", "message_id"),
            )
        case "edit" | "revoke":
            return _changed(message)
        case "system" if _string(message, "system", "type") in _OF_A_PERSON:
            return None
        case "request_welcome":
            # The chat was opened for the first time, before a word was written: as a bot's start elsewhere.
            return Content(Kind.TEXT, "/start")
        case str(name):
            return Content(_MEDIA.get(name, Kind.UNSUPPORTED), words_of(message))
        case _:
            raise UnreadableEvent("a message without type")


def words_of(message: Mapping[str, Any]) -> str:
    """What was typed, wherever the type keeps it: a text's body, a caption, the note on an order."""
    name = message.get("type")
    return (
        _string(message, "text", "body")
        or _string(message, "order", "text")
        or (_string(message, name, "caption") if isinstance(name, str) else "")
    )


def _body(message: Mapping[str, Any]) -> str:
    match message:
        case {"text": {"body": str(body)}}:
            return body
        case _:
            raise UnreadableEvent("a text without words")


def _pressed(message: Mapping[str, Any]) -> Content:
    match message:
        case {"interactive": {"button_reply": {"id": str(choice)}} | {"list_reply": {"id": str(choice)}} as pressed}:
            reply = pressed.get("button_reply") or pressed.get("list_reply")
            return Content(Kind.CHOICE, _label(reply), choice)
        case _:
            return Content(Kind.UNSUPPORTED)


def _label(reply: Mapping[str, Any]) -> str:
    """What stood on the button in full: long labels stand in a row's description; an abridged one is no label."""
    label = reply.get("description") or reply.get("title")
    return label if isinstance(label, str) and not label.endswith(ABRIDGED) else ""


def _changed(message: Mapping[str, Any]) -> Content:
    """A message that was written anew or taken back; what is not readable of it is still an edit."""
    match message:
        case {"type": "revoke"}:
            return Content(Kind.DELETION, refers_to=_string(message, "revoke", "original_message_id"))
        case {"edit": {"message": dict(edited)}}:
            return Content(Kind.EDIT, words_of(edited), refers_to=_string(message, "edit", "original_message_id"))
        case _:
            return Content(Kind.EDIT)


def _string(message: Mapping[str, Any], node: str, name: str) -> str:
    """A text inside a node; "" where either is missing or something else."""
    inner = message.get(node)
    found = inner.get(name) if isinstance(inner, dict) else None
    return found if isinstance(found, str) else ""
