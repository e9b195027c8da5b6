"""The chat page and the privacy page, complete without JavaScript."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2
from aiohttp import web

from bot.assets import Assets
from bot.channels.base import Line, Page, Ports, Transcript
from bot.channels.links import pieces
from bot.channels.webchat import sessions
from bot.channels.webchat.lines import direction, shown
from bot.channels.webchat.wording import Wording
from bot.channels.webchat.wordings import WORDINGS, language_of
from bot.errors import NotVisible

_HERE = Path(__file__).parent
NOTHING = Transcript((), human=False, working=False)


@dataclass(frozen=True, slots=True)
class Visit:
    """Who asks for which page: read once per request."""

    authority: str
    language: str
    session: str
    page: Page

    @property
    def words(self) -> Wording:
        """The page's own labels."""
        return WORDINGS[self.language]

    @property
    def address(self) -> str:
        """The conversation; only meaningful with a session."""
        return sessions.address(self.authority, self.session)


class Pages:
    """Draws the pages of one account."""

    def __init__(self, ports: Ports, account: str, authority: str) -> None:
        self._ports = ports
        self._account = account
        self._authority = authority
        self.assets = Assets("/static/chat", _HERE / "static")
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            asset=self.assets.address, direction=direction, pieces=pieces, wordings=WORDINGS
        )

    def visit(self, request: web.Request, authority: str = "", language: str = "") -> Visit:
        """Who is visiting which authority, in which language. Raises HTTPNotFound for an unknown authority."""
        asked = authority or request.query.get("authority", "") or self._authority
        chosen = language_of(language or request.query.get("lang", ""), request.headers.get("Accept-Language", ""))
        try:
            page = self._ports.page(asked, chosen)
        except NotVisible:
            raise web.HTTPNotFound from None
        return Visit(asked, chosen, sessions.session_of(request), page)

    async def chat(self, request: web.Request) -> web.Response:
        """GET /"""
        visit = self.visit(request)
        transcript = await self.transcript(visit)
        response = self.draw(visit, transcript)
        if not visit.session:
            sessions.give(response, sessions.fresh())
        return response

    async def transcript(self, visit: Visit) -> Transcript:
        """The conversation so far; empty for a newcomer."""
        if not visit.session:
            return NOTHING
        return await self._ports.journal.read(self._account, visit.address)

    def draw(
        self,
        visit: Visit,
        transcript: Transcript,
        *,
        draft: str = "",
        errors: Sequence[str] = (),
        unstored: Sequence[Line] = (),
        status: int = 200,
    ) -> web.Response:
        """The chat page; `unstored` are lines that stand in no database."""
        lines = [shown(line) for line in (*transcript.lines, *unstored)]
        return self._html(
            "chat.html",
            status,
            visit=visit,
            page=visit.page,
            words=visit.words,
            lines=lines,
            emergency=_linked(visit.page.emergency),
            notice=_linked(visit.page.notice),
            choices=lines[-1]["choices"] if lines and not transcript.working else [],
            last=max((line.seq for line in transcript.lines), default=0),
            transcript=transcript,
            draft=draft,
            errors=errors,
            key=secrets.token_urlsafe(16),
        )

    async def privacy(self, request: web.Request) -> web.Response:
        """GET /datenschutz"""
        visit = self.visit(request)
        paragraphs = [part.strip() for part in visit.page.privacy.split("\n\n") if part.strip()]
        return self._html("privacy.html", 200, visit=visit, page=visit.page, words=visit.words, paragraphs=paragraphs)

    def _html(self, name: str, status: int, **values: object) -> web.Response:
        text = self._templates.get_template(name).render(**values)
        return web.Response(text=text, status=status, content_type="text/html")


def _linked(text: str) -> list[tuple[str, str]]:
    return [(piece.text, piece.href) for piece in pieces(text.strip())]
