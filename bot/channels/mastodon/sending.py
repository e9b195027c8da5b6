"""From an Outbound to a direct post. https://docs.joinmastodon.org/methods/statuses/#create"""

import re
from typing import Any

from bot.channels.base import Capabilities
from bot.channels.calls import NoAnswer, NotConnected, Refused
from bot.channels.mastodon.events import Events
from bot.channels.mastodon.markup import underestimated, unmentioning
from bot.channels.mastodon.server import Server
from bot.channels.rendering import numbered, split
from bot.errors import Refusal, SendError
from bot.message import Outbound

CAPABILITIES = Capabilities(text_limit=500, text_unit="chars", buttons=0)
SHORTEST_PART = 100
"""Characters that are left for the text in any case, however long the address is."""
WRONG_TOKEN = "token refused"  # noqa: S105 - a state, no token
_ADDRESS = re.compile(r"\w(?:[\w.-]*\w)?(?:@[\w.:-]+)?")


class Sender:
    """Sends one outbound; a text longer than a post goes out in parts, each below the one before."""

    def __init__(self, account: str, server: Server, events: Events) -> None:
        self._account = account
        self._server = server
        self._events = events
        self._sent: dict[int, list[str]] = {}
        self.limit = CAPABILITIES.text_limit
        """Characters of a post; the server may allow more."""

    async def send(self, outbound: Outbound) -> str:
        """Return the id of the last post. Raises SendError."""
        if not _ADDRESS.fullmatch(outbound.address):
            raise SendError(Refusal.RECIPIENT_GONE, "no address")
        text = unmentioning(numbered(outbound.text, outbound.choices))
        mention = f"@{outbound.address} "
        room = max(SHORTEST_PART, self.limit - len(mention) - underestimated(text))
        # 0 is the safeguard's: many messages, never repeated.
        posts = self._sent.setdefault(outbound.id, []) if outbound.id else []
        for number, part in list(enumerate(split(text, room)))[len(posts) :]:
            below = posts[-1] if posts else self._events.latest_of(outbound.address)
            posts.append(await self._post(outbound, number, mention + part, below))
        self._sent.pop(outbound.id, None)
        return posts[-1]

    async def _post(self, outbound: Outbound, number: int, text: str, below: str) -> str:
        body: dict[str, Any] = {
            "status": text,
            "visibility": "direct",
            "language": "de" if outbound.language == "leicht" else outbound.language,
        }
        key = {"Idempotency-Key": f"lotse-{self._account}-{outbound.id}-{number}"} if outbound.id else {}
        try:
            try:
                status = await self._server.post("/api/v1/statuses", body | _below(below), key)
            except Refused as error:
                if error.status != 404 or not below:
                    raise
                # The post to answer was deleted meanwhile.
                status = await self._server.post("/api/v1/statuses", body, key)
            return _arrived(status)
        except (NotConnected, NoAnswer, Refused) as error:
            refused = classify(error, repeatable=bool(key))
        except SendError as error:
            refused = error
        if refused.refusal in {Refusal.RECIPIENT_GONE, Refusal.REJECTED}:
            self._sent.pop(outbound.id, None)
        raise refused from None


def _below(status_id: str) -> dict[str, str]:
    return {"in_reply_to_id": status_id} if status_id else {}


def _arrived(status: object) -> str:
    """The id of a post that somebody can read. Raises SendError, and NoAnswer for what is no post."""
    match status:
        case {"id": str(name), "mentions": [_, *_]}:
            return name
        case {"id": str(), "mentions": []}:
            raise SendError(Refusal.RECIPIENT_GONE, "nobody of that name")
        case _:
            raise NoAnswer("no post")


def classify(error: NotConnected | NoAnswer | Refused, *, repeatable: bool) -> SendError:
    """What a refusal means; with an idempotency key, what may have arrived can be sent again for an hour."""
    match error:
        case NotConnected():
            return SendError(Refusal.RETRY_ALL, "server not reachable")
        case NoAnswer():
            return SendError(Refusal.RETRY if repeatable else Refusal.UNKNOWN_OUTCOME, "no answer")
        case Refused(status=401 | 403):
            return SendError(Refusal.AUTH_BROKEN, WRONG_TOKEN)
        case Refused(status=429):
            # The limit is the account's.
            return SendError(Refusal.RETRY_ALL, str(error), retry_after=error.retry_after)
        case Refused(status=status) if 400 <= status < 500:
            return SendError(Refusal.REJECTED, str(error))
        case _:
            return SendError(Refusal.RETRY, str(error))
