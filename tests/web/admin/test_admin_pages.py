"""What administrators and operators do on their pages."""

from __future__ import annotations

import io
import re
import time
from datetime import date, timedelta

import openpyxl
import pytest
from flask import Flask
from form_user import LOGIN, PASSWORD, User, clerk_of, text_of

from web.accounts.directory import Directory
from web.admin.wording import ACTIONS
from web.journal import action_of
from web.store import audit
from web.store.models import AuditRow
from web.store.tenancy import acting


@pytest.fixture
def directory(app: Flask) -> Directory:
    """Return the accounts of the application."""
    return app.extensions["directory"]


def add(user: User, login: str, name: str = "李明", role: str = "planner") -> str:
    """Add an account on the page; return its one-time password."""
    page = user.client.post("/admin/accounts", data={"login": login, "name": name, "role": role})
    assert page.status_code == 200, page.text
    return re.findall(r'<code class="secret">([a-z0-9-]+)</code>', page.text)[-1]


def id_of(directory: Directory, login: str) -> str:
    """Return an account's identifier."""
    return next(account.id for account in directory.everyone() if account.login == login)


def test_an_added_account_signs_in_with_the_password_that_is_shown_once(app: Flask, user: User) -> None:
    password = add(user, "li")
    assert password not in user.client.get("/admin/").text
    clerk_of(app, "li", password)


def test_a_page_with_a_secret_is_kept_by_no_browser(user: User) -> None:
    answer = user.client.post("/admin/accounts", data={"login": "li", "name": "李明", "role": "viewer"})
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"login": LOGIN, "name": "x", "role": "viewer"}, "这个登录名已经有人用了"),
        ({"login": "C LERK", "name": "x", "role": "viewer"}, "登录名要 2 至 60 个字符"),
        ({"login": "li", "name": "", "role": "viewer"}, "请填写姓名"),
    ],
)
def test_an_account_that_is_not_added_says_why(user: User, form: dict[str, str], sentence: str) -> None:
    answer = user.client.post("/admin/accounts", data=form)
    assert answer.status_code == 400 and sentence in answer.text


def test_a_login_taken_in_another_bureau_is_taken(app: Flask, user: User, directory: Directory) -> None:
    form = {"bureau": "乙县人社局", "login": "yi", "name": "乙"}
    assert user.client.post("/admin/bureaus", data=form).status_code == 200
    answer = user.client.post("/admin/accounts", data={"login": "yi", "name": "x", "role": "viewer"})
    assert answer.status_code == 400 and "已经有人用了" in answer.text


def test_a_role_that_there_is_not_is_refused(user: User, directory: Directory) -> None:
    add(user, "li")
    for address, form in (
        ("/admin/accounts", {"login": "x2", "name": "x", "role": "king"}),
        (f"/admin/accounts/{id_of(directory, 'li')}/role", {"role": "king"}),
    ):
        assert user.client.post(address, data=form).status_code == 400


def test_a_changed_role_holds_at_once(app: Flask, user: User, directory: Directory) -> None:
    account = directory.everyone()[0]
    with acting(account.actor):
        li, _ = directory.add("li", "李明", "viewer")
        directory.change_password(li, "my own password")
    viewer = clerk_of(app, "li", "my own password")
    assert viewer.client.get("/new").status_code == 403
    user.client.post(f"/admin/accounts/{li.id}/role", data={"role": "planner"})
    assert viewer.client.get("/new").status_code == 200


@pytest.mark.parametrize(("verb", "form"), [("role", {"role": "planner"}), ("active", {"active": "0"})])
def test_the_last_administrator_stays(user: User, directory: Directory, verb: str, form: dict[str, str]) -> None:
    add(user, "li", role="planner")
    answer = user.client.post(f"/admin/accounts/{id_of(directory, LOGIN)}/{verb}", data=form)
    assert answer.status_code == 400 and "最后一个管理员" in answer.text
    assert user.client.get("/admin/").status_code == 200


