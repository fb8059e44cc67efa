"""A backup made while others write is whole, and comes back as it was, into either database."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from web.accounts.account import Account
from web.accounts.directory import Directory
from web.accounts.passwords import HashCost, Passwords
from web.data_folder import DataFolder
from web.jobs import JobStore
from web.store import audit
from web.store.backup import BadBackup, NotEmpty, make_backup, restore_backup
from web.store.database import Database, sqlite_url
from web.store.migrate import migrate
from web.store.tenancy import acting

PASSWORD = "a fine day for planning"


@pytest.fixture
def folder(tmp_path: Path, jobs: JobStore, ours: Account) -> Path:
    """Return a data folder with one job's files, what is kept beside, and what a backup leaves out."""
    data = DataFolder(tmp_path / "data")
    data.secret_key()
    with acting(ours.actor):
        job = jobs.create("赫章县", "赫章县.xlsx", summary={"counties": ["赫章县"]})
    path = data.job(job.id).workbook("赫章县.xlsx")
    path.parent.mkdir(parents=True)
    path.write_bytes(bytes(range(256)) * 400)
    (data.root / "words.json").write_text("{}", encoding="utf-8")
    for left_out in ("lock", "template.xlsx", "logs/service.jsonl", "backups/old.zip"):
        (data.root / left_out).parent.mkdir(exist_ok=True)
        (data.root / left_out).write_bytes(b"x")
    return data.root


@pytest.fixture
def backup(database: Database, folder: Path, tmp_path: Path) -> Path:
    """Return a backup of that folder."""
    make_backup(database.url, folder, tmp_path / "backup.zip")
    return tmp_path / "backup.zip"


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by path, without the database and the lock."""
    left_out = ("service.sqlite3", "lock")
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(left_out))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def everything(url: str) -> tuple[object, ...]:
    """Return what a service would read from a database."""
    database = Database(url)
    with database.reading() as session:
        log = audit.entries(session)
    directory = Directory(database, Passwords(HashCost(8, 1)))
    found = (JobStore(database).listed(), directory.everyone(), directory.bureaus(), log)
    database.close()
    return found


@pytest.mark.parametrize("into", ["sqlite", "the same kind"])
def test_a_backup_comes_back_as_it_was(
    database: Database, folder: Path, backup: Path, tmp_path: Path, new_url: Callable[[], str], into: str
) -> None:
    target = tmp_path / "new"
    url = sqlite_url(target) if into == "sqlite" or database.is_sqlite else new_url()
    held = restore_backup(backup, url, target)
    assert everything(url) == everything(database.url)
    kept = {name for name in files_of(folder) if name.split("/")[0] not in ("logs", "backups", "template.xlsx")}
    assert files_of(target) == {name: (folder / name).read_bytes() for name in kept}
    assert held.rows["job"] == 1 and held.files == len(kept)


def test_after_restoring_accounts_sign_in_and_rows_are_added(
    database: Database, backup: Path, tmp_path: Path, new_url: Callable[[], str]
) -> None:
    """The numbers that the database gives to new rows go on where the backup's ended."""
    target = tmp_path / "new"
    url = sqlite_url(target) if database.is_sqlite else new_url()
    restore_backup(backup, url, target)
    restored = Database(url)
    account = Directory(restored, Passwords(HashCost(8, 1))).sign_in("jia", PASSWORD)
    assert account is not None and account.bureau_name == "甲县人社局"
    restored.close()


