"""The vocabulary every room speaks: values, no behaviour.

Nothing here knows a platform, a table or a page. Times are aware datetimes in UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum


class Level(StrEnum):
    """How dangerous a message may be; what the first line of the reply says follows from it."""

    ACUTE = "acute"
    """Somebody is in danger now: numbers first, alarm in the inbox."""
    CRISIS = "crisis"
    """Suicidal thoughts or self-harm, one's own or another's: help line and 112 first, alarm."""
    POSSIBLE = "possible"
    """Danger cannot be ruled out: the numbers open the reply in one line."""
    UNKNOWN = "unknown"
    """Not understood; never treated as harmless."""
    HARMLESS = "harmless"
    """Positively recognised as harmless; the only level whose reply may leave the numbers out."""


class Severity(IntEnum):
    """How urgent a case is. Automation raises it and never lowers it."""

    NORMAL = 0
    RAISED = 1
    ALARM = 2


class Kind(StrEnum):
    """What a citizen sent, whatever the platform calls it."""

    TEXT = "text"
    CHOICE = "choice"
    VOICE = "voice"
    PHOTO = "photo"
    VIDEO = "video"
    DOCUMENT = "document"
    LOCATION = "location"
    CONTACT = "contact"
    STICKER = "sticker"
    REACTION = "reaction"
    EDIT = "edit"
    DELETION = "deletion"
    UNSUPPORTED = "unsupported"
    UNREADABLE = "unreadable"


class Author(StrEnum):
    """Who said a message that the conversation shows."""

    CITIZEN = "citizen"
    BOT = "bot"
    STAFF = "staff"


class Owner(StrEnum):
    """Who answers the conversation at present. Triage goes on under both."""

    BOT = "bot"
    HUMAN = "human"


class Lane(IntEnum):
    """The outbox lane; the lower value is sent first."""

    EMERGENCY = 0
    ORDINARY = 1


@dataclass(frozen=True, slots=True)
class Event:
    """One platform event as a door hands it to intake, before anything has been understood.

    `event_id` is unique within `account`; both together are the key against redelivery.
    `address` is the platform's own identifier of the conversation, "" where it could not be read.
    """

    account: str
    event_id: str
    address: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Choice:
    """A button. `id` comes back when it is pressed; a typed number or label means the same."""

    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a citizen said, read from an event by its channel.

    `text` is the text or caption as typed, the label for a pressed choice, "" otherwise.
    `refers_to` is the platform's id of the message that was edited, deleted or reacted to.
    `public` is a comment or post that everybody reads: only danger is answered, and only in private.
    `expires_in` is how long the citizen wants the message to exist (disappearing messages); None without such a wish.
    """

    kind: Kind
    address: str
    text: str = ""
    choice: str = ""
    name: str = ""
    language_hint: str = ""
    platform_id: str = ""
    refers_to: str = ""
    sent_at: datetime | None = None
    public: bool = False
    expires_in: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """One message to the citizen as `answer` decided it, in one language, from approved texts."""

    text: str
    language: str
    choices: tuple[Choice, ...] = ()
    lane: Lane = Lane.ORDINARY
    notice: bool = False
    """The standing first-contact notice: shown once, not part of the answer itself."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of a judgement, readable by a person (German) and stable by code for programs."""

    code: str
    text: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A recent line of the citizen, kept briefly so that split messages are judged together."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A dated notice that the press office puts in front of the answers it concerns, in its own words."""

    id: int
    version: int
    """Rises with every change: a changed one is said again."""
    authority: str
    texts: Mapping[str, str]
    """By language; German always."""
    starts_at: datetime
    ends_at: datetime
    region: str = ""
    """"" everywhere."""
    topics: tuple[str, ...] = ()
    """Names of the intents whose answers it leads; none for every answer."""


@dataclass(frozen=True, slots=True)
class Told:
    """A bulletin as it was said in a conversation."""

    id: int
    version: int
    intent: str
    """What was asked when it was said."""
    at: datetime


@dataclass(frozen=True, slots=True)
class Dialogue:
    """What the next answer needs to know of the conversation so far. Stored as JSON."""

    language: str = ""
    """The reply language: "" until known, then for example "de", "leicht", "en"."""
    language_fixed: bool = False
    """The citizen asked for this language; recognition no longer changes it."""
    last_intent: str = ""
    pending: tuple[Choice, ...] = ()
    """The choices last offered; a number, a label or a button answers them."""
    misses: int = 0
    """Messages in a row that were not understood."""
    notice: str = ""
    """Version of the first-contact notice that was shown, "" if none yet."""
    place: str = ""
    """Key of the place that the conversation is about, "" while none was named."""
    recent: tuple[Said, ...] = ()
    alarmed_at: datetime | None = None
    """When danger was last recognised."""
    told: tuple[Told, ...] = ()
    """The bulletins of the last hour, so that none is repeated with every answer."""
    minute: datetime | None = None
    """When the minute began in which messages are counted."""
    in_minute: int = 0
    """Messages since then."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The conversation as `answer` sees it."""

    authority: str
    owner: Owner = Owner.BOT
    dialogue: Dialogue = field(default_factory=Dialogue)
    channel: str = ""
    """Name of the channel, for example "telegram"; answers may differ where a platform cannot do a thing."""
    has_case: bool = False
    """A case is open, so people already know."""


class Command(StrEnum):
    """What a citizen may tell the program to do with the conversation itself."""

    DELETE = "delete"


@dataclass(frozen=True, slots=True)
class CaseRequest:
    """People are needed. Opens the conversation's case, or raises the open one."""

    severity: Severity
    reason: str
    """Stable code of why, for example "danger", "not-understood", "wants-person"."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything one message leads to; flow stores it in one commit."""

    level: Level
    replies: tuple[Reply, ...]
    dialogue: Dialogue
    language: str
    case: CaseRequest | None = None
    command: Command | None = None
    intent: str = ""
    confidence: float = 0.0
    reasons: tuple[Reason, ...] = ()
    also: tuple[str, ...] = ()
    """Further intents that were answered beside `intent`."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """One outbox row as the channel receives it.

    `id` is stable across attempts: where a platform takes an idempotency key, this is it.
    `heard_at` is when the citizen last wrote; platforms with a reply window count from there. None: not known.
    """

    id: int
    address: str
    text: str
    language: str
    author: Author
    choices: tuple[Choice, ...] = ()
    lane: Lane = Lane.ORDINARY
    heard_at: datetime | None = None
