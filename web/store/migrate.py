"""Brings a database to the tables of this version (Alembic); run at every start, does nothing when they are right."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from web.store.database import open_engine
from web.store.models import Base

_SCRIPTS = Path(__file__).parent / "migrations"
_POSTGRES_LOCK = 7_305_001
"""Any number of ours: two servers that start together change the tables one after the other."""


class NewerDatabase(Exception):
    """The database was written by a newer version of the program."""


def migrate(url: str, to: str = "head") -> tuple[str, str]:
    """Run the missing migrations; return the revision before (empty for a new database) and after.

    Raises
    ------
    NewerDatabase
        When the database's revision is unknown to this version.
    """
    engine = open_engine(url, foreign_keys=False)
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _POSTGRES_LOCK})
            return _upgrade(connection, to)
    finally:
        engine.dispose()


def _upgrade(connection: Connection, to: str) -> tuple[str, str]:
    config = alembic_config()
    wanted = (ScriptDirectory.from_config(config).get_current_head() or "") if to == "head" else to
    before = revision_of(connection)
    if before and before not in known_revisions():
        raise NewerDatabase(before)
    if before != wanted:
        config.attributes["connection"] = connection
        command.upgrade(config, wanted)
    return before, wanted


def revision_of(connection: Connection) -> str:
    """Return the revision of a database's tables, empty for a new database."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def known_revisions() -> set[str]:
    """Return the revisions that this version knows."""
    return {script.revision for script in ScriptDirectory.from_config(alembic_config()).walk_revisions()}


def alembic_config() -> Config:
    """Return Alembic's settings for our scripts."""
    config = Config()
    config.set_main_option("script_location", _SCRIPTS.as_posix().replace("%", "%%"))
    return config


def differences(url: str) -> list[object]:
    """Return how the tables of a database differ from the models; for the test that they never do."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return list(compare_metadata(context, Base.metadata))
    finally:
        engine.dispose()
