"""What citizens write and what follows from it, as short as tests need it."""

from datetime import datetime, timedelta
from typing import Any

from bot.message import CaseRequest, Dialogue, Event, Inbound, Kind, Lane, Level, Outcome, Reply, Severity
from bot.store import Claimed, Handled, Store

LEASE = timedelta(seconds=60)
ACCOUNT = "web"
DANGER = CaseRequest(Severity.ALARM, "danger")
QUESTION = CaseRequest(Severity.NORMAL, "not-understood")


def event(number: int, address: str = "citizen", payload: bytes = b"{}") -> Event:
    return Event(ACCOUNT, f"event-{number}", address, payload)


def reply(text: str = "Guten Tag", lane: Lane = Lane.ORDINARY) -> Reply:
    return Reply(text, "de", lane=lane)


def outcome(*replies: Reply, **changes: Any) -> Outcome:
    values: dict[str, Any] = {"level": Level.UNKNOWN, "dialogue": Dialogue(language="de"), "language": "de"}
    return Outcome(replies=replies, **(values | changes))


def handled(claimed: Claimed, now: datetime, *replies: Reply, text: str = "Hallo", **changes: Any) -> Handled:
    address = claimed.event.address
    values: dict[str, Any] = {
        "inbound": Inbound(Kind.TEXT, address, text),
        "outcome": outcome(*(replies or (reply(),)), case=changes.pop("case", None)),
    }
    return Handled(
        inbound_id=claimed.inbound_id,
        account=claimed.event.account,
        address=address,
        channel="webchat",
        authority="nrw-im",
        content_version="v1",
        received_at=claimed.received_at,
        now=now,
        **(values | changes),
    )


async def one(store: Store, now: datetime, number: int = 1, address: str = "citizen") -> Claimed:
    """A fresh message of this address, claimed."""
    await store.journey.accept([event(number, address)], now)
    (claimed,) = await store.journey.claim(1, now, LEASE)
    return claimed


async def talk(store: Store, now: datetime, number: int = 1, address: str = "citizen", **changes: Any) -> None:
    """A message of this address, accepted and answered."""
    await store.journey.finish(handled(await one(store, now, number, address), now, **changes))


async def delivered(store: Store, now: datetime) -> list[str]:
    """Send all that is queued; returns the texts in the order in which they went out."""
    texts = []
    while items := await store.journey.claim_outbox(50, now, LEASE):
        for item in items:
            texts.append(item.outbound.text)
            await store.journey.sent(item.outbound.id, f"platform-{item.outbound.id}", now)
    return texts
