"""The door that Meta delivers to. https://developers.facebook.com/docs/graph-api/webhooks/getting-started"""

import hashlib
import hmac
from collections.abc import Callable, Sequence

from aiohttp import web

from bot.channels.base import Ports
from bot.channels.http import raw_body, same
from bot.errors import SettingsError, StoreBusy
from bot.message import Event

SIGNATURE_HEADER = "X-Hub-Signature-256"
_KEY_LIMIT = 200


def signature_of(raw: bytes, app_secret: str) -> str:
    """The header's value for these very bytes. Meta signs them as sent, with non-ASCII escaped."""
    return "sha256=" + hmac.new(app_secret.encode(), raw, hashlib.sha256).hexdigest()


def mark_of(raw: bytes) -> str:
    """The key of an event that has no id of its own: its bytes."""
    return f"sha256:{hashlib.sha256(raw).hexdigest()}"


def key_of(*parts: str) -> str:
    """An event's key made of what the platform says; an overly long one is hashed."""
    key = ":".join(parts)
    return key if len(key) <= _KEY_LIMIT else mark_of(key.encode("utf-8", "surrogatepass"))


class Hub:
    """One account's webhook: the handshake, and deliveries that are signed, stored and then acknowledged."""

    def __init__(
        self,
        ports: Ports,
        *,
        channel: str,
        account: str,
        app_secret: str,
        verify_token: str,
        split: Callable[[bytes], Sequence[Event]],
        accepted: Callable[[Sequence[Event]], None],
    ) -> None:
        """`split` makes events of a delivery's bytes and never raises; `accepted` hears of those that are committed.

        Raises SettingsError where a secret is missing: the door could not tell Meta from anybody.
        """
        for option, value in (("app_secret", app_secret), ("verify_token", verify_token)):
            if not value:
                raise SettingsError(
                    f"{channel} ({account}): Ohne {option} nimmt der Webhook nichts an. {option} setzen."
                )
        self._path = f"/hooks/{channel}/{account}"
        self._account = account
        self._ports = ports
        self._app_secret = app_secret
        self._verify_token = verify_token
        self._split = split
        self._accepted = accepted

    def routes(self) -> Sequence[web.AbstractRouteDef]:
        """The handshake (GET) and the deliveries (POST) at `/hooks/<channel>/<account>`."""
        return [web.get(self._path, self._challenge, allow_head=False), web.post(self._path, self._deliver)]

    async def _challenge(self, request: web.Request) -> web.Response:
        """Give the challenge back to whoever knows the verify token; as text, so that no page can be made of it."""
        given = request.query.getall("hub.verify_token", [])
        challenge = request.query.get("hub.challenge", "")
        known = len(given) == 1 and same(given[0], self._verify_token)
        if not known or request.query.get("hub.mode") != "subscribe" or not challenge:
            raise web.HTTPForbidden
        return web.Response(text=challenge, content_type="text/plain")

    async def _deliver(self, request: web.Request) -> web.Response:
        given = request.headers.getall(SIGNATURE_HEADER, [])
        if len(given) != 1:
            raise web.HTTPUnauthorized
        raw = await raw_body(request)
        if not same(given[0], signature_of(raw, self._app_secret)):
            raise web.HTTPUnauthorized
        events = self._split(raw)
        if events:
            try:
                await self._ports.accept(events)
            except StoreBusy:
                raise web.HTTPServiceUnavailable(headers={"Retry-After": "2"}) from None
            self._accepted(events)
        return web.Response()
