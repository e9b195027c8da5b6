"""When each account was last heard of, and how late."""

from datetime import timedelta

from bot.answer.understanding import Understanding
from bot.flow.clock import utc_now
from bot.flow.intake import Intake
from bot.flow.pulse import Pulse
from bot.flow.safeguard import StorelessSafeguard
from bot.flow.worker import Worker
from bot.store import Store
from bot.store.account_states import AccountState, told
from tests.flow.conftest import Postbox

LEASE = timedelta(seconds=10)


async def seen(store: Store) -> AccountState:
    (one,) = await store.read(told, utc_now())
    return one


async def test_every_event_counts_and_dated_ones_tell_the_lag(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """Measured where all events pass, so that no channel needs to."""
    channels = {postbox.account: postbox}
    states: dict[str, str] = {}
    pulse = Pulse(store, utc_now, channels, states, {postbox.account: {"credit": 5.0}})
    await pulse.tell()
    assert await seen(store) == AccountState("postbox", "postbox", "", None, None, {"credit": 5.0})

    intake = Intake(store, utc_now, StorelessSafeguard(channels, lambda: understanding, utc_now), pulse)
    worker = Worker(store, channels, lambda: understanding, utc_now, pulse=pulse)
    before = utc_now()
    sent_at = (before - timedelta(seconds=90)).isoformat()
    await intake.accept([postbox.word(1, "a", fate="read", outbox=4711)])
    await intake.accept([postbox.event(2, "b", "welche kanäle gibt es", sent_at=sent_at)])
    for claimed in await store.journey.claim(10, utc_now(), LEASE):
        await worker._handle(claimed)
    states[postbox.account] = "token refused"
    await pulse.tell()
    one = await seen(store)
    assert one.state == "token refused"
    assert one.last_event_at is not None
    assert one.last_event_at >= before
    assert one.lag_seconds is not None
    assert 90 <= one.lag_seconds < 120


async def test_a_clock_that_runs_ahead_is_no_negative_lag(store: Store, postbox: Postbox) -> None:
    """The citizen's platform may be a minute ahead of us."""
    pulse = Pulse(store, utc_now, {postbox.account: postbox}, {}, {})
    now = utc_now()
    pulse.dated(postbox.account, now + timedelta(minutes=1), now)
    await pulse.tell()
    assert (await seen(store)).lag_seconds == 0
