"""The listening server: how many connections one caller may hold, and what a broken request gets."""

import asyncio
from collections import Counter
from collections.abc import Iterable

import structlog
from aiohttp import web

from bot.web.client import Network, networks, trusted
from bot.web.headers import HEADERS

log = structlog.get_logger()

CONNECTIONS_PER_IP = 256
"""Open at once. A school or an office behind one address stays far below; a proxy of ours is not counted."""
STOP_WITHIN = 5.0
"""Seconds that requests under way get when the program stops."""


def runner(application: web.Application) -> web.AppRunner:
    """The runner for the application, without an access log: it would hold addresses."""
    return web.AppRunner(application, access_log=None, shutdown_timeout=STOP_WITHIN)


class Site(web.BaseSite):
    """One listening address with our own connections. Start it after the runner's `setup`."""

    def __init__(
        self,
        served: web.AppRunner,
        host: str,
        port: int,
        *,
        trusted_proxies: Iterable[str] = (),
        connections_per_ip: int = CONNECTIONS_PER_IP,
    ) -> None:
        super().__init__(served)
        self._host = host
        self._asked_port = port
        self._census = Census(networks(trusted_proxies), connections_per_ip)

    @property
    def name(self) -> str:
        """The address as a link."""
        return f"http://{self._host}:{self.port}"

    @property
    def port(self) -> int:
        """The port in use; the one the system chose where 0 was asked for."""
        # uvloop's server is no asyncio.Server; both list their sockets.
        sockets = getattr(self._server, "sockets", None)
        return int(sockets[0].getsockname()[1]) if sockets else self._asked_port

    async def start(self) -> None:
        """Listen. Raises OSError where the port is taken."""
        await super().start()
        server = self._runner.server
        if server is None:
            raise RuntimeError("call setup() first")
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: Connection(server, loop, self._census), self._host, self._asked_port, backlog=1024
        )


class Census:
    """How many connections each caller holds."""

    def __init__(self, proxies: tuple[Network, ...], most: int) -> None:
        self._proxies = proxies
        self._most = most
        self._open: Counter[str] = Counter()

    def enter(self, ip: str) -> bool:
        """Count a connection. False: it is one too many."""
        self._open[ip] += 1
        return self._open[ip] <= self._most or trusted(ip, self._proxies)

    def leave(self, ip: str) -> None:
        """A connection ended."""
        self._open[ip] -= 1
        if self._open[ip] <= 0:
            del self._open[ip]


class Connection(web.RequestHandler):
    """aiohttp's connection, counted, and silent about itself when a request is broken."""

    def __init__(self, server: web.Server, loop: asyncio.AbstractEventLoop, census: Census) -> None:
        # The log of accesses would hold addresses; metrics count instead.
        super().__init__(server, loop=loop, access_log=None)  # type: ignore[arg-type]
        self._census = census
        self._ip = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count, and refuse the one too many."""
        super().connection_made(transport)
        peer = transport.get_extra_info("peername")
        self._ip = str(peer[0]) if peer else "local"
        if not self._census.enter(self._ip) and isinstance(transport, asyncio.Transport):
            log.warning("too many connections of one address")
            transport.abort()

    def connection_lost(self, exc: BaseException | None) -> None:
        """Count down."""
        if self._ip:
            self._census.leave(self._ip)
            self._ip = ""
        super().connection_lost(exc)

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP with a bare status; aiohttp itself would quote the request."""
        del message
        log.info("request refused", status=status, error=type(exc).__name__)
        if request.writer.output_size > 0:
            raise ConnectionError("part of an answer is out already")
        response = web.Response(status=status, headers=HEADERS)
        response.force_close()
        return response
