"""Sessions end on the server: whoever copied a cookie is out with the person whose it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import time_travel
from flask import Flask
from flask.testing import FlaskClient
from form_user import LOGIN, PASSWORD, User, clerk_of

from web.accounts.directory import Directory
from web.store.models import Role, SignInRow
from web.store.tenancy import acting


def thief_of(app: Flask, user: User) -> FlaskClient:
    """Return a browser that holds a copy of the user's cookie."""
    browser = app.test_client()
    cookie = user.client.get_cookie("session")
    assert cookie is not None
    browser.set_cookie("session", cookie.value)
    assert browser.get("/").status_code == 200
    return browser


def test_a_copied_cookie_is_worthless_once_its_owner_signed_out(app: Flask, user: User) -> None:
    thief = thief_of(app, user)
    user.client.post("/logout")
    assert thief.get("/").status_code == 401
    assert thief.get("/").status_code == 401  # and no answer brought it back


def test_signing_out_here_leaves_the_same_person_signed_in_elsewhere(app: Flask, user: User) -> None:
    other = clerk_of(app)
    user.client.post("/logout")
    assert other.client.get("/").status_code == 200


def test_signing_in_anew_in_a_browser_ends_what_went_on_there(app: Flask, user: User) -> None:
    thief = thief_of(app, user)
    user.sign_in()
    assert thief.get("/").status_code == 401 and user.client.get("/").status_code == 200


def test_a_copied_cookie_is_worthless_once_the_password_was_changed(app: Flask, user: User) -> None:
    thief = thief_of(app, user)
    form = {"present": PASSWORD, "password": "another fine day", "again": "another fine day"}
    assert user.client.post("/account/password", data=form).status_code == 303
    assert thief.get("/").status_code == 401 and user.client.get("/").status_code == 200


@pytest.mark.parametrize("way", ["page", "interface"])
@pytest.mark.parametrize("act", ["reset", "shut out and let in again"])
def test_an_administrators_reset_or_shutting_out_ends_all_sessions_of_the_account(
    user: User, directory: Directory, person: Callable[..., User], act: str, way: str
) -> None:
    planner = person(Role.PLANNER, "li")
    account = next(each for each in directory.everyone() if each.login == "li")
    if act == "reset" and way == "page":
        user.client.post(f"/admin/accounts/{account.id}/reset")
    elif act == "reset":
        user.client.post(f"/api/v1/accounts/{account.id}/password-reset")
    elif way == "page":
        for active in "01":
            user.client.post(f"/admin/accounts/{account.id}/active", data={"active": active})
    else:
        for active in (False, True):
            user.client.patch(f"/api/v1/accounts/{account.id}", json={"active": active})
    assert planner.client.get("/").status_code == 401


def test_sessions_of_a_bureau_that_was_closed_do_not_come_back_when_it_is_opened_again(
    app: Flask, user: User, person: Callable[..., User]
) -> None:
    other = person(Role.ADMIN, "yi", bureau="乙县人社局")
    bureau = next(each for each in app.extensions["directory"].bureaus() if each.name == "乙县人社局")
    for active in "01":
        user.client.post(f"/admin/bureaus/{bureau.id}/active", data={"active": active})
    assert other.client.get("/").status_code == 401
    assert user.client.get("/").status_code == 200


def test_a_session_that_was_not_used_for_long_has_ended_on_the_server_whatever_the_cookie_says(
    app: Flask, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    thief = thief_of(app, user)
    time_travel.pass_hours(monkeypatch, 11, cookies=False)
    assert thief.get("/").status_code == 200
    time_travel.pass_hours(monkeypatch, 22, cookies=False)
    assert thief.get("/").status_code == 200  # it was used meanwhile
    time_travel.pass_hours(monkeypatch, 35, cookies=False)
    assert thief.get("/").status_code == 401


def test_a_session_in_constant_use_ends_after_the_longest_time(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    user = clerk_of(make_app(SESSION_LONGEST_HOURS=24.0))
    for hours, status in ((8, 200), (16, 200), (23, 200), (25, 401)):
        time_travel.pass_hours(monkeypatch, hours)
        assert user.client.get("/").status_code == status


def test_a_session_made_with_a_password_that_is_no_longer_right_has_ended_before_it_began(
    app: Flask, directory: Directory
) -> None:
    """Somebody signs in with the old password at the moment the owner changes it."""
    account = directory.sign_in(LOGIN, PASSWORD)
    assert account is not None
    with acting(account.actor):
        directory.change_password(account, "another fine day")
    assert directory.of_session(directory.begin_session(account).session_id) is None


def test_pages_are_looked_at_while_another_writes_to_the_database(
    app: Flask, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That the use of a session cannot be noted closes no page."""
    from sqlalchemy import event

    time_travel.pass_hours(monkeypatch, 1)
    engine = app.extensions["database"].engine

    @event.listens_for(engine, "connect")
    def be_impatient(connection: object, record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 50")  # type: ignore[attr-defined]

    engine.dispose()
    with engine.begin():
        assert user.client.get("/").status_code == 200


def test_what_is_left_of_ended_sessions_is_cleared_and_the_others_go_on(
    app: Flask, user: User, directory: Directory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept() -> int:
        with acting(None), app.extensions["database"].reading() as session:
            return session.query(SignInRow).count()

    old, fresh = kept(), clerk_of(app)
    time_travel.pass_hours(monkeypatch, 11)
    assert fresh.client.get("/").status_code == 200
    time_travel.pass_hours(monkeypatch, 13)
    assert kept() == old + 1
    assert directory.clear_sessions() == old and kept() == 1
    assert fresh.client.get("/").status_code == 200


def test_a_key_of_a_program_is_no_session_and_ends_none(app: Flask, user: User, directory: Directory) -> None:
    account = directory.everyone()[0]
    with acting(account.actor):
        key = {"Authorization": f"Bearer {directory.new_token(account, 'x')}"}
    assert app.test_client().post("/logout", headers=key).status_code == 303
    assert app.test_client().get("/", headers=key).status_code == 200
    assert user.client.get("/").status_code == 200
