"""Backups: one zip file with all tables and all files of the data folder, made while the service runs.

Tables are written row by row as JSON lines, from one snapshot of the database, so that a backup of a SQLite file can be
restored into PostgreSQL and the other way round. ``manifest.json`` lists every entry with size and SHA-256; restoring
checks all of them before anything is changed. Files of jobs that came after the snapshot are left out.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from sqlalchemy import Connection, MetaData, Table, func, inspect, select, text
from sqlalchemy.engine import make_url

from web.store.database import SQLITE_FILE, open_engine, sqlite_url
from web.store.migrate import known_revisions, migrate, revision_of

FORMAT = 1
MANIFEST = "manifest.json"
_ROWS, _FILES = "tables/", "files/"
_VERSION_TABLE = "alembic_version"
_TABLES_NOT_KEPT = (_VERSION_TABLE, "sign_in")
"""Whoever was signed in when a backup was made signs in anew once it is restored."""
_CHUNK_BYTES = 1024 * 1024
_ROWS_AT_ONCE = 500

NOT_KEPT = (
    "lock", "logs", "backups", "replaced", "template.xlsx", SQLITE_FILE, f"{SQLITE_FILE}-wal", f"{SQLITE_FILE}-shm"
)  # fmt: skip
"""Entries of the data folder that a backup leaves out: what is made anew, the tables' own file, old things."""

_STAYING = ("lock", "logs", "backups", "replaced")
"""Entries that make no data folder a used one and that restoring does not touch."""


class BadBackup(Exception):
    """A file that is no complete backup, or one that this version cannot read; the text says which and what to do."""


class NotEmpty(Exception):
    """There is something already where a backup should be restored to."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: when it was made (ISO), rows by table, files, bytes of all entries."""

    made_at: str
    rows: dict[str, int]
    files: int
    size_bytes: int


# --- making one ------------------------------------------------------------------------------------------------------


def make_backup(url: str, folder: Path, target: Path) -> Contents:
    """Write a backup of a database and a data folder to a file that is whole or not there.

    Raises
    ------
    OSError
        When the file cannot be written, for example because the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            contents = _write(url, folder, file)
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    return contents


def _write(url: str, folder: Path, file: IO[bytes]) -> Contents:
    entries: dict[str, dict[str, Any]] = {}
    rows: dict[str, int] = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        engine = open_engine(url)
        snapshot = engine.execution_options(reading=True)
        if engine.dialect.name == "postgresql":
            snapshot = snapshot.execution_options(isolation_level="REPEATABLE READ")
        try:
            with snapshot.connect() as connection:
                revision = revision_of(connection)
                jobs = _write_tables(connection, archive, entries, rows)
        finally:
            engine.dispose()
        for path in _kept_files(folder, jobs):
            _add_file(archive, entries, path, _FILES + path.relative_to(folder).as_posix())
        made_at = datetime.now().astimezone().isoformat(timespec="seconds")
        manifest = {"format": FORMAT, "made_at": made_at, "revision": revision, "rows": rows, "entries": entries}
        archive.writestr(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1))
    return _contents(manifest)


def _contents(manifest: dict[str, Any]) -> Contents:
    entries = manifest["entries"]
    size = sum(int(entry["bytes"]) for entry in entries.values())
    files = sum(name.startswith(_FILES) for name in entries)
    return Contents(str(manifest["made_at"]), dict(manifest["rows"]), files, size)


def _write_tables(
    connection: Connection, archive: zipfile.ZipFile, entries: dict[str, dict[str, Any]], rows: dict[str, int]
) -> set[str]:
    """Write all tables in an order in which they can be filled again; return the ids of the jobs."""
    metadata = MetaData()
    metadata.reflect(connection)
    jobs: set[str] = set()
    for table in metadata.sorted_tables:
        if table.name in _TABLES_NOT_KEPT:
            continue
        digest, size, count = hashlib.sha256(), 0, 0
        name = f"{_ROWS}{table.name}.jsonl"
        with archive.open(name, "w", force_zip64=True) as file:
            for row in connection.execute(select(table).order_by(*table.primary_key)).mappings():
                line = json.dumps(dict(row), ensure_ascii=False).encode() + b"\n"
                file.write(line)
                digest.update(line)
                size, count = size + len(line), count + 1
                if table.name == "job":
                    jobs.add(row["id"])
        entries[name] = {"bytes": size, "sha256": digest.hexdigest()}
        rows[table.name] = count
    return jobs


def _kept_files(folder: Path, jobs: set[str]) -> Iterator[Path]:
    """Return the files of a data folder that a backup keeps, in order."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        foreign = parts[0] == "jobs" and len(parts) > 1 and parts[1] not in jobs
        draft = path.name.startswith(".") and path.name.endswith(".part")
        if parts[0] not in NOT_KEPT and not foreign and not draft and path.is_file() and not path.is_symlink():
            yield path


def _add_file(archive: zipfile.ZipFile, entries: dict[str, dict[str, Any]], path: Path, name: str) -> None:
    """Add a file as it is now; one that is gone by now is left out."""
    digest, size = hashlib.sha256(), 0
    try:
        source = path.open("rb")
    except FileNotFoundError:
        return
    with source, archive.open(name, "w", force_zip64=True) as file:
        while chunk := source.read(_CHUNK_BYTES):
            file.write(chunk)
            digest.update(chunk)
            size += len(chunk)
    entries[name] = {"bytes": size, "sha256": digest.hexdigest()}


