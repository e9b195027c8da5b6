"""From an Outbound to `send`. man/signal-cli-jsonrpc.5.adoc, and SendMessageResultUtils.java for the refusals"""

import re
from typing import Any

from bot.channels.base import Capabilities
from bot.channels.rendering import numbered, split
from bot.channels.signal.daemon import Code, Daemon, NoAnswer, NotConnected, Refused
from bot.errors import Refusal, SendError
from bot.message import Outbound

CAPABILITIES = Capabilities(text_limit=2000, text_unit="bytes", buttons=0, typing=True)
"""Signal's apps drop what is longer than 2 KiB of UTF-8; signal-cli makes an attachment of what exceeds 2000."""

UNKNOWN_ACCOUNT = "account is not known to the daemon"
UNREGISTERED = "account was unregistered"
OFFLINE = "daemon does not reach Signal"
CAPTCHA = "Signal asks for a captcha"
"""The challenge token that belongs to it stays out of health and logs; the daemon's own answer shows it."""
LASTING = frozenset({UNKNOWN_ACCOUNT, UNREGISTERED, OFFLINE, CAPTCHA})
"""Troubles of the whole account that only a message that gets through disproves."""

_ADDRESS = re.compile(r"(PNI:)?[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|\+[1-9]\d{4,14}")


class Sender:
    """Sends one outbound; a text longer than a message goes out in parts."""

    def __init__(self, daemon: Daemon, number: str, text_limit: int) -> None:
        self._daemon = daemon
        self._number = number
        self._limit = text_limit
        self._parts_sent: dict[int, int] = {}

    async def send(self, outbound: Outbound) -> str:
        """Return the time of the last part, which is its id. Raises SendError."""
        if not _ADDRESS.fullmatch(outbound.address):
            raise SendError(Refusal.RECIPIENT_GONE, "no address")
        parts = split(numbered(outbound.text, outbound.choices), self._limit, CAPABILITIES.text_unit)
        last = ""
        for number, part in enumerate(parts):
            if number < self._parts_sent.get(outbound.id, 0):
                continue
            last = await self._send(outbound, part, number)
            # After a refusal in the middle only the missing ones are repeated; 0 is the safeguard's, never repeated.
            if len(parts) > 1 and outbound.id:
                self._parts_sent[outbound.id] = number + 1
        self._parts_sent.pop(outbound.id, None)
        return last

    async def _send(self, outbound: Outbound, text: str, number: int) -> str:
        request_id = f"outbox-{outbound.id}.{number + 1}" if number else f"outbox-{outbound.id}"
        params = {"account": self._number, "recipient": [outbound.address], "message": text}
        try:
            return _sent_at(await self._daemon.call("send", params, request_id))
        except NotConnected:
            raise SendError(Refusal.RETRY_ALL, "daemon not reachable") from None
        except NoAnswer:
            raise SendError(Refusal.UNKNOWN_OUTCOME, "no answer") from None
        except Refused as error:
            refused = classify(error)
            if refused.refusal in {Refusal.RECIPIENT_GONE, Refusal.REJECTED, Refusal.IDENTITY_CHANGED}:
                self._parts_sent.pop(outbound.id, None)
            raise refused from None


def _sent_at(result: object) -> str:
    """The time that identifies the message. Raises NoAnswer, and Refused for a failure told as success."""
    match result:
        case {"results": [{"type": str(kind)}, *_]} if kind != "SUCCESS":
            raise Refused(Code.USER_ERROR, data={"response": result})
        case {"timestamp": int(timestamp)}:
            return str(timestamp)
        case _:
            raise NoAnswer("no timestamp")


def classify(error: Refused) -> SendError:
    """What a refusal means. The daemon's own text may name the recipient and is not handed on."""
    outcome = _outcome(error.data)
    wait = _seconds(outcome.get("retryAfterSeconds"))
    if outcome.get("token"):
        # One who sends to many is asked whether he is human; until then nobody is reached.
        return SendError(Refusal.RETRY_ALL, CAPTCHA, retry_after=wait)
    match outcome.get("type"):
        case "UNREGISTERED_FAILURE":
            return SendError(Refusal.RECIPIENT_GONE, "not registered")
        case "IDENTITY_FAILURE":
            return SendError(Refusal.IDENTITY_CHANGED, "key changed")
        case "RATE_LIMIT_FAILURE":
            return SendError(Refusal.RETRY, "rate limit", retry_after=wait)
        case "NETWORK_FAILURE":
            return SendError(Refusal.RETRY_ALL, OFFLINE)
        case "INVALID_PRE_KEY_FAILURE":
            return SendError(Refusal.RETRY, "invalid pre-key")
        case _:
            return _by_code(error)


def _by_code(error: Refused) -> SendError:
    if "Authorization failed" in error.text:
        return SendError(Refusal.AUTH_BROKEN, UNREGISTERED)
    match error.code:
        case Code.UNTRUSTED_KEY:
            return SendError(Refusal.IDENTITY_CHANGED, "key changed")
        case Code.RATE_LIMIT:
            return SendError(Refusal.RETRY, "rate limit")
        case Code.IO_ERROR:
            return SendError(Refusal.RETRY_ALL, OFFLINE)
        case Code.INVALID_PARAMS:
            return SendError(Refusal.AUTH_BROKEN, UNKNOWN_ACCOUNT)
        case Code.METHOD_NOT_FOUND:
            return SendError(Refusal.RETRY_ALL, "daemon is too old")
        case Code.USER_ERROR if "not registered" in error.text:
            return SendError(Refusal.RECIPIENT_GONE, "not registered")
        case Code.USER_ERROR | Code.INVALID_REQUEST:
            return SendError(Refusal.REJECTED, str(error))
        case _:
            return SendError(Refusal.RETRY, str(error))


def _outcome(data: object) -> dict[str, Any]:
    """What became of the one recipient, where the daemon says so."""
    match data:
        case {"response": {"results": [dict(outcome), *_]}}:
            return outcome
        case _:
            return {}


def _seconds(value: object) -> float | None:
    return float(value) if isinstance(value, int) and value >= 0 else None
