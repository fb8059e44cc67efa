"""Every route: who may enter it, and that nobody enters with the identifiers of another bureau."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from form_user import LOGIN, User, clerk_of
from test_result_drawings import SQUARE, geojson
from werkzeug.routing import Rule

from web.accounts.access import is_declared, least_role
from web.accounts.account import Account
from web.accounts.directory import Directory
from web.store import audit
from web.store.models import ErrandRow, Role
from web.store.tenancy import acting

EVERYBODY, OPERATOR = None, "operator"
VIEWER, PLANNER, ADMIN = Role.VIEWER, Role.PLANNER, Role.ADMIN

ROUTES = {
    "static": EVERYBODY,
    "health.healthz": EVERYBODY,
    "health.metrics": EVERYBODY,
    "pages.choose_language": EVERYBODY,
    "accounts.ask_sign_in": EVERYBODY,
    "accounts.sign_in": EVERYBODY,
    "accounts.ask_set_up": EVERYBODY,
    "accounts.set_up": EVERYBODY,
    "accounts.sign_out": VIEWER,
    "accounts.own": VIEWER,
    "accounts.change_password": VIEWER,
    "accounts.add_token": VIEWER,
    "accounts.revoke_token": VIEWER,
    "pages.home": VIEWER,
    "pages.template": VIEWER,
    "pages.show": VIEWER,
    "pages.progress": VIEWER,
    "pages.download": VIEWER,
    "pages.download_workbook": VIEWER,
    "pages.download_log": VIEWER,
    "pages.new": PLANNER,
    "pages.upload": PLANNER,
    "pages.choose_bundled": PLANNER,
    "pages.plan": PLANNER,
    "pages.stop": PLANNER,
    "pages.plan_again": PLANNER,
    "pages.ask_to_delete": PLANNER,
    "pages.delete": PLANNER,
    "versions.show": VIEWER,
    "versions.bin": VIEWER,
    "versions.restore": PLANNER,
    "versions.ask_to_publish": PLANNER,
    "versions.publish": PLANNER,
    "versions.unpublish": ADMIN,
    "papers.write": PLANNER,
    "papers.progress": VIEWER,
    "papers.download_all": VIEWER,
    "papers.download_county": VIEWER,
    "results.show": VIEWER,
    "results.gantt": VIEWER,
    "results.outlines_json": VIEWER,
    "results.show_class": VIEWER,
    "results.explain_progress": VIEWER,
    "results.download_explanation": VIEWER,
    "results.decide_class": PLANNER,
    "results.replan": PLANNER,
    "results.explain": PLANNER,
    "results.stop_explaining": PLANNER,
    "results.keep_outlines": PLANNER,
    "results.remove_outlines": PLANNER,
    "demand.choose_workbook": PLANNER,
    "demand.leave_file_out": PLANNER,
    "data.show": VIEWER,
    "data.changed": VIEWER,
    "data.change": PLANNER,
    "data.undo": PLANNER,
    "sheets.show": VIEWER,
    "sheets.row": VIEWER,
    "sheets.save": PLANNER,
    "sheets.delete": PLANNER,
    "demand.review": VIEWER,
    "demand.read_again": PLANNER,
    "demand.accept": PLANNER,
    "demand.remove_originals": PLANNER,
    "demand.counts": VIEWER,
    "demand.roster": VIEWER,
    "demand.findings": VIEWER,
    "demand.marked": PLANNER,
    "demand.original": PLANNER,
    "compare.page": VIEWER,
    "compare.template": VIEWER,
    "compare.more_money": VIEWER,
    "compare.show": VIEWER,
    "compare.progress": VIEWER,
    "compare.download": VIEWER,
    "compare.start": PLANNER,
    "compare.start_from_file": PLANNER,
    "compare.start_with_plan": PLANNER,
    "compare.work_out_more_money": PLANNER,
    "compare.adopt": PLANNER,
    "compare.stop": PLANNER,
    "compare.ask_to_delete": PLANNER,
    "compare.delete": PLANNER,
    "admin.accounts": ADMIN,
    "admin.add_account": ADMIN,
    "admin.change_role": ADMIN,
    "admin.set_active": ADMIN,
    "admin.reset_password": ADMIN,
    "admin.audit_log": ADMIN,
    "admin.audit_workbook": ADMIN,
    "admin.bureaus": OPERATOR,
    "admin.open_bureau": OPERATOR,
    "admin.set_bureau_active": OPERATOR,
    "admin.service": OPERATOR,
    "admin.make_backup": OPERATOR,
    "openapi.openapi": EVERYBODY,
    "openapi.doc_url": EVERYBODY,
    "openapi.static": EVERYBODY,
    "swagger.swagger": EVERYBODY,
    "swagger.static": EVERYBODY,
    "swagger.oauth2-redirect": EVERYBODY,
    "api_jobs.list_bundled": VIEWER,
    "api_jobs.list_jobs": VIEWER,
    "api_jobs.show": VIEWER,
    "api_jobs.progress": VIEWER,
    "api_jobs.list_files": VIEWER,
    "api_jobs.download": VIEWER,
    "api_jobs.upload": PLANNER,
    "api_jobs.choose_bundled": PLANNER,
    "api_jobs.plan": PLANNER,
    "api_jobs.stop": PLANNER,
    "api_jobs.new_version": PLANNER,
    "api_jobs.delete": PLANNER,
    "api_jobs.restore": PLANNER,
    "api_jobs.publish": PLANNER,
    "api_jobs.unpublish": ADMIN,
    "api_jobs.write_papers": PLANNER,
    "api_jobs.template": VIEWER,
    "api_demand.show": VIEWER,
    "api_demand.upload": PLANNER,
    "api_demand.answer": PLANNER,
    "api_demand.choose_workbook": PLANNER,
    "api_demand.leave_file_out": PLANNER,
    "api_demand.accept": PLANNER,
    "api_demand.remove_originals": PLANNER,
    "api_demand.original": PLANNER,
    "api_demand.marked": PLANNER,
    "api_data.show": VIEWER,
    "api_data.change": PLANNER,
    "api_data.undo": PLANNER,
    "api_data.undo_all": PLANNER,
    "api_sheets.show": VIEWER,
    "api_sheets.add": PLANNER,
    "api_sheets.change": PLANNER,
    "api_sheets.delete": PLANNER,
    "api_results.show": VIEWER,
    "api_results.list_classes": VIEWER,
    "api_results.show_class": VIEWER,
    "api_results.list_decisions": VIEWER,
    "api_results.version_difference": VIEWER,
    "api_results.show_explanation": VIEWER,
    "api_results.decide_class": PLANNER,
    "api_results.clear_decision": PLANNER,
    "api_results.replan": PLANNER,
    "api_results.explain": PLANNER,
    "api_results.stop_explaining": PLANNER,
    "api_drawings.show_figures": VIEWER,
    "api_drawings.show_gantt": VIEWER,
    "api_drawings.show_map": VIEWER,
    "api_drawings.show_outlines": VIEWER,
    "api_drawings.keep_outlines": PLANNER,
    "api_drawings.remove_outlines": PLANNER,
    "api_comparisons.choices": VIEWER,
    "api_comparisons.list_comparisons": VIEWER,
    "api_comparisons.more_money": VIEWER,
    "api_comparisons.show": VIEWER,
    "api_comparisons.download": VIEWER,
    "api_comparisons.start": PLANNER,
    "api_comparisons.start_from_file": PLANNER,
    "api_comparisons.start_with_plan": PLANNER,
    "api_comparisons.work_out_more_money": PLANNER,
    "api_comparisons.adopt": PLANNER,
    "api_comparisons.stop": PLANNER,
    "api_comparisons.delete": PLANNER,
    "api_service.show": OPERATOR,
    "api_service.make_backup": OPERATOR,
    "api_plans.list_plans": VIEWER,
    "api_plans.show_plan": VIEWER,
    "api_accounts.me": VIEWER,
    "api_accounts.list_keys": VIEWER,
    "api_accounts.revoke_key": VIEWER,
    "api_accounts.list_accounts": ADMIN,
    "api_accounts.add_account": ADMIN,
    "api_accounts.change_account": ADMIN,
    "api_accounts.reset_password": ADMIN,
    "api_accounts.list_audit": ADMIN,
    "api_accounts.list_bureaus": OPERATOR,
    "api_accounts.open_bureau": OPERATOR,
    "api_accounts.change_bureau": OPERATOR,
}
"""Who may enter at least. A new route must be added here; what is missing or different fails the test."""

OWNED = ("job_id", "series_id", "plan_id", "account_id", "token_id", "errand_id", "decision_id", "other_id")
"""Parts of addresses that name something of a bureau: from another bureau they are not found."""

FREE = {
    "name": "plan.json",
    "file": "compare.json",
    "tab": "townships",
    "paper": "explain.json",
    "code": "en",
    "filename": "form.css",
    "bureau_id": "nothing",
    "class_id": "c1",
    "change_id": "nothing",
    "comparison_id": "nothing",
    "sheet": "locks",
    "row": "new",
}
"""Other parts of addresses and a value for each. A new part must be put on one of the two lists."""


@dataclass(frozen=True, slots=True)
class Step:
    """A request to one route with one method."""

    endpoint: str
    method: str
    address: str
    parts: frozenset[str]


def steps(app: Flask, owned: dict[str, str]) -> Iterator[Step]:
    """Return a request for every route and method; ``owned`` gives the identifiers that stand in addresses."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        values = {part: (owned | FREE)[part] for part in rule.arguments}
        address = adapter.build(rule.endpoint, values, method=_methods(rule)[0])
        for method in _methods(rule):
            yield Step(rule.endpoint, method, address, frozenset(rule.arguments))


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


