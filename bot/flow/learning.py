"""Learns from content in a process of its own.

Answering goes on undisturbed meanwhile, and what learning takes in memory, several times what answering needs, is
given back at its end. The process gets nothing but two folders and the configured facts; what it leaves is a file.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

import structlog

from bot.content.loading import load
from bot.flow.garbage import lasting
from bot.flow.models import learnt

log = structlog.get_logger()

CHECKED = "checked"
MODELS = "models"


async def learn_beside(content: Path, state: Path, facts: Mapping[str, str]) -> None:
    """Learn from the content and keep the models in `state`. Where that fails, it is said and nothing is kept."""
    # The secrets of the configuration are none of its business.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(content), str(state), stdin=asyncio.subprocess.PIPE, env=environment
    )
    try:
        await process.communicate(json.dumps(dict(facts)).encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        log.warning("learning in a process of its own failed", code=process.returncode)


def main() -> None:
    """What the process does."""
    content, state = map(Path, sys.argv[1:])
    with lasting():
        catalogue = load(content, json.load(sys.stdin), kept=state / CHECKED).catalogue
        if catalogue is not None:
            learnt(catalogue, state / MODELS)


if __name__ == "__main__":
    main()
