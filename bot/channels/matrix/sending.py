"""From an Outbound to m.room.message. https://spec.matrix.org/latest/client-server-api/#mroommessage"""

import asyncio
from secrets import token_hex

from bot.channels.matrix.homeserver import Homeserver, MatrixError, NoAnswer, NotConnected, Refused
from bot.channels.matrix.machine import Machine, NobodyCanRead
from bot.channels.matrix.options import Habits
from bot.channels.matrix.rooms import Room, Rooms
from bot.channels.rendering import numbered, split
from bot.errors import Refusal, SendError
from bot.message import Author, Lane, Outbound

SEND_WITHIN = 18.0
"""Seconds for everything one message needs; less than delivery allows, so that the refusal is ours to name."""
_FULL = {"M_RESOURCE_LIMIT_EXCEEDED", "M_CONSENT_NOT_GIVEN", "M_UNRECOGNIZED"}
_GONE = {"M_FORBIDDEN", "M_NOT_FOUND"}


class Sender:
    """Sends one outbound; a text longer than an event goes out in parts."""

    def __init__(
        self,
        homeserver: Homeserver,
        machine: Machine,
        rooms: Rooms,
        mark: str,
        habits: Habits,
    ) -> None:
        self._homeserver = homeserver
        self._machine = machine
        self._rooms = rooms
        self._mark = mark
        self._habits = habits

    async def send(self, outbound: Outbound) -> str:
        """Return the platform's id of the last part. Raises SendError."""
        try:
            async with asyncio.timeout(SEND_WITHIN):
                return await self._send(outbound)
        except TimeoutError:
            raise classify(NoAnswer("too slow"), repeatable=outbound.id != 0) from None
        except MatrixError as error:
            self._rooms.forget(outbound.address)
            raise classify(error, repeatable=outbound.id != 0) from None

    async def _send(self, outbound: Outbound) -> str:
        room = await self._rooms.look(outbound.address)
        self._check(room, outbound)
        # What the bot says is a notice: no other bot answers it. What a person typed shall ring the citizen's phone.
        msgtype = "m.text" if outbound.author is Author.STAFF else "m.notice"
        # The same transaction id never makes a second message, whatever is repeated.
        # 0 is the safeguard's: many messages, each sent once.
        transaction = f"lotse-{self._mark}-{outbound.id}" if outbound.id else f"lotse-{token_hex(16)}"
        last = ""
        for number, part in enumerate(
            split(numbered(outbound.text, outbound.choices), self._habits.text_limit, "bytes")
        ):
            kind, content = "m.room.message", {"msgtype": msgtype, "body": part}
            if room.encrypted:
                content = await self._machine.encrypt(outbound.address, room.members, kind, content)
                kind = "m.room.encrypted"
            answer = await self._homeserver.call(
                "PUT", "rooms", outbound.address, "send", kind, f"{transaction}-{number}", body=content
            )
            last = str(answer.get("event_id", ""))
        return last

    def _check(self, room: Room, outbound: Outbound) -> None:
        """Raises SendError for a room that is not spoken in."""
        if not room.members - {self._machine.user_id}:
            raise SendError(Refusal.RECIPIENT_GONE, "everybody has left the room")
        if len(room.members) > self._habits.member_limit:
            raise SendError(Refusal.RECIPIENT_GONE, "too many members in the room")
        if self._habits.encryption_required and not room.encrypted and outbound.lane is not Lane.EMERGENCY:
            raise SendError(Refusal.REJECTED, "the room is not encrypted")


def classify(error: MatrixError, *, repeatable: bool) -> SendError:
    """What a refusal means. `repeatable`: the request had a transaction id of its own."""
    match error:
        case NobodyCanRead():
            return SendError(Refusal.RETRY, "no device of the recipient takes our key")
        case NotConnected():
            return SendError(Refusal.RETRY_ALL, "not reachable")
        case Refused():
            return _refused(error)
        case _:
            return SendError(Refusal.RETRY if repeatable else Refusal.UNKNOWN_OUTCOME, "no answer")


def _refused(error: Refused) -> SendError:
    if error.status == 429:
        return SendError(Refusal.RETRY, "too many requests", retry_after=error.retry_after)
    if error.unauthorised:
        return SendError(Refusal.AUTH_BROKEN, "token refused")
    if error.code in _FULL:
        return SendError(Refusal.RETRY_ALL, "the homeserver does not work for us")
    if error.code in _GONE:
        return SendError(Refusal.RECIPIENT_GONE, "not in the room")
    if error.status == 413 or (error.code and 400 <= error.status < 500):
        return SendError(Refusal.REJECTED, "event refused")
    # A proxy that answers by itself, or the server's own fault.
    return SendError(Refusal.RETRY, f"status {error.status}", retry_after=error.retry_after)
