"""From one update to an Inbound. https://core.telegram.org/bots/api#update"""

import hashlib
from collections.abc import Callable

from telegram import Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.channels.http import strict_json
from bot.errors import UnreadableEvent
from bot.message import Event, Inbound, Kind

NAME_LIMIT = 80

_CONTENT: tuple[tuple[Callable[[Message], object], Kind], ...] = (
    (lambda message: message.voice or message.audio, Kind.VOICE),
    (lambda message: message.photo, Kind.PHOTO),
    (lambda message: message.video or message.video_note or message.animation, Kind.VIDEO),
    (lambda message: message.document, Kind.DOCUMENT),
    (lambda message: message.location or message.venue, Kind.LOCATION),
    (lambda message: message.contact, Kind.CONTACT),
    (lambda message: message.sticker, Kind.STICKER),
)

_SERVICE = (
    "boost_added",
    "chat_background_set",
    "connected_website",
    "message_auto_delete_timer_changed",
    "pinned_message",
    "write_access_allowed",
)
"""What the app itself reports into a private chat. Every other unknown kind may be a call for help."""

_MALFORMED = (
    TelegramError,
    AttributeError,
    KeyError,
    OSError,
    OverflowError,
    RecursionError,
    TypeError,
    ValueError,
)
"""What the library raises for updates that Telegram does not send."""


def event_of(account: str, update: object, raw: bytes) -> Event:
    """The event's key and conversation, read as tolerantly as possible; the rest waits for the worker.

    `update` is the parsed body, None where it is no JSON. Without an id of its own it is known by its bytes: it
    goes to quarantine like everything unreadable, and its repetition is still the same event.
    """
    if not isinstance(update, dict):
        return Event(account, _mark_of(raw), "", raw)
    number = update.get("update_id")
    known = type(number) is int and 0 <= number < 2**63  # True is no number here
    return Event(account, str(number) if known else _mark_of(raw), _chat_of(update), raw)


def _mark_of(raw: bytes) -> str:
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def _chat_of(update: dict[str, object]) -> str:
    for part in update.values():
        if not isinstance(part, dict):
            continue
        holder = part.get("message") if isinstance(part.get("message"), dict) else part
        chat = holder.get("chat") if isinstance(holder, dict) else None
        if isinstance(chat, dict) and isinstance(chat.get("id"), int):
            return str(chat["id"])
    return ""


def read(payload: bytes) -> Inbound | None:
    """Parse a stored update. None: nothing for the bot to answer (groups, channels, other bots, receipts).

    Raises UnreadableEvent.
    """
    raw = strict_json(payload)
    try:
        inbound = _understood(Update.de_json(raw, None))
    except _MALFORMED as error:
        # Something in it is newer or stranger than the library; the words may be plain all the same.
        inbound = _words_only(raw)
        if inbound is None:
            raise UnreadableEvent(f"update not understood: {type(error).__name__}") from None
    return inbound


def _understood(update: Update) -> Inbound | None:
    inbound = None
    if update.callback_query is not None:
        inbound = _pressed(update)
    elif update.message is not None:
        inbound = _said(update.message, None)
    elif update.edited_message is not None:
        inbound = _said(update.edited_message, Kind.EDIT)
    # The library believes what it reads; a text that is a number would break whoever comes next.
    if inbound is not None and not all(isinstance(text, str) for text in (inbound.text, inbound.choice)):
        raise TypeError
    return inbound


def _words_only(raw: object) -> Inbound | None:
    """The text of a message in a private chat, read without the library. None where there is none."""
    match raw:
        case {"message": {"chat": {"id": int(chat), "type": ChatType.PRIVATE}, "from": {"is_bot": False}} as message}:
            text = message.get("text") or message.get("caption")
            return Inbound(Kind.TEXT, str(chat), text=text) if isinstance(text, str) else None
        case _:
            return None


def _pressed(update: Update) -> Inbound | None:
    query = update.callback_query
    if query is None or query.message is None or query.message.chat.type != ChatType.PRIVATE:
        return None
    return Inbound(
        Kind.CHOICE,
        str(query.message.chat.id),
        text=_label(query.message, query.data or ""),
        choice=query.data or "",
        name=query.from_user.full_name[:NAME_LIMIT],
        language_hint=_language(query.from_user.language_code),
        platform_id=query.id,
    )


def _label(message: object, data: str) -> str:
    """What stood on the button that was pressed."""
    markup = message.reply_markup if isinstance(message, Message) else None
    for row in markup.inline_keyboard if markup else ():
        for button in row:
            if button.callback_data == data:
                return button.text
    return ""


_MENU_HELP = {"/help", "/hilfe"}


def _said(message: Message, kind: Kind | None) -> Inbound | None:
    sender = message.from_user
    if message.chat.type != ChatType.PRIVATE or sender is None or sender.is_bot:
        return None
    if any(getattr(message, name) for name in _SERVICE):
        return None
    text = message.text or message.caption or ""
    # The platform's menu offers /help to everybody; pressed there it asks what the bot can do, as /start does.
    text = "/start" if text.strip().lower() in _MENU_HELP else text
    return Inbound(
        kind or _kind(message),
        str(message.chat.id),
        text=text,
        name=sender.full_name[:NAME_LIMIT],
        language_hint=_language(sender.language_code),
        platform_id=str(message.message_id),
        refers_to=str(message.message_id) if kind is Kind.EDIT else "",
        sent_at=message.edit_date if kind is Kind.EDIT and message.edit_date else message.date,
    )


def _kind(message: Message) -> Kind:
    if message.text is not None:
        return Kind.TEXT
    for has, kind in _CONTENT:
        if has(message):
            return kind
    return Kind.UNSUPPORTED


def _language(code: str | None) -> str:
    return (code or "").split("-")[0].lower()
