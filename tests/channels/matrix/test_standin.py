"""The proxy that does wrong, driven by mautrix before our client relies on it; and Synapse's own ways."""

import asyncio

import pytest
from aiohttp import ClientError
from mautrix.client import Client
from mautrix.errors import MatrixConnectionError, MLimitExceeded
from mautrix.types import UserID

from tests.channels.matrix.proxy import Fault, Proxy
from tests.channels.matrix.synapse import User


async def test_a_foreign_client_sees_what_was_told_to_go_wrong(proxy: Proxy, bot_user: User) -> None:
    """Refused, hung up, left hanging, nonsense – and everything else as the server says it."""
    client = Client(base_url=proxy.url)
    client.api.default_retry_count = 0
    try:
        answer = await client.login(UserID(bot_user.id), password=bot_user.password)
        assert answer.user_id == bot_user.id

        proxy.fail("whoami", Fault(429, {"errcode": "M_LIMIT_EXCEEDED", "error": "slow", "retry_after_ms": 5}))
        with pytest.raises(MLimitExceeded):
            await client.whoami()
        proxy.fail("whoami", Fault(hang_up=True, times=2))  # aiohttp itself asks a second time
        with pytest.raises((ClientError, MatrixConnectionError)):
            await client.whoami()
        proxy.fail("whoami", Fault(hang=True))
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await client.whoami()
        proxy.fail("whoami", Fault(edit=lambda told: told.update(user_id="@other:lotse.test")))
        assert (await client.whoami()).user_id == "@other:lotse.test"
        assert (await client.whoami()).user_id == bot_user.id
        assert len(proxy.of("whoami")) == 6
        assert (await proxy.called("login")).body["identifier"]["user"] == bot_user.id
    finally:
        await client.api.session.close()
