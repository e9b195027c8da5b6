"""How the program is, for people who run it: /health, /ready and /metrics."""

import hmac
import ipaddress
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from bot.channels.base import Gauge as ChannelGauge

_channel_ok = Gauge("lotse_channel_ok", "1 while the platform works with us", ["account"])
_channel_gauge = Gauge("lotse_channel", "What an operator watches of a platform", ["account", "gauge"])


@dataclass(slots=True)
class Health:
    """What the doors ask the rest of the program."""

    alive: Callable[[], bool]
    """The content is there, the database answers and the queues move."""
    ready: Callable[[], bool] | None = None
    """Requests may come; the same as `alive` where nothing else is said."""
    channels: dict[str, str] = field(default_factory=dict)
    """Account → "ok" or a short reason."""

    gauges: dict[str, dict[str, float]] = field(default_factory=dict)
    """Account → gauge → value."""

    def __call__(self, account: str, state: str) -> None:
        """Take a channel's word on how it is; this is `Ports.health`."""
        self.channels[account] = state
        _channel_ok.labels(account).set(state == "ok")

    def gauge(self, account: str, gauge: ChannelGauge, value: float) -> None:
        """Take a figure of a channel."""
        self.gauges.setdefault(account, {})[gauge.value] = value
        _channel_gauge.labels(account, gauge.value).set(value)


class HealthDoors:
    """The three paths. /health and /ready name no secret and are open; /metrics is for this machine or a token."""

    def __init__(self, health: Health, metrics_token: str) -> None:
        self._health = health
        self._token = metrics_token

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The doors."""
        return [
            web.get("/health", self._alive),
            web.get("/ready", self._ready),
            web.get("/metrics", self._metrics),
        ]

    async def _alive(self, request: web.Request) -> web.Response:
        """503 only when the journey itself stands still: a platform's trouble is no reason to be restarted."""
        del request
        alive = self._health.alive()
        troubled = any(state != "ok" for state in self._health.channels.values())
        status = ("degraded" if troubled else "ok") if alive else "down"
        return web.json_response({"status": status, "channels": self._health.channels}, status=200 if alive else 503)

    async def _ready(self, request: web.Request) -> web.Response:
        del request
        ready = (self._health.ready or self._health.alive)()
        return web.json_response({"ready": ready}, status=200 if ready else 503)

    async def _metrics(self, request: web.Request) -> web.Response:
        if self._token:
            expected = f"Bearer {self._token}".encode()
            given = request.headers.get("Authorization", "").encode("utf-8", "surrogatepass")
            if not hmac.compare_digest(given, expected):
                raise web.HTTPUnauthorized(headers={"WWW-Authenticate": "Bearer"})
        elif not _from_here(request.remote or ""):
            raise web.HTTPNotFound
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


def _from_here(ip: str) -> bool:
    try:
        return ipaddress.ip_address(ip).is_loopback
    except ValueError:
        return False