# --- reading one back ------------------------------------------------------------------------------------------------


def restore_backup(source: Path, url: str, folder: Path, *, replace: bool = False) -> Contents:
    """Restore a backup into a data folder and database that nobody works with; return what it held.

    With ``replace`` the files that were there are moved to ``replaced/`` in the folder, and so is a SQLite database;
    tables of a PostgreSQL database are dropped. Nothing is touched before the whole backup was read and found right.

    Raises
    ------
    BadBackup
        When the file is no complete backup or comes from a newer version.
    NotEmpty
        When there is something already and ``replace`` is not set.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if not replace:
        _refuse_used(url, folder)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=folder) as staging:
        manifest = _unpack(source, Path(staging))
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        if is_sqlite:
            _fill(sqlite_url(Path(staging) / "files"), Path(staging), manifest)
        moved_to = folder / "replaced" / time.strftime("%Y%m%d-%H%M%S")
        _move_away(folder, moved_to, Path(staging))
        if not is_sqlite:
            _drop_tables(url)
            _fill(url, Path(staging), manifest)
        for path in (Path(staging) / "files").iterdir():
            shutil.move(path, folder / path.name)
        (folder / "jobs").mkdir(exist_ok=True)
    return _contents(manifest)


def _refuse_used(url: str, folder: Path) -> None:
    used = [path.name for path in folder.iterdir() if path.name not in _STAYING and path.name != "service.toml"]
    if used:
        raise NotEmpty(f"{folder}（{'、'.join(sorted(used)[:5])}）")
    if make_url(url).get_backend_name() != "sqlite":
        engine = open_engine(url)
        try:
            with engine.connect() as connection:
                if inspect(connection).has_table("bureau"):
                    raise NotEmpty(str(make_url(url).database))
        finally:
            engine.dispose()


def _unpack(source: Path, staging: Path) -> dict[str, Any]:
    """Lay down all entries below a folder and check each of them against the list."""
    (staging / "files").mkdir()
    try:
        with zipfile.ZipFile(source) as archive:
            manifest: dict[str, Any] = json.loads(archive.read(MANIFEST))
            _check_manifest(manifest, set(archive.namelist()))
            for name, entry in manifest["entries"].items():
                _unpack_one(archive, name, entry, staging)
    except FileNotFoundError as error:
        raise BadBackup(f"没有这个文件：{source}。") from error
    except (zipfile.BadZipFile, KeyError, ValueError, EOFError, RuntimeError) as error:
        raise BadBackup(f"{source} 不是完整的备份文件（{error}）。请换一个备份。") from error
    return manifest


def _check_manifest(manifest: dict[str, Any], present: set[str]) -> None:
    if manifest["format"] != FORMAT or manifest["revision"] not in known_revisions():
        raise BadBackup("这个备份是更新的版本做的。请先升级本系统，再恢复。")
    for name in manifest["entries"]:
        parts = PurePosixPath(name).parts
        if name not in present:
            raise BadBackup(f"备份里缺少 {name}。请换一个备份。")
        if len(parts) < 2 or ".." in parts or "\\" in name or ":" in name or not name.startswith((_ROWS, _FILES)):
            raise BadBackup(f"备份里有不该有的路径 {name}。请不要使用这个文件。")


def _unpack_one(archive: zipfile.ZipFile, name: str, entry: dict[str, Any], staging: Path) -> None:
    target = staging.joinpath(*PurePosixPath(name).parts)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as source, target.open("wb") as file:
        while chunk := source.read(_CHUNK_BYTES):
            size += len(chunk)
            if size > int(entry["bytes"]):
                break
            digest.update(chunk)
            file.write(chunk)
    if size != entry["bytes"] or digest.hexdigest() != entry["sha256"]:
        raise BadBackup(f"备份里的 {name} 与清单不符，文件已损坏。请换一个备份。")
    if target.name == "secret_key":
        target.chmod(0o600)


def _fill(url: str, staging: Path, manifest: dict[str, Any]) -> None:
    """Make the tables of the backup's own version, fill them, and bring them to the present version."""
    migrate(url, to=manifest["revision"])
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            for table in metadata.sorted_tables:
                path = staging / _ROWS / f"{table.name}.jsonl"
                if path.is_file():
                    _fill_table(connection, table, path)
    finally:
        engine.dispose()
    migrate(url)


def _fill_table(connection: Connection, table: Table, path: Path) -> None:
    with path.open(encoding="utf-8") as file:
        batch: list[dict[str, Any]] = []
        for line in file:
            batch.append(json.loads(line))
            if len(batch) == _ROWS_AT_ONCE:
                connection.execute(table.insert(), batch)
                batch = []
        if batch:
            connection.execute(table.insert(), batch)
    key = next(iter(table.primary_key))
    if connection.dialect.name == "postgresql" and len(table.primary_key) == 1 and key.type.python_type is int:
        last = connection.scalar(select(func.max(key)))
        if last is not None:  # the next row must get a number of its own
            sequence = text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)")
            connection.execute(sequence, {"table": table.name, "key": key.name, "last": last})


def _move_away(folder: Path, target: Path, staging: Path) -> None:
    """Move what is in a data folder aside, so that a restore by mistake can be taken back by hand."""
    for path in sorted(folder.iterdir()):
        if path.name not in _STAYING and path != staging:
            target.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target / path.name)


def _drop_tables(url: str) -> None:
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            metadata = MetaData()
            metadata.reflect(connection)
            metadata.drop_all(connection)
    finally:
        engine.dispose()
