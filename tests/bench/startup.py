"""Learning, from the command to ready, and the memory then and after some work."""

import asyncio
import resource
import tempfile
import time
from pathlib import Path

import psutil

from bot.flow.learning import learn_beside
from tests.bench.load import closed_loop, request
from tests.bench.processes import HEADER, HOOK, lotse
from tests.bench.questions import FACTS, ROOT, questions
from tests.bench.telegram import Sink, update

MESSAGES = 1000
CHATS = 100
STARTS = ("first start", "later start")


async def run() -> dict[str, object]:
    """The very first start learns; every later one maps what was learnt."""
    report: dict[str, object] = {"learning": await _learning()}
    sink = Sink()
    await sink.start()
    with tempfile.TemporaryDirectory() as folder:
        for first, name in zip(range(0, len(STARTS) * MESSAGES, MESSAGES), STARTS, strict=True):
            async with lotse(Path(folder), "sqlite", sink.url) as (host, port, process, ready):
                rest = _memory(process)
                await _work(host, port, sink, first)
                worked = _memory(process)
            print(
                f"  {name:<12} ready in {ready:5.2f} s"
                f"   {rest['all']:4.0f} MB at rest, {rest['mapped']:4.0f} of it mapped files"
                f"   {worked['all']:4.0f} MB after {MESSAGES}, {worked['mapped']:4.0f} of it mapped files"
            )
            report[name] = {"ready_seconds": ready, "rest_mb": rest, "worked_mb": worked}
    await sink.stop()
    return report


async def _learning() -> dict[str, float]:
    """By itself, in the process that a first start begins for it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        await learn_beside(ROOT, Path(folder), FACTS)
        seconds = time.perf_counter() - started
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 2**20
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, peak = spent.ru_utime - before.ru_utime, spent.ru_maxrss / 2**10
    print(
        f"  learning     done  in {seconds:5.2f} s   {cpu:5.1f} s of one core   {peak:4.0f} MB   {size:4.0f} MB kept"
    )
    return {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak, "kept_mb": size}


async def _work(host: str, port: int, sink: Sink, first: int) -> None:
    """Put messages and wait until no reply has come for a while."""
    texts = questions()
    before = sink.total
    numbers = range(first, first + MESSAGES)
    asked = [request(HOOK, update(one, one % CHATS, texts[one % len(texts)]), HEADER) for one in numbers]
    await closed_loop(host, port, asked, 16)
    seen = -1
    while sink.total != seen or sink.total == before:
        seen = sink.total
        await asyncio.sleep(2)


def _memory(process: psutil.Process) -> dict[str, float]:
    """Megabytes in all, and those that are files: shared by all processes, and free for others when they need it."""
    found = process.memory_info()
    return {"all": found.rss / 2**20, "mapped": found.shared / 2**20}
