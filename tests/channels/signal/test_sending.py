"""Sending: what arrives, and what every refusal means."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.channels.signal import daemon as daemon_module
from bot.channels.signal.channel import Signal
from bot.errors import Refusal as Means
from bot.errors import SendError, SettingsError
from bot.message import Author, Choice, Outbound
from tests.channels.conftest import HealthBook
from tests.channels.signal.conftest import CITIZEN
from tests.channels.signal.standin import NUMBER, Refusal, SignalCli, outcome

HELLO = Outbound(8812, CITIZEN, "Sie erreichen uns unter 0211 871-01.", "de", Author.BOT)
LONG = " ".join(f"Satz Nummer {number} steht hier für Übergrößen." for number in range(150))


async def refused(channel: Signal, outbound: Outbound = HELLO) -> SendError:
    with pytest.raises(SendError) as caught:
        await channel.send(outbound)
    return caught.value


async def test_a_text_goes_out_as_it_is(signal: Signal, daemon: SignalCli) -> None:
    """To the UUID, without styles or previews (ATTACKS C9, C10); the request carries the outbox row's id."""
    text = "*fett* <b>x</b> [y](javascript:alert(1)) {0} %s & https://im.nrw"
    assert await signal.send(replace(HELLO, text=text)) == "1795219001001"
    [call] = daemon.calls
    assert call.params == {"account": NUMBER, "recipient": [CITIZEN], "message": text}
    assert (call.method, call.id) == ("send", "outbox-8812")


async def test_choices_become_numbered_text(signal: Signal, daemon: SignalCli) -> None:
    """Signal knows no buttons; a typed number means the same."""
    await signal.send(
        replace(HELLO, choices=(Choice("i:contact.press", "Presseanfragen"), Choice("i:jobs", "Stellen")))
    )
    assert daemon.of("send")[0]["message"].endswith("\n\n1. Presseanfragen\n2. Stellen")


@pytest.mark.parametrize(
    ("refusal", "means"),
    [
        (Refusal(-4, "Failed to send message due to untrusted identities"), Means.IDENTITY_CHANGED),
        (Refusal(-4, data=outcome("IDENTITY_FAILURE")), Means.IDENTITY_CHANGED),
        (Refusal(-5, "Failed to send message due to rate limiting"), Means.RETRY),
        (Refusal(-5, data=outcome("RATE_LIMIT_FAILURE", retryAfterSeconds=7)), Means.RETRY),
        (Refusal(-5, data=outcome("RATE_LIMIT_FAILURE", token="geheim", retryAfterSeconds=86400)), Means.RETRY_ALL),
        (Refusal(-1, data=outcome("UNREGISTERED_FAILURE")), Means.RECIPIENT_GONE),
        (Refusal(-1, "The user +491713920012 is not registered."), Means.RECIPIENT_GONE),
        (Refusal(-1, data=outcome("NETWORK_FAILURE")), Means.RETRY_ALL),
        (Refusal(-1, data=outcome("INVALID_PRE_KEY_FAILURE")), Means.RETRY),
        (Refusal(-1, "No recipients given"), Means.REJECTED),
        (Refusal(-3, "Failed to send message: timeout (PushNetworkException)"), Means.RETRY_ALL),
        (Refusal(-32600, "invalid request"), Means.REJECTED),
        (Refusal(-32601, "Method not implemented"), Means.RETRY_ALL),
        (Refusal(-32602, "Specified account does not exist"), Means.AUTH_BROKEN),
        (Refusal(-32603, "Failed to send message: [403] Authorization failed!"), Means.AUTH_BROKEN),
        (Refusal(-32603, "Unexpected"), Means.RETRY),
        (Refusal(-99, "newer than we"), Means.RETRY),
        (Refusal(result=outcome("UNREGISTERED_FAILURE")["response"]), Means.RECIPIENT_GONE),
        (Refusal(result={}), Means.UNKNOWN_OUTCOME),
        (Refusal(result="sent"), Means.UNKNOWN_OUTCOME),
        (Refusal(hang_up=True), Means.UNKNOWN_OUTCOME),
    ],
    ids=[
        "-4", "identity", "-5", "rate-limit", "captcha", "unregistered", "not-registered", "network", "pre-key",
        "user-error", "-3", "-32600", "-32601", "-32602", "deregistered", "-32603", "unknown-code", "failed-success",
        "no-timestamp", "no-object", "hang-up",
    ],
)  # fmt: skip
async def test_every_refusal_means_something_delivery_can_act_on(
    signal: Signal, daemon: SignalCli, refusal: Refusal, means: Means
) -> None:
    """The platform is known here and nowhere else."""
    daemon.refuse("send", refusal)
    error = await refused(signal)
    assert error.refusal is means
    assert "geheim" not in str(error)
    assert "+49" not in str(error)


async def test_the_wait_is_handed_on(signal: Signal, daemon: SignalCli) -> None:
    """Signal's own figure, in seconds."""
    daemon.refuse("send", Refusal(-5, data=outcome("RATE_LIMIT_FAILURE", retryAfterSeconds=7)))
    assert (await refused(signal)).retry_after == 7.0


