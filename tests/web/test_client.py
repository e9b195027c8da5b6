"""Who is calling: headers that anybody can write are believed only from our own proxies."""

from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request

from bot.errors import SettingsError
from bot.web.client import client_ip, networks
from bot.web.health import Health
from tests.web.conftest import Doors, shell

Client = TestClient[Any, Any]
PROXIES = networks(["127.0.0.0/8", "10.0.0.0/8", "2001:db8::/32"])


async def test_a_stranger_may_claim_what_he_likes(client: Client, doors: Doors) -> None:
    """ATTACKS B4: forwarded headers from outside mean nothing."""
    forged = {
        "X-Forwarded-For": "1.2.3.4",
        "X-Real-IP": "1.2.3.4",
        "Forwarded": "for=1.2.3.4",
        "X-Remote-User": "admin",
    }
    await client.get("/", headers=forged)
    assert doors.seen == ["127.0.0.1"]


async def test_our_proxy_is_believed(doors: Doors, health: Health) -> None:
    """The caller is the last address that is no proxy of ours; what stands before it, he wrote himself."""
    async with TestClient(TestServer(shell(doors, health, trusted_proxies=["127.0.0.1"]))) as client:
        await client.get("/", headers={"X-Forwarded-For": "6.6.6.6, 198.51.100.7"})
    assert doors.seen == ["198.51.100.7"]


@pytest.mark.parametrize(
    ("chain", "caller"),
    [
        ([], "127.0.0.1"),
        (["198.51.100.7"], "198.51.100.7"),
        (["198.51.100.7, 10.1.2.3"], "198.51.100.7"),
        (["6.6.6.6", "198.51.100.7"], "198.51.100.7"),
        (["2001:db9::1, 2001:db8::5"], "2001:db9::1"),
        (["<script>"], "127.0.0.1"),
        (["198.51.100.7, unknown"], "127.0.0.1"),
        (["10.1.1.1, 10.2.2.2"], "127.0.0.1"),
    ],
)
def test_chains_of_proxies_are_read_from_their_end(chain: list[str], caller: str) -> None:
    """Only our own proxies' entries count, and nonsense counts for nothing."""
    transport_peer = ("127.0.0.1", 1)

    class Transport:
        def get_extra_info(self, name: str, default: object = None) -> object:
            return transport_peer if name == "peername" else default

        def is_closing(self) -> bool:
            return False

    headers = [("X-Forwarded-For", value) for value in chain]
    from multidict import CIMultiDict

    request = make_mocked_request("GET", "/", CIMultiDict(headers), transport=Transport())
    assert client_ip(request, PROXIES) == caller


def test_a_proxy_that_is_no_network_is_refused_at_the_start() -> None:
    """With what is expected instead."""
    with pytest.raises(SettingsError, match="trusted_proxies"):
        networks(["nginx"])
