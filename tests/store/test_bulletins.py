"""Dated notices of the press office."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.errors import Conflict, NotVisible
from bot.message import Bulletin
from bot.store import Store, audit, bulletins, retention, users
from bot.store.bulletins import BulletinState, Draft
from bot.store.tables import audit as audit_table

HOUR = timedelta(hours=1)
STORM = {"de": "Sturm: Bitte bleiben Sie im Haus.", "en": "Storm: please stay inside."}


@pytest.fixture
async def petra(store: Store, now: datetime) -> int:
    return await store.write(users.create, "petra", "hash", "press", now)


@pytest.fixture
def draft(now: datetime) -> Draft:
    return Draft("pd-lueneburg", STORM, now, now + HOUR, "harburg", ("channels.whatsapp", "crisis.storm"))


async def test_a_bulletin_is_kept_as_it_was_put(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """All of it, with who put it in force; the answers get it as a plain value."""
    id_ = await store.write(bulletins.put, draft, petra, now)
    (found,) = await store.read(bulletins.standing, now)
    assert found == Bulletin(id_, 1, "pd-lueneburg", STORM, now, now + HOUR, "harburg", draft.topics)
    view = await store.read(bulletins.one, id_)
    assert (view.bulletin, view.created_name, view.ended_at, view.ended_name) == (found, "petra", None, "")


async def test_a_bulletin_begins_and_ends_by_itself(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """Nobody has to think of it; at its end it is over to the second."""
    id_ = await store.write(bulletins.put, replace(draft, starts_at=now + HOUR, ends_at=now + 2 * HOUR), petra, now)
    view = await store.read(bulletins.one, id_)
    states = [view.state(now + quarters * HOUR / 4) for quarters in (0, 3, 4, 7, 8)]
    coming, in_force, over = BulletinState.COMING, BulletinState.IN_FORCE, BulletinState.OVER
    assert states == [coming, coming, in_force, in_force, over]
    assert await store.read(bulletins.standing, now + 2 * HOUR - timedelta(microseconds=1)) == (view.bulletin,)
    assert await store.read(bulletins.standing, now + 2 * HOUR) == ()


async def test_ending_it_takes_it_back_at_once(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """It stays to be read, with who ended it; ending it again changes nothing."""
    omar = await store.write(users.create, "omar", "hash", "press", now)
    id_ = await store.write(bulletins.put, draft, petra, now)
    await store.write(bulletins.end, id_, omar, now)
    await store.write(bulletins.end, id_, petra, now + HOUR)
    assert await store.read(bulletins.standing, now) == ()
    (view,) = await store.read(bulletins.listed, now)
    assert (view.state(now), view.ended_at, view.ended_name) == (BulletinState.OVER, now, "omar")


async def test_a_change_counts_up_and_needs_the_version_that_was_seen(
    store: Store, now: datetime, petra: int, draft: Draft
) -> None:
    """Two people at once: the second is told, nothing is overwritten unseen. What is over is not changed."""
    id_ = await store.write(bulletins.put, draft, petra, now)
    longer = replace(draft, ends_at=now + 3 * HOUR, region="")
    await store.write(bulletins.change, id_, longer, 1, petra, now)
    (found,) = await store.read(bulletins.standing, now + 2 * HOUR)
    assert (found.version, found.region, found.ends_at) == (2, "", now + 3 * HOUR)
    with pytest.raises(Conflict, match="inzwischen"):
        await store.write(bulletins.change, id_, draft, 1, petra, now)
    with pytest.raises(Conflict, match="beendet"):
        await store.write(bulletins.change, id_, draft, 2, petra, now + 3 * HOUR)
    with pytest.raises(NotVisible):
        await store.write(bulletins.change, 99, draft, 1, petra, now)
    with pytest.raises(NotVisible):
        await store.write(bulletins.end, 99, petra, now)


async def test_an_impossible_bulletin_is_refused(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """German must be there, and an end: after the beginning, after now, within thirty days."""
    late = now + bulletins.AHEAD
    for wrong in (
        replace(draft, texts={}),
        replace(draft, texts={"en": "Storm", "de": " "}),
        replace(draft, ends_at=now),
        replace(draft, starts_at=now - HOUR, ends_at=now - timedelta(seconds=1)),
        replace(draft, starts_at=now + HOUR, ends_at=now + HOUR),
        replace(draft, ends_at=late + timedelta(seconds=1)),
    ):
        with pytest.raises(ValueError, match="bulletin"):
            await store.write(bulletins.put, wrong, petra, now)
    assert await store.read(bulletins.listed, now) == []
    await store.write(bulletins.put, replace(draft, ends_at=late), petra, now)


async def test_odd_characters_are_stored_cleaned(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """A lone surrogate or NUL in a pasted text stops nobody; an empty language is left out."""
    await store.write(bulletins.put, replace(draft, texts={"de": "a\0b\ud800 ⚠️", "en": ""}), petra, now)
    (found,) = await store.read(bulletins.standing, now)
    assert found.texts == {"de": "a\ufffdb\ufffd ⚠️"}


async def test_every_change_is_recorded_and_rung(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """Every process takes it over at once; the audit trail names it, not its words."""
    with store.bell.listen("bulletins") as ring:
        id_ = await store.write(bulletins.put, draft, petra, now)
        assert await ring.wait(0)
        await store.write(bulletins.change, id_, draft, 1, petra, now)
        assert await ring.wait(0)
        await store.write(bulletins.end, id_, petra, now)
        assert await ring.wait(0)
    rows = await store.read(lambda c: c.execute(audit_table.select().order_by(audit_table.c.id)).all())
    assert [(row.user_id, row.action, row.subject) for row in rows] == [
        (petra, "bulletin.put", f"bulletin:{id_}"),
        (petra, "bulletin.change", f"bulletin:{id_}"),
        (petra, "bulletin.end", f"bulletin:{id_}"),
    ]
    assert await store.read(audit.verify) is None


async def test_the_list_has_what_stands_first(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """By their end; then what is over, the latest first."""
    ends = [now + 3 * HOUR, now + HOUR, now + 2 * HOUR]
    ids = [await store.write(bulletins.put, replace(draft, ends_at=end), petra, now) for end in ends]
    later = now + HOUR
    await store.write(bulletins.end, ids[0], petra, now)
    assert [view.bulletin.id for view in await store.read(bulletins.listed, later)] == [ids[2], ids[0], ids[1]]


async def test_a_bulletin_is_forgotten_with_time(store: Store, now: datetime, petra: int, draft: Draft) -> None:
    """Like everything that holds text."""
    await store.write(bulletins.put, draft, petra, now)
    due = now + HOUR + timedelta(days=90)
    assert (await store.write(retention.forget, due - timedelta(seconds=1)))["bulletins"] == 0
    assert (await store.write(retention.forget, due))["bulletins"] == 1
    assert await store.read(bulletins.listed, now) == []
