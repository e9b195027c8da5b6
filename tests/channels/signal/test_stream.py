"""The subscription: nothing is read before the last is committed, and every end is a new beginning."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot.channels.base import Ports
from bot.channels.signal import stream as stream_module
from bot.channels.signal.channel import Signal
from bot.errors import SendError
from bot.message import Author, Event, Outbound
from tests.channels.conftest import HealthBook, Ledger
from tests.channels.signal.conftest import CITIZEN, message, payload, running
from tests.channels.signal.standin import NUMBER, Refusal, SignalCli

OTHER = "+491713920088"


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses are taken, but short ones."""
    monkeypatch.setattr(stream_module, "SHORTEST_PAUSE", 0.01)
    monkeypatch.setattr(stream_module, "LONGEST_PAUSE", 0.02)


class Arrivals:
    """Waits for events to be committed."""

    def __init__(self, ledger: Ledger) -> None:
        self._queue: asyncio.Queue[Event] = asyncio.Queue()
        ledger.answering = self._queue.put_nowait

    async def next(self, count: int = 1) -> list[Event]:
        async with asyncio.timeout(10):
            return [await self._queue.get() for _ in range(count)]


@pytest.fixture
def arrivals(ledger: Ledger) -> Arrivals:
    return Arrivals(ledger)


def texts(channel: Signal, events: Sequence[Event]) -> list[str]:
    """What was said in these events."""
    return [getattr(channel.read(event.payload), "text", "") for event in events]


async def test_what_waits_at_signal_is_fetched_and_stored_as_it_came(
    signal: Signal, daemon: SignalCli, arrivals: Arrivals, health_book: HealthBook
) -> None:
    """The account is named, the lines are kept unparsed, the operator sees that all is well."""
    await daemon.put(message(1, "Grüße 🙂"), payload("voice"))
    async with running(signal):
        events = await arrivals.next(2)
        await health_book.said("signal", "ok")
    assert daemon.of("subscribeReceive") == [{"account": NUMBER}]
    assert [json.loads(event.payload) for event in events] == daemon.handed_over
    assert texts(signal, events) == ["Grüße 🙂", ""]


async def test_what_comes_twice_or_out_of_order_is_taken_once(
    signal: Signal, daemon: SignalCli, ledger: Ledger, arrivals: Arrivals
) -> None:
    """Sender, device and time are the key; an edit under the same time is another event, an older one is not late."""
    edited = payload("edited")
    edited["params"]["result"]["envelope"]["timestamp"] = 1795219000009
    await daemon.put(
        message(9, "neun"), message(9, "neun"), message(3, "drei"), edited, message(9, "neun"), message(10)
    )
    async with running(signal):
        events = await arrivals.next(4)
    assert texts(signal, events) == ["neun", "drei", "Er hat ein Messer", "Hallo"]
    assert len(ledger.events) == 4


async def test_the_next_line_is_read_when_the_last_is_committed(
    ports: Ports, daemon: SignalCli, ledger: Ledger, arrivals: Arrivals
) -> None:
    """The daemon keeps no copy: what is not committed exists only here, so it is never more than one delivery."""
    opened, began = asyncio.Event(), asyncio.Queue[int]()

    async def accept(events: Sequence[Event]) -> None:
        began.put_nowait(len(events))
        await opened.wait()
        await ledger.accept(events)

    channel = Signal(
        replace(ports, accept=accept), account="signal", authority="x", number=NUMBER, daemon=daemon.address
    )
    await daemon.put(message(1), message(2))
    async with running(channel):
        assert await began.get() == 1
        await daemon.emptied()
        await channel.send(Outbound(1, CITIZEN, "Moment", "de", Author.BOT))
        assert began.empty()
        opened.set()
        assert len(await arrivals.next(2)) == 2


