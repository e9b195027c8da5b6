"""Small courtesies towards the platform that nobody's safety rests on: best effort, never repeated."""

import asyncio

import structlog
from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

log = structlog.get_logger()

_WAITING = 1000


class Chores:
    """Answers pressed buttons, so that they stop spinning, and leaves groups."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._queue: asyncio.Queue[Update] = asyncio.Queue(_WAITING)

    def note(self, raw: object) -> None:
        """Remember an accepted update if it asks for a courtesy; a full queue drops it."""
        if not isinstance(raw, dict) or not {"callback_query", "my_chat_member"} & raw.keys():
            return
        try:
            self._queue.put_nowait(Update.de_json(raw, self._bot))
        except Exception as error:  # noqa: BLE001 - a malformed update is the worker's to report
            log.debug("courtesy skipped", error=type(error).__name__)

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            update = await self._queue.get()
            try:
                await self._do(update)
            except TelegramError as error:
                log.info("courtesy refused", error=type(error).__name__)

    async def _do(self, update: Update) -> None:
        if update.callback_query is not None:
            await self._bot.answer_callback_query(update.callback_query.id)
        change = update.my_chat_member
        if change is not None and change.chat.type in {ChatType.GROUP, ChatType.SUPERGROUP, ChatType.CHANNEL}:
            if change.new_chat_member.status in {"left", "kicked"}:
                return
            await self._bot.leave_chat(change.chat.id)
