"""The tree of errors.

LotseError
├── SettingsError         the configuration is wrong; says which option and what to do
├── ContentError          intents or responses are wrong; carries findings
├── StoreError
│   ├── StoreBusy         the database did not take the write in time; the platform may retry
│   ├── StoreLocked       another process owns this SQLite file
│   └── StoreTooNew       the database was made by a newer version
├── Conflict              somebody else was first (claim, reply, close)
├── NotVisible            does not exist, or not for this person; deliberately the same
├── UnreadableEvent       a platform event could not be parsed
└── SendError             the platform refused or could not be reached
"""

from enum import StrEnum


class LotseError(Exception):
    """Base of all errors of this program."""


class SettingsError(LotseError):
    """The configuration is wrong."""


class ContentError(LotseError):
    """Intents or responses cannot be used; the last good content stays in force."""


class StoreError(LotseError):
    """The database did not do what was asked."""


class StoreBusy(StoreError):
    """The database did not take the write in time."""


class StoreLocked(StoreError):
    """Another process owns this SQLite file."""


class StoreTooNew(StoreError):
    """The database was made by a newer version of the program."""


class Conflict(LotseError):
    """Somebody else was first."""


class NotVisible(LotseError):
    """Does not exist or is not for this person; both look the same from outside."""


class UnreadableEvent(LotseError):
    """A platform event could not be parsed; it goes to quarantine with its bytes."""


class Refusal(StrEnum):
    """Why a platform did not take a message, in terms that delivery can act on."""

    RETRY = "retry"
    """Passing: try again later, this conversation only."""
    RETRY_ALL = "retry_all"
    """Passing, and the whole account is affected."""
    WINDOW_CLOSED = "window_closed"
    """The platform allows no free text at this time."""
    RECIPIENT_GONE = "recipient_gone"
    """The citizen blocked us or left."""
    REJECTED = "rejected"
    """The platform does not accept this content; trying again is pointless."""
    AUTH_BROKEN = "auth_broken"
    """Our credentials are refused; people must act."""
    UNKNOWN_OUTCOME = "unknown_outcome"
    """The request was written, no answer came; it may have arrived."""
    IDENTITY_CHANGED = "identity_changed"
    """The recipient's key is another than before; nothing is sent until a person has confirmed the new one."""


class SendError(LotseError):
    """The platform refused a message or could not be reached.

    `retry_after` is in seconds, where the platform named it.
    `moved_to` is the conversation's new address, where the platform named one.
    The message is for the operator's log and holds no text of a citizen, no address and no token.
    """

    def __init__(
        self,
        refusal: Refusal,
        message: str = "",
        *,
        retry_after: float | None = None,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(message or refusal.value)
        self.refusal = refusal
        self.retry_after = retry_after
        self.moved_to = moved_to
