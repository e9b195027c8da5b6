"""The press office and its cast: Petra and Omar answer, Anna also manages accounts, a stranger stays outside."""

import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from html import unescape
from re import search

import aiohttp
import pytest
import sqlalchemy as sa
from aiohttp import web
from argon2 import PasswordHasher
from multidict import CIMultiDictProxy
from yarl import URL

from bot import inbox
from bot.content.catalogue import (
    Authority,
    Catalogue,
    Example,
    Intent,
    IntentKind,
    Lexicon,
    Response,
    Source,
    Thresholds,
)
from bot.inbox import seats
from bot.inbox.accounts import ONCE_LASTS
from bot.message import (
    CaseRequest,
    Dialogue,
    Event,
    Inbound,
    Kind,
    Lane,
    Level,
    Outcome,
    Owner,
    Reason,
    Reply,
    Severity,
)
from bot.store import Handled, MessageRow, Store, cases, messages, sessions, users
from bot.store.cases import CaseView
from bot.store.tables import audit
from bot.web.application import build as build_web
from bot.web.health import Health

PASSWORD = "drei Enten im Regen"
WINDOWS = {
    ("whatsapp", True): timedelta(hours=24),
    ("whatsapp", False): timedelta(hours=24),
    ("messenger", True): timedelta(days=7),
    ("messenger", False): timedelta(hours=24),
}
_cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""What most tests are about is the page, not how long a hash takes."""


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Answer:
    """What came back, read to its end."""

    status: int
    text: str
    headers: CIMultiDictProxy[str]

    @property
    def location(self) -> str:
        return self.headers.get("Location", "")

    def hidden(self, name: str) -> str:
        """The value of a hidden field."""
        found = search(rf'name="{name}" value="([^"]*)"', self.text)
        assert found, f"no field {name}"
        return unescape(found[1])


@dataclass
class Person:
    """Somebody with a browser of their own. Cookies are kept by hand: the client would not send secure ones here."""

    http: aiohttp.ClientSession
    base: str
    name: str = "stranger"
    id: int = 0
    csrf: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def ask(self, method: str, path: str, *, form: Mapping[str, str] | None = None, **headers: str) -> Answer:
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.http.request(
            method, URL(self.base + path, encoded=True), data=form, headers=sent, allow_redirects=False
        ) as response:
            for name, morsel in response.cookies.items():
                if morsel.value:
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
            return Answer(response.status, await response.text(), response.headers)

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def post(self, path: str, **form: str) -> Answer:
        """Send a form as one of our own pages would."""
        return await self.ask("POST", path, form={"csrf": self.csrf} | form, Sec_Fetch_Site="same-origin")


@dataclass
class Office:
    """The running inbox."""

    store: Store
    clock: Clock
    base: str
    http: aiohttp.ClientSession
    findings: list[str]
    app: web.Application

    def stranger(self) -> Person:
        return Person(self.http, self.base)

    async def person(self, name: str, role: str = "press") -> Person:
        """A member of the staff who is logged in."""
        account = await self.store.read(users.by_name, name)
        id_ = account.id if account else await self.store.write(users.create, name, "unused", role, self.clock())
        token = secrets.token_urlsafe(32)
        view = await self.store.write(sessions.create, seats.hashed(token), id_, self.clock())
        assert view is not None
        return Person(self.http, self.base, name, id_, view.csrf, {seats.COOKIE: token})

    async def account(self, name: str, *, role: str = "press", once: bool = False) -> int:
        """Somebody who can log in with PASSWORD."""
        until = int((self.clock() + ONCE_LASTS).timestamp())
        hashed = (f"once:{until}:" if once else "") + _cheap.hash(PASSWORD)
        return await self.store.write(users.create, name, hashed, role, self.clock())

    async def audit(self) -> list[tuple[str, str]]:
        """Every entry of the audit log as action and subject."""
        return await self.store.read(
            lambda c: [(row.action, row.subject) for row in c.execute(sa.select(audit).order_by(audit.c.id))]
        )

    async def only_case(self) -> CaseView:
        """The one open case."""
        looker = await self.person("looker")
        (case,) = await self.store.read(cases.open_cases, looker.id)
        return case

    async def said(self) -> list[MessageRow]:
        """Every message of the only conversation."""
        return await self.store.read(messages.conversation_messages, 1)

    async def say(
        self,
        text: str,
        *,
        address: str = "citizen",
        reply: str = "Ein Mensch schreibt Ihnen.",
        severity: Severity | None = Severity.NORMAL,
        reason: str = "not-understood",
        level: Level = Level.UNKNOWN,
        language: str = "de",
        channel: str = "webchat",
        reasons: tuple[Reason, ...] = (),
        owner: Owner | None = None,
        public: bool = False,
    ) -> int:
        """A citizen writes, the bot answers; returns the number of cases there are now."""
        now = self.clock()
        event = Event(channel, secrets.token_hex(8), address, text.encode("utf-8", "surrogatepass"))
        await self.store.journey.accept([event], now)
        (claimed,) = await self.store.journey.claim(1, now, timedelta(minutes=1))
        lane = Lane.EMERGENCY if level is Level.ACUTE else Lane.ORDINARY
        outcome = Outcome(
            level,
            (Reply(reply, language, lane=lane),) if reply else (),
            Dialogue(language=language),
            language,
            CaseRequest(severity, reason) if severity is not None else None,
            reasons=reasons,
        )
        said = Inbound(Kind.TEXT, address, text, public=public)
        await self.store.journey.finish(
            Handled(
                claimed.inbound_id, channel, address, channel, "nrw-im", said, outcome, "test", now, now, owner=owner
            )
        )
        return claimed.inbound_id


def _catalogue() -> Catalogue:
    source = Source("tests", 1)
    press = Intent(
        "contact.press", "Presseanfragen", IntentKind.QUESTION, (Example("Presse", "de", source),), source=source
    )
    old = Intent("old.news", "Veraltet", IntentKind.QUESTION, (Example("alt", "de", source),), source=source)
    responses = {
        "contact.press": Response("contact.press", {"de": "Presse: 0211 871-1111.", "en": "Press: 0211 871-1111."}),
        "old.news": Response("old.news", {"de": "Gilt nicht mehr."}, valid_until=date(2026, 1, 1)),
        "notice.bot_again": Response(
            "notice.bot_again",
            {"de": "Ab jetzt antwortet wieder ein Programm.", "en": "A program answers again from now on."},
        ),
    }
    authority = Authority(
        "nrw-im",
        {"de": "Innenministerium"},
        {},
        {},
        {intent.name: intent for intent in (press, old)},
        responses,
        regions={"koeln": {"de": "Köln"}, "bonn": {"de": "Bonn"}},
    )
    return Catalogue(
        "test",
        "test",
        {"nrw-im": authority},
        (),
        Lexicon(),
        Thresholds(0.5, 0.3, 0.2, 0.1, 0.6, 0.3),
        ("de", "en"),
    )


@pytest.fixture
def clock(now: datetime) -> Clock:
    return Clock(now)


@pytest.fixture
async def office(store: Store, clock: Clock) -> AsyncIterator[Office]:
    """The inbox behind the program's real door, on a database of each kind."""
    findings: list[str] = []
    catalogue = _catalogue()
    app = inbox.build(
        inbox.InboxDeps(
            store,
            lambda: catalogue,
            lambda: findings,
            lambda account, by_staff: WINDOWS.get((account, by_staff)),
            clock,
            "",
            timedelta(minutes=30),
            timedelta(hours=12),
        )
    )
    runner = web.AppRunner(build_web([], Health(lambda: True), mounts={"/inbox": app}), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    jar = aiohttp.DummyCookieJar()
    async with aiohttp.ClientSession(cookie_jar=jar) as http:
        yield Office(store, clock, f"http://127.0.0.1:{runner.addresses[0][1]}", http, findings, app)
    await runner.cleanup()


@pytest.fixture
async def petra(office: Office) -> Person:
    return await office.person("petra")


@pytest.fixture
async def omar(office: Office) -> Person:
    return await office.person("omar")


@pytest.fixture
async def anna(office: Office) -> Person:
    return await office.person("anna", "admin")


@pytest.fixture
def stranger(office: Office) -> Person:
    return office.stranger()
