"""What every answer carries, whoever made it."""

import re
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.web.headers import HEADERS, POLICY
from bot.web.health import Health
from tests.web.conftest import Doors, shell

Client = TestClient[Any, Any]
EVERYWHERE = [
    "/",
    "/nothing",
    "/broken",
    "/away",
    "/own",
    "/hooks/x",
    "/health",
    "/inbox/",
    "/static/kern/kern.min.css",
]


@pytest.mark.parametrize("path", EVERYWHERE)
async def test_every_answer_is_guarded(client: Client, path: str) -> None:
    """Pages, errors, redirects, files and mounted applications alike."""
    response = await client.get(path, allow_redirects=False)
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert response.headers["Cache-Control"]


def test_the_policy_allows_nothing_inline_and_nothing_foreign() -> None:
    """No 'unsafe' anything, no foreign host, Trusted Types demanded."""
    assert POLICY.startswith("default-src 'none'")
    assert "unsafe" not in POLICY
    assert not re.search(r"https?:|\*", POLICY)
    for part in (
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
    ):
        assert part in POLICY


async def test_a_stream_is_guarded_too(client: Client) -> None:
    """Its headers leave before the handler returns."""
    async with client.get("/stream") as response:
        assert response.headers["Content-Security-Policy"] == POLICY
        assert response.headers["Server"] == "Lotse"


async def test_pages_are_not_kept_and_https_is_remembered_where_there_is_https(
    client: Client, doors: Doors, health: Health
) -> None:
    """no-store on what changes; HSTS only when citizens come by https."""
    plain = await client.get("/")
    assert plain.headers["Cache-Control"] == "no-store"
    assert "Strict-Transport-Security" not in plain.headers
    async with TestClient(TestServer(shell(Doors(), health, public_url="https://chat.example"))) as secure:
        response = await secure.get("/")
        assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")
