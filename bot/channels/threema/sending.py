"""From an Outbound to /send_e2e. https://gateway.threema.ch/de/developer/api"""

import re

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey

from bot.channels.base import Capabilities
from bot.channels.calls import NoAnswer, NotConnected, Refused
from bot.channels.rendering import numbered, split
from bot.channels.threema.box import seal
from bot.channels.threema.gateway import Gateway
from bot.channels.threema.keys import Keys
from bot.channels.threema.reading import Type
from bot.errors import Refusal, SendError
from bot.message import Outbound

CAPABILITIES = Capabilities(text_limit=3500, text_unit="bytes", buttons=0)
WRONG_SECRET = "secret refused"  # noqa: S105 - a state, no secret
NO_CREDIT = "no credit left"
UNREACHABLE = "gateway not reachable"
_ADDRESS = re.compile(r"[0-9A-Z]{8}")


class Sender:
    """Sends one outbound; a text longer than a message goes out in parts."""

    def __init__(self, gateway: Gateway, keys: Keys, ours: PrivateKey, text_limit: int) -> None:
        self._gateway = gateway
        self._keys = keys
        self._ours = ours
        self._limit = text_limit
        self._parts_sent: dict[int, int] = {}

    async def send(self, outbound: Outbound) -> str:
        """Return the gateway's id of the last part. Raises SendError."""
        if not _ADDRESS.fullmatch(outbound.address):
            raise SendError(Refusal.RECIPIENT_GONE, "no Threema ID")
        parts = split(numbered(outbound.text, outbound.choices), self._limit, CAPABILITIES.text_unit)
        last = ""
        for number, part in enumerate(parts):
            if number < self._parts_sent.get(outbound.id, 0):
                continue
            last = await self._send(outbound, part)
            # After a refusal in the middle only the missing ones are repeated; 0 is the safeguard's, never repeated.
            if len(parts) > 1 and outbound.id:
                self._parts_sent[outbound.id] = number + 1
        self._parts_sent.pop(outbound.id, None)
        return last

    async def _send(self, outbound: Outbound, text: str) -> str:
        try:
            theirs = await self._keys.of(outbound.address)
        except NoAnswer:
            # Nothing but a question was asked: it can be asked again.
            raise SendError(Refusal.RETRY_ALL, UNREACHABLE) from None
        except (NotConnected, Refused) as error:
            raise self._refused(outbound, error) from None
        try:
            nonce, box = seal(Type.TEXT, text.encode("utf-8", "replace"), self._ours, theirs)
        except CryptoError:
            raise SendError(Refusal.RECIPIENT_GONE, "unusable key") from None
        try:
            return await self._gateway.send(outbound.address, nonce, box)
        except (NotConnected, NoAnswer, Refused) as error:
            raise self._refused(outbound, error) from None

    def _refused(self, outbound: Outbound, error: NotConnected | NoAnswer | Refused) -> SendError:
        refused = classify(error)
        if refused.refusal in {Refusal.RECIPIENT_GONE, Refusal.REJECTED}:
            self._parts_sent.pop(outbound.id, None)
        return refused


def classify(error: NotConnected | NoAnswer | Refused) -> SendError:
    """What a refusal means."""
    match error:
        case NotConnected():
            return SendError(Refusal.RETRY_ALL, UNREACHABLE)
        case NoAnswer():
            return SendError(Refusal.UNKNOWN_OUTCOME, "no answer")
        case Refused(status=401):
            return SendError(Refusal.AUTH_BROKEN, WRONG_SECRET)
        case Refused(status=402):
            # Whoever buys credit wants what has waited to go out.
            return SendError(Refusal.RETRY_ALL, NO_CREDIT)
        case Refused(status=400 | 404):
            return SendError(Refusal.RECIPIENT_GONE, str(error))
        case Refused(status=429):
            return SendError(Refusal.RETRY, str(error), retry_after=error.retry_after)
        case Refused(status=status) if 400 <= status < 500:
            return SendError(Refusal.REJECTED, str(error))
        case _:
            return SendError(Refusal.RETRY, str(error), retry_after=error.retry_after)
