"""From an Outbound to calls. https://developers.facebook.com/documentation/business-messaging/whatsapp/messages/send-messages"""

from asyncio import CancelledError
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.channels.calls import NoAnswer
from bot.channels.meta.graph import Graph, GraphError
from bot.channels.meta.refusals import GRAPH_ERRORS, classify
from bot.channels.rendering import measure
from bot.channels.whatsapp.account import Template
from bot.channels.whatsapp.people import Numbers, recipient
from bot.channels.whatsapp.progress import Progress, ticket
from bot.channels.whatsapp.refusals import NOT_TO_A_USER_ID, TABLE
from bot.channels.whatsapp.rendering import UNIT, Part, parts
from bot.errors import Refusal, SendError
from bot.message import Author, Lane, Outbound

WINDOW = timedelta(hours=24)
"""How long after the citizen's last message free text is allowed."""


class Sender:
    """Sends one outbound in as many messages as it takes, or in a template once the window is closed."""

    def __init__(
        self,
        graph: Graph,
        *,
        number_id: str,
        numbers: Numbers,
        templates: Mapping[str, Template],
        clock: Callable[[], datetime],
        sent: Callable[[], None],
    ) -> None:
        """`sent` is called for each message that the platform took."""
        self.progress = Progress()
        self._graph = graph
        self._path = f"{number_id}/messages"
        self._numbers = numbers
        self._templates = templates
        self._clock = clock
        self._sent = sent

    async def send(self, outbound: Outbound) -> str:
        """Return the platform's id of the last message. Raises SendError."""
        if not outbound.address:
            raise SendError(Refusal.RECIPIENT_GONE, "no address")
        try:
            # To danger an answer is tried in any case: the platform may know of a message that we do not.
            if outbound.lane is not Lane.EMERGENCY and self._is_closed(outbound):
                return await self._afterwards(outbound)
            try:
                return await self._in_parts(outbound)
            except GraphError as error:
                if classify(error, TABLE).refusal is Refusal.WINDOW_CLOSED:
                    return await self._afterwards(outbound)
                raise
        except GRAPH_ERRORS as error:
            refused = classify(error, TABLE)
            if refused.refusal in {Refusal.RECIPIENT_GONE, Refusal.REJECTED, Refusal.WINDOW_CLOSED}:
                self.progress.finish(outbound.id)
            raise refused from None

    def _is_closed(self, outbound: Outbound) -> bool:
        return outbound.heard_at is not None and self._clock() - outbound.heard_at > WINDOW

    async def _in_parts(self, outbound: Outbound) -> str:
        """Send part after part; after a refusal in the middle only the missing ones are repeated."""
        rendered = parts(outbound)
        sent = self.progress.taken(outbound.id)
        for number in range(len(sent), len(rendered)):
            number_or_last = number if number < len(rendered) - 1 else None
            try:
                sent.append(await self._part(outbound, rendered[number], ticket(outbound.id, number_or_last)))
            except (NoAnswer, CancelledError):
                # Delivery waits for all parts together; the one that was under way may have arrived, too.
                if outbound.id:
                    self.progress.doubt(outbound.id, number_or_last)
                raise
            # 0 is the safeguard's: many messages without a row, never repeated.
            if outbound.id:
                self.progress.take(outbound.id, sent[-1])
        self.progress.finish(outbound.id)
        return sent[-1]

    async def _part(self, outbound: Outbound, part: Part, pinned: str) -> str:
        try:
            return await self._message(outbound, part, pinned)
        except GraphError as error:
            if not part.plain or classify(error, TABLE).refusal is not Refusal.REJECTED:
                raise
        # The platform does not like the buttons: the same choices as text.
        return await self._message(outbound, Part.text(part.plain), pinned)

    async def _message(self, outbound: Outbound, part: Part, pinned: str) -> str:
        """One message, to the user id; to the number where it is known and this kind of message wants one."""
        try:
            return await self._call(recipient(outbound.address), outbound.id, part, pinned)
        except GraphError as error:
            number = self._numbers.number_of(outbound.address)
            if error.code != NOT_TO_A_USER_ID or not number:
                raise
        return await self._call(recipient(number), outbound.id, part, pinned)

    async def _call(self, to: dict[str, str], outbox_id: int, part: Part, pinned: str) -> str:
        body: dict[str, Any] = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            **to,
            "type": part.type,
            part.type: part.node,
        }
        # 0 is the safeguard's, which has no row that a status could settle.
        if outbox_id:
            body["biz_opaque_callback_data"] = pinned
        answer = await self._graph.post(self._path, body)
        match answer:
            case {"messages": [{"id": str(platform_id)}, *_]}:
                self._sent()
                return platform_id
            case _:
                raise NoAnswer("an answer without a message")

    async def _afterwards(self, outbound: Outbound) -> str:
        """After the window only an approved template may go, and only for what a person wrote."""
        language = "de" if outbound.language == "leicht" else outbound.language
        template = self._templates.get(language) if outbound.author is Author.STAFF else None
        # A variable holds neither breaks nor runs of blanks.
        text = " ".join(outbound.text.split())
        if template is None or measure(text, UNIT) > template.limit:
            raise SendError(Refusal.WINDOW_CLOSED, "window closed")
        node = {
            "name": template.name,
            "language": {"code": template.language},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": text}]}],
        }
        return await self._part(outbound, Part("template", node), ticket(outbound.id, None))
