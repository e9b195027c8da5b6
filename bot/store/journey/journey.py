"""The journey's face to `flow`: values in, values out; seals, groups, stores, rings."""

from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Connection

from bot.errors import StoreBusy, StoreError
from bot.message import Author, Command, Conversation, Event, Lane, Outbound, Owner, Severity
from bot.store.bell import Bell, conversation_topic
from bot.store.erasure import farewell
from bot.store.groups import Group
from bot.store.journey import outside, queues, receipts
from bot.store.keys import Keys
from bot.store.rows import (
    AcceptRow,
    ClaimRow,
    FinishRow,
    OutboxRow,
    Stored,
    accept_row,
    choices_of,
    dialogue_of,
    finish_row,
    new_pseudonym,
    opened_event,
)
from bot.store.values import Backlog, Claimed, Handled, MessageRow, OutboxItem, Settlement, TakenOver

T = TypeVar("T")
log = structlog.get_logger()


class Hot(Protocol):
    """The hot path's statements, once per database."""

    async def accept(
        self, rows: Sequence[AcceptRow], now: datetime, forget_at: datetime
    ) -> list[bool | Exception]: ...
    async def claim(self, limit: int, now: datetime, until: datetime) -> list[ClaimRow]: ...
    async def finish(self, rows: Sequence[FinishRow]) -> list[Stored | Exception]: ...
    async def claim_outbox(
        self, limit: int, now: datetime, until: datetime, paused: Collection[str], lanes: tuple[int, int]
    ) -> list[OutboxRow]: ...
    async def sent(self, rows: Sequence[tuple[int, bytes, datetime]]) -> list[Exception | None]: ...


class Database(Protocol):
    """Where the cooler functions run."""

    async def read(self, query: Callable[[Connection], T]) -> T: ...
    async def write(self, change: Callable[[Connection], T]) -> T: ...


