"""How many messages of this month the platform counts, so that nobody is surprised when the free ones end.

Since 1 October 2026 Meta charges for answers inside the window, too, after a monthly allowance for each number; who
has no payment method then has messages accepted that never arrive.
"""

import json

import structlog

from bot.channels.base import Gauge, Ports
from bot.errors import StoreError

log = structlog.get_logger()

WARN_FROM = 0.8
"""Share of the allowance."""
_NAME = "metered"


class Meter:
    """Counts what the platform took. Kept by month in UTC; what was not put down yet is lost with the process.

    It counts what was sent, Meta what was delivered: the warning comes early rather than late.
    """

    def __init__(self, ports: Ports, account: str, allowance: int) -> None:
        """`allowance` is the number of free messages a month; 0: no warning."""
        self._ports = ports
        self._account = account
        self._allowance = allowance
        self._fresh = 0
        self._total = 0

    def count(self) -> None:
        """One more message was taken."""
        self._fresh += 1

    async def put_down(self) -> None:
        """Add what is fresh to the month's count and report it; several processes add to the same one."""
        month = self._ports.clock().strftime("%Y-%m")
        try:
            kept = await self._ports.memory.get(self._account, _NAME)
            fresh, self._total = self._fresh, _of_month(kept, month) + self._fresh
            if fresh or kept is None:
                await self._ports.memory.put(self._account, _NAME, json.dumps([month, self._total]).encode())
        except StoreError as error:
            log.warning("count of messages not kept", account=self._account, error=type(error).__name__)
            return
        self._fresh -= fresh
        self._ports.health.gauge(self._account, Gauge.METERED, self._total)

    def state(self) -> str:
        """What the operator should know: "ok", or that the allowance is coming to its end."""
        if self._allowance and self._total >= WARN_FROM * self._allowance:
            return f"{self._total} of {self._allowance} free messages of this month are used"
        return "ok"


def _of_month(kept: bytes | None, month: str) -> int:
    match json.loads(kept or b"[]"):
        case [str(kept_month), int(total)] if kept_month == month:
            return total
        case _:
            return 0
