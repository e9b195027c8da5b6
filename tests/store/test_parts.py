import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import SettingsError, StoreError
from bot.store import Bell, Keys, Store
from bot.store.moments import from_micros, to_micros
from bot.store.rows import new_pseudonym
from bot.store.scrub import scrub, scrub_deep
from tests.conftest import SECRET
from tests.store.letters import event


def test_sealed_bytes_open_again_and_never_look_the_same(keys: Keys) -> None:
    """The same address sealed twice gives nothing to compare."""
    first, second = keys.seal(b"0170 1234567"), keys.seal(b"0170 1234567")
    assert first != second
    assert keys.open(first) == keys.open(second) == b"0170 1234567"


@pytest.mark.parametrize("damage", [b"", b"\x01", b"\x02" + b"x" * 40, b"\x01" + b"x" * 40])
def test_what_was_not_sealed_by_us_does_not_open(keys: Keys, damage: bytes) -> None:
    """Altered bytes are an error, never another text."""
    with pytest.raises(StoreError):
        keys.open(damage)


def test_another_secret_opens_and_finds_nothing(keys: Keys) -> None:
    """A stolen database without its secret names nobody."""
    other = Keys.derive(SECRET[::-1])
    with pytest.raises(StoreError):
        other.open(keys.seal(b"address"))
    assert other.lookup("web", "a") != keys.lookup("web", "a")


def test_lookups_are_stable_and_apart(keys: Keys) -> None:
    """The same address under another account is another person; nothing can be shifted between the two parts."""
    assert keys.lookup("web", "a") == Keys.derive(SECRET).lookup("web", "a")
    assert (
        len({keys.lookup("web", "a"), keys.lookup("weba", ""), keys.lookup("we", "ba"), keys.lookup("web", "b")}) == 4
    )
    assert len(keys.lookup("web", "a")) >= 16


def test_a_short_secret_is_refused() -> None:
    """Thirty-two bytes are the least."""
    with pytest.raises(SettingsError):
        Keys.derive(b"x" * 31)


@given(st.datetimes(timezones=st.just(UTC)))
def test_moments_lose_nothing(moment: datetime) -> None:
    """To the microsecond, before 1970 too."""
    assert from_micros(to_micros(moment)) == moment


@given(st.text(st.characters(codec=None)))
def test_scrubbed_text_can_be_stored(text: str) -> None:
    """By UTF-8 and by PostgreSQL; what was storable is unchanged."""
    clean = scrub(text)
    assert "\0" not in clean.encode().decode()
    assert len(clean) == len(text)
    assert scrub(clean) == clean


@dataclass(frozen=True)
class _Nested:
    words: tuple[str, ...]
    number: int


def test_scrubbing_reaches_inside_values() -> None:
    """Whatever holds text is cleaned, the rest stays."""
    assert scrub_deep((_Nested(("a\0", "b"), 1), "\ud800")) == (_Nested(("a\ufffd", "b"), 1), "\ufffd")


def test_pseudonyms_are_easy_to_read_out() -> None:
    """No letter or digit that is mistaken for another on the telephone."""
    names = {new_pseudonym() for _ in range(500)}
    assert len(names) > 490
    assert not set("IO01") & set("".join(name.removeprefix("Bürger ") for name in names))


async def test_a_ring_between_two_waits_is_not_missed() -> None:
    """Look, then wait: what rang in between wakes at once, and only once."""
    bell = Bell()
    with bell.listen("inbound", "outbox") as ring:
        bell.ring("outbox")
        bell.ring("inbound")
        assert await ring.wait(None)
        assert not await ring.wait(0)
        bell.ring("cases")
        assert not await ring.wait(0.001)
    bell.ring("inbound")
    assert not await ring.wait(0)


async def test_every_listener_hears_a_ring() -> None:
    """Nobody takes it away from another."""
    bell = Bell()
    with bell.listen("cases") as first, bell.listen("cases") as second:
        bell.ring("cases")
        assert await first.wait(1)
        assert await second.wait(1)


async def test_another_process_hears_of_new_messages(store_url: str, keys: Keys, now: datetime) -> None:
    """On PostgreSQL a second process wakes without polling, and goes on hearing after its connection was cut."""
    if store_url.startswith("sqlite"):
        return  # one process
    first, second = [await Store.open(store_url, keys, worker=name) for name in ("a", "b")]
    with second.bell.listen("inbound") as ring:
        await _heard(first, ring.wait, now, range(100))
        assert first._database.pool is not second._database.pool  # type: ignore[union-attr]
        listening = "FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND query ~ 'LISTEN'"
        cut = f"SELECT pg_terminate_backend(pid) {listening}"
        await first._database.pool.execute(cut)  # type: ignore[union-attr]
        await _heard(first, ring.wait, now, range(100, 200))
    await first.close()
    await second.close()


async def _heard(store: Store, wait: object, now: datetime, numbers: range) -> None:
    async with asyncio.timeout(20):
        for number in numbers:
            await store.journey.accept([event(number)], now + timedelta(seconds=number))
            if await wait(0.2):  # type: ignore[operator]
                return
    raise AssertionError("never heard")
