"""Making accounts: each begins with a one-time password that its owner replaces at once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.inbox.passwords import Passwords, one_time
from bot.store import Store, audit, users

FIRST_NAME = "presse"
ONCE_LASTS = timedelta(hours=24)
"""How long a one-time password waits for its owner; it was handed over on paper or stands in a log."""


@dataclass(frozen=True, slots=True)
class FirstAccount:
    """A name and the one-time password to hand over; it is stored nowhere and shown once."""

    name: str
    password: str = field(repr=False)


async def ensure_first_account(store: Store, clock: Callable[[], datetime]) -> FirstAccount | None:
    """Make the account "presse" where there is none at all; None where somebody can log in already."""
    if await store.read(users.count):
        return None
    password, hashed = await _one_time(clock())

    def create(c: Connection) -> bool:
        if users.count(c):  # another process was first
            return False
        id_ = users.create(c, FIRST_NAME, hashed, "admin", clock())
        audit.record(c, None, "user.create", f"user:{id_}", clock())
        return True

    return FirstAccount(FIRST_NAME, password) if await store.write(create) else None


async def create_account(
    store: Store, name: str, role: str, by: int | None, clock: Callable[[], datetime]
) -> FirstAccount:
    """A new account. `by` is who makes it, None on the command line. Raises Conflict when the name is taken."""
    password, hashed = await _one_time(clock())

    def create(c: Connection) -> None:
        id_ = users.create(c, name, hashed, role, clock())
        audit.record(c, by, "user.create", f"user:{id_}", clock())

    await store.write(create)
    return FirstAccount(name, password)


async def renew_password(store: Store, user_id: int, by: int | None, clock: Callable[[], datetime]) -> FirstAccount:
    """A new one-time password for an account; its sessions end. Raises NotVisible."""
    password, hashed = await _one_time(clock())

    def renew(c: Connection) -> str:
        user = users.by_id(c, user_id)
        users.set_password(c, user_id, hashed)
        audit.record(c, by, "user.renew", f"user:{user_id}", clock())
        return user.name

    return FirstAccount(await store.write(renew), password)


async def _one_time(now: datetime) -> tuple[str, str]:
    passwords = Passwords()
    try:
        password = one_time()
        return password, await passwords.hash(password, once_until=now + ONCE_LASTS)
    finally:
        await passwords.close()
