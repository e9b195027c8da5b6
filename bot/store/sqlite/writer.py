"""The one thread that writes.

Jobs queue up; all that queued while the last commit ran go into one transaction, each inside a savepoint
of its own, so that a failing job takes back only itself. Callers hear of the result after the commit.
"""

import asyncio
import queue
import sqlite3
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import structlog

from bot.store.faults import fault

T = TypeVar("T")
log = structlog.get_logger()

_LARGEST = 64
"""Jobs in one transaction; each may itself be a batch."""

_SWITCH = 0.0001
"""Seconds after which a busy event loop lets this thread have the interpreter lock (Python's own: 0.005).

SQLite's driver gives the lock back at every step. With 5 ms, and an event loop that is never idle, an accept took
seconds instead of milliseconds (measured with bursts of 1 ms: p99 1,770 ms against 17 ms); throughput did not change.
"""

_SOON = 0.2
"""Seconds until `after_commit` is tried again when nothing else is written."""


@dataclass(slots=True)
class _Job:
    work: Callable[[sqlite3.Connection], Any]
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    def resolve(self) -> None:
        if self.future.done():  # cancelled; what was written stays written
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Runs jobs on the connection it is given.

    `after_commit` is called on the thread after each transaction; True asks for another call soon.
    """

    def __init__(self, connection: sqlite3.Connection, after_commit: Callable[[], bool]) -> None:
        self._connection = connection
        self._after_commit = after_commit
        self._unfinished = False
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        sys.setswitchinterval(min(sys.getswitchinterval(), _SWITCH))
        self._thread = threading.Thread(target=self._serve, name="store-writer", daemon=True)
        self._thread.start()

    async def submit(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` in the next transaction; returns after its commit.

        Raises what `work` raised (and only its own changes are taken back), or StoreBusy when the
        transaction as a whole could not be written.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._jobs.put(_Job(work, future, loop))
        return await future

    async def close(self) -> None:
        """Finish what is queued and end the thread."""
        self._jobs.put(None)
        await asyncio.get_running_loop().run_in_executor(None, self._thread.join)

    def _serve(self) -> None:
        while (first := self._next()) is not None:
            batch = [first]
            with suppress(queue.Empty):
                while len(batch) < _LARGEST:
                    job = self._jobs.get_nowait()
                    if job is None:
                        self._jobs.put(None)
                        break
                    batch.append(job)
            self._transact(batch)
            batch[0].loop.call_soon_threadsafe(_resolve, batch)

    def _next(self) -> _Job | None:
        while self._unfinished:
            with suppress(queue.Empty):
                return self._jobs.get(timeout=_SOON)
            self._unfinished = self._after_commit()
        return self._jobs.get()

    def _transact(self, batch: list[_Job]) -> None:
        connection = self._connection
        try:
            connection.execute("BEGIN IMMEDIATE")
            for job in batch:
                self._run(job)
            connection.execute("COMMIT")
        except Exception as error:  # noqa: BLE001 - the thread must outlive every error
            ours = fault(error)
            log.warning("transaction failed", error=str(ours), jobs=len(batch))
            if connection.in_transaction:
                with suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
            for job in batch:
                job.error = ours
            return
        try:
            self._unfinished = self._after_commit()
        except sqlite3.Error as error:  # what was written stays written
            log.warning("work after the commit failed", error=str(fault(error)))

    def _run(self, job: _Job) -> None:
        connection = self._connection
        connection.execute("SAVEPOINT job")
        try:
            job.result = job.work(connection)
        except Exception as error:
            if not connection.in_transaction:  # disk full and the like end the whole transaction
                raise
            job.error = fault(error)
            connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")


def _resolve(batch: list[_Job]) -> None:
    for job in batch:
        job.resolve()
