"""Listening to the daemon: `subscribeReceive` in manual receive mode. man/signal-cli-jsonrpc.5.adoc

The daemon has acknowledged to Signal what it hands over, and keeps no copy: what is read here and not committed when
the process dies is lost. So one line is committed before the next is read, which leaves the rest with the daemon and
Signal as soon as the socket's buffer is full. While the database takes nothing the subscription is given back; so it
is when the program is told to stop, and then what had already been handed over is committed.
"""

import asyncio
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import structlog

from bot.channels.base import Accept
from bot.channels.http import strict_json
from bot.channels.signal.daemon import Code, Daemon, Line, NoAnswer, NotConnected, Refused, request, result_of
from bot.channels.signal.reading import account_of, events_of, is_wrapped
from bot.channels.signal.sending import UNKNOWN_ACCOUNT
from bot.errors import StoreBusy, UnreadableEvent
from bot.message import Event

log = structlog.get_logger()

SILENCE = 20.0
"""Seconds without a line after which the daemon is asked whether it is there, and again for its answer."""
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
FAREWELL_WITHIN = 3.0
"""Seconds for what was handed over when the program is told to stop."""
NOT_MANUAL = "daemon is not in manual receive mode"


class Stream:
    """One account's subscription, renewed whenever it ends."""

    def __init__(
        self,
        daemon: Daemon,
        account: str,
        number: str,
        accept: Accept,
        follow: Callable[[Event], None],
        report: Callable[[str], None],
    ) -> None:
        """`follow` hears of every committed event, `report` how the connection is."""
        self._daemon = daemon
        self._account = account
        self._number = number
        self._accept = accept
        self._follow = follow
        self._report = report
        self._pause = SHORTEST_PAUSE
        self._subscription: int | None = None
        self._held: Sequence[Event] = ()
        """Read and not committed yet."""
        self._state = "ok"

    async def run(self) -> None:
        """Listen until cancelled."""
        while True:
            try:
                async with self._daemon.connected() as line:
                    await self._listen(line)
            except NotConnected:
                self._trouble("daemon not reachable")
            except NoAnswer as error:
                self._trouble(f"connection to the daemon ended: {error}")
            except Refused as error:
                self._trouble(UNKNOWN_ACCOUNT if error.code == Code.INVALID_PARAMS else f"daemon refuses: {error}")
            await asyncio.sleep(self._pause * random.uniform(0.5, 1.0))  # noqa: S311 - jitter, no secret
            self._pause = min(LONGEST_PAUSE, 2 * self._pause)

    def _trouble(self, what: str) -> None:
        self._report(what)
        log.warning("Signal stream ended", account=self._account, error=what)

    async def _listen(self, line: Line) -> None:
        """Subscribe and take what comes. Raises NoAnswer at the end or in silence, and Refused."""
        self._subscription = None
        self._state = "ok"
        try:
            await self._subscribe(line)
            await self._hear(line)
        except asyncio.CancelledError:
            try:
                async with asyncio.timeout(FAREWELL_WITHIN):
                    await self._part(line)
            except (NoAnswer, StoreBusy, TimeoutError) as error:
                log.error("messages may be lost", account=self._account, error=type(error).__name__)  # noqa: TRY400
            raise

    async def _part(self, line: Line) -> None:
        """Give the subscription back and commit what comes until that is answered: nothing comes afterwards."""
        await self._accept(self._held)
        await self._unsubscribe(line)
        while True:
            raw = await line.read()
            message = _parsed(raw)
            match message:
                case {"id": "unsubscribe"}:
                    return
                case {"id": _}:
                    pass
                case _:
                    await self._accept(self._events_in(message, raw))

    async def _hear(self, line: Line) -> None:
        asked = False
        while True:
            try:
                async with asyncio.timeout(SILENCE):
                    raw = await line.read()
            except TimeoutError:
                if asked:
                    raise NoAnswer("silence") from None
                # It answers this whether or not it still has the account, and says so.
                await line.write(request("listAccounts", {}, "alive"))
                asked = True
                continue
            asked = False
            await self._take(line, raw)

    async def _subscribe(self, line: Line) -> None:
        await line.write(request("subscribeReceive", {"account": self._number}, "subscribe"))

    async def _take(self, line: Line, raw: bytes) -> None:
        message = _parsed(raw)
        match message:
            case {"id": "subscribe"}:
                subscription = result_of(message)
                self._subscription = subscription if isinstance(subscription, int) else None
                self._pause = SHORTEST_PAUSE
                self._report(self._state)
            case {"id": "alive"}:
                self._check_account(message)
                self._report(self._state)
            case {"id": _}:
                pass
            case _:
                events = self._events_in(message, raw)
                await self._commit(line, events)
                for event in events:
                    self._follow(event)

    def _check_account(self, answer: dict[str, object]) -> None:
        """Raise Refused where the daemon has lost the account. One that serves a single account refuses the call."""
        accounts = answer.get("result")
        if isinstance(accounts, list) and not any(
            isinstance(one, dict) and self._number in {one.get("number"), one.get("aci")} for one in accounts
        ):
            raise Refused(Code.INVALID_PARAMS)

    def _events_in(self, notification: object, raw: bytes) -> Sequence[Event]:
        """What is to be committed of a notification; tells health where the daemon is not run as it should be."""
        other = account_of(notification)
        if other.startswith("+") and self._number.startswith("+") and other != self._number:
            self._state = "daemon serves another account"
            self._report(self._state)
            return ()
        if notification is not None and not is_wrapped(notification):
            # Still taken, but what arrives while nobody listens would be lost.
            self._state = NOT_MANUAL
            self._report(self._state)
        return events_of(self._account, notification, raw)

    async def _commit(self, line: Line, events: Sequence[Event]) -> None:
        """Commit, however long it takes: these events exist nowhere else any more."""
        pause = SHORTEST_PAUSE
        given_back = False
        self._held = events
        while True:
            try:
                await self._accept(events)
            except StoreBusy:
                self._report("database takes nothing")
                if self._subscription is not None:
                    # A connection that has ended meanwhile took its subscription with it.
                    with suppress(NoAnswer):
                        await self._unsubscribe(line)
                    given_back = True
            else:
                break
            await asyncio.sleep(pause)
            pause = min(LONGEST_PAUSE, 2 * pause)
        self._held = ()
        if given_back:
            await self._subscribe(line)
        elif pause > SHORTEST_PAUSE:
            self._report(self._state)

    async def _unsubscribe(self, line: Line) -> None:
        """Leave further messages with Signal. Raises NoAnswer."""
        params = {"account": self._number, "subscription": self._subscription}
        self._subscription = None
        await line.write(request("unsubscribeReceive", params, "unsubscribe"))


def _parsed(raw: bytes) -> Any:
    try:
        return strict_json(raw)
    except UnreadableEvent:
        return None
