"""From an Outbound to sendMessage. https://core.telegram.org/bots/api#sendmessage"""

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.channels.base import Capabilities
from bot.channels.rendering import numbered, shorten, split
from bot.channels.telegram.requests import NoAnswer, NotConnected, seconds
from bot.errors import Refusal, SendError
from bot.message import Choice, Outbound

CAPABILITIES = Capabilities(text_limit=4096, text_unit="utf16", buttons=100, label_limit=60)
DATA_LIMIT = 64
"""Bytes of callback_data."""


class Sender:
    """Sends one outbound; a text longer than a message goes out in parts."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._parts_sent: dict[int, int] = {}

    async def send(self, outbound: Outbound) -> str:
        """Return the platform's id of the last part. Raises SendError."""
        try:
            chat = int(outbound.address)
        except ValueError:
            raise SendError(Refusal.RECIPIENT_GONE, "no chat id") from None
        markup = keyboard(outbound.choices)
        try:
            if markup is not None:
                try:
                    return await self._send_parts(chat, outbound.id, outbound.text, markup)
                except BadRequest as error:
                    if _is_gone(error):
                        raise
            # Without buttons, or where Telegram did not like them: the same choices as text.
            return await self._send_parts(chat, outbound.id, numbered(outbound.text, outbound.choices), None)
        except TelegramError as error:
            refused = classify(error)
            if refused.refusal in {Refusal.RECIPIENT_GONE, Refusal.REJECTED}:
                self._parts_sent.pop(outbound.id, None)
            raise refused from None

    async def _send_parts(self, chat: int, outbound_id: int, text: str, markup: InlineKeyboardMarkup | None) -> str:
        """Send part after part; after a refusal in the middle only the missing ones are repeated."""
        parts = split(text, CAPABILITIES.text_limit, CAPABILITIES.text_unit)
        last = ""
        for number, part in enumerate(parts):
            if number < self._parts_sent.get(outbound_id, 0):
                continue
            last = await self._send_part(chat, part, markup if number == len(parts) - 1 else None)
            # 0 is the safeguard's: many messages, never repeated.
            if len(parts) > 1 and outbound_id:
                self._parts_sent[outbound_id] = number + 1
        self._parts_sent.pop(outbound_id, None)
        return last

    async def _send_part(self, chat: int, text: str, markup: InlineKeyboardMarkup | None) -> str:
        try:
            message = await self._bot.send_message(
                chat_id=chat,
                text=text,
                reply_markup=markup,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # "ok" without a message: the library cannot read it, and it was probably sent.
            raise NoAnswer(type(error).__name__) from None
        return str(message.message_id)


def keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """One button a row; None where there are no choices or one of them does not fit the platform."""
    if not choices or any(len(choice.id.encode()) > DATA_LIMIT for choice in choices):
        return None
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(shorten(choice.label, CAPABILITIES.label_limit), callback_data=choice.id)]
            for choice in choices
        ]
    )


def _is_gone(error: BadRequest) -> bool:
    return "chat not found" in error.message.lower()


def classify(error: TelegramError) -> SendError:
    """What a refusal means; the description holds no text of a citizen and no token."""
    match error:
        case RetryAfter():
            return SendError(Refusal.RETRY, "too many requests", retry_after=seconds(error))
        case ChatMigrated():
            return SendError(Refusal.RETRY, "chat moved", moved_to=str(error.new_chat_id))
        case Forbidden():
            return SendError(Refusal.RECIPIENT_GONE, "forbidden")
        case InvalidToken():
            return SendError(Refusal.AUTH_BROKEN, "token refused")
        case Conflict():
            return SendError(Refusal.RETRY_ALL, "another instance is running")
        case BadRequest():
            return SendError(Refusal.RECIPIENT_GONE if _is_gone(error) else Refusal.REJECTED, "bad request")
        case NotConnected():
            return SendError(Refusal.RETRY_ALL, "not reachable")
        case TimedOut():
            return SendError(Refusal.UNKNOWN_OUTCOME, "no answer")
        case NetworkError():
            return SendError(Refusal.RETRY, "server error")
        case _:
            return SendError(Refusal.RETRY, type(error).__name__)
