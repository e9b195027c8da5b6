"""The open streams of each session: never more than a few, and all of them ended when the program stops."""

from collections import OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.store import Bell, Ring

MOST = 5
"""Per session. Browsers keep six connections to a host; one more stream and its pages would no longer load."""


@dataclass(eq=False, slots=True)
class Stream:
    """One page that listens."""

    ring: Ring
    _ended: bool = False

    async def wait(self, seconds: float) -> bool | None:
        """True when it rang, False when it did not in time, None when this stream has to end."""
        rang = await self.ring.wait(seconds)
        return None if self._ended else rang

    def end(self) -> None:
        """Let the stream's own loop finish it."""
        self._ended = True
        self.ring.strike()


class Streams:
    """All streams of this process."""

    def __init__(self) -> None:
        self._open: defaultdict[bytes, OrderedDict[Stream, None]] = defaultdict(OrderedDict)

    @contextmanager
    def listen(self, token: bytes, bell: Bell, *topics: str) -> Iterator[Stream]:
        """A stream of this session that hears these topics; the session's oldest makes room for it."""
        with bell.listen(*topics) as ring:
            stream = Stream(ring)
            mine = self._open[token]
            while len(mine) >= MOST:
                oldest, _ = mine.popitem(last=False)
                oldest.end()
            mine[stream] = None
            try:
                yield stream
            finally:
                mine.pop(stream, None)
                if not mine:
                    self._open.pop(token, None)

    async def end_all(self, _: web.Application) -> None:
        """The program stops; readers come back to the next process by themselves."""
        for mine in list(self._open.values()):
            for stream in list(mine):
                stream.end()


STREAMS = web.AppKey("inbox streams", Streams)