def test_a_backup_of_a_file_can_be_moved_into_the_other_database(
    folder: Path, backup: Path, database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres").new_database()
    restore_backup(backup, url, tmp_path / "moved")
    assert everything(url) == everything(database.url)


def test_a_backup_made_while_rows_are_written_holds_the_files_of_all_its_jobs(
    database: Database, jobs: JobStore, ours: Account, folder: Path, tmp_path: Path
) -> None:
    data, stop = DataFolder(folder), threading.Event()

    def upload() -> None:
        while not stop.is_set():
            with acting(ours.actor):
                job = jobs.create("赫章县", "赫章县.xlsx")
            path = data.job(job.id).workbook("赫章县.xlsx")
            path.parent.mkdir(parents=True)
            path.write_bytes(job.id.encode() * 1000)

    thread = threading.Thread(target=upload)
    thread.start()
    made = [make_backup(database.url, folder, tmp_path / f"{number}.zip") for number in range(3)]
    stop.set()
    thread.join()
    assert made[0].rows["job"] <= made[1].rows["job"] < made[2].rows["job"]
    target = tmp_path / "new"
    restore_backup(tmp_path / "2.zip", sqlite_url(target), target)
    restored = Database(sqlite_url(target))
    listed = JobStore(restored).listed()
    folders = {path.name for path in (target / "jobs").iterdir()}
    restored.close()
    # A job that was between its row and its file at that moment has no files; all others have, and no others are there.
    missing = {job.id for job in listed} - folders
    assert len(missing) <= 1 and folders <= {job.id for job in listed}


def test_a_folder_in_use_is_not_overwritten(database: Database, folder: Path, backup: Path) -> None:
    before = files_of(folder)
    with pytest.raises(NotEmpty):
        restore_backup(backup, database.url, folder)
    assert files_of(folder) == before


def test_with_replace_the_old_files_are_moved_aside(
    database: Database, jobs: JobStore, ours: Account, folder: Path, backup: Path
) -> None:
    with acting(ours.actor):
        later = jobs.create("后来的", "后来的.xlsx")
    (folder / "words.json").write_text('{"later": 1}', encoding="utf-8")
    database.close()
    url = sqlite_url(folder) if database.is_sqlite else database.url
    restore_backup(backup, url, folder, replace=True)
    assert (folder / "words.json").read_text(encoding="utf-8") == "{}"
    aside = next((folder / "replaced").iterdir())
    assert (aside / "words.json").read_text(encoding="utf-8") == '{"later": 1}'
    restored = Database(url)
    assert later.id not in {job.id for job in JobStore(restored).listed()}
    restored.close()


def rewritten(backup: Path, name: str, content: bytes | None, target: Path) -> Path:
    """Copy a backup with one entry changed, or left out."""
    with zipfile.ZipFile(backup) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.namelist():
            if entry != name:
                copy.writestr(entry, source.read(entry))
        if content is not None:
            copy.writestr(name, content)
    return target


@pytest.mark.parametrize("how", ["changed", "missing", "longer", "cut", "no zip", "no list", "newer", "not there"])
def test_a_backup_that_is_not_whole_is_refused_before_anything_is_changed(
    database: Database, folder: Path, backup: Path, tmp_path: Path, how: str
) -> None:
    words, bad = "files/words.json", tmp_path / "bad.zip"
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    if how in ("changed", "missing", "longer"):
        rewritten(backup, words, {"changed": b"[]", "missing": None, "longer": b"{}\n"}[how], bad)
    elif how == "cut":
        bad.write_bytes(backup.read_bytes()[:-200])
    elif how == "no zip":
        bad.write_bytes(b"not a zip file")
    elif how == "no list":
        rewritten(backup, "manifest.json", None, bad)
    elif how == "newer":
        rewritten(backup, "manifest.json", json.dumps(manifest | {"revision": "9999"}).encode(), bad)
    before, target = everything(database.url), tmp_path / "new"
    with pytest.raises(BadBackup, match="[请。]"):
        restore_backup(bad, sqlite_url(target), target)
    assert files_of(target) == {} and everything(database.url) == before


@pytest.mark.parametrize("path", ["files/../../outside", "files//etc/outside", "files/C:/outside", "other/outside"])
def test_a_backup_never_writes_outside_the_folder(backup: Path, tmp_path: Path, path: str) -> None:
    with zipfile.ZipFile(backup) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    manifest["entries"][path] = manifest["entries"]["files/words.json"]
    bad = rewritten(backup, "manifest.json", json.dumps(manifest).encode(), tmp_path / "bad.zip")
    with zipfile.ZipFile(bad, "a") as archive:
        archive.writestr(path, "{}")
    target = tmp_path / "deep" / "new"
    if path == "files//etc/outside":  # stays inside: a doubled stroke means nothing
        restore_backup(bad, sqlite_url(target), target)
        assert (target / "etc" / "outside").is_file()
    else:
        with pytest.raises(BadBackup, match="不该有的路径"):
            restore_backup(bad, sqlite_url(target), target)
    assert not list(tmp_path.rglob("../outside"))


def test_a_backup_is_for_its_owner_alone(backup: Path) -> None:
    assert backup.stat().st_mode & 0o077 == 0


def test_tables_of_an_earlier_version_are_brought_to_this_one(backup: Path, tmp_path: Path) -> None:
    """Restoring ends with the migrations: the tables are those of this version."""
    target = tmp_path / "new"
    restore_backup(backup, sqlite_url(target), target)
    before, after = migrate(sqlite_url(target))
    assert before == after != ""
