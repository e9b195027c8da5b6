"""Learning happens beside, and the program does without where it cannot."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from bot.content.loading import load
from bot.flow.learning import MODELS, learn_beside
from bot.flow.models import kept
from bot.flow.publishing import Publisher
from tests.flow.test_publishing import FACTS, content

__all__ = ["content"]


async def test_what_is_learnt_beside_is_found_here(content: Path, tmp_path: Path) -> None:
    """The configured facts reach it, and what it leaves is of this content."""
    await learn_beside(content, tmp_path, FACTS)
    catalogue = load(content, FACTS).catalogue
    assert catalogue is not None
    assert kept(catalogue, tmp_path / MODELS) is not None


async def test_where_no_process_can_be_started_it_is_learnt_here(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The content comes into force all the same."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    publisher = Publisher(content, tmp_path / "state", FACTS)
    await publisher.start()
    assert publisher.current is not None


async def test_stopping_leaves_no_process_behind(
    content: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever stops the program while it learns does not wait for it."""
    endless = tmp_path / "endless"
    endless.write_text("#!/bin/sh\nexec sleep 600\n")
    endless.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(endless))
    here = psutil.Process()
    before = set(here.children())
    async with asyncio.timeout(30), asyncio.TaskGroup() as tasks:
        learning = tasks.create_task(learn_beside(content, tmp_path, FACTS))
        while not (begun := set(here.children()) - before):  # noqa: ASYNC110 - nobody tells when a process stands
            await asyncio.sleep(0.01)
        learning.cancel()
    assert not any(process.is_running() for process in begun)


async def test_the_program_starts_without_the_libraries_of_learning() -> None:
    """They would take memory and time in a process that only answers."""
    look = "import sys, bot.cli.application, bot.app; sys.exit('scipy' in sys.modules)"
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", look)
    assert await process.wait() == 0
