"""Mastodon as the contract suite over all channels sees it."""

import html
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.message import Kind
from tests.channels.contract.adapter import Said
from tests.channels.mastodon.conftest import payload
from tests.channels.mastodon.standin import OWN_ID, TOKEN, MastodonServer

_MEDIA = {Kind.VOICE: "audio", Kind.PHOTO: "image", Kind.VIDEO: "video", Kind.DOCUMENT: "unknown"}
_TEXTS = {Kind.TEXT, Kind.EDIT, Kind.UNSUPPORTED, *_MEDIA}


def address_of(citizen: int) -> str:
    """A citizen's address, on a server of their own."""
    return f"citizen{citizen}@anderswo.example"


def _id_of(number: int) -> str:
    return str(113000000000000000 + number)


class Platform:
    """A server with one account of ours, and citizens that mention it in private."""

    name = "mastodon"
    account = "mastodon"
    bundles = False
    throttles = False
    """Its limits are for the whole account."""

    def __init__(self) -> None:
        self.server = MastodonServer()

    async def start(self) -> None:
        await self.server.start()

    async def stop(self) -> None:
        await self.server.stop()

    def options(self) -> Mapping[str, object]:
        return {"mastodon": [{"id": self.account, "server": self.server.url, "token": TOKEN}]}

    def event(self, said: Said) -> object | None:
        """What the stream tells; Mastodon has no places, contacts or stickers, and reactions are never words."""
        if said.kind is Kind.DELETION:
            return "delete", _id_of(said.refers_to)
        if said.kind not in _TEXTS:
            return None
        self.server.people.add(address_of(said.citizen))
        status = self._status(said)
        if said.kind is Kind.EDIT:
            edited = {"id": _id_of(said.refers_to), "edited_at": datetime.now(UTC).isoformat()}
            return "status.update", status | edited
        return "notification", status

    def malformed(self, said: Said) -> object | None:
        """The words are not where they belong."""
        self.server.people.add(address_of(said.citizen))
        return "notification", self._status(said) | {"content": [said.text]}

    def echo(self, said: Said) -> object | None:
        """What our account has posted comes through its own stream."""
        own = {"id": OWN_ID, "username": "lotse", "acct": "lotse"}
        return "update", self._status(said) | {"account": own, "application": {"name": "Bürgerlotse"}}

    async def deliver(self, url: str, *events: object) -> int:
        """There is no door: what counts is that somebody listens."""
        del url
        await self.server.until(lambda: self.server.listeners > 0)
        for event in events:
            assert isinstance(event, tuple)
            name, told = event
            if name == "notification":
                await self.server.write(told)
            else:
                await self.server.say(name, told)
        return 200

    async def heard(self, citizen: int, count: int) -> list[str]:
        return await self.server.heard(address_of(citizen), count)

    def throttle(self, citizen: int, seconds: float) -> None:
        """What comes nearest: this citizen's posts meet an error of the server."""
        del seconds
        self.server.failing.add(address_of(citizen))

    def _status(self, said: Said) -> dict[str, Any]:
        account = payload("text")["account"] | {
            "id": f"1100{said.citizen:06d}",
            "username": f"citizen{said.citizen}",
            "acct": address_of(said.citizen),
        }
        media = [{"id": "1", "type": _MEDIA[said.kind]}] if said.kind in _MEDIA else []
        return payload("text") | {
            "id": _id_of(said.number),
            "created_at": datetime.now(UTC).isoformat(),
            "content": f"<p>@lotse {html.escape(said.text)}</p>",
            "account": account,
            "media_attachments": media,
            "poll": {"id": "1"} if said.kind is Kind.UNSUPPORTED else None,
        }
