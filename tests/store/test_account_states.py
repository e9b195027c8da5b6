"""How each account of a platform is, told by several processes and seen as one."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import pytest

from bot.store import Keys, Store, account_states, retention
from bot.store.account_states import AccountState
from tests.conftest import SECRET

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def second(store_url: str, store: Store) -> AsyncIterator[Store]:
    """Another process on the same database."""
    opened = await Store.open(store_url, Keys.derive(SECRET), worker="second")
    yield opened
    await opened.close()


async def seen(store: Store, now: datetime) -> list[AccountState]:
    return await store.read(account_states.told, now)


async def test_what_was_told_is_seen(store: Store, now: datetime) -> None:
    """With all figures, by name of the account."""
    well = AccountState("signal", "signal", "ok", now - MINUTE, 1.5, {"credit": 12.0})
    ill = AccountState("matrix", "matrix", "token refused")
    await store.write(account_states.tell, [well, ill], now)
    assert await seen(store, now) == [ill, well]
    assert await store.read(account_states.trouble, now) == 1


async def test_what_is_not_known_anew_stays(store: Store, now: datetime) -> None:
    """After a restart the last event is still the last event."""
    await store.write(account_states.tell, [AccountState("matrix", "matrix", "ok", now, 3.0)], now)
    await store.write(account_states.tell, [AccountState("matrix", "matrix", "")], now + MINUTE)
    assert await seen(store, now + MINUTE) == [AccountState("matrix", "matrix", "", now, 3.0)]


async def test_a_process_that_is_gone_says_nothing_any_more(store: Store, now: datetime) -> None:
    """Neither good nor bad; an account that nobody runs is not shown, and forgotten after a day."""
    await store.write(account_states.tell, [AccountState("matrix", "matrix", "token refused")], now)
    assert await seen(store, now + 3 * MINUTE) == []
    assert (await store.write(retention.forget, now + timedelta(days=1)))["account_states"] == 1


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
async def test_one_process_in_trouble_is_trouble(store: Store, second: Store, now: datetime) -> None:
    """Whoever of them last heard of the platform knows the lag; trouble of any is seen by all."""
    mine = AccountState("matrix", "matrix", "token refused", now - MINUTE, 9.0, {"credit": 1.0})
    theirs = AccountState("matrix", "matrix", "ok", now, 0.5, {"metered_messages": 7.0})
    for one, other in ((store, second), (second, store)):
        await one.write(account_states.tell, [mine], now - MINUTE)
        await other.write(account_states.tell, [theirs], now)
        (both,) = await seen(one, now)
        assert (both.state, both.last_event_at, both.lag_seconds) == ("token refused", now, 0.5)
        assert both.gauges == {"credit": 1.0, "metered_messages": 7.0}
        (later,) = await seen(one, now + MINUTE + timedelta(seconds=30))
        assert later.state == "ok"


async def test_trouble_rings_for_the_pages(store: Store, now: datetime) -> None:
    """When it begins and when it ends; not with every report."""
    with store.bell.listen("cases") as ring:
        for state, rings in (("ok", True), ("ok", False), ("gone", True), ("still gone", False), ("ok", True)):
            await store.write(account_states.tell, [AccountState("matrix", "matrix", state)], now)
            assert await ring.wait(0) is rings
