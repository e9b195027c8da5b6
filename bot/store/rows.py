"""From values to rows and back: everything about the journey that needs no database.

Both databases' hot paths work on these rows; only moments are turned into their own kind there.
"""

import math
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from struct import Struct

from bot.errors import Conflict, LotseError
from bot.message import Author, CaseRequest, Choice, Dialogue, Event, Kind, Lane, Owner, Reason, Reply
from bot.store.jsons import CHOICES, DIALOGUE, REASONS, to_json
from bot.store.keys import Keys
from bot.store.scrub import scrub
from bot.store.values import Handled

_LENGTHS = Struct("<II")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
"""Thirty-two, without I, O, 0 and 1, which are misread on the telephone."""
_NOTED_KEPT = timedelta(days=1)
"""The shortest period anything said is kept here; as the sentence that all is deleted (erasure.py)."""
_LONGEST_VANISHING = 2**31 - 1


@dataclass(frozen=True, slots=True)
class AcceptRow:
    account: str
    event_key: bytes
    peer: bytes
    payload: bytes


@dataclass(frozen=True, slots=True)
class ClaimRow:
    inbound_id: int
    account: str
    payload: bytes
    attempts: int
    received_at: datetime
    conversation_id: int | None
    authority: str
    channel: str
    owner: str
    dialogue: str
    has_case: bool


@dataclass(frozen=True, slots=True)
class LineRow:
    """One message to store; `lane` is None where nothing is sent."""

    author: str
    kind: str
    text: str
    language: str
    choices: str
    alert: bool
    intent: str
    level: str
    reasons: str
    at: datetime
    lane: int | None
    public: bool = False

    def columns(self) -> tuple[object, ...]:
        """Author … reasons, in the order of the table."""
        return (
            self.author,
            self.kind,
            self.text,
            self.language,
            self.choices,
            self.alert,
            self.intent,
            self.level,
            self.reasons,
        )


@dataclass(frozen=True, slots=True)
class FinishRow:
    inbound_id: int
    account: str
    lookup: bytes
    address: bytes
    channel: str
    authority: str
    pseudonym: str
    language: str
    dialogue: str
    content_version: str
    lines: tuple[LineRow, ...]
    from_citizen: bool
    case: CaseRequest | None
    owner: Owner | None
    error: str | None
    now: datetime
    forget_at: datetime
    lines_until: datetime
    """When the lines are forgotten; never later than the conversation."""
    vanishes: bool
    """The lines are forgotten on the minute, not by the usual period."""
    vanish_seconds: int
    """How long the citizen lets messages live, 0 for the usual period; -1 where this message says nothing of it."""
    heard_at: datetime | None
    """When the citizen wrote this in private; None where nobody did."""
    bare: bool
    """Nothing belongs to a conversation: no address, or nothing was said."""

    def columns(self) -> tuple[object, ...]:
        """Account … vanish_seconds of the conversation, in the order of the hot path; `last_seq` is what to add."""
        return (
            self.account,
            self.lookup,
            self.address,
            self.channel,
            self.authority,
            self.pseudonym,
            self.language,
            self.dialogue,
            len(self.lines),
            self.vanish_seconds,
        )


@dataclass(frozen=True, slots=True)
class OutboxRow:
    id: int
    conversation_id: int
    account: str
    address: bytes
    text: str
    language: str
    author: str
    choices: str
    lane: int
    attempts: int
    queued_at: datetime
    heard_at: datetime | None


class LeaseLost(LotseError):
    """Somebody else took the message over, or it is handled already."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the second commit did: `lost` when the lease had gone to another worker and nothing was stored."""

    lost: bool = False
    case: bool = False


def accept_row(event: Event, keys: Keys) -> AcceptRow:
    """The row of an event: what names a person is sealed or hashed."""
    key = keys.lookup(event.account, f"event\0{event.event_id}")
    # Without an address there is no order to keep: each such event stands alone.
    peer = keys.lookup(event.account, event.address) if event.address else key
    head = event.event_id.encode("utf-8", "surrogatepass")
    address = event.address.encode("utf-8", "surrogatepass")
    plain = _LENGTHS.pack(len(head), len(address)) + head + address + event.payload
    return AcceptRow(event.account, key, peer, keys.seal(plain))


def opened_event(account: str, sealed: bytes, keys: Keys) -> Event:
    """The event again. Raises StoreError when it cannot be opened."""
    plain = keys.open(sealed)
    head, address = _LENGTHS.unpack_from(plain)
    start = _LENGTHS.size
    return Event(
        account,
        plain[start : start + head].decode("utf-8", "surrogatepass"),
        plain[start + head : start + head + address].decode("utf-8", "surrogatepass"),
        plain[start + head + address :],
    )


def new_pseudonym() -> str:
    """How staff see a citizen; says nothing about the person."""
    return "Bürger " + "".join([_LETTERS[byte & 31] for byte in secrets.token_bytes(5)])


