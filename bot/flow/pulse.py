"""When each account was last heard of and how late: measured in one place, for all channels."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog
from prometheus_client import Gauge

from bot.channels.base import Channel
from bot.errors import StoreError
from bot.flow.clock import Clock
from bot.store import Store
from bot.store.account_states import AccountState, tell

log = structlog.get_logger()

_last_event = Gauge("lotse_channel_last_event_seconds", "Unix time of the last event of an account", ["account"])
_lag = Gauge("lotse_channel_lag_seconds", "From the citizen's sending to our first commit", ["account"])

TELL_EVERY = 5.0
"""Seconds. A platform's trouble shall show within a minute, on the pages of every process."""


class Pulse:
    """Keeps the figures in memory and tells them, with what the channels say of themselves, to the store."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        channels: Mapping[str, Channel],
        states: Mapping[str, str],
        gauges: Mapping[str, Mapping[str, float]],
    ) -> None:
        """`states` and `gauges` are what channels last said, by account; both are read anew each time."""
        self._store = store
        self._clock = clock
        self._channels = channels
        self._states = states
        self._gauges = gauges
        self._heard_at: dict[str, datetime] = {}
        self._late: dict[str, float] = {}

    def heard(self, account: str) -> None:
        """The platform delivered something, whatever it was."""
        self._heard_at[account] = now = self._clock()
        _last_event.labels(account).set(now.timestamp())

    def dated(self, account: str, sent_at: datetime, received_at: datetime) -> None:
        """A message says when it was sent. A clock that runs ahead is no negative lag."""
        self._late[account] = late = max(0.0, (received_at - sent_at).total_seconds())
        _lag.labels(account).set(late)

    async def run(self) -> None:
        """Tell the store every few seconds, until cancelled."""
        while True:
            try:
                await self.tell()
            except StoreError:
                log.exception("states of the channels not told")
            await asyncio.sleep(TELL_EVERY)

    async def tell(self) -> None:
        """Tell the store how every account is now. Raises StoreError."""
        states = [
            AccountState(
                account,
                channel.name,
                self._states.get(account, ""),
                self._heard_at.get(account),
                self._late.get(account),
                self._gauges.get(account, {}),
            )
            for account, channel in self._channels.items()
        ]
        await self._store.write(tell, states, self._clock())
