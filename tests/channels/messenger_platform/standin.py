"""A stand-in for the Send API of Messenger and Instagram.

It takes what the platform takes, answers with message ids, and refuses what the platform refuses by itself: an
unknown key, a text too long, too many quick replies. `test_standin.py` drives it with Meta's own SDK first.
"""

import asyncio
from collections.abc import Mapping
from typing import Any

from tests.channels.meta.standin import APP_ID, APP_SECRET, Call, GraphApi, Refusal

VERIFY_TOKEN = "invented-verify-token"
PAGE = "204455110099001"
PROFESSIONAL = "17841400999000111"
PERSON = "5511002233445566"
RENEWED = "IGInvented0Renewed1Token"
ALWAYS = 1_000_000
_MESSAGE = {"text", "quick_replies", "metadata", "attachment"}


class SendApi(GraphApi):
    """The far side of both doors: a page, and the professional account that is linked to it."""

    def __init__(self, *, about: str = "page") -> None:
        super().__init__()
        self._about = about
        self.taken: list[dict[str, Any]] = []
        """The bodies of all messages that were taken, in order."""
        self._took = asyncio.Event()
        self.answer("POST", "me/messages", self._take)
        self.answer("GET", "me", self._me)
        self.answer("GET", "refresh_access_token", self._renew)

    async def start(self) -> None:
        await super().start()
        self.refuse(Refusal(400, 100, message="(#100) param message", times=ALWAYS), self._is_wrong)
        self.refuse(Refusal(400, 10900, message="(#10900) Activity already replied to", times=ALWAYS), self._again)

    def said(self, address: str) -> list[dict[str, Any]]:
        """The bodies of the messages that were taken for an address."""
        return [body for body in self.taken if address in body["recipient"].values()]

    async def heard(self, address: str, count: int) -> list[str]:
        """Wait until so many messages were taken for an address; their texts."""
        async with asyncio.timeout(10):
            while len(self.said(address)) < count:
                self._took.clear()
                await self._took.wait()
        return [body["message"]["text"] for body in self.said(address)]

    def throttle(self, address: str, seconds: int) -> None:
        """Refuse every message to an address, with a wait."""
        wait = Refusal(400, 613, headers={"Retry-After": str(seconds)}, times=ALWAYS)
        self.refuse(wait, lambda call: "message" in call.body and address in call.body["recipient"].values())

    def _take(self, call: Call) -> Mapping[str, Any]:
        recipient = next(iter(call.body["recipient"].values()))
        if "sender_action" in call.body:
            return {"recipient_id": recipient}
        self.taken.append(call.body)
        self._took.set()
        return {"recipient_id": recipient, "message_id": f"m_sent_{len(self.taken)}"}

    def _me(self, call: Call) -> Mapping[str, Any]:
        if self._about == "page":
            return {"id": PAGE, "instagram_business_account": {"id": PROFESSIONAL}}
        return {"id": "28970000000000001", "user_id": PROFESSIONAL}

    def _renew(self, call: Call) -> Mapping[str, Any]:
        self.renewed.add(RENEWED)
        return {"access_token": RENEWED, "token_type": "bearer", "expires_in": 5184000}

    def _again(self, call: Call) -> bool:
        """Whether a comment or post is replied to a second time."""
        recipient = call.body.get("recipient", {})
        return "id" not in recipient and any(body["recipient"] == recipient for body in self.taken)

    def _is_wrong(self, call: Call) -> bool:
        message = call.body.get("message")
        if (call.method, call.path) != ("POST", "me/messages") or not isinstance(message, dict):
            return False
        known = _MESSAGE if self._about == "page" else _MESSAGE - {"metadata"}
        text, replies = message.get("text", ""), message.get("quick_replies", [])
        return (
            not message.keys() <= known
            or not text
            or (len(text) > 2000 if self._about == "page" else len(text.encode()) > 1000)
            or len(replies) > 13
            or any(len(reply["title"]) > 20 or not reply["payload"] for reply in replies)
        )


def options(api: SendApi, about: str) -> dict[str, Any]:
    """What a channel of one of the two is built with."""
    owner = {"page_id": PAGE} if about == "page" else {"account_id": PROFESSIONAL}
    return owner | {
        "app_id": APP_ID,
        "token": api.token,
        "app_secret": APP_SECRET,
        "verify_token": VERIFY_TOKEN,
        "graph_url": api.url,
    }
