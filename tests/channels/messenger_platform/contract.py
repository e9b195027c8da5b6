"""Both platforms as the contract suite and the journeys speak to them."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bot.message import Kind
from tests.channels.contract.adapter import Delivery, Said
from tests.channels.messenger_platform.standin import PAGE, PROFESSIONAL, SendApi, options
from tests.channels.meta.contract import SignedWebhook
from tests.channels.meta.standin import APP_ID

_ATTACHED = {
    Kind.VOICE: "audio",
    Kind.PHOTO: "image",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "file",
    Kind.LOCATION: "location",
    Kind.STICKER: "sticker",
}


class MetaPlatform(SignedWebhook):
    """A page or a professional account with its citizens; each of the two says below what only it has."""

    name: str
    about: str
    missing: frozenset[Kind]
    """Kinds that people cannot send there."""
    bundles = True
    throttles = True

    def __init__(self) -> None:
        self.account = self.name
        self.api = SendApi(about=self.about)
        self._owner = PAGE if self.about == "page" else PROFESSIONAL
        self._began = time.time_ns() // 1_000_000

    async def start(self) -> None:
        await self.api.start()

    async def stop(self) -> None:
        await self.api.stop()

    def options(self) -> Mapping[str, object]:
        return {self.name: [{"id": self.account} | options(self.api, self.about)]}

    def event(self, said: Said) -> object | None:
        if said.kind in self.missing:
            return None
        return self._from(said) | self._content(said)

    def malformed(self, said: Said) -> object | None:
        return {"recipient": {"id": self._owner}, "message": {"mid": _mid(said.number), "text": said.text}}

    def echo(self, said: Said) -> object | None:
        message = {"mid": f"ours-{said.number}", "is_echo": True, "app_id": int(APP_ID), "text": said.text}
        return {
            "sender": {"id": self._owner},
            "recipient": {"id": _person(said.citizen)},
            "timestamp": self._began + said.number,
            "message": message,
        }

    def comment(self, comment: str, text: str) -> Delivery:
        """Somebody comments under a post, where everybody can read it."""
        author = {"id": "8844005566778899", "name": "Jörg Beispiel", "username": "joerg.beispiel"}
        if self.about == "page":
            value = {"item": "comment", "verb": "add", "comment_id": comment, "message": text, "from": author}
            change = {"field": "feed", "value": value}
        else:
            change = {"field": "comments", "value": {"id": comment, "text": text, "from": author}}
        return self.signed(self._body("changes", [change]))

    async def heard(self, citizen: int, count: int) -> list[str]:
        return await self.api.heard(_person(citizen), count)

    def throttle(self, citizen: int, seconds: float) -> None:
        self.api.throttle(_person(citizen), int(seconds))

    def bundled(self, *events: object) -> bytes:
        return self._body("messaging", events)

    def _body(self, name: str, items: Sequence[object]) -> bytes:
        entry = {"id": self._owner, "time": self._began, name: list(items)}
        return json.dumps({"object": self.about, "entry": [entry]}).encode()

    def _from(self, said: Said) -> dict[str, Any]:
        return {
            "sender": {"id": _person(said.citizen)},
            "recipient": {"id": self._owner},
            "timestamp": self._began + said.number,
        }

    def _content(self, said: Said) -> dict[str, Any]:
        mid = _mid(said.number)
        match said.kind:
            case Kind.TEXT:
                return {"message": {"mid": mid, "text": said.text}}
            case Kind.CHOICE:
                return {"message": {"mid": mid, "text": said.text, "quick_reply": {"payload": said.choice}}}
            case Kind.REACTION:
                reaction = {"mid": _mid(said.refers_to), "action": "react", "emoji": said.text or "❤️"}
                return {"reaction": reaction}
            case Kind.EDIT:
                return {"message_edit": {"mid": _mid(said.refers_to), "text": said.text, "num_edit": said.number}}
            case Kind.DELETION:
                return {"message": {"mid": _mid(said.refers_to), "is_deleted": True}}
            case kind if kind in _ATTACHED:
                attached = {"type": _ATTACHED[kind], "payload": {"url": "https://cdn.example/expiring"}}
                message = {"mid": mid, "attachments": [attached]} | ({"text": said.text} if said.text else {})
                return {"message": message}
            case _:
                return {"hologram": {"mid": mid}}


def _person(citizen: int) -> str:
    return f"55110022334{citizen:05}"


def _mid(number: int) -> str:
    return f"m_said_{number}"
