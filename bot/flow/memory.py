"""What channels must not forget, kept in the store."""

from bot.store import Store
from bot.store.memory import keep, recall


class StoreMemory:
    """`channels.base.Memory` on the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, account: str, name: str) -> bytes | None:
        """The value last put; None for an unknown name. Raises StoreError."""
        return await self._store.read(recall, account, name)

    async def put(self, account: str, name: str, value: bytes) -> None:
        """Keep a value; returns when it is committed. Raises StoreError."""
        await self._store.write(keep, account, name, value)
