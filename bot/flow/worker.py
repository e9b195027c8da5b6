"""From a stored event to a stored answer: claim, read, answer, second commit."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog
from prometheus_client import Counter, Histogram

from bot.answer.last_resort import last_resort
from bot.answer.pipeline import answer, glance
from bot.answer.understanding import Understanding
from bot.channels.base import Channel, Fate, Receipt, Takeover
from bot.errors import Conflict, Refusal, StoreError, UnreadableEvent
from bot.flow.clock import Clock
from bot.flow.pulse import Pulse
from bot.message import (
    Bulletin,
    Conversation,
    Event,
    Inbound,
    Kind,
    Outcome,
    Severity,
)
from bot.store import Claimed, Handled, Quarantine, Settlement, Store, TakenOver

log = structlog.get_logger()

_answered = Counter("lotse_answered", "Messages answered", ["account", "level"])
_failed = Counter("lotse_answer_failures", "Attempts at a message that raised", ["account"])
_fates = Counter("lotse_fates", "What platforms reported of our messages afterwards", ["account", "fate"])
_waited = Histogram(
    "lotse_answer_seconds",
    "From the first commit to the second",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 600),
)

LEASE = timedelta(seconds=10)
"""An answer takes milliseconds; whoever needs longer is dead and is taken over."""
ATTEMPTS = 5
AT_ONCE = 64
"""Rows per claim, and as many again in flight: intake keeps its share of the loop in a flood."""
BACKLOG = 200
"""From this many waiting on, the whole backlog is looked through for danger first."""
AGAIN_AFTER = timedelta(seconds=5)
"""When a message is sent once more that the platform took, and then could not deliver for a passing reason."""
_PASSING = frozenset({Refusal.RETRY, Refusal.RETRY_ALL})


class Worker:
    """Answers stored events, one at a time per conversation, different conversations side by side."""

    def __init__(
        self,
        store: Store,
        channels: Mapping[str, Channel],
        understanding: Callable[[], Understanding | None],
        clock: Clock,
        bulletins: Callable[[], Sequence[Bulletin]] = tuple,
        pulse: Pulse | None = None,
    ) -> None:
        self._store = store
        self._channels = channels
        self._understanding = understanding
        self._clock = clock
        self._bulletins = bulletins
        self._pulse = pulse
        self._stop = asyncio.Event()
        self._slots = asyncio.Semaphore(2 * AT_ONCE)
        self._busy = 0

    def stop(self) -> None:
        """Take no further events; `run` returns when those in flight are committed."""
        self._stop.set()
        self._store.bell.ring_here("inbound")

    async def run(self) -> None:
        """Work until `stop`."""
        with self._store.bell.listen("inbound") as ring:
            async with asyncio.TaskGroup() as tasks:
                while not self._stop.is_set():
                    try:
                        claimed = await self._claim()
                    except StoreError:
                        log.exception("claiming failed")
                        await ring.wait(1.0)
                        continue
                    for one in claimed:
                        await self._slots.acquire()
                        self._busy += 1
                        tasks.create_task(self._handle_and_go_on(one))
                    if not claimed:
                        # The second is a safety net: a ring can be lost with its database connection.
                        await ring.wait(1.0)

    async def _claim(self) -> list[Claimed]:
        now = self._clock()
        claimed = await self._store.journey.claim(AT_ONCE, now, LEASE)
        if len(claimed) == AT_ONCE:
            # Within one claim everybody is answered in a fraction of a second; what lies behind it may wait longer.
            await self._rate_backlog()
        return claimed

    async def _rate_backlog(self) -> None:
        """Mark danger among the rows that no claim has reached yet, so that the next claim takes it first."""
        unrated = await self._store.journey.unrated(BACKLOG)
        if unrated:
            await self._store.journey.rate({row: self._urgency(event) for row, event in unrated})

    def _urgency(self, event: Event) -> Severity:
        understanding = self._understanding()
        channel = self._channels.get(event.account)
        if understanding is None or channel is None:
            return Severity.NORMAL
        try:
            inbound = channel.read(event.payload)
            if not isinstance(inbound, Inbound):
                return Severity.NORMAL
            return glance(inbound.text, understanding) if inbound.text else Severity.NORMAL
        except Exception:  # noqa: BLE001 - a bad event shows itself when it is handled, not in the queue
            return Severity.NORMAL

    async def _handle_and_go_on(self, claimed: Claimed) -> None:
        try:
            await self._handle(claimed)
        finally:
            self._busy -= 1
            self._slots.release()
            # The conversation's next message has become claimable, and there is room again.
            self._store.bell.ring_here("inbound")

    async def _handle(self, claimed: Claimed) -> None:
        account = claimed.event.account
        with structlog.contextvars.bound_contextvars(message=claimed.inbound_id):
            try:
                level = await self._second_commit(claimed)
            except Conflict:
                # A person took over, or gave back, while we were answering: judge anew under the new owner.
                log.info("owner changed while answering")
                await self._store.journey.postpone(claimed.inbound_id, self._clock(), timedelta())
                return
            except Exception as error:
                _failed.labels(account).inc()
                log.exception("answering failed", account=account, attempt=claimed.attempts)
                await self._fail(claimed, error)
                return
        _answered.labels(account, level).inc()
        _waited.observe((self._clock() - claimed.received_at).total_seconds())

    async def _fail(self, claimed: Claimed, error: Exception) -> None:
        with suppress(StoreError):  # the lease runs out by itself
            if claimed.attempts < ATTEMPTS:
                delay = timedelta(seconds=0.2 * 2**claimed.attempts)
                await self._store.journey.postpone(claimed.inbound_id, self._clock(), delay)
            else:
                await self._store.journey.finish(self._given_up(claimed, error))

    async def _second_commit(self, claimed: Claimed) -> str:
        """Read the event and store what follows from it; returns its level, "none" where nothing was judged."""
        channel = self._channel(claimed)
        try:
            found = channel.read(claimed.event.payload)
        except UnreadableEvent as error:
            handled = self._given_up(claimed, error)
        else:
            if isinstance(found, Receipt):
                await self._settle(claimed, found)
                return "none"
            if isinstance(found, Takeover):
                await self._taken_over(claimed, found)
                return "none"
            handled = self.judge(claimed, found)
            if self._pulse is not None and found is not None and found.sent_at is not None:
                self._pulse.dated(claimed.event.account, found.sent_at, claimed.received_at)
        await self._store.journey.finish(handled)
        return handled.outcome.level.value if handled.outcome else "none"

    def _channel(self, claimed: Claimed) -> Channel:
        channel = self._channels.get(claimed.event.account)
        if channel is None:
            raise UnreadableEvent(f"no channel is configured for account {claimed.event.account}")
        return channel

    async def _settle(self, claimed: Claimed, receipt: Receipt) -> None:
        """What became of a message of ours. It is no message, opens no conversation and is not judged."""
        now = self._clock()
        _fates.labels(claimed.event.account, receipt.fate.value).inc()
        refusal = receipt.refusal.value if receipt.refusal is not None else ""
        if receipt.fate is Fate.FAILED:
            log.warning("message failed after all", account=claimed.event.account, refusal=refusal)
        again_at = now + AGAIN_AFTER if receipt.refusal in _PASSING else None
        await self._store.journey.settle(
            Settlement(
                claimed.inbound_id,
                claimed.event.account,
                receipt.fate.value,
                receipt.outbox_id,
                receipt.platform_id,
                refusal,
                again_at,
                now,
            )
        )

    async def _taken_over(self, claimed: Claimed, takeover: Takeover) -> None:
        """A colleague answered on the platform itself: the bot falls silent there, and the inbox says why."""
        channel = self._channel(claimed)
        log.info("taken over on the platform", account=claimed.event.account)
        await self._store.journey.taken_over(
            TakenOver(
                claimed.inbound_id,
                claimed.event.account,
                takeover.address,
                channel.name,
                channel.authority_of(takeover.address),
                takeover.text,
                self._clock(),
                takeover.platform_id,
            )
        )

    def judge(self, claimed: Claimed, inbound: Inbound | None) -> Handled:
        """Answer what was read of one event; everything its second commit holds. No waiting, no store."""
        event, channel = claimed.event, self._channel(claimed)
        authority = channel.authority_of(inbound.address if inbound else event.address)
        conversation = claimed.conversation or Conversation(authority, channel=channel.name)
        understanding = self._understanding()
        now = self._clock()
        outcome: Outcome | None = None
        if inbound is None:
            log.debug("event needs no answer", account=event.account)
        elif understanding is None:
            outcome = last_resort(_language(conversation, inbound), now, conversation.dialogue)
        else:
            outcome = answer(inbound, conversation, understanding, now, self._bulletins())
        if outcome is not None and channel.capabilities.shows_notice:
            outcome = replace(outcome, replies=tuple(reply for reply in outcome.replies if not reply.notice))
        version = understanding.catalogue.version if understanding else ""
        return self._handled(claimed, inbound, outcome, conversation, version)

    def _given_up(self, claimed: Claimed, error: Exception) -> Handled:
        """The safe reply, the bytes to quarantine, a case to the press office."""
        event = claimed.event
        channel = self._channels.get(event.account)
        authority = channel.authority_of(event.address) if channel else ""
        conversation = claimed.conversation or Conversation(authority, channel=channel.name if channel else "")
        inbound = Inbound(Kind.UNREADABLE, event.address)
        outcome = last_resort(_language(conversation, inbound), self._clock(), conversation.dialogue)
        log.error("event quarantined", account=event.account, error=type(error).__name__)
        return self._handled(claimed, inbound, outcome, conversation, "", quarantine=Quarantine(type(error).__name__))

    def _handled(
        self,
        claimed: Claimed,
        inbound: Inbound | None,
        outcome: Outcome | None,
        conversation: Conversation,
        version: str,
        quarantine: Quarantine | None = None,
    ) -> Handled:
        return Handled(
            inbound_id=claimed.inbound_id,
            account=claimed.event.account,
            address=(inbound.address if inbound else "") or claimed.event.address,
            channel=conversation.channel,
            authority=conversation.authority,
            inbound=inbound,
            outcome=outcome,
            content_version=version,
            received_at=claimed.received_at,
            now=self._clock(),
            quarantine=quarantine,
            owner=claimed.conversation.owner if claimed.conversation else None,
        )


def _language(conversation: Conversation, inbound: Inbound) -> str:
    return conversation.dialogue.language or inbound.language_hint or "de"
