"""Bodies: bounded in size and time for every room."""

import asyncio
from typing import Any

import pytest
from aiohttp.test_utils import TestClient

from bot.channels import http
from bot.web import bodies

Client = TestClient[Any, Any]


async def test_a_form_is_read(client: Client) -> None:
    """The mounted room finds its fields as always."""
    response = await client.post("/inbox/form", data={"name": "Petra"})
    assert "Petra" in await response.text()


async def test_a_form_too_large_is_refused(client: Client) -> None:
    """413 with a page."""
    response = await client.post("/inbox/form", data=b"x" * (bodies.LARGEST + 1))
    assert response.status == 413
    assert "zu groß" in (await response.text()).lower()


async def test_a_compressed_form_is_refused(client: Client) -> None:
    """Browsers do not compress forms."""
    response = await client.post("/inbox/form", data=b"x", headers={"Content-Encoding": "identity, gzip"})
    assert response.status in {400, 415}


@pytest.mark.parametrize("path", ["/inbox/form", "/hooks/x"])
async def test_half_a_body_is_not_waited_for(client: Client, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """ATTACKS B3: 408 after ten seconds (here: a tenth), while others are served."""
    monkeypatch.setattr(bodies, "WITHIN", 0.1)
    monkeypatch.setattr(http, "BODY_WITHIN", 0.1)
    reader, writer = await asyncio.open_connection(client.host, client.port)
    head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n"
    writer.write(f"{head}Content-Type: application/x-www-form-urlencoded\r\n\r\nhalf".encode())
    assert (await client.get("/")).status == 200
    assert (await reader.readline()).startswith(b"HTTP/1.1 408")
    writer.close()


async def test_a_body_broken_off_costs_nobody_anything(client: Client) -> None:
    """The sender hangs up in the middle; the next request is served."""
    _, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"POST /hooks/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.transport.abort()
    assert (await client.post("/hooks/x", data=b"whole")).status == 200


async def test_broken_chunks_are_the_senders_fault(client: Client) -> None:
    """400, not 500."""
    reader, writer = await asyncio.open_connection(client.host, client.port)
    writer.write(b"POST /hooks/x HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n-3\r\n")
    assert (await reader.readline()).startswith((b"HTTP/1.1 400", b"HTTP/1.0 400"))
    writer.close()
