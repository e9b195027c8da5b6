"""A daemon to talk to, notifications of every kind, and our channel."""

import asyncio
import json
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.channels.base import Ports
from bot.channels.signal.channel import Signal
from tests.channels.signal.standin import NUMBER, SignalCli

PAYLOADS = Path(__file__).parent / "payloads"
CITIZEN = "8b3f0a52-6c1d-4e7a-9f20-5d41c7e0b316"


def payload(name: str) -> dict[str, Any]:
    """One notification."""
    parsed = json.loads((PAYLOADS / f"{name}.json").read_text())
    assert isinstance(parsed, dict)
    return parsed


def message(number: int, text: str = "Hallo", **envelope: Any) -> dict[str, Any]:
    """A text like any other, the `number`th of the citizen."""
    parsed = payload("text")
    inner = parsed["params"]["result"]["envelope"]
    inner |= {"timestamp": 1795219000000 + number, **envelope}
    inner["dataMessage"] |= {"message": text, "timestamp": inner["timestamp"]}
    return parsed


@asynccontextmanager
async def running(channel: Signal) -> AsyncIterator[None]:
    """The channel at its background work."""
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        task = tasks.create_task(channel.run())
        yield
        task.cancel()


@pytest.fixture
async def daemon() -> AsyncIterator[SignalCli]:
    standin = SignalCli()
    await standin.start()
    yield standin
    await standin.stop()


@pytest.fixture
async def real_socket(tmp_path: Path) -> AsyncIterator[Path]:
    """The socket of the real daemon, without an account; it then talks to nobody but us."""
    if shutil.which("signal-cli") is None:
        pytest.skip("signal-cli is not installed")
    socket = tmp_path / "socket"
    process = await asyncio.create_subprocess_exec(
        "signal-cli", "--config", str(tmp_path / "config"), "daemon", "--socket", str(socket),
        "--receive-mode", "manual",
        env=os.environ | {"HOME": str(tmp_path)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        assert process.stderr is not None
        async with asyncio.timeout(60):
            while b"Started JSON-RPC server" not in await process.stderr.readline():
                assert process.returncode is None
        yield socket
    finally:
        process.terminate()
        await process.communicate()


@pytest.fixture
def build(ports: Ports, daemon: SignalCli) -> Callable[..., Signal]:
    """The channel as `Signal(ports, …)`, at the daemon unless told otherwise."""

    def built(**options: Any) -> Signal:
        given = {"account": "signal", "authority": "nrw-im", "number": NUMBER, "daemon": daemon.address}
        return Signal(ports, **given | options)

    return built


@pytest.fixture
def signal(build: Callable[..., Signal]) -> Signal:
    return build()
