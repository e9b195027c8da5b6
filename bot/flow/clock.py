"""Where the time comes from; tests hand in their own."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The present as an aware datetime in UTC."""
    return datetime.now(UTC)
