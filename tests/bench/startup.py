"""From the command to ready, and the memory then and after some work."""

import tempfile
from pathlib import Path

from tests.bench.load import closed_loop, request
from tests.bench.processes import HEADER, HOOK, lotse
from tests.bench.questions import questions
from tests.bench.telegram import Sink, update


async def run() -> dict[str, object]:
    """The very first start trains; every later one loads what was trained."""
    sink = Sink()
    await sink.start()
    report: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first start", "later start"):
            async with lotse(Path(folder), "sqlite", sink.url) as (host, port, process, ready):
                at_rest = process.memory_info().rss / 2**20
                texts = questions()
                asked = [
                    request(HOOK, update(one, one % 100, texts[one % len(texts)]), HEADER) for one in range(1000)
                ]
                await closed_loop(host, port, asked, 16)
                worked = process.memory_info().rss / 2**20
            print(f"  {name:<12} ready in {ready:5.2f} s   {at_rest:4.0f} MB at rest   {worked:4.0f} MB after 1,000")
            report[name] = {"ready_seconds": ready, "rest_mb": at_rest, "worked_mb": worked}
    await sink.stop()
    return report
