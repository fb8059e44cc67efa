"""Signing in, staying in, being shut out."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import time_travel
from flask import Flask
from form_user import LOGIN, PASSWORD, User, clerk_of, text_of

from web.accounts.directory import Directory
from web.accounts.passwords import fault_of, one_time_password
from web.store.models import Role
from web.store.tenancy import acting


def test_a_page_leads_to_signing_in_and_back(app: Flask) -> None:
    browser = app.test_client()
    asked = browser.get("/jobs/abc?township=x", headers={"Accept": "text/html"})
    assert asked.status_code == 303 and asked.location == "/login?next=/jobs/abc?township%3Dx"
    form = {"login": LOGIN, "password": PASSWORD, "next": "/jobs/abc?township=x"}
    assert browser.post("/login", data=form).location == "/jobs/abc?township=x"


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/a\nb"])
def test_signing_in_never_leads_away(app: Flask, target: str) -> None:
    form = {"login": LOGIN, "password": PASSWORD, "next": target}
    assert app.test_client().post("/login", data=form).location == "/"


@pytest.mark.parametrize("login", ["CLERK", " clerk ", "ｃｌｅｒｋ"])
def test_a_login_is_the_same_however_it_is_typed(app: Flask, login: str) -> None:
    assert app.test_client().post("/login", data={"login": login, "password": PASSWORD}).status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"login": LOGIN, "password": "wrong password"},
        {"login": "nobody", "password": PASSWORD},
        {"login": LOGIN, "password": ""},
        {"login": "", "password": ""},
        {"login": "' OR 1=1 --", "password": "x"},
        {"login": "\0", "password": "\0"},
        {},
    ],
)
def test_who_cannot_sign_in_is_told_the_same_whatever_was_wrong(app: Flask, form: dict[str, str]) -> None:
    answer = app.test_client().post("/login", data=form)
    assert answer.status_code == 401
    assert "登录名或密码不对，或者账号已停用" in answer.text


def test_guessing_is_slowed_down_and_only_failures_count(make_app: Callable[..., Flask]) -> None:
    app = make_app(SIGN_INS_PER_QUARTER_HOUR=3)
    for _ in range(5):
        clerk_of(app)
    wrong = {"login": LOGIN, "password": "wrong password"}
    statuses = [app.test_client().post("/login", data=wrong).status_code for _ in range(5)]
    assert statuses == [401, 401, 401, 429, 429]
    right = app.test_client().post("/login", data={"login": LOGIN, "password": PASSWORD})
    assert right.status_code == 429 and "请过一刻钟再试" in right.text


def test_another_login_and_another_address_are_not_slowed_down_by_it(make_app: Callable[..., Flask]) -> None:
    app = make_app(SIGN_INS_PER_QUARTER_HOUR=3)
    for _ in range(4):
        app.test_client().post("/login", data={"login": LOGIN, "password": "wrong password"})
    assert app.test_client().post("/login", data={"login": "other", "password": "x"}).status_code == 401
    elsewhere = {"REMOTE_ADDR": "10.1.1.7"}
    answer = app.test_client().post("/login", data={"login": LOGIN, "password": PASSWORD}, environ_base=elsewhere)
    assert answer.status_code == 303


def test_many_names_from_one_address_are_slowed_down(make_app: Callable[..., Flask]) -> None:
    app = make_app(SIGN_INS_PER_QUARTER_HOUR=3)
    client = app.test_client()
    statuses = [client.post("/login", data={"login": f"n{n}", "password": "x"}).status_code for n in range(20)]
    assert statuses == [401] * 18 + [429] * 2


def test_one_name_from_many_addresses_is_slowed_down(make_app: Callable[..., Flask]) -> None:
    app = make_app(SIGN_INS_PER_QUARTER_HOUR=3)
    wrong = {"login": LOGIN, "password": "wrong password"}
    statuses = [
        app.test_client().post("/login", data=wrong, environ_base={"REMOTE_ADDR": f"10.1.1.{n}"}).status_code
        for n in range(20)
    ]
    assert statuses == [401] * 18 + [429] * 2


def test_guessing_the_present_password_on_the_own_page_is_slowed_down(make_app: Callable[..., Flask]) -> None:
    user = clerk_of(make_app(SIGN_INS_PER_QUARTER_HOUR=3))
    form = {"present": "wrong password", "password": "another fine day", "again": "another fine day"}
    statuses = [user.client.post("/account/password", data=form).status_code for _ in range(5)]
    assert statuses == [400, 400, 400, 429, 429]


def test_nothing_of_a_session_before_signing_in_stays_in_it(app: Flask) -> None:
    """A session that somebody else prepared in this browser is not taken over; the language stays."""
    browser = app.test_client()
    with browser.session_transaction() as session:
        session.update(planted="x", language="en")
    assert browser.post("/login", data={"login": LOGIN, "password": PASSWORD}).status_code == 303
    with browser.session_transaction() as session:
        assert "planted" not in session and session["language"] == "en"


def test_a_cookie_signed_with_another_key_or_altered_opens_nothing(app: Flask, user: User) -> None:
    """Otherwise whoever knows how sessions look could make one."""
    with user.client.session_transaction() as session:
        kept = dict(session)
    cookie = user.client.get_cookie("session").value
    signed_here = app.session_interface.get_signing_serializer(app).dumps(kept)
    key, app.config["SECRET_KEY"] = app.config["SECRET_KEY"], "0" * 64
    signed_elsewhere = app.session_interface.get_signing_serializer(app).dumps(kept)
    app.config["SECRET_KEY"] = key
    for value, status in ((signed_here, 200), (signed_elsewhere, 401), (f"x{cookie}", 401), (cookie[:-2], 401)):
        browser = app.test_client()
        browser.set_cookie("session", value)
        assert browser.get("/").status_code == status


def test_the_cookie_is_kept_from_scripts_and_other_sites(app: Flask) -> None:
    answer = app.test_client().post("/login", data={"login": LOGIN, "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Expires=" in cookie and "Secure" not in cookie


def test_behind_https_the_cookie_travels_over_https_alone(make_app: Callable[..., Flask]) -> None:
    app = make_app(BEHIND_HTTPS=True, SESSION_COOKIE_SECURE=True)
    answer = app.test_client().post("/login", data={"login": LOGIN, "password": PASSWORD})
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


def test_a_session_ends_when_it_was_not_used_for_long(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    user = clerk_of(app)
    time_travel.pass_hours(monkeypatch, 11)
    assert user.client.get("/").status_code == 200
    time_travel.pass_hours(monkeypatch, 22)
    assert user.client.get("/").status_code == 200
    time_travel.pass_hours(monkeypatch, 35)
    assert user.client.get("/").status_code == 401


def test_signing_out_ends_the_session(user: User) -> None:
    assert user.client.post("/logout").status_code == 303
    assert user.client.get("/").status_code == 401


def test_a_cookie_kept_from_before_the_password_was_changed_is_worthless(app: Flask, user: User) -> None:
    other = clerk_of(app)
    form = {"present": PASSWORD, "password": "another fine day", "again": "another fine day"}
    assert user.client.post("/account/password", data=form).status_code == 303
    assert user.client.get("/").status_code == 200
    assert other.client.get("/").status_code == 401
    clerk_of(app, password="another fine day")


def test_an_account_that_is_shut_out_is_out_at_once_and_cannot_come_back(
    app: Flask, user: User, directory: Directory, person: Callable[..., User]
) -> None:
    planner = person(Role.PLANNER, "li")
    account = next(each for each in directory.everyone() if each.login == "li")
    assert user.client.post(f"/admin/accounts/{account.id}/active", data={"active": "0"}).status_code == 303
    assert planner.client.get("/").status_code == 401
    form = {"login": "li", "password": PASSWORD + "planner"}
    assert app.test_client().post("/login", data=form).status_code == 401
    user.client.post(f"/admin/accounts/{account.id}/active", data={"active": "1"})
    assert app.test_client().post("/login", data=form).status_code == 303


def test_accounts_of_a_closed_bureau_are_out_at_once(user: User, person: Callable[..., User], app: Flask) -> None:
    other = person(Role.ADMIN, "yi", bureau="乙县人社局")
    bureau = next(each for each in app.extensions["directory"].bureaus() if each.name == "乙县人社局")
    user.client.post(f"/admin/bureaus/{bureau.id}/active", data={"active": "0"})
    assert other.client.get("/").status_code == 401
    assert app.test_client().post("/login", data={"login": "yi", "password": PASSWORD + "admin"}).status_code == 401
    user.client.post(f"/admin/bureaus/{bureau.id}/active", data={"active": "1"})
    clerk_of(app, "yi", PASSWORD + "admin")


# --- passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("short", "至少要 10 个字符，现在是 5 个"),
        ("administrator", "不能与登录名相同"),
        ("ADMINISTRATOR", "不能与登录名相同"),
        ("aaaaaaaaaaaa", "太容易猜"),
        ("a" * 198 + "bcd", "最多 200 个字符"),
        ("山高水长风景好看得很", ""),
        ("a fine day", ""),
    ],
)
def test_a_password_is_long_and_not_the_login(app: Flask, password: str, sentence: str) -> None:
    with app.test_request_context("/login"):
        found = fault_of(password, "administrator")
    assert sentence in found and bool(found) == bool(sentence)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"present": "wrong", "password": "another fine day", "again": "another fine day"}, "现在的密码不对"),
        ({"present": PASSWORD, "password": "another fine day", "again": "another fine dax"}, "两次输入的新密码不一样"),
        ({"present": PASSWORD, "password": "short", "again": "short"}, "密码太短"),
        ({"present": PASSWORD, "password": PASSWORD, "again": PASSWORD}, "与现在的密码相同"),
        ({}, "现在的密码不对"),
    ],
)
def test_a_password_that_is_not_changed_says_why(app: Flask, user: User, form: dict[str, str], sentence: str) -> None:
    answer = user.client.post("/account/password", data=form)
    assert answer.status_code == 400 and sentence in answer.text
    clerk_of(app)


def test_a_one_time_password_opens_nothing_but_the_page_that_changes_it(
    app: Flask, user: User, directory: Directory
) -> None:
    page = user.client.post("/admin/accounts", data={"login": "li", "name": "李明", "role": "planner"})
    password = re.search(r'<code class="secret">([a-z0-9-]+)</code>', page.text)[1]
    new = clerk_of(app, "li", password)
    for address in ("/", "/new", "/template.xlsx"):
        assert new.client.get(address).location == "/account"
    assert "这是一次性密码" in new.client.get("/account").text
    form = {"present": password, "password": "my own password", "again": "my own password"}
    assert new.client.post("/account/password", data=form).location == "/"
    assert new.client.get("/").status_code == 200


def test_one_time_passwords_differ_and_hold_no_letters_that_look_alike() -> None:
    made = {one_time_password() for _ in range(50)}
    assert len(made) == 50
    assert not set("".join(made)) & set("o0il1ABCDEFG")


def test_what_is_kept_of_a_password_is_argon2id_and_salted(app: Flask, directory: Directory) -> None:
    from sqlalchemy import select

    from web.store.models import AccountRow

    with acting(None), app.extensions["database"].reading() as session:
        kept = session.scalar(select(AccountRow.password_hash).where(AccountRow.login == LOGIN))
    assert kept.startswith("$argon2id$") and PASSWORD not in kept


def test_a_hash_of_a_cheaper_time_is_made_anew_at_the_next_sign_in(make_app: Callable[..., Flask]) -> None:
    from sqlalchemy import select

    from web.store.models import AccountRow

    make_app()
    app = make_app(PASSWORD_HASH_KIBIBYTES=16)
    clerk_of(app)
    with app.extensions["database"].reading() as session:
        assert "m=16," in session.scalar(select(AccountRow.password_hash).where(AccountRow.login == LOGIN))


# --- keys for programs -----------------------------------------------------------------------------------------------


def new_key(user: User) -> str:
    """Make a key on one's own page."""
    page = user.client.post("/account/tokens", data={"name": "数据大屏"}).text
    return re.search(r'<code class="secret">(plan_[\w-]+)</code>', page)[1]


