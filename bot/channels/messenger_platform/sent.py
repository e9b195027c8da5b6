"""What this process sent lately, for echoes that name no app: they may come before the call has returned."""

import hashlib
from collections import OrderedDict

_KEPT = 5000


class Sent:
    """Remembers message ids, and hashes of text and address; the oldest are forgotten first."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, None] = OrderedDict()

    def begin(self, address: str, text: str) -> None:
        """A message goes out; its id is not known yet. "" for the author of a comment, whose own id nobody knows."""
        self._keep(_hash(address, text))

    def done(self, mid: str) -> None:
        """The platform took it and named it."""
        self._keep(mid)

    def knows(self, mid: str, address: str, text: str) -> bool:
        """Whether such a message was sent from here."""
        return any(key in self._known for key in (mid, _hash(address, text), _hash("", text)))

    def _keep(self, key: str) -> None:
        self._known[key] = None
        self._known.move_to_end(key)
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)


def _hash(address: str, text: str) -> str:
    return hashlib.sha256(f"{address}\n{text.strip()}".encode("utf-8", "surrogatepass")).hexdigest()
