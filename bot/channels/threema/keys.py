"""Public keys of citizens, as long as the process lives.

An ID's key never changes, so nothing here grows old. They are not kept beyond that: a list of everybody who ever
wrote would outlive the conversations.
"""

from collections import OrderedDict

from nacl.public import PublicKey

from bot.channels.calls import CALL_ERRORS
from bot.channels.threema.gateway import Gateway

MOST = 20_000
"""Keys; the one that was not needed for longest goes first."""
WITHIN = 1.0
"""Seconds a delivery waits for the key of somebody new."""
PATIENTLY = 5.0
"""Seconds where nobody waits for an acknowledgement."""


class Keys:
    """Knows keys, and asks the gateway for unknown ones."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._known: OrderedDict[str, PublicKey] = OrderedDict()

    def known(self, threema_id: str) -> PublicKey | None:
        """The key if it is at hand."""
        key = self._known.get(threema_id)
        if key is not None:
            self._known.move_to_end(threema_id)
        return key

    async def of(self, threema_id: str) -> PublicKey:
        """The key. Raises NotConnected, NoAnswer and Refused."""
        return self.known(threema_id) or self._keep(threema_id, await self._gateway.public_key(threema_id, PATIENTLY))

    async def quickly(self, threema_id: str) -> PublicKey | None:
        """The key if it is at hand or comes within a second."""
        known = self.known(threema_id)
        if known is None:
            try:
                known = self._keep(threema_id, await self._gateway.public_key(threema_id, WITHIN))
            except CALL_ERRORS:
                return None
        return known

    def _keep(self, threema_id: str, key: PublicKey) -> PublicKey:
        self._known[threema_id] = key
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return key
