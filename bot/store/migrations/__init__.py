"""Bringing a database to the schema of this version. Revisions are a straight line; each runs in one transaction."""

from pathlib import Path
from typing import cast

import sqlalchemy as sa

from bot.errors import StoreError, StoreTooNew

HEAD = "0003"
"""The newest revision this version knows. A test compares it with the files."""


def bring_up(connection: sa.Connection) -> None:
    """Make or upgrade the schema. Raises StoreTooNew when the database is ahead of this version."""
    if connection.dialect.name == "postgresql":
        # Several processes may start at once: the first migrates, the others wait and find it done.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(4711_0110)"))
    if _current(connection) == HEAD:
        return
    # Imported here: an up-to-date start, the usual one, does without Alembic.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    _refuse_newer(connection)
    command.upgrade(config, "head")


def check(connection: sa.Connection) -> None:
    """Raises StoreTooNew or StoreError unless the schema is exactly that of this version."""
    _refuse_newer(connection)
    if (current := _current(connection)) != HEAD:
        raise StoreError(f"The database is at revision {current or 'none'}, not {HEAD}. Run `lotse migrate`.")


def known() -> set[str]:
    """The revisions this version has files for (0001_….py)."""
    return {path.name.split("_")[0] for path in (Path(__file__).parent / "versions").glob("[0-9]*_*.py")}


def _refuse_newer(connection: sa.Connection) -> None:
    current = _current(connection)
    if current is not None and current not in known():
        raise StoreTooNew(f"The database was made by a newer version (revision {current}). Update the program.")


def _current(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return cast("str | None", connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar())
