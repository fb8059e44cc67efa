"""The tables a migration makes are those the code works with, on both databases."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import text

from web.store.database import Database
from web.store.migrate import NewerDatabase, differences, migrate


def test_models_and_migrations_agree(new_url: Callable[[], str]) -> None:
    url = new_url()
    migrate(url)
    assert differences(url) == []


def test_a_second_start_changes_nothing(new_url: Callable[[], str]) -> None:
    url = new_url()
    before, head = migrate(url)
    assert before == "" and migrate(url) == (head, head)


def test_two_services_that_start_together_make_the_tables_once(new_url: Callable[[], str]) -> None:
    url, ends, errors = new_url(), [], []

    def start() -> None:
        try:
            ends.append(migrate(url))
        except Exception as error:  # noqa: BLE001 - shown by the assertion
            errors.append(error)

    threads = [threading.Thread(target=start) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [] and sorted(before for before, _ in ends) == ["", ends[0][1], ends[0][1]]


def test_a_database_of_a_newer_version_is_refused_by_name(new_url: Callable[[], str]) -> None:
    url = new_url()
    migrate(url)
    database = Database(url)
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(NewerDatabase, match="9999"):
        migrate(url)
