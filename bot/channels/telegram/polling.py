"""Long polling, for installations without a public address. https://core.telegram.org/bots/api#getupdates"""

import asyncio
import json
from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import Accept
from bot.channels.telegram.chores import Chores
from bot.channels.telegram.reading import event_of_update
from bot.channels.telegram.requests import SessionRequest
from bot.errors import StoreBusy, UnreadableEvent

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
    ) -> None:
        self._account = account
        self._base_url = base_url
        self._request = request
        self._accept = accept
        self._chores = chores
        self._health = health

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
            except Conflict:
                pause = self._trouble("another instance is polling", LONGEST_PAUSE)
            except RetryAfter as error:
                wait = error.retry_after
                pause = float(wait if isinstance(wait, int | float) else wait.total_seconds())
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
        events = []
        for update in updates:
            try:
                raw = json.dumps(update, ensure_ascii=False).encode("utf-8", "surrogatepass")
                events.append(event_of_update(self._account, update, raw))
            except UnreadableEvent:
                log.warning("update without an id", account=self._account)
        await self._accept(events)
        for update in updates:
            self._chores.note(update)
        return max([offset, *(int(event.event_id) + 1 for event in events)])
