"""Signal as the contract suite over all channels sees it."""

import time
from collections.abc import Mapping
from typing import Any

from bot.message import Kind
from tests.channels.contract.adapter import Said
from tests.channels.signal.conftest import payload
from tests.channels.signal.standin import NUMBER, SignalCli

OURS = "1f7c2d90-3b64-4a85-8e19-c0a7d2f4b651"
SAMPLES = {
    Kind.TEXT: "text",
    Kind.VOICE: "voice",
    Kind.PHOTO: "photo",
    Kind.VIDEO: "video",
    Kind.DOCUMENT: "document",
    Kind.LOCATION: "location",
    Kind.CONTACT: "contact",
    Kind.STICKER: "sticker",
    Kind.REACTION: "reaction",
    Kind.EDIT: "edited",
    Kind.DELETION: "deleted",
    Kind.UNSUPPORTED: "payment",
    Kind.UNREADABLE: "undecipherable",
}
"""A choice is typed: Signal has no buttons."""


def uuid_of(citizen: int) -> str:
    """A citizen's address."""
    return f"00000000-0000-4000-8000-{citizen:012d}"


class Platform:
    """A daemon with one account, and citizens that write to it."""

    name = "signal"
    account = "signal"
    bundles = False
    throttles = True

    def __init__(self) -> None:
        self._daemon = SignalCli()
        self._began = int(time.time() * 1000)

    async def start(self) -> None:
        await self._daemon.start()

    async def stop(self) -> None:
        await self._daemon.stop()

    def options(self) -> Mapping[str, object]:
        return {"signal": [{"id": self.account, "number": NUMBER, "daemon": self._daemon.address}]}

    def event(self, said: Said) -> object | None:
        sample = SAMPLES.get(said.kind)
        return None if sample is None else self._written(sample, said)

    def malformed(self, said: Said) -> object | None:
        """The words are not where they belong."""
        notification = self._written("text", said)
        notification["params"]["result"]["envelope"]["dataMessage"] = [said.text]
        return notification

    def echo(self, said: Said) -> object | None:
        """Our own words come back where the account wrote to itself."""
        notification = self._written("own_echo", said)
        notification["params"]["result"]["envelope"] |= {"source": NUMBER, "sourceUuid": OURS}
        return notification

    async def deliver(self, url: str, *events: object) -> int:
        """The daemon is asked, it does not come: what counts is that somebody subscribes and takes it."""
        del url
        await self._daemon.put(*(event for event in events if isinstance(event, dict)))
        await self._daemon.emptied()
        return 200

    async def heard(self, citizen: int, count: int) -> list[str]:
        return list(await self._daemon.heard(uuid_of(citizen), count))

    def throttle(self, citizen: int, seconds: float) -> None:
        self._daemon.throttled[uuid_of(citizen)] = seconds

    def _time_of(self, number: int) -> int:
        return self._began + number

    def _written(self, sample: str, said: Said) -> dict[str, Any]:
        notification = payload(sample)
        envelope = notification["params"]["result"]["envelope"]
        envelope |= {
            "source": uuid_of(said.citizen),
            "sourceUuid": uuid_of(said.citizen),
            "timestamp": self._time_of(said.number),
            "serverReceivedTimestamp": self._time_of(said.number),
        }
        if sample != "own_echo":
            envelope["sourceNumber"] = None
        edit = envelope.get("editMessage")
        if edit is not None:
            edit["targetSentTimestamp"] = self._time_of(said.refers_to)
        data = edit["dataMessage"] if edit is not None else envelope.get("dataMessage")
        if data is not None:
            data["timestamp"] = envelope["timestamp"]
            if data.get("reaction") is not None:
                data["reaction"]["targetSentTimestamp"] = self._time_of(said.refers_to)
            elif data.get("remoteDelete") is not None:
                data["remoteDelete"]["timestamp"] = self._time_of(said.refers_to)
            elif said.kind is Kind.LOCATION:
                data["message"] = "\n".join(filter(None, [said.text, data["message"]]))
            else:
                data["message"] = said.text or None
        return notification
