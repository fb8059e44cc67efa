"""A backup made while a plan is being searched: restored into an empty folder, the plan is searched to its end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

from flask import Flask
from form_user import PATIENCE_SECONDS, User, clerk_of

from web.store.backup import make_backup, restore_backup
from web.store.database import sqlite_url


def test_what_was_being_planned_when_the_backup_was_made_is_planned_after_restoring(
    make_app: Callable[..., Flask], new_url: Callable[[], str], tmp_path: Path
) -> None:
    """On both databases: every plan is there, finished ones with their files, the others are taken up again."""
    url, target = new_url(), tmp_path / "restored"
    sqlite = url.startswith("sqlite")
    first = make_app(DATABASE_URL="" if sqlite else url)
    user = clerk_of(first)
    finished = user.start({"classes": 7})
    user.wait(finished)
    running = user.start({"classes": 5, "seconds": 3})
    user.wait(running, "running")
    folder = tmp_path / "data"
    made = make_backup(sqlite_url(folder) if sqlite else url, folder, tmp_path / "backup.zip")
    assert user.state(running) == "running" and made.rows["job"] == 2
    user.wait(running)
    into = sqlite_url(target) if sqlite else new_url()
    restore_backup(tmp_path / "backup.zip", into, target)
    second = make_app(set_up=False, DATA_FOLDER=target, DATABASE_URL="" if sqlite else into, LEASE_SECONDS=1.0)
    restored = clerk_of(second)
    assert restored.client.get(f"{finished}/files/plan.json").status_code == 200
    assert ended(restored, running) == "done"
    plans = [json.loads(restored.client.get(f"{at}/files/plan.json").data)["classes"] for at in (finished, running)]
    assert [len(classes) for classes in plans] == [7, 5]


def ended(user: User, address: str) -> str:
    """Wait until a plan is at rest and return its state; it stands as running until the old lease has run out."""
    end = time.monotonic() + PATIENCE_SECONDS
    while (state := user.state(address)) in ("queued", "running"):
        assert time.monotonic() < end, state
        time.sleep(0.1)
    return state
