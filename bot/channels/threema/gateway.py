"""The four calls to the gateway. https://gateway.threema.ch/de/developer/api

No library: Threema's own for Python lets every answer that is not 200 look alike to a caller who must know whether
a message may have arrived.
"""

import re
from collections.abc import Mapping

import aiohttp
from nacl.public import PublicKey

from bot.channels.calls import ErrorsToldApart, NoAnswer, Refused

CONNECT_WITHIN = 5.0
ANSWER_WITHIN = 14.0
"""Seconds; delivery gives a whole send twenty, and a key may have to be fetched before."""
_MESSAGE_ID = re.compile(r"[0-9a-f]{16}")
_KEY = re.compile(r"[0-9a-fA-F]{64}")


class Gateway:
    """One Gateway ID at one server. Every call raises NotConnected, NoAnswer and Refused."""

    def __init__(self, http: aiohttp.ClientSession, api_url: str, gateway_id: str, secret: str) -> None:
        self._http = http
        self._base = api_url.rstrip("/")
        self._own = {"from": gateway_id, "secret": secret}

    async def public_key(self, threema_id: str, within: float) -> PublicKey:
        """The public key of an ID, within so many seconds. Refused with 404 where there is no such ID."""
        answer = await self._call("GET", f"/pubkeys/{threema_id}", {}, within)
        if not _KEY.fullmatch(answer):
            raise NoAnswer("no key")
        return PublicKey(bytes.fromhex(answer))

    async def credits(self) -> int:
        """How many credits are left."""
        answer = await self._call("GET", "/credits", {}, ANSWER_WITHIN)
        if not re.fullmatch(r"-?[0-9]{1,15}", answer):
            raise NoAnswer("no number")
        return int(answer)

    async def send(self, to: str, nonce: bytes, box: bytes, options: Mapping[str, str] | None = None) -> str:
        """Send a sealed box; returns the message's id."""
        form = {"to": to, "nonce": nonce.hex(), "box": box.hex(), **(options or {})}
        answer = await self._call("POST", "/send_e2e", form, ANSWER_WITHIN)
        if not _MESSAGE_ID.fullmatch(answer):
            raise NoAnswer("no message id")
        return answer

    async def _call(self, method: str, path: str, values: Mapping[str, str], within: float) -> str:
        """One request. Its errors never name the address: a GET carries the secret there."""
        given = {**self._own, **values}
        with ErrorsToldApart():
            async with self._http.request(
                method,
                self._base + path,
                params=given if method == "GET" else None,
                data=given if method == "POST" else None,
                # A redirect would carry the secret to another host.
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=within, sock_connect=min(CONNECT_WITHIN, within)),
            ) as response:
                if response.status != 200:
                    raise Refused(response.status, _seconds(response.headers.get("Retry-After", "")))
                raw = await response.read()
        return raw.decode("ascii", "replace").strip()


def _seconds(header: str) -> float | None:
    return float(header) if re.fullmatch(r"[0-9]{1,6}", header) else None
