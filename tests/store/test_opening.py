import shutil
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.errors import SettingsError, StoreError, StoreLocked, StoreTooNew
from bot.store import Keys, Store, migrations
from bot.store.tables import metadata


@pytest.fixture
async def store(empty_url: str, keys: Keys) -> AsyncIterator[Store]:
    """Migrated by opening it, as at a first start."""
    opened = await Store.open(empty_url, keys, worker="test")
    yield opened
    await opened.close()


async def test_the_migrations_make_exactly_the_declared_tables(store: Store) -> None:
    """What Alembic would still have to change after all migrations is nothing."""

    def differences(connection: sa.Connection) -> list[object]:
        # On SQLite Alembic mistakes '' for no default; there the next test compares the statements themselves.
        defaults = connection.dialect.name == "postgresql"
        context = MigrationContext.configure(connection, opts={"compare_server_default": defaults})
        return list(compare_metadata(context, metadata))

    assert await store.read(differences) == []


async def test_the_migrations_make_the_same_indexes_as_the_declaration(store: Store) -> None:
    """Conditions and order of an index decide the hot path; Alembic's comparison does not look at them."""

    def declared_and_found(connection: sa.Connection) -> tuple[set[Any], set[Any]]:
        if connection.dialect.name == "sqlite":
            query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name != 'alembic_version' ORDER BY name"
            found = set(connection.execute(sa.text(query)).scalars())
            fresh = sa.create_engine("sqlite://")
            with fresh.begin() as other:
                metadata.create_all(other)
                declared = set(other.execute(sa.text(query)).scalars())
            return {_plain(sql) for sql in declared}, {_plain(sql) for sql in found}
        query = "SELECT indexdef FROM pg_indexes WHERE schemaname = :schema AND tablename <> 'alembic_version'"
        found = set(connection.execute(sa.text(query), {"schema": "public"}).scalars())
        connection.execute(sa.text("CREATE SCHEMA declared"))
        metadata.create_all(connection.execution_options(schema_translate_map={None: "declared"}))
        declared = set(connection.execute(sa.text(query), {"schema": "declared"}).scalars())
        return {sql.replace("declared.", "public.") for sql in declared}, found

    declared, found = await store.write(declared_and_found)
    assert found == declared


def _plain(sql: str) -> tuple[str, ...]:
    # The order of a table's constraints means nothing.
    words = " ".join(sql.replace("(", " ( ").replace(")", " ) ").replace('"', "").split())
    return tuple(sorted(part.strip(" )") for part in words.split(",")))


def test_the_newest_revision_is_the_one_the_code_asks_for() -> None:
    """An up-to-date database is recognised without Alembic, so the name stands in the code, too."""
    scripts = ScriptDirectory(str(Path(migrations.__file__).parent))
    assert scripts.get_heads() == [migrations.HEAD]
    assert {revision.revision for revision in scripts.walk_revisions()} == migrations.known()


async def test_a_store_opens_again_with_what_it_held(empty_url: str, keys: Keys) -> None:
    """Nothing is migrated twice, nothing is lost by closing."""
    first = await Store.open(empty_url, keys, worker="a")
    await first.write(lambda c: c.execute(sa.text("UPDATE properties SET name = 'kept'")))
    await first.close()
    again = await Store.open(empty_url, keys, worker="a", migrate=False)
    names = await again.read(lambda c: c.execute(sa.text("SELECT name FROM properties")).scalars().all())
    await again.close()
    assert "kept" in names


@pytest.mark.parametrize("migrate", [True, False])
async def test_a_database_newer_than_the_code_is_refused(empty_url: str, keys: Keys, *, migrate: bool) -> None:
    """An old program must not write into tables it does not know."""
    store = await Store.open(empty_url, keys, worker="a")
    await store.write(lambda c: c.execute(sa.text("UPDATE alembic_version SET version_num = '9999'")))
    await store.close()
    with pytest.raises(StoreTooNew):
        await Store.open(empty_url, keys, worker="a", migrate=migrate)


async def test_an_empty_database_is_not_used_without_migrating(empty_url: str, keys: Keys) -> None:
    """`lotse migrate` may be a step of its own in an authority's data centre."""
    with pytest.raises(StoreError, match="migrate"):
        await Store.open(empty_url, keys, worker="a", migrate=False)


async def test_another_secret_is_noticed_at_the_start(empty_url: str, keys: Keys) -> None:
    """With a wrong secret no citizen would be recognised and no address could be read."""
    await (await Store.open(empty_url, keys, worker="a")).close()
    with pytest.raises(SettingsError):
        await Store.open(empty_url, Keys.derive(b"another secret, just as long as the first"), worker="a")


async def test_a_second_user_of_the_sqlite_file_is_refused(tmp_path: Path, keys: Keys) -> None:
    """SQLite serves one process; a second one would only see locks."""
    url = f"sqlite:///{tmp_path / 'lotse.db'}"
    first = await Store.open(url, keys, worker="a")
    with pytest.raises(StoreLocked):
        await Store.open(url, keys, worker="b")
    await first.close()
    await (await Store.open(url, keys, worker="b")).close()


async def test_the_sqlite_file_is_for_its_owner_only(tmp_path: Path, keys: Keys) -> None:
    """Other accounts of the machine have no business in it."""
    file = tmp_path / "data" / "lotse.db"
    store = await Store.open(f"sqlite:///{file}", keys, worker="a")
    modes = {path.name: path.stat().st_mode & 0o777 for path in [file.parent, *file.parent.iterdir()]}
    await store.close()
    assert modes.pop("data") == 0o700
    assert modes == dict.fromkeys(modes, 0o600)


async def test_a_damaged_sqlite_file_is_refused(tmp_path: Path, keys: Keys) -> None:
    """Better no start and a restored backup than answers from half a database."""
    file = tmp_path / "lotse.db"
    await (await Store.open(f"sqlite:///{file}", keys, worker="a")).close()
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\xff" * (4096 * 6)
    file.write_bytes(content)
    with pytest.raises(StoreError):
        await Store.open(f"sqlite:///{file}", keys, worker="a")


async def test_an_interrupted_migration_leaves_nothing_behind(tmp_path: Path, keys: Keys) -> None:
    """All revisions are one transaction: a copy taken in the middle opens as if nothing had begun."""
    file, copy = tmp_path / "lotse.db", tmp_path / "copy.db"
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    engine = sa.create_engine("sqlite://", creator=lambda: connection, poolclass=sa.StaticPool)
    with engine.connect() as half:
        connection.execute("BEGIN IMMEDIATE")
        migrations.bring_up(half)
        for suffix in ("", "-wal"):
            shutil.copy(f"{file}{suffix}", f"{copy}{suffix}")
        connection.execute("ROLLBACK")
    connection.close()
    await (await Store.open(f"sqlite:///{copy}", keys, worker="a")).close()


@pytest.mark.parametrize("url", ["mysql://localhost/x", "sqlite://"])
async def test_other_databases_are_refused_by_name(url: str, keys: Keys) -> None:
    """A wrong address says so, instead of failing somewhere deep."""
    with pytest.raises(SettingsError):
        await Store.open(url, keys, worker="a")


async def test_an_unreachable_postgresql_is_a_store_error(keys: Keys) -> None:
    """The operator reads one sentence, not a driver's trace."""
    with pytest.raises(StoreError, match="cannot be reached"):
        await Store.open("postgresql://nobody@127.0.0.1:1/none", keys, worker="a")
