"""Killed at random points under load: nothing acknowledged is lost, and little is said twice."""

import asyncio
import os
import random
import shutil
import signal
import sys
from contextlib import suppress
from pathlib import Path

import aiohttp
import pytest

from tests.bench.processes import HEADER, HOOK, SECRET
from tests.bench.telegram import Sink, update

KILLS = 60
CITIZENS_AT_ONCE = 12
LONGEST_WORK = 0.8
"""Seconds a life lasts from the first open door; every second ends while the rooms are still being opened."""

pytestmark = pytest.mark.crash


class Campaign:
    """A server that keeps dying, and citizens who keep writing to it as a platform would deliver them."""

    def __init__(self, folder: Path, database: str, sink: Sink, seed: int) -> None:
        self.folder = folder
        self.database = database
        self.sink = sink
        self.chance = random.Random(seed)
        self.port = 0
        self.acknowledged: set[int] = set()
        self.stopped = False
        self._next = 0

    def environment(self) -> dict[str, str]:
        given = {
            **os.environ,
            "LOTSE_DATA": str(self.folder),
            "LOTSE_PORT": str(self.port),
            "LOTSE_SECRET": SECRET,
            "LOTSE_PUBLIC_URL": "https://crash.invalid",
            "LOTSE_TELEGRAM_TOKEN": "123456789:" + "A" * 35,
            "LOTSE_TELEGRAM_WEBHOOK_SECRET": HEADER["X-Telegram-Bot-Api-Secret-Token"],
            "LOTSE_TELEGRAM_API_URL": self.sink.url,
            "LOTSE_LOG_LEVEL": "error",
        }
        if not self.database.startswith("sqlite"):
            given["LOTSE_DATABASE"] = self.database
        return given

    async def start(self) -> asyncio.subprocess.Process:
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bot",
            "serve",
            env=self.environment(),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )

    async def learn_port(self, process: asyncio.subprocess.Process) -> None:
        """The first life chooses a port; all later ones keep it, as behind a platform's address."""
        assert process.stdout is not None
        while not self.port:
            line = (await process.stdout.readline()).decode()
            assert line, "the server ended before it was ready"
            if "Web-Chat" in line:
                self.port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))

    async def citizens(self) -> None:
        """Each message comes from a new person and is delivered again until it is acknowledged."""
        timeout = aiohttp.ClientTimeout(total=6)
        async with aiohttp.ClientSession(timeout=timeout) as http, asyncio.TaskGroup() as tasks:
            for _ in range(CITIZENS_AT_ONCE):
                tasks.create_task(self._deliver(http))

    async def _deliver(self, http: aiohttp.ClientSession) -> None:
        while not self.stopped:
            self._next += 1
            number = self._next
            body = update(number, number, "Wie erreiche ich die Pressestelle?")
            while number not in self.acknowledged:
                with suppress(aiohttp.ClientError, TimeoutError):
                    async with http.post(
                        f"http://127.0.0.1:{self.port}{HOOK}", data=body, headers=HEADER
                    ) as response:
                        if response.status == 200:
                            self.acknowledged.add(number)
                            continue
                await asyncio.sleep(0.02)
            await asyncio.sleep(0.1)

    async def _door_open(self) -> None:
        while True:
            with suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                writer.close()
                return
            await asyncio.sleep(0.02)

    async def killings(self) -> None:
        for _ in range(KILLS):
            process = await self.start()
            if self.chance.random() < 0.5:
                await asyncio.sleep(self.chance.uniform(0.0, 1.5))
            else:
                await self._door_open()
                await asyncio.sleep(self.chance.uniform(0.0, LONGEST_WORK))
            process.send_signal(signal.SIGKILL)
            await process.wait()

    def unanswered(self) -> set[int]:
        return {number for number in self.acknowledged if len(set(self.sink.texts.get(number, ()))) < 2}


async def test_every_acknowledged_message_is_answered_after_sixty_kills(
    store_url: str, trained: Path, tmp_path: Path
) -> None:
    """Both the notice and the answer reach everybody whose message was taken; repeats stay below the kills."""
    data = tmp_path / "data"
    shutil.copytree(trained, data / "content")
    sink = Sink()
    await sink.start()
    campaign = Campaign(data, store_url, sink, seed=20261121)
    first = await campaign.start()
    await campaign.learn_port(first)
    async with asyncio.TaskGroup() as tasks:
        writing = tasks.create_task(campaign.citizens())
        await asyncio.sleep(0.5)
        first.kill()
        await first.wait()
        await campaign.killings()
        last = await campaign.start()
        campaign.stopped = True
        await writing
        async with asyncio.timeout(60):
            while campaign.unanswered():  # noqa: ASYNC110 - another process does the work
                await asyncio.sleep(0.2)
    last.terminate()
    assert await last.wait() == 0
    await sink.stop()

    repeats = sum(len(texts) - len(set(texts)) for texts in sink.texts.values())
    print(f"{KILLS + 1} kills, {len(campaign.acknowledged)} acknowledged, {repeats} repeats")
    assert len(campaign.acknowledged) > KILLS
    assert repeats <= KILLS + 1
    assert not campaign.unanswered()
