"""A channel that keeps what it is given, and small content to answer from."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import pytest
from aiohttp import web

from bot.answer.learning.building import build
from bot.answer.understanding import Understanding
from bot.channels.base import Capabilities, Fate, Receipt, Takeover
from bot.content.catalogue import (
    Authority,
    Catalogue,
    Contact,
    Danger,
    DangerLine,
    Example,
    Intent,
    IntentKind,
    Lexicon,
    Response,
    Service,
    Source,
    Thresholds,
)
from bot.errors import Refusal, SendError, UnreadableEvent
from bot.message import Event, Inbound, Kind, Outbound

HERE = Source("test.yaml", 1)


@dataclass
class Postbox:
    """A channel in memory: an event's payload is JSON, a sent message is kept under its address."""

    account: str = "postbox"
    name: str = "postbox"
    authority: str = "nrw-im"
    capabilities: Capabilities = Capabilities(4096, "chars", 10)  # noqa: RUF009 - immutable
    sent: defaultdict[str, list[Outbound]] = field(default_factory=lambda: defaultdict(list))
    refusals: defaultdict[str, list[SendError]] = field(default_factory=lambda: defaultdict(list))
    """What to raise next, by address."""
    broken: bool = False
    """Reading raises something nobody foresaw."""

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        return ()

    async def run(self) -> None:
        """Nothing runs beside."""

    def read(self, payload: bytes) -> Inbound | Receipt | Takeover | None:
        if self.broken:
            raise RuntimeError("a fault nobody foresaw")
        try:
            said = json.loads(payload)
        except ValueError as error:
            raise UnreadableEvent("no JSON") from error
        match said:
            case {"fate": fate}:
                refusal = Refusal(said["refusal"]) if "refusal" in said else None
                return Receipt(Fate(fate), said.get("outbox", 0), said.get("platform_id", ""), refusal)
            case {"colleague": text}:
                return Takeover(said["from"], text)
            case {"from": address}:
                wish = timedelta(seconds=said["expires"]) if "expires" in said else None
                kind, text = Kind(said.get("kind", "text")), said.get("text", "")
                sent_at = datetime.fromisoformat(said["sent_at"]) if "sent_at" in said else None
                public = said.get("public", False)
                return Inbound(kind, address, text, sent_at=sent_at, public=public, expires_in=wish)
            case _:
                return None

    def authority_of(self, address: str) -> str:
        return self.authority

    async def send(self, outbound: Outbound) -> str:
        if self.refusals[outbound.address]:
            raise self.refusals[outbound.address].pop(0)
        self.sent[outbound.address].append(outbound)
        return f"p{outbound.id}"

    def event(self, number: int, address: str, text: str, **more: object) -> Event:
        """One event as the platform would deliver it."""
        return self.word(number, address, text=text, **more)

    def word(self, number: int, address: str, **said: object) -> Event:
        """Any other event about this address."""
        return Event(self.account, str(number), address, json.dumps({"from": address} | said).encode())


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


def _lines(danger: Danger, service: Service | None, *texts: str) -> list[DangerLine]:
    return [DangerLine(text, "de", danger, "made", service, held_out=False, source=HERE) for text in texts]


def _intent(name: str, *examples: str) -> Intent:
    lines = tuple(Example(text, "de", HERE) for text in examples)
    return Intent(name, name[:20], IntentKind.QUESTION, lines)


@pytest.fixture(scope="session")
def understanding() -> Understanding:
    """Two intents and a handful of dangers: enough to see each way a message can go."""
    intents = {
        intent.name: intent
        for intent in (
            _intent(
                "contact.press",
                "wie erreiche ich die pressestelle",
                "ich bin journalist und brauche ein statement",
                "wer beantwortet presseanfragen",
                "telefonnummer der pressestelle",
            ),
            _intent(
                "channels.list",
                "wo finde ich euch auf instagram",
                "habt ihr einen whatsapp kanal",
                "link zu facebook",
                "welche kanäle gibt es",
            ),
        )
    }
    system = [
        *("danger.police", "danger.fire", "danger.both", "danger.home", "danger.crisis", "danger.nospeech"),
        *(
            "danger.opening",
            "danger.opening_crisis",
            "danger.closing",
            "dialogue.helpline",
            "danger.late",
            "danger.again",
            "notice.first",
            "notice.bot_again",
        ),
        *("dialogue.ask", "dialogue.handover", "dialogue.waiting", "dialogue.unreadable", "dialogue.empty"),
        *("dialogue.toolong", "dialogue.expired", "dialogue.error", "dialogue.deleted", "dialogue.two"),
        *("dialogue.slow", "dialogue.also"),
    ]
    texts = {name: f"{name}: 110 (Polizei), 112 (Feuerwehr)." for name in system}
    texts |= {"contact.press": "Die Pressestelle: 0211 871-1111.", "channels.list": "Instagram und WhatsApp."}
    authority = Authority(
        "nrw-im",
        {"de": "Innenministerium"},
        {"press": Contact({"phone": "0211 871-1111"}, "test", date(2026, 11, 20))},
        {},
        intents,
        {name: Response(name, {"de": text}) for name, text in texts.items()},
    )
    danger = [
        *_lines(Danger.ACUTE, Service.FIRE, "es brennt bei uns", "hier ist feuer im keller", "alles voller rauch"),
        *_lines(Danger.ACUTE, Service.POLICE, "er hat ein messer", "jemand bricht gerade ein", "sie schlägt mich"),
        *_lines(Danger.CRISIS, None, "ich will nicht mehr leben", "ich bringe mich um", "es soll vorbei sein"),
        *_lines(Danger.HARMLESS, None, "guten tag", "wann habt ihr offen", "danke schön", "schönes wetter heute"),
    ]
    thresholds = Thresholds(0.7, 0.4, 0.4, 0.02, 0.5, 0.25)
    catalogue = Catalogue("v1", "t1", {"nrw-im": authority}, tuple(danger), Lexicon(), thresholds, ("de",))
    return build(catalogue)
