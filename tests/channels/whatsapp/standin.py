"""A stand-in for the Cloud API: Graph with one business number that takes messages, and a platform that delivers.

It refuses what the documentation says is refused: over-long texts and labels, the same label twice, no recipient.
`test_standin.py` drives it with pywa's own client before anything of ours relies on it.
"""

import asyncio
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from tests.channels.meta.standin import Call, GraphApi, Refusal

NUMBER_ID = "106540352242900"
DISPLAYED = "492115550100"
MESSAGES = f"{NUMBER_ID}/messages"
_ALWAYS = 10**9


class CloudApi(GraphApi):
    """The far side of a business number."""

    def __init__(self) -> None:
        super().__init__()
        self.health = "AVAILABLE"
        self.taken: defaultdict[str, list[str]] = defaultdict(list)
        """What reached each address."""
        self._ids = count(1)
        self.answer("POST", MESSAGES, self._take)
        self.answer("GET", NUMBER_ID, self._number)
        self.refuse(Refusal(400, 100, message="(#100) The parameter to is required.", times=_ALWAYS), _nobody)
        self.refuse(Refusal(400, 131009, message="(#131009) Parameter value is not valid", times=_ALWAYS), _too_much)

    @property
    def sent(self) -> list[dict[str, Any]]:
        """Every message that was asked for, refused or not; no read marks."""
        return [call.body for call in self.of("POST", MESSAGES) if not is_mark(call)]

    @property
    def marks(self) -> list[dict[str, Any]]:
        """Every read mark."""
        return [call.body for call in self.of("POST", MESSAGES) if is_mark(call)]

    async def heard(self, address: str, count: int) -> list[str]:
        """Wait until so many messages were taken for an address; what a citizen reads of each, in their order."""
        async with asyncio.timeout(10), self._changed:
            await self._changed.wait_for(lambda: len(self.taken[address]) >= count)
        return list(self.taken[address])

    def throttle(self, address: str, seconds: int) -> None:
        """From now on refuse every message to this address, with this wait."""
        refusal = Refusal(400, 131056, headers={"Retry-After": str(seconds)}, times=_ALWAYS)
        self.refuse(
            refusal, lambda call: is_message(call) and address in {call.body.get("to"), call.body.get("recipient")}
        )

    def _take(self, call: Call) -> Mapping[str, Any]:
        if is_mark(call):
            return {"success": True}
        asked = call.body.get("to") or call.body["recipient"]
        self.taken[asked].append(words(call.body))
        contact = {"input": asked, **({"wa_id": asked} if "to" in call.body else {"user_id": asked})}
        return {
            "messaging_product": "whatsapp",
            "contacts": [contact],
            "messages": [{"id": f"wamid.{next(self._ids)}", "message_status": "accepted"}],
        }

    def _number(self, call: Call) -> Mapping[str, Any]:
        entities = [{"entity_type": "PHONE_NUMBER", "id": NUMBER_ID, "can_send_message": self.health}]
        return {"id": NUMBER_ID, "health_status": {"can_send_message": self.health, "entities": entities}}


def is_mark(call: Call) -> bool:
    """A read mark goes the way of a message."""
    return "status" in call.body


def is_message(call: Call) -> bool:
    """Something that a citizen sees."""
    return call.path == MESSAGES and not is_mark(call)


def words(body: Mapping[str, Any]) -> str:
    """What a citizen reads of a message, its buttons last."""
    match body:
        case {"type": "text", "text": {"body": str(text)}}:
            return text
        case {"type": "interactive", "interactive": {"body": {"text": str(text)}, "action": dict(action)}}:
            return "\n".join([text, *_titles(action)])
        case {"type": "template", "template": {"components": [{"parameters": [{"text": str(text)}]}]}}:
            return text
        case _:
            raise AssertionError(body)


def delivery(field: str, value: Mapping[str, Any], number_id: str = NUMBER_ID) -> dict[str, Any]:
    """One change, packed as Meta packs it."""
    whole = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": DISPLAYED, "phone_number_id": number_id},
        **value,
    }
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": "419561257915400", "changes": [{"value": whole, "field": field}]}],
    }


def bundled(deliveries: Sequence[Mapping[str, Any]]) -> bytes:
    """Several of them in one body, escaped as Meta escapes."""
    entries = [entry for one in deliveries for entry in one["entry"]]
    return json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()


def _nobody(call: Call) -> bool:
    return is_message(call) and not (call.body.get("to") or call.body.get("recipient"))


def _too_much(call: Call) -> bool:
    if not is_message(call):
        return False
    match call.body:
        case {"type": "text", "text": {"body": str(text)}}:
            return not 0 < len(text) <= 4096
        case {"type": "interactive", "interactive": {"body": {"text": str(text)}, "action": dict(action)}}:
            titles = _titles(action)
            most, longest = (10, 24) if "sections" in action else (3, 20)
            return (
                not 0 < len(text) <= 1024
                or not 0 < len(titles) <= most
                or len(set(titles)) < len(titles)
                or any(not 0 < len(title) <= longest for title in titles)
                or any(len(row.get("description", "")) > 72 for row in _rows(action))
                or not 0 < len(action.get("button", "-")) <= 20
            )
        case _:
            return False


def _rows(action: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [row for section in action.get("sections", []) for row in section["rows"]]


def _titles(action: Mapping[str, Any]) -> list[str]:
    return [button["reply"]["title"] for button in action.get("buttons", [])] + [
        row["title"] for row in _rows(action)
    ]
