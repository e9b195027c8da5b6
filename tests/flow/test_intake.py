"""The first commit, and what is said when there can be none."""

import asyncio
import sqlite3

import pytest
from sqlalchemy import make_url

from bot.answer.understanding import Understanding
from bot.errors import StoreBusy
from bot.flow.clock import utc_now
from bot.flow.intake import Intake
from bot.flow.safeguard import StorelessSafeguard
from bot.message import Event
from bot.store import Store
from tests.flow.conftest import Postbox


def intake(store: Store, postbox: Postbox, understanding: Understanding | None) -> Intake:
    channels = {postbox.account: postbox}
    return Intake(store, utc_now, StorelessSafeguard(channels, lambda: understanding, utc_now))


async def test_what_was_accepted_is_in_the_database(
    store: Store, postbox: Postbox, understanding: Understanding
) -> None:
    """When accept returns the row is there; a repetition adds nothing."""
    door = intake(store, postbox, understanding)
    event = postbox.event(1, "a", "guten tag")
    await door.accept([event, event])
    await door.accept([event])
    assert (await store.journey.backlog(utc_now())).pending == 1


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_danger_is_answered_while_the_database_takes_nothing(
    store: Store, store_url: str, postbox: Postbox, understanding: Understanding
) -> None:
    """The door answers 503, the platform will repeat; who is in danger hears the numbers now, and once."""
    blocking = sqlite3.connect(make_url(store_url).database or "", isolation_level=None)
    blocking.execute("BEGIN IMMEDIATE")
    door = intake(store, postbox, understanding)
    events = [postbox.event(1, "danger", "es brennt bei uns im keller"), postbox.event(2, "calm", "danke schön")]
    for _ in range(2):
        with pytest.raises(StoreBusy):
            await door.accept(events)
    blocking.execute("ROLLBACK")
    blocking.close()
    assert ["112" in sent.text for sent in postbox.sent["danger"]] == [True]
    await delivered_again(door, events)
    assert (await store.journey.backlog(utc_now())).pending == 2
    assert len(postbox.sent["danger"]) == 1


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_a_public_post_is_answered_without_the_database_only_in_danger(
    store: Store, store_url: str, postbox: Postbox, understanding: Understanding
) -> None:
    """Nobody is written to in private because of a comment that nobody understood."""
    blocking = sqlite3.connect(make_url(store_url).database or "", isolation_level=None)
    blocking.execute("BEGIN IMMEDIATE")
    posts = [postbox.event(1, "danger", "es brennt bei uns im keller", public=True)]
    posts.append(postbox.event(2, "calm", "qwertz asdfgh yxcvb poiuz", public=True))
    with pytest.raises(StoreBusy):
        await intake(store, postbox, understanding).accept(posts)
    blocking.close()
    assert "112" in postbox.sent["danger"][0].text
    assert postbox.sent["calm"] == []


async def delivered_again(door: Intake, events: list[Event]) -> None:
    """As a platform does, until it is taken."""
    async with asyncio.timeout(20):
        while True:
            try:
                await door.accept(events)
            except StoreBusy:
                await asyncio.sleep(0.1)
            else:
                return


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_without_database_and_content_everybody_hears_the_numbers(
    store: Store, store_url: str, postbox: Postbox
) -> None:
    """Whatever else is broken."""
    blocking = sqlite3.connect(make_url(store_url).database or "", isolation_level=None)
    blocking.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy):
        await intake(store, postbox, None).accept([postbox.event(1, "a", "danke schön")])
    blocking.close()
    assert "110" in postbox.sent["a"][0].text
