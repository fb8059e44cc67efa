"""The form over the fake planner: an application, a client, and the steps a user takes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from form_user import User, works_of

from web import create_app

FAKE_PLANNER = [sys.executable, "-S", str(Path(__file__).parent / "fake_planner.py")]


@pytest.fixture
def make_app(tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Make applications over one data folder; they are closed at the end."""
    instances = tmp_path / "instances"
    instances.mkdir()
    (instances / "demo.xlsx").write_text("{}", encoding="utf-8")
    apps: list[Flask] = []

    def make(**config: Any) -> Flask:
        settings = {
            "TESTING": True,
            "DATA_FOLDER": tmp_path / "data",
            "INSTANCES_FOLDER": instances,
            "PLANNER_COMMAND": FAKE_PLANNER,
            "WTF_CSRF_ENABLED": False,
            "WORKFORCE": "in_process",
        }
        apps.append(create_app(settings | config))
        return apps[-1]

    yield make
    for app in apps:
        works_of(app).coordinator.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Return an application with the usual settings."""
    return make_app()


@pytest.fixture
def user(app: Flask) -> User:
    """Return a user in front of that application."""
    return User(app.test_client())