class Journey:
    """All steps of a message that need the database."""

    def __init__(self, hot: Hot, database: Database, keys: Keys, bell: Bell, retention: timedelta) -> None:
        self._hot = hot
        self._database = database
        self._keys = keys
        self._bell = bell
        self._retention = retention
        self._accepting: Group[tuple[Sequence[Event], datetime], int] = Group(self._accept_batch, patience=2.5)
        self._finishing: Group[FinishRow, Stored] = Group(self._hot.finish, largest=200, patience=30)
        self._marking: Group[tuple[int, bytes, datetime], None] = Group(self._hot.sent, patience=30)
        self._settling: Group[Settlement, None] = Group(self._settle_batch, largest=200, patience=30)

    @property
    def groups(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        """The loops the store keeps running."""
        return (self._accepting.run, self._finishing.run, self._marking.run, self._settling.run)

    async def drained(self) -> None:
        """Returns when nothing is on its way into the database."""
        for group in (self._accepting, self._finishing, self._marking, self._settling):
            await group.drained()

    # -- in ---------------------------------------------------------------------------------------------------------

    async def accept(self, events: Sequence[Event], now: datetime) -> int:
        """The first commit: when this returns, the events are on the disk. Returns how many are new.

        Raises StoreBusy when the database does not take them in time; they may then be sent again.
        """
        return await self._accepting.add((events, now)) if events else 0

    async def _accept_batch(self, batch: Sequence[tuple[Sequence[Event], datetime]]) -> list[int | Exception]:
        rows, spans, results = [], [], list[int | Exception]()
        for events, _ in batch:
            try:
                mine: list[AcceptRow] | Exception = [accept_row(event, self._keys) for event in events]
            except Exception as error:  # noqa: BLE001 - an event that cannot even be sealed costs only its caller
                mine = error
            spans.append(mine if isinstance(mine, Exception) else len(mine))
            rows += [] if isinstance(mine, Exception) else mine
        now = batch[-1][1]
        news = await self._hot.accept(rows, now, now + self._retention) if rows else []
        start = 0
        for span in spans:
            if isinstance(span, Exception):
                results.append(span)
                continue
            part = news[start : start + span]
            start += span
            failed = next((new for new in part if isinstance(new, Exception)), None)
            results.append(failed or sum(new is True for new in part))
        if any(new is True for new in news):
            self._bell.ring("inbound")
        return results

    async def claim(self, limit: int, now: datetime, lease: timedelta) -> list[Claimed]:
        """Take up to `limit` messages: per conversation the oldest, none of a conversation being worked on.

        The urgent come first. Whoever does not `finish` or `postpone` within the lease loses the message.
        """
        claimed = []
        for row in await self._hot.claim(limit, now, now + lease):
            try:
                event = opened_event(row.account, row.payload, self._keys)
                claimed.append(_claimed(row, event))
            except (StoreError, ValueError) as error:
                log.warning("stored event cannot be opened", inbound=row.inbound_id, error=type(error).__name__)
                await self._database.write(partial(queues.set_aside, inbound_id=row.inbound_id, now=now))
        return claimed

    async def finish(self, handled: Handled) -> None:
        """The second commit: everything that follows from a message, at once or not at all.

        A message whose lease went to another worker stores nothing. Raises Conflict when the conversation's owner
        is no longer `handled.owner`; then the message is still claimed and wants another answer or a `postpone`.
        """
        row = finish_row(handled, self._keys, self._retention)
        if handled.outcome is not None and handled.outcome.command is Command.DELETE and not row.bare:
            await self._database.write(lambda c: farewell(c, row))
            self._bell.ring_here("inbound")
            return
        try:
            stored = await self._finishing.add(row)
        except StoreBusy:
            raise
        except StoreError:
            # The one thing in a row that chance decides is the pseudonym; it may be somebody else's already.
            stored = await self._finishing.add(replace(row, pseudonym=new_pseudonym()))
        if stored.lost:
            log.warning("message was taken over", inbound=handled.inbound_id)
            return
        self._bell.ring_here("inbound")  # the conversation's next message has its turn
        if any(line.lane is not None for line in row.lines):
            self._bell.ring("outbox")
        if row.lines:
            self._bell.ring(conversation_topic(row.lookup))
        if stored.case:
            self._bell.ring("cases")

    async def settle(self, settlement: Settlement) -> None:
        """The second commit of a receipt: what became of a message of ours. Unknown ones change nothing."""
        await self._settling.add(settlement)
        self._bell.ring_here("inbound")

    async def _settle_batch(self, batch: Sequence[Settlement]) -> list[Exception | None]:
        await self._database.write(lambda c: receipts.settle(c, batch))
        return [None] * len(batch)

    async def taken_over(self, taken: TakenOver) -> None:
        """The second commit of a colleague's answer on the platform itself: people own the conversation now."""
        await self._database.write(lambda c: outside.taken_over(c, taken))
        self._bell.ring_here("inbound")

    async def postpone(self, inbound_id: int, now: datetime, delay: timedelta) -> None:
        """Give a claimed message back, not to be taken before `delay` has passed."""
        await self._database.write(lambda c: queues.postpone(c, inbound_id, now + delay))
        self._bell.ring_here("inbound")

    async def unrated(self, limit: int) -> list[tuple[int, Event]]:
        """Waiting messages nobody has glanced at, oldest first."""
        rows = await self._database.read(lambda c: queues.unrated(c, limit))
        events = []
        for id_, account, payload in rows:
            with suppress(StoreError, ValueError):  # what cannot be opened is set aside when its turn comes
                events.append((id_, opened_event(account, payload, self._keys)))
        return events

    async def rate(self, urgencies: Mapping[int, Severity]) -> None:
        """Note how urgent waiting messages look; an urgent one lifts the earlier ones of its conversation too."""
        if urgencies:
            await self._database.write(lambda c: queues.rate(c, urgencies))
            self._bell.ring_here("inbound")

    # -- out --------------------------------------------------------------------------------------------------------

    async def claim_outbox(
        self,
        limit: int,
        now: datetime,
        lease: timedelta,
        *,
        paused: Collection[str] = (),
        lane: Lane | None = None,
    ) -> list[OutboxItem]:
        """Take up to `limit` messages to send and record the attempt. Accounts in `paused` are left alone.

        Per conversation and lane only the first; emergencies come first everywhere. With `lane` only from that one.
        """
        lanes = (min(Lane), max(Lane)) if lane is None else (lane, lane)
        rows = await self._hot.claim_outbox(limit, now, now + lease, paused, lanes)
        items = []
        for row in rows:
            try:
                items.append(self._item(row))
            except (StoreError, ValueError) as error:
                log.warning("stored address cannot be opened", outbox=row.id, error=type(error).__name__)
                await self.give_up(row.id, "address_unreadable", now)
        return items

    def _item(self, row: OutboxRow) -> OutboxItem:
        outbound = Outbound(
            row.id,
            self._keys.open(row.address).decode("utf-8", "surrogatepass"),
            row.text,
            row.language,
            Author(row.author),
            choices_of(row.choices),
            Lane(row.lane),
            row.heard_at,
        )
        return OutboxItem(outbound, row.account, row.conversation_id, row.attempts, row.queued_at)

    async def sent(self, outbox_id: int, platform_id: str, now: datetime) -> None:
        """The third commit: the platform has it."""
        await self._marking.add((outbox_id, self._keys.lookup("platform", platform_id), now))
        self._bell.ring_here("outbox")

    async def retry(self, outbox_id: int, at: datetime, refusal: str) -> None:
        """Queue it again, not before `at`."""
        await self._database.write(lambda c: queues.retry(c, outbox_id, at, refusal))
        self._bell.ring_here("outbox")

    async def give_up(self, outbox_id: int, refusal: str, now: datetime) -> None:
        """It will not be sent; people are told by a case."""
        await self._database.write(lambda c: queues.give_up(c, outbox_id, refusal, now))

    async def move(self, outbox_id: int, new_address: str) -> None:
        """The platform moved the conversation: this row is queued again, towards the new address.

        Later messages from there belong to the same conversation.
        """
        await self._database.write(lambda c: queues.move(c, outbox_id, new_address))

    # -- around -----------------------------------------------------------------------------------------------------

    async def release(self, now: datetime) -> None:
        """At start: what this worker held when it died is free again at once."""
        await self._database.write(lambda c: queues.release(c, now))

    async def backlog(self, now: datetime) -> Backlog:
        return await self._database.read(lambda c: queues.backlog(c, now))

    async def transcript(self, account: str, address: str, after: int) -> tuple[list[MessageRow], Owner, bool]:
        """The conversation's messages after a sequence number, its owner, and whether an answer is on its way."""
        lookup = self._keys.lookup(account, address)
        return await self._database.read(lambda c: queues.transcript(c, account, lookup, after))


def _claimed(row: ClaimRow, event: Event) -> Claimed:
    conversation = None
    if row.conversation_id is not None:
        conversation = Conversation(
            row.authority, Owner(row.owner), dialogue_of(row.dialogue), row.channel, row.has_case
        )
    return Claimed(row.inbound_id, event, row.attempts, row.received_at, row.conversation_id, conversation)
