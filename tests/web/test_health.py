"""Health, readiness and metrics."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.web.health import Health
from tests.web.conftest import Condition, Doors, shell

Client = TestClient[Any, Any]


async def test_a_well_program_says_so(client: Client, health: Health) -> None:
    """Every channel is named with its state."""
    health("telegram", "ok")
    response = await client.get("/health")
    assert (response.status, await response.json()) == (200, {"status": "ok", "channels": {"telegram": "ok"}})


async def test_a_platform_in_trouble_is_shown_but_is_no_reason_to_restart(client: Client, health: Health) -> None:
    """ATTACKS A18: red for people, 200 for the machine that restarts programs."""
    health("telegram", "token refused")
    response = await client.get("/health")
    told = await response.json()
    assert (response.status, told["status"]) == (200, "degraded")
    assert told["channels"] == {"telegram": "token refused"}


async def test_a_journey_that_stands_still_is_down(client: Client, condition: Condition) -> None:
    """503 on both doors."""
    condition.alive = False
    assert (await client.get("/health")).status == 503
    assert (await client.get("/ready")).status == 503


async def test_metrics_are_for_this_machine(client: Client, health: Health) -> None:
    """Without a token only from here."""
    health("telegram", "token refused")
    response = await client.get("/metrics")
    assert response.status == 200
    assert 'lotse_channel_ok{account="telegram"} 0.0' in await response.text()


async def test_metrics_are_hidden_from_others(doors: Doors, health: Health) -> None:
    """A caller behind our proxy comes from elsewhere."""
    async with TestClient(TestServer(shell(doors, health, trusted_proxies=["127.0.0.1"]))) as client:
        response = await client.get("/metrics", headers={"X-Forwarded-For": "198.51.100.7"})
        assert response.status == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [("Bearer abc", 200), ("Bearer abd", 401), ("abc", 401), ("Bearer ü", 401), (None, 401)],
)
async def test_metrics_with_a_token_need_it(doors: Doors, health: Health, given: str | None, status: int) -> None:
    """From anywhere, in constant time."""
    async with TestClient(TestServer(shell(doors, health, metrics_token="abc"))) as client:
        response = await client.get("/metrics", headers={"Authorization": given} if given else {})
        assert response.status == status
