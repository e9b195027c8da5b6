"""The public HTTP shell: the channels' doors, health, files, and what holds for every answer."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from aiohttp import web

from bot.assets import Assets
from bot.channels.base import Channel
from bot.web import bodies, client, errors, headers
from bot.web.health import Health, HealthDoors
from bot.web.streams import OpenStreams

_STATIC = Path(__file__).parent / "static"


def build(
    doors: Iterable[Channel],
    health: Health,
    *,
    mounts: Mapping[str, web.Application] | None = None,
    trusted_proxies: Iterable[str] = (),
    public_url: str = "",
    metrics_token: str = "",
) -> web.Application:
    """Return the application. What is mounted (path → application) lives under the same rules.

    Raises SettingsError for a proxy that is no network.
    """
    proxies = client.networks(trusted_proxies)
    application = web.Application(
        middlewares=[client.middleware(proxies), errors.pages, bodies.bounded], client_max_size=bodies.LARGEST
    )
    streams = OpenStreams()
    application.on_response_prepare.append(streams.notice)
    application.on_shutdown.append(streams.end)
    application.on_response_prepare.append(headers.on_prepare(https=public_url.startswith("https://")))
    application.add_routes(HealthDoors(health, metrics_token).routes())
    application.add_routes(Assets("/static/kern", _STATIC / "kern").routes())
    for door in doors:
        application.add_routes(door.routes())
    for path, mounted in (mounts or {}).items():
        application.add_subapp(path, mounted)
    return application
