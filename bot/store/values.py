"""What goes into and comes out of the journey: plain values, times in UTC."""

from dataclasses import dataclass
from datetime import datetime

from bot.message import Author, Choice, Conversation, Event, Inbound, Kind, Outbound, Outcome, Owner, Reason


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message to work on, leased to this worker."""

    inbound_id: int
    event: Event
    attempts: int
    """How often it was taken, this time included."""
    received_at: datetime
    conversation_id: int | None
    conversation: Conversation | None
    """None at the first contact."""


@dataclass(frozen=True, slots=True)
class Quarantine:
    """Why a message could not be handled: class name and place, never text of the citizen."""

    error: str


@dataclass(frozen=True, slots=True)
class Handled:
    """Everything the second commit stores for one message.

    `inbound` None: the event could not be read, or needs no answer. `outcome` None: nothing follows from it.
    """

    inbound_id: int
    account: str
    address: str
    channel: str
    authority: str
    inbound: Inbound | None
    outcome: Outcome | None
    content_version: str
    received_at: datetime
    now: datetime
    quarantine: Quarantine | None = None
    """The event's bytes are kept, sealed, with this error."""
    owner: Owner | None = None
    """Who owned the conversation when the answer was made. If that changed meanwhile, `finish` raises
    Conflict and stores nothing, so that no bot speaks into a conversation a person just took."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a platform reported of a message of ours.

    `fate` is "sent", "delivered", "read" or "failed". The message is named by `outbox_id`, where that is 0 by the
    platform's id of it. `again_at`: when a failed one is queued once more; None where trying again is pointless.
    """

    inbound_id: int
    account: str
    fate: str
    outbox_id: int
    platform_id: str
    refusal: str
    again_at: datetime | None
    now: datetime


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A colleague answered on the platform itself."""

    inbound_id: int
    account: str
    address: str
    channel: str
    authority: str
    text: str
    now: datetime
    platform_id: str = ""
    """The platform's id of what was answered: where it is a message of ours, it was nobody else's."""


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """A message to send, leased to this worker; `attempt` counts from 1 and is already stored."""

    outbound: Outbound
    account: str
    conversation_id: int
    attempt: int
    queued_at: datetime


@dataclass(frozen=True, slots=True)
class Backlog:
    """How much is waiting. Ages in seconds, 0.0 where nothing waits."""

    pending: int
    oldest_seconds: float
    outbox: int
    outbox_oldest_seconds: float
    quarantine: int


@dataclass(frozen=True, slots=True)
class MessageRow:
    """One message as the conversation shows it.

    `intent`, `level` and `reasons` stand at the citizen's message they were found for.
    `delivery` is "queued", "sending", "sent" or "given_up"; "" where nothing was sent out. `fate` is what the
    platform reported afterwards ("delivered", "read"), "" where it said nothing. `public`: everybody could read it.
    """

    seq: int
    at: datetime
    author: Author
    text: str
    language: str
    choices: tuple[Choice, ...] = ()
    alert: bool = False
    intent: str = ""
    level: str = ""
    reasons: tuple[Reason, ...] = ()
    delivery: str = ""
    refusal: str = ""
    staff_name: str = ""
    """"" with author STAFF: answered on the platform itself, not through the inbox."""
    kind: Kind = Kind.TEXT
    fate: str = ""
    public: bool = False
