"""The stand-in answers a client that others wrote, Mastodon.py, as a server does."""

import asyncio
from typing import Any

import mastodon as mastodon_py
import pytest

from tests.channels.mastodon.conftest import ANNA, post
from tests.channels.mastodon.standin import OWN_ID, TOKEN, MastodonServer, Refusal


def client(server: MastodonServer, token: str = TOKEN) -> Any:
    return mastodon_py.Mastodon(access_token=token, api_base_url=server.url, ratelimit_method="throw")


async def test_it_knows_its_account(server: MastodonServer) -> None:
    """And nobody without the token."""
    account = await asyncio.to_thread(lambda: client(server).account_verify_credentials())
    assert (str(account["id"]), account["username"], account["bot"]) == (OWN_ID, "lotse", True)
    with pytest.raises(mastodon_py.MastodonUnauthorizedError):
        await asyncio.to_thread(lambda: client(server, "wrong").account_verify_credentials())


async def test_it_lists_mentions_from_a_mark_on(server: MastodonServer) -> None:
    """Newest first in a page that begins with the next one."""
    for number in range(5):
        await server.write(post(number))
    page = await asyncio.to_thread(lambda: client(server).notifications(types=["mention"], min_id="502", limit=2))
    assert [str(one["id"]) for one in page] == ["504", "503"]
    newest = await asyncio.to_thread(lambda: client(server).notifications(types=["mention"], limit=1))
    assert [str(one["id"]) for one in newest] == ["505"]


async def test_it_takes_a_post_once_per_key(server: MastodonServer) -> None:
    """And says whom it mentions."""

    def twice() -> list[Any]:
        return [
            client(server).status_post(
                f"@{ANNA} Guten Tag", visibility="direct", idempotency_key="lotse-1", language="de"
            )
            for _ in range(2)
        ]

    first, second = await asyncio.to_thread(twice)
    assert first["id"] == second["id"]
    assert first["mentions"][0]["acct"] == ANNA
    assert server.texts(ANNA) == ["Guten Tag"]


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        (Refusal(404), mastodon_py.MastodonNotFoundError),
        (Refusal(422), mastodon_py.MastodonAPIError),
        (Refusal(503), mastodon_py.MastodonServiceUnavailableError),
    ],
)
async def test_it_refuses_in_words_that_clients_know(
    server: MastodonServer, refusal: Refusal, error: type[Exception]
) -> None:
    """Each code as the class that the client has for it."""
    server.refuse("/api/v1/statuses", refusal)
    with pytest.raises(error):
        await asyncio.to_thread(lambda: client(server).status_post("x"))


async def test_it_streams(server: MastodonServer) -> None:
    """Notifications, edits, deletions and heartbeats, until it hangs up."""
    heard: list[tuple[str, Any]] = []

    class Listener(mastodon_py.StreamListener):
        def on_notification(self, notification: Any) -> None:
            heard.append(("notification", str(notification["status"]["id"])))

        def on_status_update(self, status: Any) -> None:
            heard.append(("edit", str(status["id"])))

        def on_delete(self, status_id: Any) -> None:
            heard.append(("delete", str(status_id)))

        def handle_heartbeat(self) -> None:
            heard.append(("heartbeat", ""))

    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        listening = tasks.create_task(asyncio.to_thread(lambda: client(server).stream_user(Listener())))
        await server.until(lambda: server.listeners == 1)
        await server.write(post(1))
        await server.say("status.update", post(1))
        await server.push(b":thump\n\n")
        await server.say("delete", "113000000000000001")
        await server.hang_up()
        await listening
    name = "113000000000000001"
    assert [one for one in heard if one[0] != "heartbeat"] == [
        ("notification", name),
        ("edit", name),
        ("delete", name),
    ]
    assert ("heartbeat", "") in heard
