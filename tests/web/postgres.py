"""A PostgreSQL of the tests' own: started in a temporary folder, listening on a socket there, gone afterwards."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from web.store.migrate import migrate
from web.store.models import Base

_UNPRIVILEGED = ("postgres", "nobody")
_PATIENCE_SECONDS = 30.0


def _program(name: str) -> str | None:
    """Return where a program of the server is; Debian keeps them off the path."""
    for version in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (version / name).is_file():
            return str(version / name)
    return shutil.which(name)


def _as_whom() -> dict[str, Any]:
    """Return how to run the server: it refuses root, so as another user then."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    for name in _UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    pytest.skip("PostgreSQL refuses to run as root and there is no user 'postgres' or 'nobody'")


class Cluster:
    """A running server; :meth:`new_database` makes an empty database and returns its address."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._emptied = folder, ""

    def url(self, database: str) -> str:
        """Return the address of a database."""
        return f"postgresql://postgres@/{database}?host={self._folder}"

    def new_database(self) -> str:
        """Make an empty database and return its address."""
        name = f"t{uuid.uuid4().hex}"
        engine = create_engine(self.url("postgres").replace("://", "+psycopg://"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name}"))
        engine.dispose()
        return self.url(name)

    def migrated_database(self) -> str:
        """Return the address of a database with the tables of this version, empty; it is one for all tests."""
        if not self._emptied:
            self._emptied = self.new_database()
            migrate(self._emptied)
        engine = create_engine(self._emptied.replace("://", "+psycopg://"))
        tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
        with engine.begin() as connection:
            connection.execute(text(f"TRUNCATE {tables} RESTART IDENTITY"))
        engine.dispose()
        return self._emptied


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """Start the server once; skip where it is not installed."""
    initdb, server = _program("initdb"), _program("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL is not installed (see tests/install_tools.sh)")
    whom = _as_whom()
    folder = Path(tempfile.mkdtemp(prefix="planner-postgres-"))
    if whom:
        os.chown(folder, whom["user"], whom["group"])
    data = folder / "data"
    made = subprocess.run(
        [initdb, "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
        capture_output=True, cwd=folder, check=False, **whom,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr.decode(errors="replace")
    options = {"listen_addresses": "", "unix_socket_directories": str(folder), "fsync": "off", "max_connections": "60"}
    words = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([server, "-D", str(data), *words], stdout=log, stderr=log, cwd=folder, **whom)
    cluster = Cluster(folder)
    try:
        _await(cluster, process, folder / "log")
        yield cluster
    finally:
        process.send_signal(signal.SIGQUIT)  # at once, whoever is still connected
        process.wait(timeout=_PATIENCE_SECONDS)
        shutil.rmtree(folder, ignore_errors=True)


def _await(cluster: Cluster, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            cluster.new_database()
            return
        except Exception:  # noqa: BLE001 - not up yet
            assert process.poll() is None and time.monotonic() < end, log.read_text(errors="replace")
            time.sleep(0.1)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.xdist_group("postgres"))])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Return what makes empty databases: of a file, then of PostgreSQL."""
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        return cluster.new_database
    numbers = iter(range(100))
    return lambda: f"sqlite:///{tmp_path / f'database{next(numbers)}.sqlite3'}"


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database file with the tables of this version, to be copied."""
    path = tmp_path_factory.mktemp("template") / "migrated.sqlite3"
    migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def migrated_url(new_url: Callable[[], str], migrated_file: Path, request: pytest.FixtureRequest) -> str:
    """Return the address of a database with the tables of this version, of both kinds in turn."""
    if request.node.callspec.params["new_url"] == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgres")
        return cluster.migrated_database()
    url = new_url()
    shutil.copyfile(migrated_file, str(make_url(url).database))
    return url
