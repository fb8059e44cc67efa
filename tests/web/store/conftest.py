"""Stores over both databases: two bureaus with an account each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from web.accounts.account import Account
from web.accounts.directory import Directory
from web.accounts.passwords import HashCost, Passwords
from web.jobs import JobStore
from web.store.database import Database

CHEAP = HashCost(memory_kibibytes=8, passes=1)
PASSWORD = "a fine day for planning"


@pytest.fixture
def database(migrated_url: str) -> Iterator[Database]:
    """Return an empty database of this version."""
    database = Database(migrated_url)
    yield database
    database.close()


@pytest.fixture
def directory(database: Database) -> Directory:
    """Return the accounts of that database."""
    return Directory(database, Passwords(CHEAP))


@pytest.fixture
def jobs(database: Database) -> JobStore:
    """Return the jobs of that database."""
    return JobStore(database)


@pytest.fixture
def ours(directory: Directory) -> Account:
    """Return the administrator of the first bureau."""
    return directory.set_up("甲县人社局", "jia", "甲", PASSWORD)


@pytest.fixture
def theirs(directory: Directory, ours: Account) -> Account:
    """Return the administrator of a second bureau."""
    return directory.open_bureau("乙县人社局", "yi", "乙")[0]
