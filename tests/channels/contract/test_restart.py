"""Killed between the acknowledgement and the answer: the answer still comes, once, on every platform."""

import asyncio
from copy import deepcopy
from pathlib import Path

import pytest

from bot.app import opened
from bot.channels.registry import CHANNELS
from bot.flow.worker import Worker
from tests.channels.contract.adapter import Said
from tests.channels.contract.conftest import (
    INSTAGRAM,
    NAMES,
    PRESS,
    PRESS_NUMBER,
    pending,
    settings_of,
    started,
    until,
)


def test_no_channel_is_without_a_contract() -> None:
    """Whoever is in the registry is in the suite."""
    assert sorted(CHANNELS) == NAMES


async def test_what_was_acknowledged_is_answered_after_a_restart_and_once(
    trained: Path, content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first program takes the events and dies before it has looked at them; the second answers.

    Delivered again after that, as platforms do, they are known.
    """

    async def looks_at_nothing(self: Worker) -> None:
        await self._stop.wait()

    async with started(NAMES) as platforms:
        settings = settings_of(platforms, tmp_path / "data", trained, content)
        events = {name: platform.event(Said(1, 1, PRESS)) for name, platform in platforms.items()}
        with monkeypatch.context() as dying:
            dying.setattr(Worker, "run", looks_at_nothing)
            async with opened(settings) as service:
                for name, platform in platforms.items():
                    assert await platform.deliver(service.url, deepcopy(events[name])) == 200, name
                await pending(service, lambda waiting: waiting == len(platforms))
        async with opened(settings) as service:
            for name, platform in platforms.items():
                if name == "webchat":  # its citizens read where the program is now
                    assert await platform.deliver(service.url, deepcopy(events[name])) == 200
            await asyncio.gather(
                *(until(platform, 1, lambda text: PRESS_NUMBER in text) for platform in platforms.values())
            )
            for name, platform in platforms.items():
                assert await platform.deliver(service.url, deepcopy(events[name])) == 200, name
                assert await platform.deliver(service.url, platform.event(Said(2, 1, INSTAGRAM))) == 200, name
                texts = await until(platform, 1, lambda text: "instagram.com" in text)
                assert sum(PRESS_NUMBER in text for text in texts) == 1, name
