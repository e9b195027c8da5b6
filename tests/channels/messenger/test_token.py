"""The token of a page: when it ends."""

import asyncio

from bot.channels.base import Gauge, Ports
from tests.channels.conftest import HealthBook
from tests.channels.messenger_platform.conftest import channel_on
from tests.channels.messenger_platform.standin import SendApi


async def test_when_the_token_ends_is_reported(ports: Ports, health_book: HealthBook) -> None:
    """Asked as the app, for the page's token may not ask."""
    api = SendApi()
    await api.start()
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(channel_on(api, "messenger", ports).run())
        assert await health_book.measured("messenger", Gauge.TOKEN_EXPIRES) == 1799999999
        running.cancel()
    await api.stop()