NOTHING = dict.fromkeys(OWNED, "nothing")


def test_every_route_says_who_may_enter_and_the_table_agrees(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {endpoint for endpoint in endpoints if not is_declared(app, endpoint)} == set()
    assert endpoints == set(ROUTES)
    said = {endpoint: least_role(app, endpoint) for endpoint in endpoints}
    operators = {endpoint for endpoint in endpoints if getattr(app.view_functions[endpoint], "operator_only", False)}
    assert {endpoint: OPERATOR if endpoint in operators else role for endpoint, role in said.items()} == ROUTES


def test_no_route_that_changes_something_takes_a_browsers_request_without_the_pages_token(
    make_app: Callable[..., Flask],
) -> None:
    """Another site can make a browser send its cookie, never the token; the JSON interface is no exception."""
    app = make_app(WTF_CSRF_ENABLED=True)
    user, taken = clerk_of(app), []
    for step in steps(app, NOTHING):
        if step.method not in ("GET", "HEAD", "OPTIONS"):
            status = user.client.open(step.address, method=step.method, **asked_with(step)).status_code
            if status != 400:
                taken.append((step, status))
    assert taken == []
    assert user.client.get("/").status_code == 200  # nor was anybody signed out


def test_every_answer_of_every_route_carries_the_security_headers(app: Flask, user: User) -> None:
    """Pages, downloads, errors and the interface's documentation alike; nothing is kept by a shared cache."""
    wanted = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "same-origin"}
    bare = []
    for step in steps(app, NOTHING):
        if step.endpoint == "accounts.sign_out":
            continue
        headers = user.client.open(step.address, method=step.method, **asked_with(step)).headers
        policy, cache = headers.get("Content-Security-Policy", ""), headers.get("Cache-Control", "")
        right = "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "public" not in cache
        if not right or any(headers.get(name) != value for name, value in wanted.items()):
            bare.append((step, policy, cache))
    assert bare == []


