"""What citizens do on the two platforms beside writing to us."""

from tests.channels.messenger_platform.contract import MetaPlatform
from tests.journeys.day import Day


async def comment(day: Day, platform: MetaPlatform, name: str, text: str) -> None:
    """Somebody comments under a post; `name` is the comment's id."""
    assert await platform.post(day.service.url, platform.comment(name, text)) == 200
