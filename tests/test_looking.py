"""The commands that look into a database: the log's chain, what could not be read, which content answered."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from bot.cli.application import app
from bot.message import Event
from bot.settings import Settings, read_settings, sealing_secret
from bot.store import Handled, Keys, Quarantine, Store, audit, content_versions, users


async def lotse(data: Path, *arguments: str) -> Result:
    # In a thread: the command brings a loop of its own.
    return await asyncio.to_thread(CliRunner().invoke, app, [*arguments, "--data", str(data)])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(data=tmp_path)


async def opened(settings: Settings) -> Store:
    keys = Keys.derive(sealing_secret(settings))
    return await Store.open(settings.database_url, keys, worker="test", retention_days=settings.retention_days)


async def test_the_log_says_who_did_what(settings: Settings, now: datetime) -> None:
    """And that nothing was changed or taken out; the command fails where something was."""
    store = await opened(settings)
    petra = await store.write(users.create, "petra", "x", "press", now)
    await store.write(audit.record, petra, "case.claim", "case:7", now)
    await store.write(audit.record, None, "user.create", "user:8", now)
    await store.close()
    fine = await lotse(settings.data, "audit", "--last", "2")
    assert fine.exit_code == 0
    assert "petra  case.claim  case:7" in fine.output
    assert "2 Einträge, Kette unversehrt" in fine.output
    engine = sa.create_engine(settings.database_url.replace("+aiosqlite", ""))
    with engine.begin() as c:
        c.execute(sa.text("UPDATE audit SET subject = 'case:9' WHERE subject = 'case:7'"))
    engine.dispose()
    broken = await lotse(settings.data, "audit")
    assert broken.exit_code == 1
    assert "Ab Eintrag 1" in broken.output


async def test_what_could_not_be_read_can_be_looked_at(settings: Settings, now: datetime) -> None:
    """As it came, byte by byte."""
    store = await opened(settings)
    await store.journey.accept([Event("telegram", "1", "", b"\xff not json")], now)
    (claimed,) = await store.journey.claim(1, now, timedelta(minutes=1))
    await store.journey.finish(
        Handled(
            inbound_id=claimed.inbound_id, account="telegram", address="", channel="telegram", authority="nrw-im",
            inbound=None, outcome=None, content_version="", received_at=now, now=now,
            quarantine=Quarantine("UnreadableEvent"),
        )
    )  # fmt: skip
    await store.close()
    listed = await lotse(settings.data, "quarantine", "list")
    assert "telegram  UnreadableEvent" in listed.output
    assert "not json" not in listed.output
    assert (await lotse(settings.data, "quarantine", "show", "1")).stdout_bytes == b"\xff not json"
    assert "gibt es nicht" in (await lotse(settings.data, "quarantine", "show", "2")).output


async def test_which_content_answered(settings: Settings, now: datetime) -> None:
    """The latest first."""
    store = await opened(settings)
    await store.write(content_versions.record, "abc", now)
    await store.write(content_versions.record, "def", now + timedelta(days=1))
    await store.close()
    lines = (await lotse(settings.data, "published")).output.splitlines()
    assert [line.split()[0] for line in lines] == ["def", "abc"]
