"""What channels must not forget."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.errors import StoreError
from bot.flow.memory import StoreMemory
from bot.store import Keys, Store
from bot.store.tables import properties
from tests.conftest import SECRET


async def test_a_cursor_is_there_again_and_the_newer_one_counts(store: Store) -> None:
    """One value a name."""
    memory = StoreMemory(store)
    assert await memory.get("mastodon", "cursor") is None
    await memory.put("mastodon", "cursor", b"17")
    await memory.put("mastodon", "cursor", b"18")
    assert await memory.get("mastodon", "cursor") == b"18"


async def test_accounts_and_names_are_apart(store: Store) -> None:
    """Two accounts of one platform never read each other's cursor."""
    memory = StoreMemory(store)
    await memory.put("matrix", "cursor", b"one")
    await memory.put("matrix", "key", b"")
    await memory.put("matrix-two", "cursor", b"two")
    assert [await memory.get("matrix", "cursor"), await memory.get("matrix", "key")] == [b"one", b""]
    assert await memory.get("matrix-two", "cursor") == b"two"
    assert await memory.get("matrix-two", "key") is None


async def test_what_is_kept_is_sealed(store: Store) -> None:
    """A stolen database holds no token and no device key."""
    await StoreMemory(store).put("instagram", "token", b"very secret token")
    kept = await store.read(lambda c: [bytes(value) for (value,) in c.execute(sa.select(properties.c.value))])
    assert not any(b"secret" in value for value in kept)


async def test_the_first_value_may_be_put_by_two_at_once(store: Store) -> None:
    """Several processes begin at the same moment; none of them fails."""
    memory = StoreMemory(store)
    await asyncio.gather(*(memory.put("signal", "cursor", b"%d" % number) for number in range(8)))
    assert await memory.get("signal", "cursor") in {b"%d" % number for number in range(8)}


async def test_an_altered_value_is_an_error_and_no_other_value(store: Store) -> None:
    """Nobody goes on from a cursor that somebody made up."""
    memory = StoreMemory(store)
    await memory.put("matrix", "cursor", b"17")
    change = (
        sa.update(properties).where(properties.c.name == "channel/matrix/cursor").values(value=b"\x01" + b"x" * 40)
    )
    await store.write(lambda c: c.execute(change))
    with pytest.raises(StoreError):
        await memory.get("matrix", "cursor")


async def test_it_survives_a_restart(tmp_path: Path) -> None:
    """That is what it is for."""
    url = f"sqlite:///{tmp_path / 'lotse.db'}"
    first = await Store.open(url, Keys.derive(SECRET), worker="test")
    await StoreMemory(first).put("matrix", "cursor", b"17")
    await first.close()
    second = await Store.open(url, Keys.derive(SECRET), worker="test")
    assert await StoreMemory(second).get("matrix", "cursor") == b"17"
    await second.close()
