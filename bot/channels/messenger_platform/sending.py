"""From an Outbound to calls of the Send API. https://developers.facebook.com/docs/messenger-platform/send-messages"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.channels.messenger_platform.addresses import is_public, recipient
from bot.channels.messenger_platform.refusals import TABLE
from bot.channels.messenger_platform.rendering import Style, fits, messages
from bot.channels.messenger_platform.sent import Sent
from bot.channels.meta.graph import Graph
from bot.channels.meta.refusals import GRAPH_ERRORS, classify
from bot.errors import Refusal, SendError
from bot.message import Author, Lane, Outbound

log = structlog.get_logger()

REPLY_WINDOW = timedelta(hours=24)
PEOPLE_WINDOW = timedelta(days=7)
"""For what a person typed, where Meta has granted the app the human agent permission."""
_FINAL = {Refusal.RECIPIENT_GONE, Refusal.REJECTED, Refusal.WINDOW_CLOSED}


class Sender:
    """Sends one outbound; a text longer than a message goes out in parts."""

    def __init__(
        self,
        graph: Graph,
        style: Style,
        clock: Callable[[], datetime],
        sent: Sent,
        *,
        human_agent: bool,
    ) -> None:
        self._graph = graph
        self._style = style
        self._clock = clock
        self._sent = sent
        self._human_agent = human_agent
        self._parts_sent: dict[int, int] = {}

    async def send(self, outbound: Outbound) -> str:
        """Return the platform's id of the last part. Raises SendError."""
        if not outbound.address:
            raise SendError(Refusal.RECIPIENT_GONE, "no address")
        envelope = self._envelope(outbound)
        try:
            if fits(outbound.choices):
                try:
                    return await self._send_all(outbound, envelope, buttons=True)
                except SendError as error:
                    if error.refusal is not Refusal.REJECTED:
                        raise
            # Without choices, or where the platform did not like them: the same choices as text.
            return await self._send_all(outbound, envelope, buttons=False)
        except SendError as error:
            if error.refusal in _FINAL:
                self._parts_sent.pop(outbound.id, None)
            raise

    def _envelope(self, outbound: Outbound) -> dict[str, Any]:
        """Whom it goes to and by which right. Raises SendError where there is none any more."""
        envelope: dict[str, Any] = {"recipient": recipient(outbound.address)}
        if is_public(outbound.address):
            return envelope
        age = self._age(outbound)
        by_person = outbound.author is Author.STAFF and self._human_agent
        if age > (PEOPLE_WINDOW if by_person else REPLY_WINDOW):
            raise SendError(Refusal.WINDOW_CLOSED, "reply window closed")
        if age > REPLY_WINDOW:
            # Only for what a person typed: Meta takes the permission away from who lets a program use it.
            envelope |= {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"}
        elif self._style.typed:
            envelope |= {"messaging_type": "RESPONSE"}
        return envelope

    def _age(self, outbound: Outbound) -> timedelta:
        """How long ago the citizen wrote; nothing where nobody knows.

        An answer to danger answers what has just been said, be it to another app that holds the conversation.
        """
        if outbound.heard_at is None or outbound.lane is Lane.EMERGENCY:
            return timedelta()
        return self._clock() - outbound.heard_at

    async def _send_all(self, outbound: Outbound, envelope: dict[str, Any], *, buttons: bool) -> str:
        """Send part after part; after a refusal in the middle only the missing ones are repeated."""
        said = messages(outbound, self._style, buttons=buttons)
        if is_public(outbound.address) and len(said) > 1:
            said = [_one_only(outbound, said)]
        last = ""
        for number, message in enumerate(said):
            if number < self._parts_sent.get(outbound.id, 0):
                continue
            last = await self._send_one(outbound.address, envelope | {"message": message})
            # 0 is the safeguard's: many messages, never repeated.
            if len(said) > 1 and outbound.id:
                self._parts_sent[outbound.id] = number + 1
        self._parts_sent.pop(outbound.id, None)
        return last

    async def _send_one(self, address: str, body: dict[str, Any]) -> str:
        self._sent.begin("" if is_public(address) else address, body["message"]["text"])
        try:
            answer = await self._graph.post("me/messages", body)
        except GRAPH_ERRORS as error:
            raise classify(error, TABLE) from None
        mid = answer.get("message_id")
        if not isinstance(mid, str):
            raise SendError(Refusal.UNKNOWN_OUTCOME, "an answer without message id")
        self._sent.done(mid)
        return mid


def _one_only(outbound: Outbound, said: list[dict[str, Any]]) -> dict[str, Any]:
    """A comment takes a single message: the beginning, where the numbers stand; people shorten theirs themselves."""
    if outbound.author is Author.STAFF:
        raise SendError(Refusal.REJECTED, "too long for the one private reply that a comment takes")
    log.warning("private reply to a comment was cut", outbox=outbound.id, parts=len(said))
    return said[0]
