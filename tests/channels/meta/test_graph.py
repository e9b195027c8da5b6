"""Calls to Graph: what is sent, and what every failure is called."""

import asyncio

import pytest

from bot.channels.base import Gauge, Ports
from bot.channels.calls import NoAnswer, NotConnected
from bot.channels.meta.graph import Graph, GraphError, ProofRefused
from bot.channels.meta.refusals import Meaning, Table, classify
from bot.channels.meta.watch import Expiry, Watch
from bot.errors import Refusal as Why
from tests.channels.conftest import HealthBook
from tests.channels.meta.standin import APP_ID, APP_SECRET, PROOF, TOKEN, GraphApi, Refusal


async def test_a_call_carries_version_proof_and_json(graph: Graph, graph_api: GraphApi) -> None:
    """The token travels in a header, never in the address."""
    assert await graph.post("1065/messages", {"text": "Grüße 🙂"}) == {"success": True}
    [call] = graph_api.calls
    assert (call.path, call.version, call.body) == ("1065/messages", "v25.0", {"text": "Grüße 🙂"})
    assert call.query == {"appsecret_proof": PROOF}


async def test_without_an_app_secret_there_is_no_proof(ports: Ports, graph_api: GraphApi) -> None:
    """Where token and secret are of two apps, a proof would be refused."""
    plain = Graph(ports.http, url=graph_api.url, version="v25.0", token=TOKEN, app_secret="")
    await plain.get("1065", fields="id")
    assert graph_api.calls[0].query == {"fields": "id"}


async def test_a_proof_that_does_not_fit_is_told_apart(ports: Ports, graph_api: GraphApi) -> None:
    """Graph calls it a wrong parameter like many others; messages must not be thrown away for it."""
    wrong = Graph(ports.http, url=graph_api.url, version="v25.0", token=TOKEN, app_secret="another")
    with pytest.raises(ProofRefused) as caught:
        await wrong.get("1065")
    assert classify(caught.value, {}).refusal is Why.AUTH_BROKEN


TABLE: Table = {100: Meaning(Why.REJECTED, "parameter"), (100, 33): Meaning(Why.RECIPIENT_GONE, "gone")}


@pytest.mark.parametrize(
    ("refusal", "why"),
    [
        (Refusal(400, 100), Why.REJECTED),
        (Refusal(400, 100, 33), Why.RECIPIENT_GONE),
        (Refusal(500, 1), Why.RETRY),
        (Refusal(503, 2), Why.RETRY),
        (Refusal(400, 4), Why.RETRY_ALL),
        (Refusal(400, 17), Why.RETRY_ALL),
        (Refusal(400, 32), Why.RETRY_ALL),
        (Refusal(400, 341), Why.RETRY_ALL),
        (Refusal(400, 613), Why.RETRY_ALL),
        (Refusal(401, 0), Why.AUTH_BROKEN),
        (Refusal(403, 3), Why.AUTH_BROKEN),
        (Refusal(403, 10), Why.AUTH_BROKEN),
        (Refusal(401, 102), Why.AUTH_BROKEN),
        (Refusal(401, 190, 463), Why.AUTH_BROKEN),
        (Refusal(403, 200), Why.AUTH_BROKEN),
        (Refusal(403, 299), Why.AUTH_BROKEN),
        (Refusal(403, 368), Why.AUTH_BROKEN),
        (Refusal(400, 987654), Why.REJECTED),
        (Refusal(400, 987654, transient=True), Why.RETRY),
        (Refusal(500, 987654), Why.RETRY),
        (Refusal(429, body=b"slow down"), Why.RETRY_ALL),
        (Refusal(403, body=b"<html>"), Why.AUTH_BROKEN),
        (Refusal(408, body=b""), Why.RETRY),
        (Refusal(502, body=b"<html>"), Why.RETRY),
        (Refusal(504, body=b"<html>"), Why.UNKNOWN_OUTCOME),
        (Refusal(302, body=b""), Why.UNKNOWN_OUTCOME),
        (Refusal(200, body=b"no json"), Why.UNKNOWN_OUTCOME),
        (Refusal(200, body=b"[" * 100_000), Why.UNKNOWN_OUTCOME),
        (Refusal(200, body=b"[]"), Why.UNKNOWN_OUTCOME),
        (Refusal(400, body=b'{"error": {"code": "x"}}'), Why.REJECTED),
        (Refusal(hang_up=True), Why.UNKNOWN_OUTCOME),
    ],
    ids=lambda value: value.value if isinstance(value, Why) else f"{value.status}-{value.code}-{value.subcode}",
)
async def test_every_failure_means_something(graph: Graph, graph_api: GraphApi, refusal: Refusal, why: Why) -> None:
    """A door's own table goes before the common one, and the HTTP status decides for unknown codes."""
    graph_api.refuse(refusal)
    with pytest.raises((GraphError, NoAnswer)) as caught:
        await graph.post("1065/messages", {})
    error = classify(caught.value, TABLE)
    assert error.refusal is why
    assert "Invalid" not in str(error)
    assert TOKEN not in str(error)


