"""Alembic's way into our migrations; the connection is opened by :func:`web.store.migrate.migrate`."""

from __future__ import annotations

from alembic import context

from web.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,  # SQLite changes a table by building it anew
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
