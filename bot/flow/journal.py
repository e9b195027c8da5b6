"""Reads a conversation back for channels whose page is ours."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.channels.base import Line, Transcript
from bot.message import Owner
from bot.store import Keys, Store, conversation_topic

SAFETY_NET = 15.0
"""Seconds after which a waiting reader looks again even if no bell rang."""


class StoreJournal:
    """`channels.base.Journal` on the store."""

    def __init__(self, store: Store, keys: Keys) -> None:
        self._store = store
        self._keys = keys

    async def read(self, account: str, address: str, after: int = 0) -> Transcript:
        """All visible lines with `seq` greater than `after`."""
        rows, owner, working = await self._store.journey.transcript(account, address, after)
        lines = tuple(
            Line(row.seq, row.at, row.author, row.text, row.language, row.choices, row.alert) for row in rows
        )
        return Transcript(lines, owner is Owner.HUMAN, working)

    @asynccontextmanager
    async def changes(self, account: str, address: str) -> AsyncIterator[AsyncIterator[None]]:
        """Yield an iterator that wakes whenever the conversation may have changed."""
        with self._store.bell.listen(conversation_topic(self._keys.lookup(account, address))) as ring:

            async def wakes() -> AsyncIterator[None]:
                while True:
                    await ring.wait(SAFETY_NET)
                    yield

            yield wakes()