async def test_the_token_follows_no_redirect(graph: Graph, graph_api: GraphApi) -> None:
    """It would be shown to another host."""
    graph_api.refuse(Refusal(307, body=b"", headers={"Location": graph_api.url + "/v25.0/elsewhere"}))
    with pytest.raises(NoAnswer):
        await graph.get("1065")
    assert [call.path for call in graph_api.calls] == ["1065"]


async def test_a_platform_that_is_not_there_was_sent_nothing(ports: Ports, graph_api: GraphApi) -> None:
    """So trying again repeats nothing."""
    gone = Graph(ports.http, url=graph_api.url, version="v25.0", token=TOKEN, app_secret=APP_SECRET)
    await graph_api.stop()
    with pytest.raises(NotConnected) as caught:
        await gone.post("1065/messages", {})
    assert classify(caught.value, {}).refusal is Why.RETRY_ALL


async def test_a_platform_that_hangs_is_an_unknown_outcome(
    graph: Graph, graph_api: GraphApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Written and not answered: it may have arrived."""
    monkeypatch.setattr("bot.channels.meta.graph.ANSWER_WITHIN", 0.05)
    graph_api.refuse(Refusal(hang=True))
    with pytest.raises(NoAnswer):
        await graph.post("1065/messages", {})


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "30"}, 30.0),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({"X-Business-Use-Case-Usage": '{"1": [{"type": "x", "estimated_time_to_regain_access": 19}]}'}, 1140.0),
        ({"X-Business-Use-Case-Usage": '{"1": [{"type": "x", "estimated_time_to_regain_access": 0}]}'}, None),
        ({"X-Business-Use-Case-Usage": '{"1": [{"call_count": 100}, 7]}'}, None),
        ({"X-Business-Use-Case-Usage": "[" * 5000}, None),
    ],
    ids=range(7),
)
async def test_the_platform_may_say_how_long_to_wait(
    graph: Graph, graph_api: GraphApi, headers: dict[str, str], seconds: float | None
) -> None:
    """In seconds, or in minutes in a header of its own; nonsense there is no wait."""
    graph_api.refuse(Refusal(400, 4, headers=headers))
    with pytest.raises(GraphError) as caught:
        await graph.post("1065/messages", {})
    assert classify(caught.value, {}).retry_after == seconds


async def test_a_documented_wait_holds_where_the_answer_names_none(graph: Graph, graph_api: GraphApi) -> None:
    """The table may know it."""
    graph_api.refuse(Refusal(400, 131056))
    with pytest.raises(GraphError) as caught:
        await graph.post("1065/messages", {})
    assert classify(caught.value, {131056: Meaning(Why.RETRY, "too fast", 6.0)}).retry_after == 6.0


async def test_a_revoked_token_shows_and_a_mended_one_too(
    ports: Ports, graph: Graph, graph_api: GraphApi, health_book: HealthBook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """ATTACKS A18: silence looks like peace, so we ask."""
    monkeypatch.setattr("bot.channels.meta.watch.WATCH_EVERY", 0.01)
    watch = Watch(ports, graph, account="door", path="1065", fields="id", table={})
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(watch.run())
        await health_book.said("door", "ok")
        graph_api.token = "another"
        await health_book.said("door", "token refused (code 190, status 401)")
        health_book.states.clear()
        graph_api.token = TOKEN
        await health_book.said("door", "ok")
        running.cancel()
    assert graph_api.calls[0].query["fields"] == "id"


async def test_the_expiry_of_the_token_is_reported(
    ports: Ports, graph: Graph, graph_api: GraphApi, health_book: HealthBook
) -> None:
    """Asked by the app, whose own token never expires; a token without expiry reports nothing."""
    as_app = Graph(ports.http, url=graph_api.url, version="v25.0", token=f"{APP_ID}|{APP_SECRET}", app_secret="")
    await Expiry(ports, as_app, account="eternal", token="another").look()
    await Expiry(ports, as_app, account="door", token=TOKEN).look()
    graph_api.refuse(Refusal(400, 190))
    await Expiry(ports, as_app, account="refused", token=TOKEN).look()
    assert health_book.gauges == {("door", Gauge.TOKEN_EXPIRES): 1799999999}