def test_of_two_administrators_one_may_step_down(user: User, directory: Directory) -> None:
    add(user, "li", role="admin")
    answer = user.client.post(f"/admin/accounts/{id_of(directory, LOGIN)}/role", data={"role": "planner"})
    assert answer.status_code == 303
    assert user.client.get("/admin/").status_code == 403


def test_a_reset_password_ends_sessions_and_is_shown_once(app: Flask, user: User, directory: Directory) -> None:
    other = clerk_of(app)
    page = user.client.post(f"/admin/accounts/{id_of(directory, LOGIN)}/reset").text
    password = re.findall(r'<code class="secret">([a-z0-9-]+)</code>', page)[-1]
    assert other.client.get("/").status_code == 401
    assert clerk_of(app, LOGIN, password).client.get("/").location == "/account"


# --- the audit log ---------------------------------------------------------------------------------------------------


def test_the_log_tells_who_did_what(user: User) -> None:
    add(user, "li")
    page = text_of(user.client.get("/admin/audit").text)
    assert "clerk 添加账号 li 角色 规划员" in page
    assert "clerk 登录 clerk" in page


def test_what_was_refused_is_not_in_the_log_as_done(app: Flask, user: User) -> None:
    """Nothing is planned, changed, stopped or deleted of a final version, and it cannot be made final twice."""
    address = user.start()
    user.wait(address)
    user.client.post(f"{address}/publish")
    refused = {"plan": {"time_limit": "60"}, "data": {}, "data/undo": {}, "stop": {}, "delete": {}, "publish": {}}
    refused |= {"reading": {}, "accept": {}}

    def noted() -> list[str]:
        with acting(app.extensions["directory"].everyone()[0].actor), app.extensions["database"].reading() as session:
            return [entry.action for entry in audit.entries(session)]

    before = noted()
    assert before[0] == "versions.publish"
    for place, form in refused.items():
        assert user.client.post(f"{address}/{place}", data=form).status_code == 303, place
    assert noted() == before
    user.client.post(f"{address}/papers")
    user.await_papers(address, "done")
    user.client.post(f"{address}/papers")
    assert noted() == ["papers.write", *before]


def test_a_decision_in_the_log_is_told_in_words(user: User) -> None:
    address = user.start()
    user.wait(address)
    for decision in ("forbid", ""):
        user.client.post(f"{address}/classes/c1/decision", data={"decision": decision, "note": ""})
    page = text_of(user.client.get("/admin/audit").text)
    assert "班级 c1 · 决定 禁止" in page and "班级 c1 · 决定 取消" in page


def test_english_pages_of_administration_are_chinese_only_where_people_named_things(user: User) -> None:
    from test_form_manners import OwnWords

    add(user, "li")
    address = user.start()
    user.wait(address)
    series = re.search(r"/plans/[\w-]+", user.client.get(address).text)[0]
    user.client.get("/language/en")
    ours = ("/", "/new", "/bin", series, "/account")
    for page in (*ours, "/admin/", "/admin/audit", "/admin/bureaus", "/admin/service"):
        assert OwnWords.of(user.client.get(page).text) == [], page
    user.client.post("/logout")
    assert OwnWords.of(user.client.get("/login").text) == []


def test_a_failed_sign_in_is_noted_with_the_address_and_without_what_was_typed(app: Flask, user: User) -> None:
    app.test_client().post("/login", data={"login": LOGIN, "password": "hunter2 hunter2"})
    app.test_client().post("/login", data={"login": "my-secret-password", "password": "x"})
    page = text_of(user.client.get("/admin/audit").text)
    assert "登录失败 clerk 来自地址 127.0.0.1" in page
    with app.extensions["database"].reading() as session:
        dump = "".join(map(str, audit.entries(session)))
    assert "hunter2" not in dump and "my-secret" not in dump


