"""Long polling, for installations without a public address. https://core.telegram.org/bots/api#getupdates"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import Accept
from bot.channels.telegram.chores import Chores
from bot.channels.telegram.reading import event_of
from bot.channels.telegram.requests import SessionRequest, seconds
from bot.errors import StoreBusy

log = structlog.get_logger()

WAIT = 50
"""Seconds Telegram holds an empty poll open."""
LONGEST_PAUSE = 30.0
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")


class Poller:
    """Fetches updates; the offset rises only after they are committed."""

    def __init__(
        self,
        account: str,
        base_url: str,
        request: SessionRequest,
        accept: Accept,
        chores: Chores,
        health: Callable[[str, str], None],
        reconnect: Callable[[], Awaitable[None]],
    ) -> None:
        """`reconnect` takes a webhook away that somebody has set meanwhile."""
        self._account = account
        self._base_url = base_url
        self._request = request
        self._accept = accept
        self._chores = chores
        self._health = health
        self._reconnect = reconnect

    async def run(self) -> None:
        """Poll until cancelled; each refusal lengthens the pause, each success ends it."""
        offset = 0
        pause = 0.0
        while True:
            try:
                offset = await self._poll(offset)
                pause = 0.0
                self._health(self._account, "ok")
            except InvalidToken:
                pause = self._trouble("token refused", LONGEST_PAUSE)
            except Conflict as error:
                if "webhook" in error.message.lower():
                    await self._reconnect()
                    continue
                pause = self._trouble("another instance is polling", LONGEST_PAUSE)
            except RetryAfter as error:
                pause = seconds(error)
            except StoreBusy:
                pause = self._trouble("database takes nothing", max(1.0, pause))
            except TelegramError as error:
                pause = self._trouble(type(error).__name__, min(LONGEST_PAUSE, max(1.0, 2 * pause)))
            await asyncio.sleep(pause)

    def _trouble(self, what: str, pause: float) -> float:
        self._health(self._account, what)
        log.warning("polling failed", account=self._account, error=what, pause=pause)
        return pause

    async def _poll(self, offset: int) -> int:
        """Fetch and commit; returns the next offset. Updates are stored as they came, unparsed."""
        query = urlencode({"timeout": WAIT, "offset": offset, "allowed_updates": json.dumps(ALLOWED)})
        updates = await self._request.post(f"{self._base_url}/getUpdates?{query}", read_timeout=WAIT + 10)
        if not isinstance(updates, list) or not updates:
            return offset
        await self._accept([event_of(self._account, update, json.dumps(update).encode()) for update in updates])
        for update in updates:
            self._chores.note(update)
        return max([offset, *(number + 1 for number in map(_number, updates) if number is not None)])


def _number(update: object) -> int | None:
    number = update.get("update_id") if isinstance(update, dict) else None
    return number if isinstance(number, int) else None
