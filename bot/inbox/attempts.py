"""Counts wrong passwords per account and network, so that guessing slows down and nobody is locked out."""

import hashlib
import ipaddress
import math

from aiohttp import web

from bot.inbox.deps import InboxDeps
from bot.store import sessions


class Attempts:
    """The attempts of one network on one account.

    The pair is what is slowed: a stranger's guesses never keep the owner out at their own desk.
    """

    def __init__(self, here: InboxDeps, request: web.Request, account: str) -> None:
        self._here = here
        where = _network(request.remote or "")
        self._key = hashlib.sha256(f"{account}\0{where}".encode("utf-8", "replace")).digest()

    async def wait(self) -> int:
        """Whole seconds until the next attempt is looked at, 0 for at once."""
        now = self._here.clock()
        until = await self._here.store.read(sessions.blocked_until, self._key, now)
        return max(0, math.ceil((until - now).total_seconds())) if until is not None else 0

    async def count(self) -> None:
        """One more attempt that has not been right yet."""
        await self._here.store.write(sessions.record_failure, self._key, self._here.clock())

    async def forget(self) -> None:
        """The password was right."""
        await self._here.store.write(sessions.clear, self._key)


def _network(address: str) -> str:
    """The address; of IPv6 the /64, which one household or office owns whole."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is None:
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed)