def finish_row(handled: Handled, keys: Keys, retention: timedelta) -> FinishRow:
    """The rows of a handled message."""
    inbound, outcome = handled.inbound, handled.outcome
    lines = tuple(_lines(handled))
    noted = _only_noted(handled)
    lives = _lives(handled, retention)
    return FinishRow(
        inbound_id=handled.inbound_id,
        account=handled.account,
        lookup=keys.lookup(handled.account, handled.address),
        address=keys.seal(handled.address.encode("utf-8", "surrogatepass")),
        channel=handled.channel,
        authority=handled.authority,
        pseudonym=new_pseudonym(),
        language=outcome.language if outcome else "",
        dialogue=to_json(DIALOGUE, outcome.dialogue) if outcome else "",
        content_version=handled.content_version,
        lines=lines,
        from_citizen=inbound is not None and not noted,
        case=outcome.case if outcome else None,
        owner=handled.owner,
        error=scrub(handled.quarantine.error) if handled.quarantine else None,
        now=handled.now,
        forget_at=handled.now + (_NOTED_KEPT if noted else retention),
        lines_until=min(handled.received_at + lives, handled.now + retention) if lives else handled.now + retention,
        vanishes=lives is not None,
        vanish_seconds=_vanish_seconds(handled),
        heard_at=_heard_at(handled),
        bare=not handled.address or (inbound is None and outcome is None),
    )


def _only_noted(handled: Handled) -> bool:
    """A public post from which nothing followed: it concerns nobody, and goes as soon as anything here goes."""
    inbound, outcome = handled.inbound, handled.outcome
    return inbound is not None and inbound.public and outcome is not None and not outcome.replies and not outcome.case


def _lives(handled: Handled, retention: timedelta) -> timedelta | None:
    """How long the lines live, counted from when the message came; None: the usual period."""
    if _only_noted(handled):
        return _NOTED_KEPT
    wish = handled.inbound.expires_in if handled.inbound is not None else None
    return min(wish, retention) if wish else None


def _vanish_seconds(handled: Handled) -> int:
    inbound = handled.inbound
    if inbound is None or inbound.public or inbound.kind is Kind.UNREADABLE:
        return -1
    wish = inbound.expires_in
    return min(math.ceil(wish.total_seconds()), _LONGEST_VANISHING) if wish else 0


def _heard_at(handled: Handled) -> datetime | None:
    """When the platform's reply window began; changing or taking back an old message opens none."""
    inbound = handled.inbound
    if inbound is None or inbound.public or inbound.kind in {Kind.EDIT, Kind.DELETION}:
        return None
    # Not later than we got it: a clock that runs ahead must not promise a window that is closed.
    return min(inbound.sent_at, handled.received_at) if inbound.sent_at is not None else handled.received_at


def _lines(handled: Handled) -> list[LineRow]:
    inbound, outcome = handled.inbound, handled.outcome
    judged = (outcome.intent, outcome.level.value, to_json(REASONS, outcome.reasons)) if outcome else ("", "", "[]")
    lines = []
    if inbound is not None:
        language = outcome.language if outcome else ""
        lines.append(
            LineRow(
                Author.CITIZEN.value,
                inbound.kind.value,
                scrub(inbound.text),
                language,
                "[]",
                False,
                *judged,
                handled.received_at,
                None,
                inbound.public,
            )
        )
        judged = ("", "", "[]")
    for reply in outcome.replies if outcome else ():
        lines.append(reply_line(reply, handled.now, judged))
        judged = ("", "", "[]")
    return lines


def reply_line(reply: Reply, now: datetime, judged: tuple[str, str, str] = ("", "", "[]")) -> LineRow:
    """The row of one reply of the bot."""
    return LineRow(
        Author.BOT.value,
        Kind.TEXT.value,
        scrub(reply.text),
        reply.language,
        to_json(CHOICES, reply.choices) if reply.choices else "[]",
        reply.lane is Lane.EMERGENCY,
        *judged,
        now,
        int(reply.lane),
    )


@dataclass(slots=True)
class Written:
    """The rows of a batch of handled messages, table by table, columns in the order of the hot path's statements."""

    messages: list[tuple[object, ...]] = field(default_factory=list)
    outbox: list[tuple[object, ...]] = field(default_factory=list)
    cases: list[tuple[object, ...]] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    """Conversations in which the citizen said something."""


def written(rows: Iterable[FinishRow], found: Mapping[bytes, tuple[int, int, str]]) -> Written:
    """What to insert, once the conversations are known: lookup → (id, last sequence number, owner).

    Raises Conflict when an owner is not the one an answer was made for.
    """
    result = Written()
    for row in rows:
        conversation_id, last_seq, owner = found[row.lookup]
        if row.owner is not None and row.owner != owner:
            raise Conflict("A person took the conversation over, or gave it back.")
        first = last_seq - len(row.lines) + 1
        for seq, line in enumerate(row.lines, first):
            columns = line.columns()
            kept = (row.lines_until, line.public, row.vanishes)
            result.messages.append((conversation_id, seq, *columns, row.content_version, line.at, *kept))
            if line.lane is not None:
                result.outbox.append((conversation_id, seq, row.account, line.lane, row.now, row.now))
        if row.from_citizen:
            result.heard.append(conversation_id)
        if row.case is not None:
            about = (int(row.case.severity), row.case.reason, first, row.now, row.now)
            result.cases.append((conversation_id, *about))
    return result


def dialogue_of(text: str) -> Dialogue:
    return Dialogue() if text in {"", "{}"} else DIALOGUE.validate_json(text)


def choices_of(text: str) -> tuple[Choice, ...]:
    return () if text == "[]" else CHOICES.validate_json(text)


def reasons_of(text: str) -> tuple[Reason, ...]:
    return () if text == "[]" else REASONS.validate_json(text)


def one_per_conversation(rows: Sequence[FinishRow]) -> list[list[int]]:
    """Indexes of rows in rounds, so that no round holds a conversation twice (an upsert may not)."""
    rounds: list[list[int]] = []
    seen: dict[bytes, int] = {}
    for index, row in enumerate(rows):
        turn = seen.get(row.lookup, 0)
        seen[row.lookup] = turn + 1
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(index)
    return rounds
