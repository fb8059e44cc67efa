"""Sessions over both databases: begun, ended, run out, cleared; never in a backup."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import time_travel
from sqlalchemy import text

from web.accounts.account import Account
from web.accounts.directory import Directory
from web.data_folder import DataFolder
from web.store.backup import make_backup
from web.store.database import Database
from web.store.migrate import migrate
from web.store.tenancy import acting


def test_a_session_is_its_accounts_until_it_is_ended(directory: Directory, ours: Account) -> None:
    begun = directory.begin_session(ours)
    found = directory.of_session(begun.session_id)
    assert found == replace(ours, session_id=begun.session_id)
    directory.end_session(begun.session_id)
    assert directory.of_session(begun.session_id) is None


@pytest.mark.parametrize("made_up", ["", "nothing", "x" * 400])
def test_a_made_up_session_is_nobodys(directory: Directory, ours: Account, made_up: str) -> None:
    directory.begin_session(ours)
    assert directory.of_session(made_up) is None
    directory.end_session(made_up)


def test_sessions_that_ran_out_or_were_ended_by_a_new_stamp_are_cleared(
    directory: Directory, ours: Account, theirs: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = directory.begin_session(ours)
    time_travel.pass_hours(monkeypatch, 13)
    fresh, ended = directory.begin_session(ours), directory.begin_session(theirs)
    with acting(ours.actor):
        directory.rescue("yi")
    assert directory.clear_sessions() == 2
    found = [directory.of_session(each.session_id) for each in (old, fresh, ended)]
    assert [each.login if each else None for each in found] == [None, "jia", None]


def test_a_backup_holds_no_session(database: Database, directory: Directory, ours: Account, tmp_path: Path) -> None:
    """Otherwise one that was ended since would go on once it is restored."""
    begun = directory.begin_session(ours)
    data = DataFolder(tmp_path / "data")
    made = make_backup(database.url, data.root, tmp_path / "backup.zip")
    with zipfile.ZipFile(tmp_path / "backup.zip") as archive:
        held = [archive.read(name) for name in archive.namelist()]
    assert "sign_in" not in made.rows and not any(begun.session_id.encode() in content for content in held)
    assert json.loads(held[-1])["revision"] == migrate(database.url)[1]


def test_a_database_of_before_sessions_gets_their_table_and_keeps_its_rows(new_url: Callable[[], str]) -> None:
    """What version 0001 wrote is there after the migration."""
    url = new_url()
    migrate(url, to="0001")
    database = Database(url)
    with database.writing() as session:
        session.execute(text("INSERT INTO bureau VALUES ('b', '甲县人社局', 0.0, true)"))
    database.close()
    assert migrate(url)[0] == "0001"
    database = Database(url)
    with acting(None), database.reading() as session:
        assert session.scalar(text("SELECT name FROM bureau")) == "甲县人社局"
        assert session.scalar(text("SELECT count(*) FROM sign_in")) == 0
    database.close()
