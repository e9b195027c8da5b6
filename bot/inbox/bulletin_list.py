"""The bulletins: in force, to come, over."""

from collections.abc import Mapping
from typing import NamedTuple

from aiohttp import web

from bot.content.catalogue import Authority
from bot.inbox.deps import deps
from bot.inbox.pages import page
from bot.store import bulletins
from bot.store.bulletins import BulletinState, BulletinView

DONE = {
    "put": "Der Hinweis ist gespeichert. Er gilt vom angegebenen Beginn an und endet von selbst.",
    "changed": "Der Hinweis ist geändert.",
    "ended": "Der Hinweis ist beendet. Ab sofort liest ihn niemand mehr.",
}
_GROUPS = {
    BulletinState.IN_FORCE: "In Kraft",
    BulletinState.COMING: "Geplant",
    BulletinState.OVER: "Beendet",
}


class Line(NamedTuple):
    """A bulletin with the names of what it holds as codes."""

    view: BulletinView
    authority: str
    region: str
    topics: list[str]


class Group(NamedTuple):
    """Bulletins under one heading."""

    state: BulletinState
    title: str
    lines: list[Line]


async def show(request: web.Request) -> web.Response:
    """What leads answers now stands first."""
    here = deps(request)
    now, catalogue = here.clock(), here.catalogue()
    authorities: Mapping[str, Authority] = catalogue.authorities if catalogue else {}
    lines = [line(view, authorities) for view in await here.store.read(bulletins.listed, now)]
    groups = [
        Group(state, title, [one for one in lines if one.view.state(now) is state])
        for state, title in _GROUPS.items()
    ]
    return await page(
        request,
        "bulletins.html",
        groups=[group for group in groups if group.lines or group.state is BulletinState.IN_FORCE],
        authorities={key: one.name.get("de", key) for key, one in authorities.items()},
        State=BulletinState,
        done=DONE.get(request.query.get("done", ""), ""),
    )


def line(view: BulletinView, authorities: Mapping[str, Authority]) -> Line:
    """As the list shows it; what the content no longer knows is shown by its code."""
    bulletin = view.bulletin
    here = authorities.get(bulletin.authority)
    if here is None:
        return Line(view, bulletin.authority, bulletin.region, list(bulletin.topics))
    titles = {intent.name: intent.title for intent in here.intents.values()}
    return Line(
        view,
        here.name.get("de", here.id),
        here.regions.get(bulletin.region, {}).get("de", bulletin.region),
        sorted((titles.get(name, name) for name in bulletin.topics), key=str.casefold),
    )