def test_the_log_is_searched_by_person_action_and_day(app: Flask, user: User) -> None:
    directory = app.extensions["directory"]
    account = directory.everyone()[0]
    day = date(2026, 3, 2)
    with acting(account.actor), app.extensions["database"].writing() as session:
        for number in range(3):
            at = time.mktime((day + timedelta(days=number)).timetuple()) + 40_000
            who = {"bureau_id": account.bureau_id, "login": f"u{number % 2}"}
            session.add(AuditRow(at=at, action="pages.plan", **who))
    found = re.compile(r"2026-03-0\d")

    def days(query: str) -> list[str]:
        return sorted(found.findall(user.client.get(f"/admin/audit?{query}").text.split("tbody>")[1]))

    assert days("action=pages.plan&from=2026-03-03&to=2026-03-03") == ["2026-03-03"]
    assert days("login=u0") == ["2026-03-02", "2026-03-04"]
    assert days("from=2026-03-01&to=2026-03-02") == ["2026-03-02"]
    assert days("from=nonsense&to=9999-12-31&action=pages.plan") == ["2026-03-02", "2026-03-03", "2026-03-04"]


def test_a_long_log_has_pages(app: Flask, user: User) -> None:
    account = app.extensions["directory"].everyone()[0]
    with acting(account.actor), app.extensions["database"].writing() as session:
        for number in range(130):
            audit.note(session, "pages.plan", f"第{number:03}个")
    first, second = user.client.get("/admin/audit").text, user.client.get("/admin/audit?page=2").text
    assert "第129个" in first and "第000个" not in first and "较早的" in first
    assert "第000个" in second and "较新的" in second


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_nothing_in_the_downloaded_log_becomes_a_formula(app: Flask, user: User, start: str) -> None:
    account = app.extensions["directory"].everyone()[0]
    with acting(account.actor), app.extensions["database"].writing() as session:
        audit.note(session, "pages.upload", f"{start}HYPERLINK(A1)")
    content = user.client.get("/admin/audit.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cell = next(row[3] for row in sheet.iter_rows(min_row=2) if "HYPERLINK" in str(row[3].value))
    assert (cell.value, cell.data_type, cell.quotePrefix) == (f"{start}HYPERLINK(A1)", "s", True)


def test_every_action_of_the_program_has_a_name(app: Flask) -> None:
    """What directory and administration note, and every view that changes something."""
    from pathlib import Path

    import web

    noted = set()
    for path in Path(web.__file__).parent.rglob("*.py"):
        noted |= set(re.findall(r'audit\.note\(\s*session, "([a-z._]+)"', path.read_text(encoding="utf-8")))
    itself = ("admin.", "accounts.", "api_accounts.")
    changing = {
        action_of(rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"} and not rule.endpoint.startswith(itself)
    }
    looked_at = {name for name, view in app.view_functions.items() if getattr(view, "audited", False)}
    assert noted | changing | looked_at <= set(ACTIONS) | {"service.take_over"}


# --- for operators ---------------------------------------------------------------------------------------------------


def test_a_new_bureau_begins_with_an_empty_desk_and_its_administrator(app: Flask, user: User) -> None:
    user.plan()
    page = user.client.post("/admin/bureaus", data={"bureau": "乙县人社局", "login": "yi", "name": "乙"})
    password = re.findall(r'<code class="secret">([a-z0-9-]+)</code>', page.text)[-1]
    other = clerk_of(app, "yi", password)
    form = {"present": password, "password": "my own password", "again": "my own password"}
    other.client.post("/account/password", data=form)
    assert "还没有计划" in other.client.get("/").text
    assert other.client.get("/admin/").status_code == 200
    assert other.client.get("/admin/bureaus").status_code == 403


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"bureau": "某县人社局", "login": "yi", "name": "乙"}, "已经有同名的单位"),
        ({"bureau": "", "login": "yi", "name": "乙"}, "请填写单位名称"),
        ({"bureau": "乙县人社局", "login": LOGIN, "name": "乙"}, "这个登录名已经有人用了"),
    ],
)
def test_a_bureau_that_is_not_opened_says_why_and_leaves_nothing(
    user: User, directory: Directory, form: dict[str, str], sentence: str
) -> None:
    answer = user.client.post("/admin/bureaus", data=form)
    assert answer.status_code == 400 and sentence in answer.text
    assert len(directory.bureaus()) == 1


