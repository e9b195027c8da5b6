"""Token buckets: how fast one session and one network may write."""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable

_REMEMBERED = 20_000


class Bucket:
    """Many buckets of one size, filling steadily; the ones not used for longest are forgotten first."""

    def __init__(self, size: float, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._size = size
        self._per_second = per_second
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, whose: str) -> bool:
        """Take one token. False: there was none."""
        now = self._clock()
        level, at = self._levels.pop(whose, (self._size, now))
        level = min(self._size, level + (now - at) * self._per_second)
        enough = level >= 1
        self._levels[whose] = (level - 1 if enough else level, now)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)
        return enough


class Limits:
    """What the page's door bears.

    A hurried session is asked to slow down, and its messages are taken all the same: danger is judged before
    any limit. Only far beyond what a person can type are messages refused, and the refusal names 110 and 112.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._gentle = Bucket(10, 0.5, clock)
        self._session = Bucket(60, 1, clock)
        self._network = Bucket(600, 20, clock)

    def hurried(self, session: str) -> bool:
        """The session writes faster than people usually do."""
        return not self._gentle.take(session)

    def refused(self, session: str, ip: str) -> bool:
        """Nobody types like this; schools and offices share an address, so that limit is wide.

        A newcomer has no session yet, "", and counts for the network alone.
        """
        return not ((session == "" or self._session.take(session)) and self._network.take(network(ip)))


def network(ip: str) -> str:
    """The network an address stands for: /24 of IPv4, /56 of IPv6, which is one household."""
    try:
        parsed = ipaddress.ip_address(ip)
    except ValueError:
        return ip
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        parsed = parsed.ipv4_mapped
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 56), strict=False))
