"""The listening server: broken requests, too many connections, stopping."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from aiohttp import ClientPayloadError, ClientSession, web

from bot.web.health import Health
from bot.web.server import Site, runner
from tests.web.conftest import Doors, shell


@pytest.fixture
async def served(doors: Doors, health: Health) -> AsyncIterator[web.AppRunner]:
    started = runner(shell(doors, health))
    await started.setup()
    yield started
    await started.cleanup()


async def listening(served: web.AppRunner, **options: int) -> Site:
    site = Site(served, "127.0.0.1", 0, **options)  # type: ignore[arg-type]
    await site.start()
    return site


async def sent(site: Site, raw: bytes) -> bytes:
    """What comes back for these bytes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        writer.write(raw)
        return await reader.read()
    except ConnectionError:
        return b""
    finally:
        writer.close()


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
        b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: +5\r\n\r\nhello",
        b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
        b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nContent-Length: 7_0\r\n\r\n",
        b"POST /hooks/x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX-A : b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\r\n c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: b\x00c\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"b" * 9000 + b"\r\n\r\n",
        b"GET /" + b"b" * 9000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\n" + b"".join(b"X%d: y\r\n" % n for n in range(4000)) + b"\r\n",
    ],
    ids=["tls", "junk", "two-hosts", "no-host", "version", "two-lengths", "both", "plus", "negative", "underscore",
         "xchunked", "blank-name", "fold", "nul", "long-header", "long-path", "many"],
)  # fmt: skip
async def test_what_is_no_proper_request_gets_a_bare_400(served: web.AppRunner, raw: bytes) -> None:
    """ATTACKS section 0: refused, and the answer says nothing of the program or of what was sent."""
    site = await listening(served)
    answer = await sent(site, raw)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    assert body == b""
    assert b"aiohttp" not in head
    assert b"Server: Lotse" in head
    assert b"Content-Security-Policy" in head


async def test_a_foreign_host_in_the_request_line_leads_nowhere(served: web.AppRunner) -> None:
    """ATTACKS B5: nothing in the answer is built from it."""
    site = await listening(served)
    answer = await sent(
        site, b"GET http://evil.example/away HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
    )
    assert b"Location: /\r\n" in answer
    assert b"evil" not in answer


async def test_one_address_may_hold_only_so_many_connections(served: web.AppRunner) -> None:
    """The one too many is closed, and closing another makes room again."""
    site = await listening(served, connections_per_ip=3)
    held = [await asyncio.open_connection("127.0.0.1", site.port) for _ in range(3)]
    assert await sent(site, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") == b""
    reader, writer = held[0]
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()
    answer = b""
    async with asyncio.timeout(5):
        while not answer:
            answer = await sent(site, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    for _, writer in held[1:]:
        writer.close()


async def test_stopping_ends_open_streams(doors: Doors, health: Health) -> None:
    """A stream never ends by itself; the program must not wait for its readers."""
    started = runner(shell(doors, health))
    await started.setup()
    site = await listening(started)
    async with ClientSession() as session, session.get(f"{site.name}/stream") as response:
        await doors.streaming.wait()
        async with asyncio.timeout(3):
            await started.cleanup()
            with suppress(ClientPayloadError):
                await response.content.read()
