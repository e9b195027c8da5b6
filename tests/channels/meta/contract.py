"""What the contract suite needs of every webhook of Meta's: deliveries that are signed, and such as are forged."""

import hashlib
import hmac
import json
from abc import ABC, abstractmethod
from collections.abc import Mapping

import aiohttp

from tests.channels.contract.adapter import Delivery
from tests.channels.meta.standin import APP_SECRET


def signed(raw: bytes, secret: str = APP_SECRET) -> dict[str, str]:
    """The headers of a delivery, signed as Meta describes it."""
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}


class SignedWebhook(ABC):
    """Posts to the door of one account."""

    name: str
    account: str

    @abstractmethod
    def bundled(self, *events: object) -> bytes:
        """These events in one body, as the platform writes it."""

    async def deliver(self, url: str, *events: object) -> int:
        return await self.post(url, self.delivery(*events))

    async def post(self, url: str, delivery: Delivery) -> int:
        """Post to the program at `url`; the door's status."""
        async with (
            aiohttp.ClientSession() as http,
            http.post(url + delivery.path, data=delivery.body, headers=delivery.headers) as response,
        ):
            return response.status

    def delivery(self, *events: object) -> Delivery:
        return self.signed(self.bundled(*events))

    def signed(self, body: bytes) -> Delivery:
        return Delivery(f"/hooks/{self.name}/{self.account}", body, signed(body))

    def forgeries(self, *events: object) -> Mapping[str, Delivery]:
        right = self.delivery(*events)
        respelled = json.dumps(json.loads(right.body), ensure_ascii=False, indent=1).encode()
        return {
            "unsigned": Delivery(right.path, right.body, {"Content-Type": "application/json"}),
            "wrong secret": Delivery(right.path, right.body, signed(right.body, "f" * 32)),
            "altered": Delivery(right.path, right.body + b" ", right.headers),
            "re-serialised": Delivery(right.path, respelled, right.headers),
        }