async def test_while_the_database_takes_nothing_messages_stay_with_signal(
    signal: Signal, daemon: SignalCli, ledger: Ledger, arrivals: Arrivals, health_book: HealthBook
) -> None:
    """The subscription is given back after the first refusal; what was handed over is held until it is taken."""
    async with running(signal):
        await health_book.said("signal", "ok")
        ledger.busy = True
        await daemon.put(message(1, "eins"))
        await daemon.called("unsubscribeReceive")
        await health_book.said("signal", "database takes nothing")
        await daemon.put(message(2, "zwei"), message(3, "drei"))
        assert len(daemon.handed_over) == 1
        ledger.busy = False
        assert texts(signal, await arrivals.next(3)) == ["eins", "zwei", "drei"]
    assert health_book.states[-1] == ("signal", "ok")
    assert len(ledger.events) == 3


async def test_who_is_told_to_stop_commits_what_was_handed_over(
    ports: Ports, daemon: SignalCli, ledger: Ledger
) -> None:
    """Every restart comes this way: the subscription is given back, and nothing that was on the way is lost."""
    reached = asyncio.Event()

    async def accept(events: Sequence[Event]) -> None:
        if not reached.is_set():
            reached.set()
            await asyncio.Event().wait()  # the stop comes in the middle of a commit
        await ledger.accept(events)

    channel = Signal(
        replace(ports, accept=accept), account="signal", authority="x", number=NUMBER, daemon=daemon.address
    )
    await daemon.put(*(message(number) for number in range(300)))
    async with running(channel):
        await reached.wait()
    kept = len(ledger.events)
    await daemon.put(message(1000))
    assert (kept, len(daemon.handed_over)) == (300, 300)
    async with running(channel):
        await daemon.emptied()
    assert len(ledger.events) == 301


