"""Saved content is noticed, whatever way the editor saves."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.content.watching import changes

ANSWER = "responses/common/press.yaml"


def overwritten(folder: Any) -> None:
    folder.write(ANSWER, "response: x\n")


def renamed_into_place(folder: Any) -> None:
    folder.write("responses/common/.press.yaml.tmp", "response: y\n").replace(folder.path / ANSWER)


def replaced_with_its_folder(folder: Any) -> None:
    shutil.copytree(folder.path / "responses", folder.path / "new", dirs_exist_ok=True)
    shutil.rmtree(folder.path / "responses")
    (folder.path / "new").rename(folder.path / "responses")


async def following(watching: AsyncIterator[None]) -> None:
    await anext(watching)


@pytest.mark.parametrize("save", [overwritten, renamed_into_place, replaced_with_its_folder])
async def test_a_save_is_noticed(folder: Any, save: Callable[[Any], None]) -> None:
    """And the next one after it."""
    watching = changes(folder.path)
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        for _ in range(2):
            noticed = group.create_task(following(watching))
            while not noticed.done():  # a save before the watch stands is not seen, so save again
                save(folder)
                await asyncio.wait({noticed}, timeout=1)
