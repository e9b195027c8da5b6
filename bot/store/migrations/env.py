"""Alembic asks this file how to reach the database: it is always the connection the store hands over."""

from alembic import context

from bot.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most things in place; Alembic then copies the table.
    render_as_batch=True,
    compare_server_default=True,
)
# No transaction of Alembic's own: the store's spans the whole upgrade, on both databases.
context.run_migrations()