def test_a_visitor_enters_nothing_but_the_door(app: Flask) -> None:
    entered = []
    for step in steps(app, NOTHING):
        status = app.test_client().open(step.address, method=step.method).status_code
        if ROUTES[step.endpoint] is not EVERYBODY and status != 401:
            entered.append((step, status))
    assert entered == []


@pytest.mark.parametrize("role", [VIEWER, PLANNER, ADMIN])
def test_each_role_enters_what_the_table_says_and_nothing_else(
    app: Flask, person: Callable[..., User], role: Role
) -> None:
    rank = [VIEWER, PLANNER, ADMIN]
    user, wrong = person(role, "someone"), []
    for step in steps(app, NOTHING):
        least = ROUTES[step.endpoint]
        may_enter = least is EVERYBODY or (least is not OPERATOR and rank.index(role) >= rank.index(Role(least)))
        status = user.client.open(step.address, method=step.method).status_code
        if step.endpoint != "accounts.sign_in" and ((status in (401, 403)) == may_enter or status >= 500):
            wrong.append((step, status))  # at the sign-in page itself nobody is let in without a password
        if step.endpoint == "accounts.sign_out":
            user.sign_in("someone", "a fine day for planning" + role)
    assert wrong == []


def test_the_operator_enters_what_is_for_operators(app: Flask, user: User) -> None:
    refused = [
        step
        for step in steps(app, NOTHING)
        if ROUTES[step.endpoint] is OPERATOR
        and user.client.open(step.address, method=step.method).status_code in (401, 403)
    ]
    assert refused == []


