"""People of two bureaus in front of one application."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from form_user import LOGIN, PASSWORD, User, clerk_of

from web.accounts.directory import Directory
from web.store.models import Role
from web.store.tenancy import acting


@pytest.fixture
def directory(app: Flask) -> Directory:
    """Return the accounts of the application."""
    return app.extensions["directory"]


@pytest.fixture
def person(app: Flask, directory: Directory) -> Callable[..., User]:
    """Return what makes a signed-in person with a role, of the first bureau or of another (by its name)."""

    def make(role: Role, login: str = "", bureau: str = "") -> User:
        first = next(account for account in directory.everyone() if account.login == LOGIN)
        login = login or f"{role}{len(directory.everyone())}"
        with acting(first.actor):
            if bureau:
                account, password = directory.open_bureau(bureau, login, "某人")
            else:
                account, password = directory.add(login, "某人", role)
        with acting(account.actor):
            directory.change_password(account, PASSWORD + role)
        return clerk_of(app, login, PASSWORD + role)

    return make
