"""The database: a SQLite file in the data folder, or PostgreSQL when the service is set to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from web.store.tenancy import confine

SQLITE_FILE = "service.sqlite3"
"""Name of the database in the data folder."""

_BUSY_MILLISECONDS = 5000


def sqlite_url(folder: Path) -> str:
    """Return the address of the database file in a data folder."""
    return f"sqlite:///{(folder / SQLITE_FILE).as_posix()}"


def open_engine(url: str, *, foreign_keys: bool = True) -> Engine:
    """Connect to a database by its address; ``foreign_keys`` is off only while SQLite's tables are rebuilt.

    The plain word ``postgresql://`` (or ``postgres://``) means psycopg.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        # 30 threads of the server may wait for one another's short transactions; each has its own connection.
        engine = create_engine(address, pool_size=20, max_overflow=40, connect_args={"check_same_thread": False})
        _prepare_sqlite(engine, foreign_keys)
        return engine
    if address.drivername in ("postgresql", "postgres"):
        address = address.set(drivername="postgresql+psycopg")
    return create_engine(address, pool_pre_ping=True)


def _prepare_sqlite(engine: Engine, foreign_keys: bool) -> None:
    """Let readers go on while somebody writes, and writers wait for one another instead of failing."""

    @event.listens_for(engine, "connect")
    def set_up(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # transactions are begun below, not by the driver's guess
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MILLISECONDS}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = NORMAL")
        cursor.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail at once when another has written in between.
        reading = connection.get_execution_options().get("reading", False)
        connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


class Database:
    """Opens sessions; safe to use from several threads. A session belongs to whoever acts when it is opened."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine = open_engine(url)
        self._reading = self.engine.execution_options(reading=True)

    @property
    def is_sqlite(self) -> bool:
        """Whether the database is a file of ours."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open a session for a change: committed at the end of the block, undone when an error leaves it."""
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            confine(session)
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads."""
        with Session(self._reading, expire_on_commit=False) as session:
            confine(session)
            yield session

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()
