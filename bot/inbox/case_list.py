"""The list of cases: open, mine, closed."""

from functools import partial
from typing import NamedTuple

from aiohttp import web

from bot.inbox import seats, windows
from bot.inbox.deps import deps
from bot.inbox.pages import page
from bot.message import Severity
from bot.store import cases
from bot.store.cases import CaseView

_CLOSED_SHOWN = 100


class Group(NamedTuple):
    """Cases under one heading."""

    id: str
    title: str
    cases: list[CaseView]


FILTERS = {"open": "Offen", "mine": "Meine", "closed": "Geschlossen"}
DONE = {
    "closed": "Der Fall ist geschlossen. Das Programm antwortet wieder.",
    "handed-back": "Der Fall ist geschlossen. Das Programm antwortet wieder und hat das mitgeteilt.",
    "password": "Ihr neues Passwort gilt. Alle anderen Anmeldungen sind beendet.",
}


async def show(request: web.Request) -> web.Response:
    """Alarms first, then the rest, each by how long it has been open."""
    here, seat = deps(request), seats.seat_of(request)
    wanted = request.query.get("filter", "open")
    chosen = wanted if wanted in FILTERS else "open"
    if chosen == "closed":
        groups = [Group("closed", "Zuletzt geschlossen", await _closed(request))]
    else:
        found = await here.store.read(cases.open_cases, seat.user_id)
        if chosen == "mine":
            found = [case for case in found if case.claimed_by == seat.user_id]
        groups = [
            Group("alarm", "Alarm", [case for case in found if case.severity is Severity.ALARM]),
            Group("others", "Weitere Fälle", [case for case in found if case.severity is not Severity.ALARM]),
        ]
    return await page(
        request,
        "cases.html",
        groups=[group for group in groups if group.cases],
        window=partial(windows.for_staff, here),
        filters=FILTERS,
        chosen=chosen,
        done=DONE.get(request.query.get("done", ""), ""),
    )


async def _closed(request: web.Request) -> list[CaseView]:
    return await deps(request).store.read(cases.closed_cases, seats.seat_of(request).user_id, _CLOSED_SHOWN)
