"""What citizens do on the two platforms beside writing to us."""

import aiohttp

from tests.channels.messenger_platform.contract import MetaPlatform
from tests.journeys.day import Day


async def comment(day: Day, platform: MetaPlatform, name: str, text: str) -> None:
    """Somebody comments under a post; `name` is the comment's id."""
    delivery = platform.comment(name, text)
    async with (
        aiohttp.ClientSession() as http,
        http.post(day.service.url + delivery.path, data=delivery.body, headers=delivery.headers) as response,
    ):
        assert response.status == 200