def test_nobody_closes_the_own_bureau(user: User, directory: Directory) -> None:
    answer = user.client.post(f"/admin/bureaus/{directory.bureaus()[0].id}/active", data={"active": "0"})
    assert answer.status_code == 400 and "不能关闭您自己所在的单位" in answer.text
    assert user.client.get("/").status_code == 200


def test_the_state_of_the_service_counts_versions_of_all_bureaus(user: User) -> None:
    user.plan()
    page = text_of(user.client.get("/admin/service").text)
    assert "SQLite 正常" in page and "版本总数 1" in page and "已完成 1" in page


def test_a_backup_asked_for_on_the_page_is_made_and_listed(app: Flask, user: User) -> None:
    assert user.client.post("/admin/backups").status_code == 303
    app.extensions["backups"].wait()
    page = user.client.get("/admin/service").text
    name = re.search(r"backup-\d{8}-\d{6}\.zip", page)[0]
    path = app.extensions["backups"].folder / name
    assert path.read_bytes()[:2] == b"PK"


def test_a_backup_that_fails_is_said_to_have_failed(app: Flask, user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*arguments: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("web.admin.backups.make_backup", full)
    user.client.post("/admin/backups")
    app.extensions["backups"].wait()
    assert "上一次备份没有做成" in user.client.get("/admin/service").text


# --- the workbench ---------------------------------------------------------------------------------------------------


def test_an_empty_desk_offers_the_demo_county_and_the_template(user: User) -> None:
    page = text_of(user.client.get("/").text)
    assert "用示例县试一试" in page and "下载填报模板" in page and "新建计划" in page


def test_a_plan_is_one_line_however_many_versions_it_has(user: User) -> None:
    address = user.start()
    user.wait(address)
    user.client.post(f"{address}/again")
    page = user.client.get("/").text
    assert page.count('<th scope="row">') == 1 and "共 2 版" in page


def test_a_line_shows_the_figures_of_the_final_version(user: User) -> None:
    address = user.start()
    user.wait(address)
    user.client.post(f"{address}/publish")
    user.client.post(f"{address}/again")
    line = text_of(user.client.get("/").text.split("<tbody>")[1])
    assert "已定稿" in line and "3,615" in line and "第 1 版" in line and "王芳" in line


def test_what_waits_for_somebody_is_said_first(user: User) -> None:
    user.wait(user.upload({"inspect": "faults"}, name="甲县.xlsx"))
    user.plan()
    waiting = user.client.get("/").text.split("需要处理")[1].split("</section>")[0]
    assert "甲县" in waiting and "文件里有错误" in waiting and "county" not in waiting


def test_a_final_version_offers_no_deletion_and_refuses_it(user: User) -> None:
    address = user.start()
    user.wait(address)
    user.client.post(f"{address}/publish")
    series = re.search(r"/plans/[\w-]+", user.client.get(address).text)[0]
    assert f"{address}/delete" not in user.client.get(series).text
    user.client.post(f"{address}/delete")
    assert "预计就业" in user.client.get(address).text


def test_a_viewer_sees_plans_and_no_buttons_that_change_them(app: Flask, user: User, directory: Directory) -> None:
    address = user.start()
    user.wait(address)
    account = directory.everyone()[0]
    with acting(account.actor):
        viewer, _ = directory.add("li", "李明", "viewer")
        directory.change_password(viewer, PASSWORD)
    li = clerk_of(app, "li")
    for page in ("/", re.search(r"/plans/[\w-]+", user.client.get(address).text)[0], "/bin"):
        forms = re.findall(r'<form method="post" action="([^"]+)"', li.client.get(page).text)
        assert forms == ["/logout"], page
    plan = li.client.get(address).text
    assert '<body class="looking">' in plan and "预计就业" in plan and "/publish" not in plan and "/again" not in plan
    rule = ".looking main form[method=post] button[type=submit] { display: none; }"
    assert rule in li.client.get("/static/service.css").text
    assert '<body class="looking">' not in user.client.get(address).text + li.client.get("/account").text
    assert "新建计划" not in li.client.get("/").text
