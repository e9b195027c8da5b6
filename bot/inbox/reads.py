"""Which reading is recorded already.

Opening a case is always recorded. An open page fetches itself with every change; that is another reading only
when it shows words that this session had not been shown yet.
"""

from collections import OrderedDict

from aiohttp import web

_KEPT = 2000


class Reads:
    """How much of a case each session has been shown; the oldest are forgotten, and then recorded once more."""

    def __init__(self) -> None:
        self._shown: OrderedDict[tuple[bytes, int], tuple[int, int]] = OrderedDict()

    def is_news(self, token: bytes, case_id: int, *, last_seq: int, notes: int, live: bool) -> bool:
        """Whether this reading is to be recorded; remembers it."""
        key, shown = (token, case_id), (last_seq, notes)
        known = live and self._shown.get(key) == shown
        self._shown[key] = shown
        self._shown.move_to_end(key)
        if len(self._shown) > _KEPT:
            self._shown.popitem(last=False)
        return not known


READS = web.AppKey("inbox reads", Reads)
