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
from bot.channels.rendering import split
from bot.channels.telegram.requests import NotConnected
from bot.errors import Refusal, SendError
from bot.message import Choice, Outbound

CAPABILITIES = Capabilities(text_limit=4096, text_unit="utf16", buttons=100, label_limit=60, typing=True)
DATA_LIMIT = 64
"""Bytes of callback_data."""


class Sender:
    """Sends one outbound; a text longer than a message goes out in parts."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._parts_sent: dict[int, int] = {}

    async def send(self, outbound: Outbound) -> str:
        """Return the platform's id of the last part. Raises SendError."""
        parts = split(outbound.text, CAPABILITIES.text_limit, CAPABILITIES.text_unit)
        last = ""
        try:
            # After a refusal in the middle only the missing parts are repeated.
            for number, part in enumerate(parts):
                if number < self._parts_sent.get(outbound.id, 0):
                    continue
                markup = keyboard(outbound.choices) if number == len(parts) - 1 else None
                last = await self._send_part(outbound.address, part, markup)
                if len(parts) > 1:
                    self._parts_sent[outbound.id] = number + 1
        except TelegramError as error:
            raise classify(error) from None
        self._parts_sent.pop(outbound.id, None)
        return last

    async def _send_part(self, address: str, text: str, markup: InlineKeyboardMarkup | None) -> str:
        message = await self._bot.send_message(
            chat_id=int(address),
            text=text,
            reply_markup=markup,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
        )
        return str(message.message_id)


def keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """One button a row; a choice whose id does not fit the platform is left to be typed."""
    rows = [
        [InlineKeyboardButton(choice.label, callback_data=choice.id)]
        for choice in choices
        if len(choice.id.encode()) <= DATA_LIMIT
    ]
    return InlineKeyboardMarkup(rows) if rows else None


def classify(error: TelegramError) -> SendError:
    """What a refusal means; the description holds no text of a citizen and no token."""
    match error:
        case RetryAfter():
            seconds = error.retry_after
            wait = seconds if isinstance(seconds, int | float) else seconds.total_seconds()
            return SendError(Refusal.RETRY, "too many requests", retry_after=float(wait))
        case ChatMigrated():
            return SendError(Refusal.RETRY, "chat moved", moved_to=str(error.new_chat_id))
        case Forbidden():
            return SendError(Refusal.RECIPIENT_GONE, "forbidden")
        case InvalidToken():
            return SendError(Refusal.AUTH_BROKEN, "token refused")
        case Conflict():
            return SendError(Refusal.RETRY_ALL, "another instance is running")
        case BadRequest():
            gone = "chat not found" in error.message.lower()
            return SendError(Refusal.RECIPIENT_GONE if gone else Refusal.REJECTED, "bad request")
        case NotConnected():
            return SendError(Refusal.RETRY_ALL, "not reachable")
        case TimedOut():
            return SendError(Refusal.UNKNOWN_OUTCOME, "no answer")
        case NetworkError():
            return SendError(Refusal.RETRY, "server error")
        case _:
            return SendError(Refusal.RETRY, type(error).__name__)
