"""From the webhook to the reply at the platform, at fixed rates and flat out."""

import asyncio
import tempfile
import time
from pathlib import Path

from tests.bench.load import closed_loop, open_loop, percentile, request
from tests.bench.processes import HEADER, HOOK, databases, lotse
from tests.bench.questions import questions
from tests.bench.telegram import Sink, update

CHATS = 400
RATES = (10, 100, 500)
SECONDS = 8
FLOOD = 6000


async def run() -> dict[str, object]:
    """Each database in turn; every chat has seen its notice before anything is measured."""
    report: dict[str, object] = {}
    with databases() as urls:
        for name, url in urls.items():
            sink = Sink()
            await sink.start()
            with tempfile.TemporaryDirectory() as folder:
                async with lotse(Path(folder), url, sink.url) as (host, port, _process, _ready):
                    report[name] = await _measure(name, host, port, sink)
            await sink.stop()
    return report


async def _measure(name: str, host: str, port: int, sink: Sink) -> dict[str, object]:
    texts = questions()
    number = 0
    warm = []
    for chat in range(1, CHATS + 1):
        number += 1
        warm.append(request(HOOK, update(number, chat, "Guten Tag"), HEADER))
    await closed_loop(host, port, warm, 32)
    await _settled(sink, 0)
    figures: dict[str, object] = {}
    for rate in RATES:
        count = rate * SECONDS
        sent: dict[int, list[float]] = {}
        for arrivals in sink.arrived.values():
            arrivals.clear()
        first = number
        before = sink.total
        started = time.perf_counter()

        def asked(first: int = first, count: int = count, sent: dict[int, list[float]] = sent) -> list[bytes]:
            return [
                request(HOOK, update(first + 1 + one, 1 + one % CHATS, texts[one % len(texts)]), HEADER)
                for one in range(count)
            ]

        await open_loop(host, port, asked(), rate, 32)
        number += count
        await _settled(sink, before)
        for one in range(count):
            sent.setdefault(1 + one % CHATS, []).append(started + one / rate)
        waits = [
            arrival - due
            for chat, dues in sent.items()
            for due, arrival in zip(dues, sink.arrived[chat], strict=False)
        ]
        p50, p99 = percentile(waits, 0.5), percentile(waits, 0.99)
        print(
            f"  {name:<11} {rate:4}/s   p50 {p50 * 1000:7.1f} ms   p99 {p99 * 1000:7.1f} ms   ({len(waits)} replies)"
        )
        figures[f"{rate}_per_second"] = {"p50_seconds": p50, "p99_seconds": p99, "replies": len(waits)}
    before = sink.total
    flood = [
        request(HOOK, update(number + 1 + one, 1 + one % CHATS, texts[one % len(texts)]), HEADER)
        for one in range(FLOOD)
    ]
    started = time.perf_counter()
    await closed_loop(host, port, flood, 64)
    acknowledged = time.perf_counter() - started
    last = await _settled(sink, before)
    answered = FLOOD / (last - started)
    print(f"  {name:<11} flood   {FLOOD / acknowledged:5.0f}/s acknowledged   {answered:5.0f}/s answered")
    figures["flood"] = {"acknowledged_per_second": FLOOD / acknowledged, "answered_per_second": answered}
    return figures


async def _settled(sink: Sink, before: int) -> float:
    """Wait until no reply has come for a while; the time of the last one."""
    while True:
        seen = sink.total
        await asyncio.sleep(1.0)
        if sink.total == seen > before:
            return max(arrivals[-1] for arrivals in sink.arrived.values() if arrivals)
