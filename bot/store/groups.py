"""Group commit: what queues while the last commit runs goes into the next, and nobody ever waits on purpose."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import StoreBusy

Item = TypeVar("Item")
Result = TypeVar("Result")

Run = Callable[[Sequence[Item]], Awaitable[Sequence[Result | Exception]]]


class Group(Generic[Item, Result]):
    """Collects items and hands them on in batches, one batch at a time.

    `run` stores a batch and returns, in the same order, a result or an exception for each item: one that
    cannot be stored costs only itself. If `run` itself raises, all of the batch get that error.
    """

    def __init__(
        self, run: Run[Item, Result], *, largest: int = 500, waiting: int = 20_000, patience: float = 5.0
    ) -> None:
        self._run = run
        self._largest = largest
        self._most_waiting = waiting
        self._patience = patience
        self._waiting: list[tuple[Item, asyncio.Future[Result]]] = []
        self._work = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._stuck = False

    async def add(self, item: Item) -> Result:
        """Returns once the item is committed. Raises StoreBusy when the database does not take it in time."""
        if self._stuck or len(self._waiting) >= self._most_waiting:
            raise StoreBusy("The database is behind.")
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, future))
        self._idle.clear()
        self._work.set()
        return await future

    async def drained(self) -> None:
        """Returns when nothing waits and nothing runs."""
        await self._idle.wait()

    async def run(self) -> None:
        """Store batch after batch until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._work.wait()
            batch = self._waiting[: self._largest]
            del self._waiting[: self._largest]
            alarm = loop.call_later(self._patience, self._give_up_on, batch)
            try:
                results: Sequence[Result | Exception] = await self._run([item for item, _ in batch])
                pairs = list(zip(batch, results, strict=True))
            except Exception as error:  # noqa: BLE001 - each waiting caller gets it
                pairs = [(entry, error) for entry in batch]
            finally:
                alarm.cancel()
                self._stuck = False
            for (_, future), result in pairs:
                if future.done():
                    continue
                if isinstance(result, Exception):
                    future.set_exception(result)
                else:
                    future.set_result(result)
            if not self._waiting:
                self._work.clear()
                self._idle.set()

    def _give_up_on(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        # The write goes on and may still succeed; whoever was told "busy" tries again and is recognised.
        # Until it ends, newcomers are told at once instead of queueing behind it.
        self._stuck = True
        for _, future in [*batch, *self._waiting]:
            if not future.done():
                future.set_exception(StoreBusy("The database did not take the write in time."))
        self._waiting.clear()
