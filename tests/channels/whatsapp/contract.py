"""WhatsApp as the contract suite and the journeys speak to it."""

import time
from collections.abc import Mapping
from typing import Any

from bot.message import Kind
from tests.channels.contract.adapter import Said
from tests.channels.meta.contract import SignedWebhook
from tests.channels.meta.standin import APP_SECRET, TOKEN
from tests.channels.whatsapp.standin import NUMBER_ID, CloudApi, bundled, delivery

_NODES: Mapping[Kind, tuple[str, Any]] = {
    Kind.VOICE: ("audio", {"id": "1", "mime_type": "audio/ogg; codecs=opus", "voice": True}),
    Kind.PHOTO: ("image", {"id": "1", "mime_type": "image/jpeg"}),
    Kind.VIDEO: ("video", {"id": "1", "mime_type": "video/mp4"}),
    Kind.DOCUMENT: ("document", {"id": "1", "mime_type": "application/pdf", "filename": "brief.pdf"}),
    Kind.LOCATION: ("location", {"latitude": 51.2254, "longitude": 6.7763}),
    Kind.CONTACT: ("contacts", [{"name": {"formatted_name": "Erika Beispiel"}}]),
    Kind.STICKER: ("sticker", {"id": "1", "mime_type": "image/webp"}),
    Kind.UNSUPPORTED: ("unsupported", None),
}


class Platform(SignedWebhook):
    """One business number with its citizens."""

    name = "whatsapp"
    account = "whatsapp"
    bundles = True
    throttles = True

    def __init__(self) -> None:
        self.api = CloudApi()
        self._began = int(time.time())

    async def start(self) -> None:
        await self.api.start()

    async def stop(self) -> None:
        await self.api.stop()

    def options(self) -> Mapping[str, object]:
        account = {
            "id": self.account,
            "phone_number_id": NUMBER_ID,
            "token": TOKEN,
            "app_secret": APP_SECRET,
            "verify_token": "invented",
            "graph_url": self.api.url,
        }
        return {self.name: [account]}

    def event(self, said: Said) -> object | None:
        content = self._content(said)
        return None if content is None else self._delivery(said, content)

    def malformed(self, said: Said) -> object | None:
        return self._delivery(said, {"type": "text", "text": None})

    def echo(self, said: Said) -> object | None:
        """Of what we sent, the platform shows nothing but what became of it."""
        user = _user(said.citizen)
        status = {"id": f"wamid.ours-{said.number}", "status": "read", "timestamp": str(self._began)}
        return delivery("messages", {"statuses": [status | {"recipient_user_id": user}]})

    async def heard(self, citizen: int, count: int) -> list[str]:
        return await self.api.heard(_user(citizen), count)

    def throttle(self, citizen: int, seconds: float) -> None:
        self.api.throttle(_user(citizen), int(seconds))

    def bundled(self, *events: object) -> bytes:
        return bundled([event for event in events if isinstance(event, dict)])

    def _delivery(self, said: Said, content: Mapping[str, Any]) -> dict[str, Any]:
        user, number = _user(said.citizen), f"49155501{said.citizen:05}"
        message = {
            "from": number,
            "from_user_id": user,
            "id": _wamid(said.number),
            "timestamp": str(self._began),
            **content,
        }
        contact = {"profile": {"name": f"Jörg {said.citizen}"}, "wa_id": number, "user_id": user}
        return delivery("messages", {"contacts": [contact], "messages": [message]})

    def _content(self, said: Said) -> Mapping[str, Any] | None:
        about = _wamid(said.refers_to)
        match said.kind:
            case Kind.TEXT:
                return {"type": "text", "text": {"body": said.text}}
            case Kind.CHOICE:
                reply = {"type": "button_reply", "button_reply": {"id": said.choice, "title": said.text}}
                return {"type": "interactive", "interactive": reply}
            case Kind.REACTION:
                return {"type": "reaction", "reaction": {"message_id": about, "emoji": said.text}}
            case Kind.EDIT:
                edited = {"type": "text", "text": {"body": said.text}}
                return {"type": "edit", "edit": {"original_message_id": about, "message": edited}}
            case Kind.DELETION:
                return {"type": "revoke", "revoke": {"original_message_id": about}}
            case kind if kind in _NODES:
                name, node = _NODES[kind]
                caption = {"caption": said.text} if said.text and isinstance(node, dict) else {}
                return {"type": name} | ({} if node is None else {name: node | caption if caption else node})
            case _:
                return None


def _user(citizen: int) -> str:
    return f"DE.{9_000_000 + citizen}"


def _wamid(number: int) -> str:
    return f"wamid.{number:06}"
