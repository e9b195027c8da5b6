"""Draws pages: templates, the words and times they use, and what every page of a person needs."""

from functools import partial
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from bot.assets import Assets
from bot.inbox import times, wording
from bot.inbox.deps import deps
from bot.inbox.seats import seat_or_none
from bot.message import Author, Owner, Severity
from bot.store import account_states, cases

ASSETS = web.AppKey("inbox assets", Assets)

_environment = Environment(
    loader=PackageLoader("bot.inbox"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(words=wording, Author=Author, Owner=Owner, Severity=Severity)


async def page(
    request: web.Request, name: str, /, *, status: int = 200, counts: dict[str, int] | None = None, **values: Any
) -> web.Response:
    """One HTML page. `values` are its template's variables; `counts` of open cases are read where not given."""
    here = deps(request)
    seat = seat_or_none(request)
    now = here.clock()
    inside = seat is not None and not seat.once
    if counts is None and inside:
        counts = await here.store.read(cases.counts)
    text = _environment.get_template(name).render(
        seat=seat,
        open_count=sum(counts[state] for state in ("new", "claimed", "waiting")) if counts else 0,
        alarm_count=counts["alarm"] if counts else 0,
        trouble_count=await here.store.read(account_states.trouble, now) if inside else 0,
        findings=[str(finding) for finding in here.findings()] if inside else [],
        idle_seconds=int(here.idle.total_seconds()),
        now=now,
        moment=partial(times.moment, now=now),
        age=partial(times.age, now=now),
        deadline=partial(times.deadline, now=now),
        left=partial(times.left, now=now),
        span=times.span,
        ago=partial(times.ago, now=now),
        lag=times.lag,
        number=times.number,
        url=partial(url, request),
        asset=partial(_asset, request),
        **values,
    )
    return web.Response(text=text, content_type="text/html", status=status)


def url(request: web.Request, name: str, **parts: object) -> str:
    """The path of a route by its name, with the prefix under which the inbox is mounted."""
    resource = request.app.router[name]
    return str(resource.url_for(**{key: str(value) for key, value in parts.items()}))


def _asset(request: web.Request, name: str) -> str:
    return url(request, "cases") + request.app[ASSETS].address(name)


def onward(request: web.Request, name: str, *, done: str = "", fragment: str = "", **parts: object) -> web.Response:
    """Answer a form: go on to this route with GET. `done` names what the next page confirms."""
    path = url(request, name, **parts) + (f"?done={done}" if done else "") + (f"#{fragment}" if fragment else "")
    return redirect(path)


def redirect(path: str) -> web.Response:
    """Go on to a path of ours with GET."""
    return web.Response(status=303, headers={"Location": path})


def template_names() -> list[str]:
    """All templates, for a test that compiles them."""
    return _environment.list_templates(filter_func=lambda name: name.endswith(".html"))
