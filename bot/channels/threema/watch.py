"""Asking the gateway now and then: behind a callback, a changed secret looks like peace, and credit runs out."""

import asyncio

import structlog
from nacl.public import PrivateKey

from bot.channels.base import Gauge, Ports
from bot.channels.calls import CALL_ERRORS, Refused
from bot.channels.threema.gateway import Gateway
from bot.channels.threema.keys import PATIENTLY
from bot.channels.threema.sending import NO_CREDIT, UNREACHABLE, WRONG_SECRET
from bot.errors import Refusal, SendError

log = structlog.get_logger()

WATCH_EVERY = 45.0
"""Seconds; trouble shall show within a minute."""
LOW_CREDIT = "credit is low"
WRONG_KEY = "private key does not belong to the Gateway ID"


class Watch:
    """Says "ok" or what is wrong, and how much credit is left."""

    def __init__(
        self, ports: Ports, gateway: Gateway, *, account: str, own: str, ours: PrivateKey, credit_low: int
    ) -> None:
        """`ours` must be the private key of the Gateway ID `own`."""
        self._ports = ports
        self._gateway = gateway
        self._account = account
        self._own = own
        self._ours = ours
        self._credit_low = credit_low
        self._key_fits: bool | None = None

    async def run(self) -> None:
        """Watch until cancelled."""
        while True:
            try:
                state = await self._state()
            except CALL_ERRORS as error:
                state = _trouble(error)
            if state != "ok":
                log.warning("Threema Gateway", account=self._account, state=state)
            self._ports.health(self._account, state)
            await asyncio.sleep(WATCH_EVERY)

    def refused(self, error: SendError) -> None:
        """Show at once what a refused message says of the whole account."""
        if error.refusal in {Refusal.AUTH_BROKEN, Refusal.RETRY_ALL}:
            self._ports.health(self._account, str(error))

    async def _state(self) -> str:
        if self._key_fits is None:
            self._key_fits = await self._key_of_ours_fits()
        try:
            left = await self._gateway.credits()
        except Refused as error:
            if error.status != 404:
                raise
            return "ok" if self._key_fits else WRONG_KEY  # a server of one's own need not count
        self._ports.health.gauge(self._account, Gauge.CREDIT, left)
        if not self._key_fits:
            return WRONG_KEY
        if left <= 0 < self._credit_low:
            return NO_CREDIT
        return LOW_CREDIT if left < self._credit_low else "ok"

    async def _key_of_ours_fits(self) -> bool:
        """Whether the gateway gives out the public half of our private key; with another, nothing opens."""
        try:
            return await self._gateway.public_key(self._own, PATIENTLY) == self._ours.public_key
        except Refused as error:
            if error.status == 404:
                return True  # the server does not tell, which is not our fault
            raise


def _trouble(error: Exception) -> str:
    if isinstance(error, Refused):
        return WRONG_SECRET if error.status == 401 else f"gateway answers {error}"
    return UNREACHABLE