async def test_no_answer_after_writing_is_an_unknown_outcome(
    signal: Signal, daemon: SignalCli, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may have arrived: Signal takes no key by which it would know the repetition."""
    monkeypatch.setattr(daemon_module, "ANSWER_WITHIN", 0.1)
    daemon.refuse("send", Refusal(hang=True))
    assert (await refused(signal)).refusal is Means.UNKNOWN_OUTCOME


async def test_an_answer_to_somebody_else_is_not_taken_for_ours(signal: Signal, daemon: SignalCli) -> None:
    """Answers are known by their id, whatever else the line brings."""
    daemon.noise = b'{"jsonrpc":"2.0","id":"outbox-1","result":{"timestamp":7}}\nno json\n[]\n'
    assert await signal.send(HELLO) == "1795219001001"


async def test_a_daemon_that_is_not_there_concerns_everybody(build: Callable[..., Signal], tmp_path: Path) -> None:
    """Nothing was written: trying again repeats nothing, and one try for all is enough."""
    for address in ("tcp://127.0.0.1:9", f"unix://{tmp_path}/nobody"):
        assert (await refused(build(daemon=address))).refusal is Means.RETRY_ALL


async def test_a_unix_socket_serves_as_well(build: Callable[..., Signal], tmp_path: Path) -> None:
    """Which only processes with the right to the file can reach."""
    standin = SignalCli()
    await standin.start(tmp_path / "socket")
    assert await build(daemon=standin.address).send(HELLO) == "1795219001001"
    await standin.stop()


@pytest.mark.parametrize(
    "address", ["", "127.0.0.1:7583", "http://127.0.0.1:8080", "tcp://host", "tcp://h:x", "unix://"]
)
def test_an_address_that_cannot_be_read_is_refused_at_the_start(build: Callable[..., Signal], address: str) -> None:
    """It would fail with every message."""
    with pytest.raises(SettingsError, match="tcp://"):
        build(daemon=address)


@pytest.mark.parametrize("address", ["", "x", "sha256:7", "../8b3f", "u:name.01"])
async def test_an_address_that_is_none_is_gone(signal: Signal, daemon: SignalCli, address: str) -> None:
    """An event whose sender could not be read has nobody to answer."""
    assert (await refused(signal, replace(HELLO, address=address))).refusal is Means.RECIPIENT_GONE
    assert daemon.calls == []


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal(-5, data=outcome("RATE_LIMIT_FAILURE", token="geheim")), "Signal asks for a captcha"),
        (Refusal(-32602, "Specified account does not exist"), "account is not known to the daemon"),
        (Refusal(-32603, "[401] Authorization failed!"), "account was unregistered"),
        (Refusal(-1, data=outcome("NETWORK_FAILURE")), "daemon does not reach Signal"),
    ],
    ids=["captcha", "unknown", "unregistered", "network"],
)
async def test_what_only_people_can_mend_shows_until_a_message_gets_through(
    signal: Signal, daemon: SignalCli, health_book: HealthBook, refusal: Refusal, said: str
) -> None:
    """ATTACKS A18; the challenge token stays with the daemon."""
    daemon.refuse("send", refusal)
    await refused(signal)
    assert health_book.states[-1] == ("signal", said)
    await signal.send(HELLO)
    assert health_book.states[-1] == ("signal", "ok")


async def test_one_conversations_trouble_leaves_the_account_well(
    signal: Signal, daemon: SignalCli, health_book: HealthBook
) -> None:
    """A changed key or a closed account is not the operator's."""
    daemon.refuse("send", Refusal(-4))
    await refused(signal)
    assert health_book.states == []


async def test_a_long_text_goes_out_in_parts(signal: Signal, daemon: SignalCli) -> None:
    """Each part has at most 2000 bytes, none is lost, each request is told apart."""
    await signal.send(replace(HELLO, text=LONG))
    sent = [call["message"] for call in daemon.of("send")]
    assert " ".join(sent) == LONG
    assert max(len(part.encode()) for part in sent) <= 2000
    assert [call.id for call in daemon.calls][:2] == ["outbox-8812", "outbox-8812.2"]


async def test_after_a_refusal_in_the_middle_only_the_rest_is_sent(signal: Signal, daemon: SignalCli) -> None:
    """The citizen does not read the first part twice."""
    first: dict[str, Any] = {"timestamp": 5, "results": [{"type": "SUCCESS"}]}
    daemon.refuse("send", Refusal(result=first))
    daemon.refuse("send", Refusal(-5, data=outcome("RATE_LIMIT_FAILURE", retryAfterSeconds=1)))
    assert (await refused(signal, replace(HELLO, text=LONG))).refusal is Means.RETRY
    await signal.send(replace(HELLO, text=LONG))
    seen = [call["message"] for call in daemon.of("send")]
    assert seen[1] == seen[2]
    assert " ".join([seen[0], *seen[2:]]) == LONG


async def test_a_lower_limit_can_be_set(build: Callable[..., Signal], daemon: SignalCli) -> None:
    """What Signal's apps take is theirs to change."""
    channel = build(text_limit=400)
    assert channel.capabilities.text_limit == 400
    await channel.send(replace(HELLO, text=LONG))
    assert max(len(call["message"].encode()) for call in daemon.of("send")) <= 400
