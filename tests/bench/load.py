"""A load generator that costs little: prepared requests over kept connections, one event loop, no parser."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field


@dataclass
class Result:
    """What one run measured. Times in seconds."""

    answers: dict[int, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.seconds


def percentile(values: list[float], share: float) -> float:
    """The value below which `share` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def request(path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """One HTTP/1.1 POST, ready to write."""
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", "Content-Type: application/json"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    lines += [f"Content-Length: {len(body)}", "", ""]
    return "\r\n".join(lines).encode() + body


async def closed_loop(host: str, port: int, requests: Iterable[bytes], connections: int) -> Result:
    """Each connection sends its next request when the last was answered: measures throughput."""
    result = Result()
    shared = iter(requests)
    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(connections):
            tasks.create_task(_drain(host, port, shared, result))
    result.seconds = time.perf_counter() - started
    return result


async def open_loop(host: str, port: int, requests: Iterable[bytes], per_second: float, connections: int) -> Result:
    """Send at a fixed rate whatever the answers do: measures latency under load."""
    result = Result()
    waiting: asyncio.Queue[bytes | None] = asyncio.Queue()
    started = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(connections):
            tasks.create_task(_serve(host, port, waiting, result))
        for number, one in enumerate(requests):
            due = started + number / per_second
            wait = due - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            waiting.put_nowait(one)
        for _ in range(connections):
            waiting.put_nowait(None)
    result.seconds = time.perf_counter() - started
    return result


async def _drain(host: str, port: int, shared: Iterator[bytes], result: Result) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    for one in shared:
        await _exchange(reader, writer, one, result)
    writer.close()


async def _serve(host: str, port: int, waiting: "asyncio.Queue[bytes | None]", result: Result) -> None:
    reader, writer = await asyncio.open_connection(host, port)
    while (one := await waiting.get()) is not None:
        await _exchange(reader, writer, one, result)
    writer.close()


async def _exchange(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one: bytes, result: Result) -> None:
    started = time.perf_counter()
    writer.write(one)
    head = await reader.readuntil(b"\r\n\r\n")
    lowered = head.lower()
    at = lowered.find(b"content-length:")
    length = int(lowered[at + 15 : lowered.index(b"\r\n", at)]) if at >= 0 else 0
    if length:
        await reader.readexactly(length)
    result.latencies.append(time.perf_counter() - started)
    status = int(head[9:12])
    result.answers[status] = result.answers.get(status, 0) + 1
