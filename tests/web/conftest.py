"""The service over the fake planner: an application with a bureau, a clerk who signed in, and the steps they take."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from form_user import User, clerk_of, open_bureau, works_of
from postgres import migrated_file, migrated_url, new_url, postgres  # noqa: F401 - fixtures of the folders below

from web import create_app, logs

FAKE_PLANNER = [sys.executable, "-S", str(Path(__file__).parent / "fake_planner.py")]


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make applications over one data folder with a bureau; they are closed at the end. ``set_up=False``: without."""
    instances = tmp_path / "instances"
    instances.mkdir()
    (instances / "demo.xlsx").write_text("{}", encoding="utf-8")
    apps: list[Flask] = []

    def make(*, set_up: bool = True, **config: Any) -> Flask:
        settings = {
            "TESTING": True,
            "DATA_FOLDER": tmp_path / "data",
            "INSTANCES_FOLDER": instances,
            "PLANNER_COMMAND": FAKE_PLANNER,
            "WTF_CSRF_ENABLED": False,
            "WORKFORCE": "in_process",
            "PASSWORD_HASH_KIBIBYTES": 8,
            "PASSWORD_HASH_PASSES": 1,
        }
        apps.append(create_app(settings | config))
        if set_up:
            open_bureau(apps[-1])
        return apps[-1]

    yield make
    for app in apps:
        works_of(app).coordinator.close()
        app.extensions["database"].close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Return an application with the usual settings."""
    return make_app()


@pytest.fixture
def user(app: Flask) -> User:
    """Return a clerk of the bureau, signed in, in front of that application."""
    return clerk_of(app)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, object]]]]:
    """Send log lines to a file as the service does; return what reads them back."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    logs.configure(tmp_path, 1, 2, console=False)
    path = tmp_path / logs.FILE
    yield lambda: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for handler in root.handlers:
        handler.close()
    root.handlers, root.level = before, level
