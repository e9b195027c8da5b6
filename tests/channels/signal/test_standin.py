"""The stand-in answers as signal-cli does.

`exchanges.json` holds what signal-cli 0.13.19 answered, started with `daemon --receive-mode manual` and no account.
The real one is asked again wherever it is installed (`signal-cli` in the path).
"""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.channels.signal.conftest import CITIZEN, message
from tests.channels.signal.standin import NUMBER, SignalCli

EXCHANGES = json.loads((Path(__file__).parent / "exchanges.json").read_text())
NOBODY = "+491713920001"


def essence(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer without what varies: the parser's own words, the version, how often was subscribed before."""
    essential = dict(answer)
    if "error" in essential:
        code = essential["error"]["code"]
        essential["error"] = code if code in {-32700, -32600} else essential["error"]
    if isinstance(essential.get("result"), dict) and "version" in essential["result"]:
        essential["result"] = {"version": "…"}
    return essential


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, raw: str) -> dict[str, Any]:
    writer.write(raw.encode() + b"\n")
    async with asyncio.timeout(30):
        answer = json.loads(await reader.readline())
    assert isinstance(answer, dict)
    return answer


@pytest.fixture
async def empty() -> AsyncIterator[SignalCli]:
    """A daemon that has none of the accounts in the exchanges."""
    standin = SignalCli(NOBODY)
    await standin.start()
    standin.accounts = ()
    yield standin
    await standin.stop()


async def test_it_answers_as_the_real_one_did(empty: SignalCli) -> None:
    """Request by request, in the order they were made: ids, results, codes."""
    host, port = empty.address.removeprefix("tcp://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    answers = [await ask(reader, writer, one["request"]) for one in EXCHANGES]
    writer.close()
    assert [essence(answer) for answer in answers] == [essence(one["answer"]) for one in EXCHANGES]


async def test_the_real_one_still_answers_so(real_socket: Path) -> None:
    """What was recorded once holds for the version that is installed here."""
    reader, writer = await asyncio.open_unix_connection(real_socket)
    answers = [await ask(reader, writer, one["request"]) for one in EXCHANGES]
    writer.close()
    assert [essence(answer) for answer in answers] == [essence(one["answer"]) for one in EXCHANGES]


async def test_messages_wait_until_somebody_subscribes_and_are_then_gone(daemon: SignalCli) -> None:
    """Manual receive mode, as the manual page has it: wrapped, with the subscription's number."""
    await daemon.put(message(1))
    assert daemon.handed_over == []
    host, port = daemon.address.removeprefix("tcp://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    asked = {"jsonrpc": "2.0", "id": "id", "method": "subscribeReceive", "params": {"account": NUMBER}}
    answer = await ask(reader, writer, json.dumps(asked))
    async with asyncio.timeout(10):
        notification = json.loads(await reader.readline())
    assert answer == {"jsonrpc": "2.0", "result": notification["params"]["subscription"], "id": "id"}
    assert (notification["method"], notification["params"]["result"]["account"]) == ("receive", NUMBER)
    writer.close()
    await daemon.emptied()


async def test_a_sent_message_is_known_by_a_time_of_its_own(daemon: SignalCli) -> None:
    """`timestamp` and `results`, as SendMessageResultUtils.java writes them; no two the same."""
    host, port = daemon.address.removeprefix("tcp://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    params = {"account": NUMBER, "recipient": [CITIZEN], "message": "Guten Tag"}
    sent = [
        await ask(reader, writer, json.dumps({"jsonrpc": "2.0", "id": n, "method": "send", "params": params}))
        for n in range(2)
    ]
    writer.close()
    assert sent[0]["result"]["timestamp"] != sent[1]["result"]["timestamp"]
    assert sent[0]["result"]["results"][0]["type"] == "SUCCESS"
