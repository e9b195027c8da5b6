"""The command a newcomer types, as a process of its own."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path

import aiohttp


async def test_the_first_start_prints_both_addresses_and_a_password_that_logs_in(tmp_path: Path) -> None:
    """No token, no server, no setting: the addresses work, and the password is shown only once."""
    first = await _output(tmp_path)
    assert "Einmal" in first or "einmal" in first
    assert re.search(r"Passwort:\s+\S{10,}", first)
    again = await _output(tmp_path)
    assert "Passwort:" not in again


async def _output(data: Path) -> str:
    """What the program prints until it is ready; both pages are fetched, then it is told to stop."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", "serve", "--port", "0", "--data", str(data)),
        env={name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    printed = ""
    async with asyncio.timeout(300):  # the very first start learns from all content
        while "Postfach:" not in printed:
            printed += (await process.stdout.readline()).decode()
    async with aiohttp.ClientSession() as http:
        for name in ("Web-Chat", "Postfach"):
            (address,) = re.findall(rf"{name}:\s+(\S+)", printed)
            async with http.get(address) as response:
                assert response.status == 200
    process.send_signal(signal.SIGTERM)
    rest = await process.stdout.read()
    assert await process.wait() == 0
    return printed + rest.decode()
