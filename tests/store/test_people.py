from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.errors import Conflict, NotVisible, StoreError
from bot.store import Store, audit, sessions, users
from bot.store import tables as t

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)


async def test_accounts_are_found_by_name_whatever_its_case(store: Store, now: datetime) -> None:
    """Nobody can pass for somebody else by a capital letter."""
    petra = await store.write(users.create, " Petra Müller ", "hash", "press", now)
    found = await store.read(users.by_name, "petra MÜLLER")
    assert found == await store.read(users.by_id, petra)
    assert found is not None
    assert (found.name, found.role, found.disabled) == ("Petra Müller", "press", False)
    with pytest.raises(Conflict):
        await store.write(users.create, "PETRA müller", "hash", "admin", now)
    assert await store.read(users.count) == 1
    assert await store.read(users.by_name, "paul") is None
    with pytest.raises(NotVisible):
        await store.read(users.by_id, 99)
    with pytest.raises(ValueError, match="role"):
        await store.write(users.create, "paul", "hash", "root", now)


async def test_a_session_ends_when_unused_and_when_old(store: Store, now: datetime) -> None:
    """Use prolongs it up to a limit, and no further."""
    petra = await store.write(users.create, "petra", "hash", "admin", now)
    made = await store.write(sessions.create, b"token", petra, now)
    assert await store.read(sessions.current, b"token", now + IDLE, IDLE, ABSOLUTE) == made
    assert await store.read(sessions.current, b"token", now + IDLE * 1.01, IDLE, ABSOLUTE) is None
    await store.write(sessions.touch, b"token", now + ABSOLUTE)
    assert await store.read(sessions.current, b"token", now + ABSOLUTE, IDLE, ABSOLUTE) is not None
    assert await store.read(sessions.current, b"token", now + ABSOLUTE * 1.01, IDLE, ABSOLUTE) is None
    assert await store.read(sessions.current, b"guess", now, IDLE, ABSOLUTE) is None


@pytest.mark.parametrize("how", ["end", "end_all", "set_password", "disable"])
async def test_a_session_can_be_ended(store: Store, now: datetime, how: str) -> None:
    """At once, and whoever streams to it hears so."""
    petra = await store.write(users.create, "petra", "hash", "admin", now)
    view = await store.write(sessions.create, b"token", petra, now)
    assert view is not None
    assert len(view.csrf) >= 32
    with store.bell.listen("sessions") as ring:
        match how:
            case "end":
                await store.write(sessions.end, b"token")
            case "end_all":
                await store.write(sessions.end_all, petra)
            case "set_password":
                await store.write(users.set_password, petra, "another")
            case _:
                await store.write(users.disable, petra, now)
        assert await ring.wait(0)
    assert await store.read(sessions.current, b"token", now, IDLE, ABSOLUTE) is None


async def test_failed_logins_wait_longer_each_time_but_not_for_ever(store: Store, now: datetime) -> None:
    """Three are free; then the wait doubles up to a quarter of an hour, and a day later all is forgiven."""
    waits = []
    for _ in range(16):
        await store.write(sessions.record_failure, b"key", now)
        until = await store.read(sessions.blocked_until, b"key", now)
        waits.append((until - now).total_seconds() if until else 0)
    assert waits[:7] == [0, 0, 0, 1, 2, 4, 8]
    assert waits[-1] == 900
    assert await store.read(sessions.blocked_until, b"key", now + timedelta(minutes=15)) is None
    assert await store.read(sessions.blocked_until, b"other", now) is None
    await store.write(sessions.record_failure, b"key", now + timedelta(days=1))
    assert await store.read(sessions.blocked_until, b"key", now + timedelta(days=1)) is None
    await store.write(sessions.record_failure, b"key", now + timedelta(days=1))
    await store.write(sessions.clear, b"key")
    assert await store.read(lambda c: c.execute(sa.select(t.login_failures)).all()) == []


async def _entries(store: Store, now: datetime, number: int = 5) -> None:
    petra = await store.write(users.create, "petra", "hash", "admin", now)
    for each in range(number):
        await store.write(audit.record, petra, "conversation.read", f"conversation:{each}", now)


async def test_an_untouched_audit_trail_holds(store: Store, now: datetime) -> None:
    """Also the empty one."""
    assert await store.read(audit.verify) is None
    await _entries(store, now)
    assert await store.read(audit.verify) is None


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit SET action = 'nothing' WHERE id = 3", 3),
        ("UPDATE audit SET user_id = NULL WHERE id = 2", 2),
        ("DELETE FROM audit WHERE id = 3", 4),
        ("DELETE FROM audit WHERE id = 1", 2),
        ("DELETE FROM audit WHERE id >= 4", 4),
        ("DELETE FROM audit", 1),
        ("DELETE FROM properties WHERE name = 'audit-end'", 6),
    ],
)
async def test_a_changed_or_missing_audit_entry_is_found(
    store: Store, now: datetime, tampering: str, broken: int
) -> None:
    """Altered, taken out of the middle, cut off at either end, or all gone."""
    await _entries(store, now)
    await store.write(lambda c: c.execute(sa.text(tampering)))
    assert await store.read(audit.verify) == broken


async def test_audit_entries_of_a_failed_change_are_not_kept(store: Store, now: datetime) -> None:
    """The trail tells what happened, not what was tried."""

    def fails(c: sa.Connection) -> None:
        audit.record(c, None, "test", "test", now)
        raise KeyError

    with pytest.raises(KeyError):
        await store.write(fails)
    assert await store.read(lambda c: c.execute(sa.select(t.audit)).all()) == []


async def test_a_database_error_quotes_nobody(store: Store, now: datetime) -> None:
    """Drivers quote values in their errors, and errors get logged."""
    await store.write(users.create, "petra", "hash", "press", now)
    twice = sa.insert(t.users).values(name="petra", password_hash="geheim", role="press", created_at=now)
    with pytest.raises(StoreError) as caught:
        await store.write(lambda c: c.execute(twice))
    assert "petra" not in str(caught.value)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    with pytest.raises(StoreError):
        await store.read(lambda c: c.execute(sa.text("SELECT geheim FROM nowhere")))