async def test_a_stop_does_not_wait_for_a_daemon_that_is_silent(
    signal: Signal, daemon: SignalCli, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A service has to end."""
    monkeypatch.setattr(stream_module, "FAREWELL_WITHIN", 0.05)
    async with running(signal):
        await health_book.said("signal", "ok")
        daemon.fall_silent()


async def test_danger_is_answered_while_the_database_takes_nothing(
    signal: Signal, daemon: SignalCli, ledger: Ledger, arrivals: Arrivals
) -> None:
    """The safeguard speaks while the stream waits: an answer never stands behind an event."""

    async def shield(events: Sequence[Event]) -> None:
        ledger.shield = None
        await signal.send(Outbound(0, events[0].address, "Rufen Sie 110 an.", "de", Author.BOT))
        ledger.busy = False

    ledger.busy, ledger.shield = True, shield
    await daemon.put(message(1, "Er hat ein Messer"))
    async with running(signal):
        assert len(await arrivals.next()) == 1
    assert [call["message"] for call in daemon.of("send")] == ["Rufen Sie 110 an."]


async def _cleanly(daemon: SignalCli) -> None:
    await daemon.hang_up()


async def _rudely(daemon: SignalCli) -> None:
    await daemon.hang_up(rudely=True)


async def _silently(daemon: SignalCli) -> None:
    daemon.fall_silent()
    await daemon.called("subscribeReceive", 2)


async def _with_a_restart(daemon: SignalCli) -> None:
    await daemon.stop()
    await daemon.start()


@pytest.mark.parametrize("end", [_cleanly, _rudely, _silently, _with_a_restart])
async def test_every_end_is_followed_by_a_new_beginning(
    signal: Signal,
    daemon: SignalCli,
    ledger: Ledger,
    arrivals: Arrivals,
    monkeypatch: pytest.MonkeyPatch,
    end: Callable[[SignalCli], Awaitable[None]],
) -> None:
    """CHANNELS 11.8: closed, broken, hanging, restarted; what came meanwhile is caught up, nothing twice."""
    if end is _silently:
        monkeypatch.setattr(stream_module, "SILENCE", 0.05)
    async with running(signal):
        await daemon.put(message(1, "davor"))
        await arrivals.next()
        await end(daemon)
        monkeypatch.undo()  # a slow machine may take its time from here on
        await daemon.put(message(1, "davor"), message(2, "danach"))
        assert texts(signal, await arrivals.next()) == ["danach"]
    assert len(ledger.events) == 2


async def test_a_quiet_daemon_that_answers_keeps_its_subscription(
    signal: Signal, daemon: SignalCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody writes at night; that is no reason to begin anew."""
    monkeypatch.setattr(stream_module, "SILENCE", 0.2)
    async with running(signal):
        await daemon.called("listAccounts", 2)
    assert len(daemon.of("subscribeReceive")) == 1


async def test_a_daemon_of_a_single_account_is_alive_though_it_lists_none(
    daemon: SignalCli, signal: Signal, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started with -a it refuses `listAccounts`; any answer will do."""
    daemon.single = True
    monkeypatch.setattr(stream_module, "SILENCE", 0.2)
    async with running(signal):
        await daemon.called("listAccounts", 2)
    assert {state for _, state in health_book.states} == {"ok"}


async def test_an_account_that_was_lost_shows_within_a_minute(
    signal: Signal, daemon: SignalCli, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS A18: unregistered elsewhere, the daemon drops the account and the stream just falls silent."""
    assert 2 * stream_module.SILENCE < 60
    monkeypatch.setattr(stream_module, "SILENCE", 0.05)
    async with running(signal):
        await health_book.said("signal", "ok")
        daemon.accounts = (OTHER,)
        await health_book.said("signal", "account is not known to the daemon")
        daemon.accounts = (NUMBER,)
        health_book.states.clear()
        await health_book.said("signal", "ok")


async def test_a_daemon_out_of_reach_at_the_start_is_waited_for(
    signal: Signal, daemon: SignalCli, arrivals: Arrivals, health_book: HealthBook
) -> None:
    """The program starts without signal-cli and connects when it can."""
    await daemon.stop()
    async with running(signal):
        await health_book.said("signal", "daemon not reachable")
        await daemon.start()
        await daemon.put(message(1))
        await arrivals.next()
    assert health_book.states[-1] == ("signal", "ok")


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal(-32602, "Specified account does not exist"), "account is not known to the daemon"),
        (Refusal(-32601, "Method not implemented"), "daemon refuses: code -32601"),
        (Refusal(-1, "+491713920099"), "daemon refuses: code -1"),
        (Refusal(hang_up=True), "connection to the daemon ended: closed"),
    ],
    ids=["account", "method", "user", "hang-up"],
)
async def test_a_refused_subscription_is_told_and_tried_again(
    signal: Signal, daemon: SignalCli, arrivals: Arrivals, health_book: HealthBook, refusal: Refusal, said: str
) -> None:
    """The operator sees why; afterwards nothing is missing."""
    daemon.refuse("subscribeReceive", refusal)
    await daemon.put(message(1))
    async with running(signal):
        await arrivals.next()
    assert any(state.startswith(said.removesuffix("closed")) for _, state in health_book.states)
    assert health_book.states[-1] == ("signal", "ok")


async def test_a_daemon_that_fetches_by_itself_is_told_on(
    signal: Signal, daemon: SignalCli, arrivals: Arrivals, health_book: HealthBook
) -> None:
    """Without manual mode messages are lost while nobody listens; those that come are taken all the same."""
    await daemon.put(payload("unwrapped"))
    async with running(signal):
        await arrivals.next()
        await health_book.said("signal", "daemon is not in manual receive mode")


async def test_two_accounts_of_one_daemon_hear_only_their_own(
    build: Callable[..., Signal], daemon: SignalCli, ledger: Ledger, arrivals: Arrivals
) -> None:
    """Each subscribes for itself."""
    daemon.accounts = (NUMBER, OTHER)
    theirs = message(2, "an die anderen")
    theirs["params"]["result"]["account"] = OTHER
    await daemon.put(message(1, "an uns"), theirs)
    async with running(build()), running(build(account="signal-2", number=OTHER)):
        await arrivals.next(2)
    assert {(event.account, *texts(build(), [event])) for event in ledger.events} == {
        ("signal", "an uns"),
        ("signal-2", "an die anderen"),
    }


