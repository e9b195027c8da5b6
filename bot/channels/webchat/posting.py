"""What a page sends: a message, a new conversation, the wish to be forgotten."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qsl, urlencode

from aiohttp import web

from bot.channels.base import Line, Ports, Transcript
from bot.channels.http import raw_body, strict_json
from bot.channels.webchat import reading, sessions
from bot.channels.webchat.limits import Limits
from bot.channels.webchat.lines import Shown, shown
from bot.channels.webchat.page import Pages, Visit
from bot.errors import StoreBusy, UnreadableEvent
from bot.message import Inbound, Kind

JSON_LIMIT = 8 * 1024
FORM_LIMIT = 32 * 1024
"""Bytes; a form writes each byte of an Arabic letter as three."""
TEXT_LIMIT = 2000
"""Characters."""
KEY_LIMIT = 200
ANSWER_WITHIN = 4.0
"""Seconds a page without JavaScript waits before it is shown without the answer."""
DELETE = "i:command.delete"


class Posting:
    """The doors that change something."""

    def __init__(
        self,
        ports: Ports,
        account: str,
        pages: Pages,
        unstored: Callable[[str], tuple[Line, ...]],
        limits: Limits | None = None,
    ) -> None:
        """`unstored` hands out what was said to an address without a database behind it."""
        self._ports = ports
        self._account = account
        self._pages = pages
        self._unstored = unstored
        self._limits = limits or Limits()

    async def send(self, request: web.Request) -> web.Response:
        """POST /chat/message: JSON of our script, or a plain form."""
        self._only_own_page(request)
        if request.content_type == "application/json":
            return await self._send_json(request)
        return await self._send_form(request)

    async def delete(self, request: web.Request) -> web.Response:
        """POST /chat/delete: the same as writing that everything shall be deleted."""
        self._only_own_page(request)
        form = await self._form(request)
        visit = self._visit(request, form)
        back = _to(_page_of(visit))
        if not visit.session:
            return back
        command = Inbound(
            Kind.CHOICE, visit.address, text=visit.words.delete_command, choice=DELETE, language_hint=visit.language
        )
        await self._accept(visit, command, form.get("key", "") or sessions.fresh())
        await self._answered(visit)
        return back

    async def fresh(self, request: web.Request) -> web.Response:
        """POST /chat/new: an empty page under a new session; the old conversation is forgotten in its time."""
        self._only_own_page(request)
        response = _to(_page_of(self._visit(request, await self._form(request))))
        sessions.give(response, sessions.fresh())
        return response

    async def _send_json(self, request: web.Request) -> web.Response:
        try:
            said = strict_json(await raw_body(request, JSON_LIMIT))
        except web.HTTPRequestEntityTooLarge:
            return _refusal(413, "too-long", _explained(self._pages.visit(request), "too-long"))
        except UnreadableEvent:
            raise web.HTTPBadRequest from None
        if not isinstance(said, dict) or not all(isinstance(value, str) for value in said.values()):
            raise web.HTTPBadRequest
        visit, fresh = self._with_session(self._visit(request, said))
        words = visit.words
        inbound = _inbound(visit, said)
        if wrong := _wrong(inbound):
            return _refusal(413 if wrong == "too-long" else 422, wrong, _explained(visit, wrong))
        if self._refused(visit, request, fresh=fresh):
            return _refusal(429, "refused", f"{words.refused} {words.emergency}")
        hurried = self._limits.hurried(visit.session)
        try:
            await self._accept(visit, inbound, request.headers.get("Idempotency-Key", "") or sessions.fresh())
        except web.HTTPServiceUnavailable:
            lines = [shown(line) for line in self._unstored(visit.address)]
            return _refusal(503, "busy", f"{words.busy} {words.emergency}", lines=lines)
        response = web.json_response({"hint": words.too_fast if hurried else ""}, status=202)
        if fresh:
            sessions.give(response, visit.session)
        return response

    async def _send_form(self, request: web.Request) -> web.Response:
        try:
            form = await self._form(request)
        except web.HTTPRequestEntityTooLarge:
            visit = self._pages.visit(request)
            return await self._again(visit, 413, visit.words.too_long, visit.words.emergency)
        visit, fresh = self._with_session(self._visit(request, form))
        words = visit.words
        inbound = _inbound(visit, form)
        if wrong := _wrong(inbound):
            status = 413 if wrong == "too-long" else 422
            return await self._again(visit, status, _explained(visit, wrong), draft=inbound.text)
        if self._refused(visit, request, fresh=fresh):
            return await self._again(visit, 429, words.refused, words.emergency, draft=inbound.text)
        try:
            await self._accept(visit, inbound, form.get("key", "") or sessions.fresh())
        except web.HTTPServiceUnavailable:
            lines = self._unstored(visit.address)
            return self._pages.draw(
                visit,
                Transcript((), human=False, working=False),
                draft=inbound.text,
                errors=(words.busy, words.emergency),
                unstored=lines,
                status=503,
            )
        await self._answered(visit)
        if not fresh:
            return _to(_page_of(visit) + "#ende")
        # Whoever came without our cookie may refuse it, and would see nothing after a redirect.
        response = self._pages.draw(visit, await self._pages.transcript(visit))
        sessions.give(response, visit.session)
        return response

    async def _again(self, visit: Visit, status: int, *errors: str, draft: str = "") -> web.Response:
        """The page once more, with what was wrong and what was typed."""
        transcript = await self._pages.transcript(visit)
        return self._pages.draw(visit, transcript, draft=draft, errors=errors, status=status)

    async def _accept(self, visit: Visit, inbound: Inbound, key: str) -> None:
        event = reading.event(self._account, visit.address, key[:KEY_LIMIT], inbound)
        try:
            await self._ports.accept([event])
        except StoreBusy:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "2"}) from None

    async def _answered(self, visit: Visit) -> None:
        """Wait a little for the answer, so that a page without JavaScript can show it at once."""
        journal = self._ports.journal
        try:
            async with (
                asyncio.timeout(ANSWER_WITHIN),
                journal.changes(self._account, visit.address) as changes,
            ):
                while (await journal.read(self._account, visit.address)).working:
                    await anext(changes)
        except (TimeoutError, StopAsyncIteration):
            return

    def _refused(self, visit: Visit, request: web.Request, *, fresh: bool) -> bool:
        return self._limits.refused("" if fresh else visit.session, request.remote or "")

    def _only_own_page(self, request: web.Request) -> None:
        if not sessions.own_page(request, self._ports.public_url):
            raise web.HTTPForbidden

    async def _form(self, request: web.Request) -> dict[str, str]:
        if request.content_type != "application/x-www-form-urlencoded":
            raise web.HTTPUnsupportedMediaType
        raw = await raw_body(request, FORM_LIMIT)
        return _fields(raw)

    def _visit(self, request: web.Request, said: Mapping[str, str]) -> Visit:
        return self._pages.visit(request, said.get("authority", ""), said.get("lang", ""))

    def _with_session(self, visit: Visit) -> tuple[Visit, bool]:
        if visit.session:
            return visit, False
        return Visit(visit.authority, visit.language, sessions.fresh(), visit.page), True


def _fields(raw: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        raise web.HTTPBadRequest from None


def _inbound(visit: Visit, said: Mapping[str, str]) -> Inbound:
    choice = said.get("choice", "")
    return Inbound(
        Kind.CHOICE if choice else Kind.TEXT,
        visit.address,
        text=said.get("text", "").replace("\r\n", "\n").strip(),
        choice=choice,
        language_hint=visit.language,
        sent_at=datetime.now(UTC),
    )


def _wrong(inbound: Inbound) -> str:
    """What keeps a message from being taken: "empty", "too-long", or nothing."""
    if len(inbound.text) > TEXT_LIMIT or len(inbound.choice) > KEY_LIMIT:
        return "too-long"
    return "" if inbound.text or inbound.choice else "empty"


def _explained(visit: Visit, wrong: str) -> str:
    return f"{visit.words.too_long} {visit.words.emergency}" if wrong == "too-long" else visit.words.empty


def _page_of(visit: Visit) -> str:
    return "/?" + urlencode({"authority": visit.authority, "lang": visit.language})


def _to(place: str) -> web.Response:
    """See other: the page is fetched anew, and reloading it sends nothing twice."""
    return web.Response(status=303, headers={"Location": place})


def _refusal(status: int, error: str, message: str, lines: Sequence[Shown] = ()) -> web.Response:
    headers = {"Retry-After": "60"} if status == 429 else {}
    return web.json_response({"error": error, "message": message, "lines": lines}, status=status, headers=headers)