@pytest.fixture
def owned(app: Flask, user: User, directory: Directory) -> dict[str, str]:
    """Return identifiers of the first bureau: a plan with everything a plan can have, its account, a key."""
    address = user.start()
    user.wait(address)
    user.write_papers(address)
    desk, account = app.extensions["desk"], account_of(directory)
    with acting(account.actor):
        job = desk.jobs.get(address.rsplit("/", 1)[1])
        directory.new_token(account, "x")
        token = directory.tokens(account)[0]
        with desk.jobs.database.writing() as session:
            errand = ErrandRow(job_id=job.id, kind="plan")
            session.add(errand)
            session.flush()
            errand_id = errand.id
    folder = desk.folder(job)
    folder.demand.mkdir()
    folder.marked.mkdir()
    (folder.root / "explained").mkdir()
    (folder.root / "explained" / "explain.json").write_bytes(b"of the first bureau")
    outlines = desk.data.root / "outlines" / f"{job.bureau_id}.json"
    outlines.parent.mkdir()
    outlines.write_bytes(geojson(({"name": "城关镇"}, [SQUARE])))
    files = [place / "plan.json" for place in (folder.demand, folder.marked, folder.papers / "全县")]
    for path in (*files, folder.counts, folder.roster, folder.findings, folder.log):
        path.write_bytes(b"of the first bureau")
    folder.changed_workbook.write_text("{}", encoding="utf-8")
    values = {"job_id": job.id, "series_id": job.series_id, "account_id": account.id, "token_id": token.id}
    values["plan_id"] = job.series_id
    return NOTHING | values | {"errand_id": errand_id, "other_id": job.id}


def asked_with(step: Step) -> dict[str, object]:
    """Return what a program would send, well formed: what is not has no answer about anybody's plan."""
    if step.endpoint == "api_comparisons.start_from_file":
        return {"data": {"scenarios": (io.BytesIO(b"x"), "scenarios.xlsx")}}
    bodies = {
        "api_results.decide_class": {"kind": "lock"},
        "api_comparisons.start_with_plan": {"other_job_id": "nothing"},
        "api_comparisons.adopt": {"scenario": 1},
        "api_comparisons.work_out_more_money": {"yuan": "500000"},
    }
    if step.endpoint == "api_comparisons.more_money":
        return {"query_string": {"yuan": "500000"}}
    return {"json": bodies.get(step.endpoint, {})} if step.endpoint.startswith("api_") else {}


def account_of(directory: Directory) -> Account:
    """Return the administrator of the first bureau."""
    return next(account for account in directory.everyone() if account.login == LOGIN)


def state_of(app: Flask) -> tuple[object, ...]:
    """Return all that could have been changed: jobs, accounts, keys and what the log says was done."""
    desk, directory = app.extensions["desk"], app.extensions["directory"]
    with desk.jobs.database.reading() as session:
        log = [entry for entry in audit.entries(session) if entry.login == LOGIN]
    tokens = [directory.tokens(account) for account in directory.everyone()]
    return desk.jobs.listed(), desk.jobs.in_bin(), directory.everyone(), tokens, log


