"""How each account of a platform is: every process tells its own view, whoever looks sees all of them as one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from bot.store.context import announce, context
from bot.store.jsons import FIGURES, to_json
from bot.store.scrub import scrub
from bot.store.tables import account_states

OK = "ok"
FRESH = timedelta(minutes=2)
"""A process that has told nothing for so long is gone; it says nothing about a platform any more."""


@dataclass(frozen=True, slots=True)
class AccountState:
    """One account at a moment.

    `state` is "ok", a short reason for the operator, or "" while the channel has said nothing. `lag_seconds` is how
    much later than the citizen sent it the last dated message reached us. `gauges` are figures by name.
    """

    account: str
    channel: str
    state: str
    last_event_at: datetime | None = None
    lag_seconds: float | None = None
    gauges: Mapping[str, float] = field(default_factory=dict)

    @property
    def in_trouble(self) -> bool:
        """The platform does not work with us."""
        return self.state not in {OK, ""}


def tell(c: Connection, states: Sequence[AccountState], now: datetime) -> None:
    """Put down this process's view. What it does not know yet leaves the last figure as it was."""
    before = {one.account: one.in_trouble for one in told(c, now)}
    insert = sqlite.insert if c.dialect.name == "sqlite" else postgresql.insert
    for one in states:
        new = insert(account_states).values(
            account=one.account,
            worker=context(c).worker,
            channel=one.channel,
            state=scrub(one.state),
            last_event_at=one.last_event_at,
            lag_seconds=one.lag_seconds,
            gauges=to_json(FIGURES, dict(one.gauges)),
            told_at=now,
        )
        kept = {
            name: sa.func.coalesce(new.excluded[name], account_states.c[name])
            for name in ("last_event_at", "lag_seconds")
        }
        changed = {name: new.excluded[name] for name in ("channel", "state", "gauges", "told_at")}
        c.execute(new.on_conflict_do_update(index_elements=["account", "worker"], set_=changed | kept))
    if {one.account: one.in_trouble for one in told(c, now)} != before:
        announce(c, "cases")  # every page of the inbox shows that there is trouble


def told(c: Connection, now: datetime) -> list[AccountState]:
    """Every account that a living process knows, by name; in trouble where one of them has trouble."""
    found: dict[str, AccountState] = {}
    living: set[str] = set()
    for row in c.execute(sa.select(account_states).order_by(account_states.c.account, account_states.c.told_at)):
        fresh = row.told_at > now - FRESH
        one = AccountState(
            row.account,
            row.channel,
            row.state if fresh else "",
            row.last_event_at,
            row.lag_seconds,
            FIGURES.validate_json(row.gauges) if fresh else {},
        )
        found[row.account] = _together(found[row.account], one) if row.account in found else one
        if fresh:
            living.add(row.account)
    return [one for account, one in found.items() if account in living]


def trouble(c: Connection, now: datetime) -> int:
    """How many accounts are in trouble."""
    return sum(one.in_trouble for one in told(c, now))


def _together(one: AccountState, later: AccountState) -> AccountState:
    """Two processes' views of one account; the `later` one was told later."""
    newest = max(one, later, key=lambda each: (each.last_event_at is not None, each.last_event_at))
    state = one.state if one.in_trouble and not later.in_trouble else later.state or one.state
    return replace(
        later,
        state=state,
        last_event_at=newest.last_event_at,
        lag_seconds=newest.lag_seconds,
        gauges={**one.gauges, **later.gauges},
    )
