"""From one update to an Inbound. https://core.telegram.org/bots/api#update"""

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


def event_of(account: str, raw: bytes) -> Event:
    """The event's key and conversation, read as tolerantly as possible; the rest waits for the worker.

    Raises UnreadableEvent when not even the update's id can be found.
    """
    return event_of_update(account, strict_json(raw), raw)


def event_of_update(account: str, update: object, raw: bytes) -> Event:
    """As `event_of`, of an update parsed already."""
    if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
        raise UnreadableEvent("no update_id")
    return Event(account, str(update["update_id"]), _chat_of(update), raw)


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
    try:
        update = Update.de_json(strict_json(payload), None)
    except (TelegramError, TypeError, ValueError, KeyError, AttributeError, OverflowError, OSError) as error:
        raise UnreadableEvent(f"update not understood: {type(error).__name__}") from None
    if update.callback_query is not None:
        return _pressed(update)
    if update.message is not None:
        return _said(update.message, None)
    if update.edited_message is not None:
        return _said(update.edited_message, Kind.EDIT)
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


def _said(message: Message, kind: Kind | None) -> Inbound | None:
    sender = message.from_user
    if message.chat.type != ChatType.PRIVATE or sender is None or sender.is_bot:
        return None
    text = message.text or message.caption or ""
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
