"""What the operator gave, as the rooms of this channel take it. The meaning of each option stands in `account.py`."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Credentials:
    """How to log in. At least one of password and token is there."""

    user_id: str
    password: str | None = field(default=None, repr=False)
    access_token: str | None = field(default=None, repr=False)
    reset_cross_signing: bool = False


@dataclass(frozen=True)
class Habits:
    """How to behave in rooms."""

    allowed_servers: Sequence[str]
    encryption_required: bool
    member_limit: int
    unreadable_after: float
    text_limit: int
