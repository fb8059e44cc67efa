"""The first start: one bureau, one administrator, no default password, and old plans taken over."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from form_user import User
from old_records import an_old_job, write_old_record

FORM = {
    "bureau": "某县人社局",
    "name": "王芳",
    "login": "Wang",
    "password": "a fine day for planning",
    "again": "a fine day for planning",
}


@pytest.fixture
def fresh(make_app: Callable[..., Flask]) -> Flask:
    """Return a service that nobody has set up."""
    return make_app(set_up=False)


def test_a_fresh_service_leads_every_page_to_the_set_up(fresh: Flask) -> None:
    for address in ("/", "/jobs/abc", "/admin/", "/account"):
        assert fresh.test_client().get(address).location == "/setup"
    assert fresh.test_client().get("/static/form.css").status_code == 200


def test_there_is_no_account_before_the_set_up(fresh: Flask) -> None:
    assert fresh.extensions["directory"].everyone() == []


def test_who_sets_up_is_administrator_and_operator_and_signed_in(fresh: Flask) -> None:
    browser = fresh.test_client()
    assert browser.post("/setup", data=FORM).location == "/"
    assert "还没有计划" in browser.get("/").text
    account = fresh.extensions["directory"].everyone()[0]
    assert (account.login, account.name, account.role, account.operator) == ("wang", "王芳", "admin", True)
    assert browser.get("/admin/service").status_code == 200


def test_a_set_up_happens_once(fresh: Flask) -> None:
    fresh.test_client().post("/setup", data=FORM)
    again = fresh.test_client().post("/setup", data=FORM | {"bureau": "别的局", "login": "other"})
    assert again.location == "/login"
    assert len(fresh.extensions["directory"].everyone()) == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"bureau": " "}, "请填写单位名称"),
        ({"name": ""}, "请填写姓名"),
        ({"login": "a b"}, "登录名要 2 至 60 个字符"),
        ({"password": "short", "again": "short"}, "密码太短"),
        ({"again": "another fine day"}, "两次输入的密码不一样"),
        ({"login": "somebody10", "password": "Somebody10", "again": "Somebody10"}, "不能与登录名相同"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(fresh: Flask, change: dict[str, str], sentence: str) -> None:
    answer = fresh.test_client().post("/setup", data=FORM | change)
    assert answer.status_code == 400 and sentence in answer.text
    assert "某县人社局" in answer.text or "bureau" in change
    assert FORM["password"] not in answer.text
    assert fresh.extensions["directory"].everyone() == []


@pytest.mark.parametrize("host", ["evil.example", "10.0.0.7:8000", "127.0.0.1.evil.example"])
def test_without_code_only_this_computers_own_name_sets_up(fresh: Flask, host: str) -> None:
    answer = fresh.test_client().post("/setup", data=FORM, headers={"Host": host})
    assert answer.status_code == 400 and "请在运行本系统的计算机上打开" in answer.text


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_this_computers_own_names_set_up(fresh: Flask, host: str) -> None:
    assert fresh.test_client().post("/setup", data=FORM, headers={"Host": host}).status_code == 303


def test_with_a_code_only_who_knows_it_sets_up(make_app: Callable[..., Flask]) -> None:
    app = make_app(set_up=False, SETUP_CODE="12345678")
    browser = app.test_client()
    assert 'name="code"' in browser.get("/setup").text
    wrong = browser.post("/setup", data=FORM | {"code": "12345679"})
    assert wrong.status_code == 400 and "设置码不对" in wrong.text
    right = browser.post("/setup", data=FORM | {"code": " 12345678 "}, headers={"Host": "plans.example"})
    assert right.status_code == 303


def test_guessing_the_code_is_slowed_down(make_app: Callable[..., Flask]) -> None:
    app = make_app(set_up=False, SETUP_CODE="12345678", SIGN_INS_PER_QUARTER_HOUR=3)
    client = app.test_client()
    assert [client.post("/setup", data=FORM).status_code for _ in range(4)] == [400, 400, 400, 429]


def test_old_plans_are_there_after_the_set_up(fresh: Flask, tmp_path: Path) -> None:
    write_old_record(tmp_path / "data", an_old_job(state="ready"), an_old_job(id="def", state="examining"))
    for job in ("abc", "def"):
        path = tmp_path / "data" / "jobs" / job / "upload" / "赫章县.xlsx"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"{}")
    user = User(fresh.test_client())
    user.client.post("/setup", data=FORM)
    page = user.client.get("/").text
    assert "已把以前版本的 2 个方案转到本单位" in page
    assert "/jobs/abc" in page
    assert user.client.get("/jobs/abc/workbook").data == b"{}"
    user.wait("/jobs/def")
    assert user.state("/jobs/def") == "ready"