def test_with_the_identifiers_of_another_bureau_nothing_is_found_and_nothing_changed(
    app: Flask, owned: dict[str, str], person: Callable[..., User]
) -> None:
    stranger = person(ADMIN, "stranger", bureau="乙县人社局")
    before, entered = state_of(app), []
    for step in steps(app, owned):
        if step.parts & set(OWNED):
            body = asked_with(step)
            answer = stranger.client.open(step.address, method=step.method, **body)
            if answer.status_code != 404 or b"of the first bureau" in answer.data:
                entered.append((step, answer.status_code))
    assert entered == []
    assert state_of(app) == before


def test_the_owner_finds_what_the_stranger_did_not(app: Flask, user: User, owned: dict[str, str]) -> None:
    """Otherwise the test before could not fail."""
    missing = [
        step
        for step in steps(app, owned)
        if step.method == "GET"
        and step.parts & set(OWNED)
        and user.client.get(step.address, **asked_with(step)).status_code == 404
    ]
    # Behind these files there is no report of a reading, comparison, explanation, map or change.
    without = {"demand.review", "results.outlines_json", "results.download_explanation", "data.changed"}
    without |= {"api_demand.show", "api_results.version_difference"}
    without |= {"api_comparisons.show", "api_comparisons.download"}
    without |= {f"compare.{view}" for view in ("show", "progress", "download", "ask_to_delete")}
    assert {step.endpoint for step in missing} <= without


def test_lists_and_choices_hold_nothing_of_another_bureau(
    app: Flask, owned: dict[str, str], person: Callable[..., User]
) -> None:
    stranger = person(ADMIN, "stranger", bureau="乙县人社局")
    for page in ("/", "/new", "/bin", "/admin/", "/admin/audit", "/account"):
        text = stranger.client.get(page).text
        assert not [value for value in owned.values() if value != "nothing" and value in text], page
        assert LOGIN not in text, page


def test_township_files_cannot_be_read_against_the_workbook_of_another_bureau(
    app: Flask, owned: dict[str, str], person: Callable[..., User]
) -> None:
    stranger = person(ADMIN, "stranger", bureau="乙县人社局")
    sent = [(io.BytesIO(b"x"), "东山.csv"), (io.BytesIO(b"{}"), "西河.csv")]
    address = stranger.client.post("/jobs", data={"workbook": sent}).location
    stranger.wait(address)
    kept = app.extensions["desk"].data.job(address.rsplit("/", 1)[1])
    with acting(None):
        app.extensions["desk"].jobs.change(kept.root.name, state="review")
    kept.reading.write_text('{"files": []}', encoding="utf-8")
    page = stranger.client.get(f"{address}/reading").text
    assert "还缺县里的工作簿" in page and owned["job_id"] not in page and "county.xlsx" not in page
    answer = stranger.client.post(f"{address}/workbook", data={"base": f"job:{owned['job_id']}"})
    assert answer.status_code == 400 and "还没有选择工作簿" in answer.text
    assert not kept.workbooks()


def test_every_change_that_goes_through_is_in_the_log(app: Flask, user: User, directory: Directory) -> None:
    address = user.upload(name="赫章县.xlsx")
    user.wait(address)
    user.client.post(f"{address}/plan", data={"time_limit": "60", "budget": "100"})
    user.wait(address)
    for verb in ("publish", "unpublish", "delete", "restore", "again"):
        assert user.client.post(f"{address}/{verb}").status_code == 303, verb
    desk = app.extensions["desk"]
    with acting(account_of(directory).actor), desk.jobs.database.reading() as session:
        log = audit.entries(session)
    done = [entry.action for entry in log if entry.subject == "赫章县"]
    assert done[::-1] == [
        "pages.upload", "pages.plan", "versions.publish", "versions.unpublish", "pages.delete", "versions.restore",
        "pages.plan_again",
    ]  # fmt: skip
    planned = next(entry for entry in log if entry.action == "pages.plan")
    assert planned.detail["budget_yuan"] == "1000000.00" and planned.login == LOGIN
    assert abs(planned.at - time.time()) < 600
