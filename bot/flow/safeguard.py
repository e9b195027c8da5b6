"""Danger is answered even while the database takes nothing.

Nothing is stored here, so nothing is promised but the numbers: the platform delivers the event again and the
durable journey answers it properly. What was answered here is remembered in memory only, so that the
platform's repeated deliveries do not repeat the answer.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence

import structlog

from bot.answer.last_resort import last_resort
from bot.answer.pipeline import answer
from bot.answer.understanding import Understanding
from bot.channels.base import Channel, Receipt, Takeover
from bot.errors import SendError, UnreadableEvent
from bot.flow.clock import Clock
from bot.message import Author, Conversation, Dialogue, Event, Inbound, Kind, Level, Outbound

log = structlog.get_logger()

_REMEMBERED = 10_000
_DANGER = {Level.ACUTE, Level.CRISIS}


class StorelessSafeguard:
    """Judges and answers without a store; see the module."""

    def __init__(
        self,
        channels: Mapping[str, Channel],
        understanding: Callable[[], Understanding | None],
        clock: Clock,
    ) -> None:
        self._channels = channels
        self._understanding = understanding
        self._clock = clock
        self._answered: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def shield(self, events: Sequence[Event]) -> None:
        """Send the numbers to everyone whose message is not positively harmless. Never raises.

        To whoever posted in public only in danger, as in the durable journey.
        """
        for event in events:
            key = (event.account, event.event_id)
            if key in self._answered:
                continue
            self._answered[key] = None
            if len(self._answered) > _REMEMBERED:
                self._answered.popitem(last=False)
            try:
                await self._shield(event)
            except SendError as error:
                log.warning("safeguard reply refused", account=event.account, refusal=error.refusal)
            except Exception:
                log.exception("safeguard failed", account=event.account)

    async def _shield(self, event: Event) -> None:
        channel = self._channels[event.account]
        inbound: Inbound | Receipt | Takeover | None
        try:
            inbound = channel.read(event.payload)
        except UnreadableEvent:
            inbound = Inbound(Kind.UNREADABLE, event.address)
        if not isinstance(inbound, Inbound) or not inbound.address:
            return
        now = self._clock()
        understanding = self._understanding()
        language = inbound.language_hint or "de"
        if understanding is not None:
            conversation = Conversation(channel.authority_of(inbound.address), channel=channel.name)
            judged = answer(inbound, conversation, understanding, now)
            if judged.level is Level.HARMLESS or (inbound.public and judged.level not in _DANGER):
                return
            language = judged.language
        for reply in last_resort(language, now, Dialogue()).replies:
            await channel.send(Outbound(0, inbound.address, reply.text, reply.language, Author.BOT, lane=reply.lane))