async def test_another_accounts_message_is_left_to_it(
    build: Callable[..., Signal], daemon: SignalCli, ledger: Ledger, health_book: HealthBook
) -> None:
    """A daemon started with -a serves its own account, whichever is asked for; nobody answers in another's name."""
    daemon.single = True
    await daemon.put(message(1))
    async with running(build(account="signal-2", number=OTHER)):
        await health_book.said("signal-2", "daemon serves another account")
    assert ledger.events == []


async def test_a_malformed_line_costs_only_itself(
    signal: Signal, daemon: SignalCli, ledger: Ledger, arrivals: Arrivals, health_book: HealthBook
) -> None:
    """It goes to quarantine with its bytes, its neighbours are read."""
    async with running(signal):
        await health_book.said("signal", "ok")
        await daemon.put(message(1))
        await daemon.push(b'\xff{"broken\n')
        await daemon.put(message(7, timestamp="x"))
        await daemon.put(message(2))
        await arrivals.next(4)
    assert [event.event_id.startswith("sha256:") for event in ledger.events] == [False, True, True, False]
    assert ledger.events[1].payload == b'\xff{"broken\n'
    assert ledger.events[2].address == CITIZEN


async def test_a_citizen_sees_that_somebody_reads_and_writes(
    signal: Signal, daemon: SignalCli, arrivals: Arrivals
) -> None:
    """Typing first, so that it does not come after the answer; then the read mark, by the message's time."""
    await daemon.put(message(1))
    async with running(signal):
        await daemon.called("sendReceipt")
    assert daemon.of("sendTyping") == [{"account": NUMBER, "recipient": [CITIZEN]}]
    assert daemon.of("sendReceipt") == [
        {"account": NUMBER, "recipient": CITIZEN, "type": "read", "targetTimestamp": [1795219000001]}
    ]


async def test_nobody_is_shown_anything_for_what_no_citizen_wrote_to_us(
    signal: Signal, daemon: SignalCli, arrivals: Arrivals
) -> None:
    """Groups, typing, receipts, stories, reactions, our own devices: the first real message is the first mark."""
    silent = ("group", "typing", "delivered", "story_text", "reaction", "deleted", "colleague", "key_changed")
    await daemon.put(*(payload(name) for name in silent), message(1))
    async with running(signal):
        await daemon.called("sendReceipt")
    assert [call["targetTimestamp"] for call in daemon.of("sendReceipt")] == [[1795219000001]]
    assert len(daemon.of("sendTyping")) == 1


async def test_a_failed_courtesy_does_not_stop_the_next(
    signal: Signal, daemon: SignalCli, arrivals: Arrivals
) -> None:
    """Best effort, never repeated."""
    daemon.refuse("sendTyping", Refusal(-3, "timeout"))
    await daemon.put(message(1), message(2))
    async with running(signal):
        await daemon.called("sendReceipt")
    assert [call["targetTimestamp"] for call in daemon.of("sendReceipt")] == [[1795219000002]]


async def test_courtesies_can_be_switched_off(
    build: Callable[..., Signal], daemon: SignalCli, arrivals: Arrivals, ports: Ports
) -> None:
    """An authority may not want to say when it read something."""
    marking = build(typing=False)
    assert not marking.capabilities.typing
    await daemon.put(message(1))
    async with running(marking):
        await daemon.called("sendReceipt")
    assert daemon.of("sendTyping") == []


async def test_the_real_daemon_is_understood(
    build: Callable[..., Signal], real_socket: Path, health_book: HealthBook
) -> None:
    """Without an account it refuses subscription and message; both are told as what they are."""
    channel = build(daemon=f"unix://{real_socket}")
    async with running(channel):
        await health_book.said("signal", "account is not known to the daemon")
    with pytest.raises(SendError, match="account is not known"):
        await channel.send(Outbound(1, CITIZEN, "Guten Tag", "de", Author.BOT))
