"""The web chat as the contract suite speaks to it: a page of our own, so there is nobody else's door and no echo."""

import asyncio
from collections.abc import Mapping

import aiohttp

from bot.channels.webchat.sessions import COOKIE
from bot.message import Kind
from tests.channels.contract.adapter import Said


class Platform:
    """Browsers, each with a session of its own."""

    name = "webchat"
    account = "webchat"
    bundles = False
    throttles = False

    def __init__(self) -> None:
        self._url = ""

    async def start(self) -> None:
        """Nothing runs: the page is the program's own."""

    async def stop(self) -> None:
        """Nothing runs."""

    def options(self) -> Mapping[str, object]:
        return {}

    def event(self, said: Said) -> object | None:
        return said if said.kind in {Kind.TEXT, Kind.CHOICE} else None

    def malformed(self, said: Said) -> object | None:
        del said
        return None  # the door makes the event itself, of what it has understood

    def echo(self, said: Said) -> object | None:
        del said
        return None

    async def deliver(self, url: str, *events: object) -> int:
        self._url = url
        (said,) = events
        assert isinstance(said, Said)
        sent = {"text": said.text, "choice": said.choice, "authority": "nrw-im", "lang": "de"}
        headers = _session(said.citizen) | {"Sec-Fetch-Site": "same-origin", "Idempotency-Key": f"key-{said.number}"}
        async with (
            aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
            http.post(url + "/chat/message", json=sent, headers=headers) as response,
        ):
            return 200 if response.status == 202 else response.status

    async def heard(self, citizen: int, count: int) -> list[str]:
        texts: list[str] = []
        after, wait = 0, "&now=1"
        async with asyncio.timeout(10), aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            while wait or len(texts) < count:
                lines = f"{self._url}/chat/lines?authority=nrw-im&after={after}{wait}"
                async with http.get(lines, headers=_session(citizen)) as response:
                    new = (await response.json())["lines"]
                texts += ["".join(text for text, _ in line["pieces"]) for line in new if line["author"] != "citizen"]
                after, wait = (new[-1]["seq"] if new else after), ""
        return texts

    def throttle(self, citizen: int, seconds: float) -> None:
        """Nobody refuses us on our own page."""


def _session(citizen: int) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}=c{citizen:05}{'A' * 16}"}