def test_a_key_opens_what_its_account_may_enter_without_a_cookie(app: Flask, user: User) -> None:
    key = {"Authorization": f"Bearer {new_key(user)}"}
    answer = app.test_client().get("/admin/", headers=key)
    assert answer.status_code == 200 and "Set-Cookie" not in answer.headers


def test_a_program_with_a_key_needs_no_token_of_a_page(make_app: Callable[..., Flask]) -> None:
    app = make_app(WTF_CSRF_ENABLED=True)
    directory = app.extensions["directory"]
    account = directory.everyone()[0]
    with acting(account.actor):
        key = {"Authorization": f"Bearer {directory.new_token(account, 'x')}"}
    answer = app.test_client().post("/jobs/bundled", data={"county": "demo"}, headers=key)
    assert answer.status_code == 303


def test_a_key_does_not_spare_a_browsers_session_its_token(make_app: Callable[..., Flask]) -> None:
    """A made-up header of another site would otherwise switch the check off."""
    app = make_app(WTF_CSRF_ENABLED=True)
    user = clerk_of(app)
    answer = user.client.post("/jobs/bundled", data={"county": "demo"}, headers={"Authorization": "Bearer plan_x"})
    assert answer.status_code == 400


def test_a_key_is_shown_once_and_only_its_hash_is_kept(app: Flask, user: User) -> None:
    key = new_key(user)
    assert key not in user.client.get("/account").text
    with app.extensions["database"].reading() as session:
        dump = "".join(str(row) for row in session.connection().exec_driver_sql("SELECT * FROM token"))
    assert key not in dump and "数据大屏" in dump


def test_a_revoked_key_opens_nothing(app: Flask, user: User, directory: Directory) -> None:
    key = {"Authorization": f"Bearer {new_key(user)}"}
    address = re.search(r"/account/tokens/[^/]+/revoke", user.client.get("/account").text)[0]
    assert user.client.post(address).status_code == 303
    assert app.test_client().get("/", headers=key).status_code == 401
    assert user.client.post(address).status_code == 404


def test_the_key_of_an_account_that_is_shut_out_opens_nothing(
    app: Flask, user: User, person: Callable[..., User], directory: Directory
) -> None:
    key = {"Authorization": f"Bearer {new_key(person(Role.VIEWER, 'li'))}"}
    assert app.test_client().get("/", headers=key).status_code == 200
    account = next(each for each in directory.everyone() if each.login == "li")
    user.client.post(f"/admin/accounts/{account.id}/active", data={"active": "0"})
    assert app.test_client().get("/", headers=key).status_code == 401


def test_ones_own_page_tells_bureau_name_and_role(user: User) -> None:
    assert "某县人社局 · 王芳（clerk） · 管理员" in text_of(user.client.get("/account").text)
