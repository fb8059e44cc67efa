"""A PostgreSQL server of its own for the tests: made, started and removed by them, reached over a local socket."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs, None where it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    initdb = shutil.which("initdb")
    return Path(initdb).parent if initdb else None


@contextmanager
def server() -> Iterator[str]:
    """Run a server and yield the address of its database. It refuses to run as root: then the user postgres runs it."""
    bin_folder = programs()
    assert bin_folder is not None
    as_user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # a socket's path must be short
    if as_user:
        shutil.chown(folder, "postgres", "postgres")
    data, quiet = folder / "data", {"check": True, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        initdb = [bin_folder / "initdb", "-D", data, "-U", "test", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run([*as_user, *initdb], cwd=folder, **quiet)
        options = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
        start = [bin_folder / "pg_ctl", "-D", data, "-w", "-l", folder / "log", "-o", options, "start"]
        subprocess.run([*as_user, *start], cwd=folder, **quiet)
        try:
            yield f"postgresql+psycopg://test@/postgres?host={folder}"
        finally:
            stop = [bin_folder / "pg_ctl", "-D", data, "-m", "immediate", "stop"]
            subprocess.run([*as_user, *stop], cwd=folder, **quiet)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
