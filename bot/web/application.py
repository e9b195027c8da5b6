"""The public HTTP shell: the channels' doors, health, files, and what holds for every answer."""

from collections.abc import Iterable
from pathlib import Path

from aiohttp import web

from bot.assets import Assets
from bot.channels.base import Channel
from bot.web import bodies, client, errors, headers
from bot.web.health import Health, HealthDoors

_STATIC = Path(__file__).parent / "static"


def build(
    doors: Iterable[Channel],
    health: Health,
    *,
    trusted_proxies: Iterable[str] = (),
    public_url: str = "",
    metrics_token: str = "",
) -> web.Application:
    """Return the application; others may be mounted with add_subapp, and the same rules hold for them.

    Raises SettingsError for a proxy that is no network.
    """
    proxies = client.networks(trusted_proxies)
    application = web.Application(
        middlewares=[client.middleware(proxies), errors.pages, bodies.bounded], client_max_size=bodies.LARGEST
    )
    application.on_response_prepare.append(headers.on_prepare(https=public_url.startswith("https://")))
    application.add_routes(HealthDoors(health, metrics_token).routes())
    application.add_routes(Assets("/static/kern", _STATIC / "kern").routes())
    for door in doors:
        application.add_routes(door.routes())
    return application
