"""How long to wait before the next attempt."""

import random
from datetime import timedelta

from bot.message import Lane

_LONGEST = {Lane.EMERGENCY: 15.0, Lane.ORDINARY: 300.0}
"""Seconds. An emergency answer keeps trying at short intervals: late is better than never."""


def wait_before(attempt: int, lane: Lane, retry_after: float | None, chance: random.Random) -> timedelta:
    """The wait after `attempt` failed attempts: the platform's own word, else doubling with full jitter.

    Jitter spreads the return of many conversations after an outage. A platform's wait is never shortened.
    """
    longest = _LONGEST[lane]
    doubled = min(longest, 2.0 ** min(attempt, 16))
    jittered = doubled * chance.uniform(0.5, 1.0)
    return timedelta(seconds=max(jittered, retry_after or 0.0))
