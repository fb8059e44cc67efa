"""The JSON interface: the same operations as the pages, one shape of errors, nothing that its document does not say."""

from __future__ import annotations

import io
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from form_user import clerk_of
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from web.store.models import Role
from web.store.tenancy import acting

_CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
_DRAWING = settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Program:
    """A program that brings a key."""

    def __init__(self, client: FlaskClient, key: str) -> None:
        self._client, self._headers = client, {"Authorization": f"Bearer {key}"}
        self.application = client.application

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Ask the interface and return status and body."""
        answer = self._client.open(f"/api/v1{path}", method=method, headers=self._headers, **more)
        return answer.status_code, (answer.get_json(silent=True) if answer.is_json else answer.data)

    def upload(self, orders: dict[str, Any] | None = None) -> str:
        """Upload a workbook (for the fake planner: its orders), wait until it was examined, return the job's id."""
        file = (io.BytesIO(json.dumps(orders or {}).encode()), "county.xlsx")
        status, job = self.ask("POST", "/jobs", data={"workbook": file})
        assert status == 201, job
        self.wait(job["id"])
        return str(job["id"])

    def wait(self, job_id: str) -> dict[str, Any]:
        """Wait until a job is at rest and return it."""
        for _ in range(1200):
            status, job = self.ask("GET", f"/jobs/{job_id}")
            assert status == 200
            if job["state"] not in ("examining", "queued", "running"):
                return dict(job)
            time.sleep(0.05)
        raise AssertionError(job["state"])


def program_of(app: Flask, login: str = "clerk") -> Program:
    """Return a program with a key of that account."""
    directory = app.extensions["directory"]
    account = next(each for each in directory.everyone() if each.login == login)
    with acting(account.actor):
        return Program(app.test_client(), directory.new_token(account, "test"))


@pytest.fixture
def program(app: Flask) -> Program:
    """Return a program of the bureau's administrator."""
    return program_of(app)


def test_a_program_uploads_plans_publishes_and_downloads(program: Program) -> None:
    """The whole way from a workbook to the plan's files, without a page."""
    job_id = program.upload()
    status, job = program.ask("POST", f"/jobs/{job_id}/plan", json={"time_limit_seconds": 60})
    assert (status, job["time_limit_seconds"]) == (202, 60)
    assert program.wait(job_id)["state"] == "done"
    status, progress = program.ask("GET", f"/jobs/{job_id}/progress")
    assert status == 200 and progress["points"][-1]["value"] is not None
    status, job = program.ask("POST", f"/jobs/{job_id}/publication")
    assert status == 200 and job["published_at"]
    status, listed = program.ask("GET", f"/jobs/{job_id}/files")
    assert {"county.xlsx", "plan.json", "plan.xlsx"} <= {file["name"] for file in listed["files"]}
    status, content = program.ask("GET", f"/jobs/{job_id}/files/plan.json")
    assert status == 200 and json.loads(content)["classes"] is not None
    status, plans = program.ask("GET", "/plans")
    assert [(plan["state"], plan["published_id"]) for plan in plans["plans"]] == [("published", job_id)]


def test_what_is_final_is_not_deleted_and_the_bin_gives_back(program: Program) -> None:
    """A version in the bin is hidden until it is restored; a final one cannot go there."""
    job_id = program.upload()
    assert program.ask("DELETE", f"/jobs/{job_id}")[0] == 204
    assert program.ask("GET", f"/jobs/{job_id}")[0] == 404
    assert program.ask("GET", "/jobs?in_bin=true")[1]["total"] == 1
    assert program.ask("POST", f"/jobs/{job_id}/restore")[0] == 200
    program.ask("POST", f"/jobs/{job_id}/plan", json={})
    program.wait(job_id)
    program.ask("POST", f"/jobs/{job_id}/publication")
    status, problem = program.ask("DELETE", f"/jobs/{job_id}")
    assert (status, problem["code"]) == (409, "not_now")


def test_all_faults_of_a_question_are_told_at_once(program: Program) -> None:
    """Each fault has its place, what is wrong, and the value found."""
    job_id = program.upload()
    body = {"time_limit_seconds": True, "total_budget_yuan": -1, "speed": 3}
    status, problem = program.ask("POST", f"/jobs/{job_id}/plan", json=body)
    assert (status, problem["code"]) == (422, "not_valid")
    assert {fault["place"] for fault in problem["faults"]} == {"time_limit_seconds", "total_budget_yuan", "speed"}


def test_errors_have_one_shape_in_both_languages(app: Flask) -> None:
    """Without a key, at an unknown address, with a wrong method: a code, and a sentence in the language asked for."""
    client = app.test_client()
    for path, method, status in (("/me", "GET", 401), ("/nothing", "GET", 404), ("/me", "PUT", 405)):
        answers = [
            client.open(f"/api/v1{path}", method=method, headers={"Accept-Language": language})
            for language in ("zh-CN", "en")
        ]
        assert [answer.status_code for answer in answers] == [status, status]
        chinese, english = (answer.get_json() for answer in answers)
        assert chinese["code"] == english["code"] and chinese["message"] != english["message"]
        assert english["message"].isascii()


def test_a_viewer_reads_and_changes_nothing(app: Flask, program: Program) -> None:
    """The roles of the pages hold for programs."""
    job_id = program.upload()
    directory = app.extensions["directory"]
    admin = next(each for each in directory.everyone() if each.login == "clerk")
    with acting(admin.actor):
        account, password = directory.add("viewer", "李明", Role.VIEWER)
        directory.change_password(account, "looking is allowed here")
    viewer = program_of(app, "viewer")
    assert viewer.ask("GET", f"/jobs/{job_id}")[0] == 200
    assert viewer.ask("POST", f"/jobs/{job_id}/plan", json={})[0] == 403
    assert viewer.ask("GET", "/accounts")[0] == 403


def test_another_bureau_sees_nothing(app: Flask, program: Program) -> None:
    """A key of another bureau finds neither the job nor its files, and lists none."""
    job_id = program.upload()
    directory = app.extensions["directory"]
    account, password = directory.open_bureau("另一县人社局", "other", "赵强")
    directory.change_password(account, "nothing to be seen here")
    other = program_of(app, "other")
    for path in ("", "/progress", "/files", "/files/county.xlsx"):
        assert other.ask("GET", f"/jobs/{job_id}{path}")[0] == 404
    for path in ("/plan", "/stop", "/versions", "/publication", "/papers", "/restore"):
        body = {"json": {}} if path == "/plan" else {}
        assert other.ask("POST", f"/jobs/{job_id}{path}", **body)[0] == 404
    assert other.ask("GET", "/jobs")[1] == {"jobs": [], "total": 0}


def test_the_document_and_its_page_need_no_internet(app: Flask) -> None:
    """OpenAPI 3.1 and a page that reads it, both from this server."""
    client = clerk_of(app).client
    document = client.get("/openapi/openapi.json").get_json()
    assert document["openapi"].startswith("3.1")
    page = client.get("/openapi/swagger")
    assert page.status_code == 200 and "://" not in page.text.replace("http://www.w3.org", "")


@pytest.mark.parametrize("signed_in", [True, False], ids=["with a key", "without"])
def test_no_question_breaks_it_or_gets_an_answer_its_document_does_not_know(
    make_app: Callable[..., Flask], signed_in: bool
) -> None:
    """Whatever is asked: no 5xx, and status, type and shape are those of the document."""
    app = make_app()
    headers = {"Authorization": f"Bearer {_key_of(app)}"} if signed_in else {}
    schema = schemathesis.openapi.from_wsgi("/openapi/openapi.json", app)
    asked = 0
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(_DRAWING)
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=_CHECKS)

        ask()
        asked += 1
    assert asked > 60


@pytest.mark.parametrize("plan_it", [False, True], ids=["before planning", "of a plan"])
def test_no_question_about_a_real_version_breaks_it(make_app: Callable[..., Flask], plan_it: bool) -> None:
    """The same with the identifiers of a version and a class that are there, so that what lies behind is asked, too."""
    app = make_app()
    program = program_of(app)
    job_id = program.upload({"explain_seconds": 0, "compare_seconds": 0, "seconds": 0.1})
    if plan_it:
        program.ask("POST", f"/jobs/{job_id}/plan", json={"time_limit_seconds": 60})
        program.wait(job_id)
    headers = {"Authorization": f"Bearer {_key_of(app)}"}
    there = {"job_id": job_id, "class_id": "c1"}
    asked = 0
    for found in schemathesis.openapi.from_wsgi("/openapi/openapi.json", app).get_all_operations():
        operation = found.ok()
        changes_state = operation.path.endswith(("/plan", "/publication")) and not operation.path.endswith("ons/plan")
        if "{job_id}" not in operation.path or changes_state:
            continue

        @settings(_DRAWING, max_examples=4)
        @given(case=operation.as_strategy())
        def ask(case: schemathesis.Case) -> None:
            case.path_parameters |= {key: there[key] for key in case.path_parameters if key in there}
            answer = case.call(headers=headers)
            case.validate_response(answer, checks=_CHECKS)
            program.ask("POST", f"/jobs/{job_id}/restore")

        ask()
        asked += 1
    assert asked > 30


def _key_of(app: Flask) -> str:
    directory = app.extensions["directory"]
    account = next(each for each in directory.everyone() if each.login == "clerk")
    with acting(account.actor):
        return str(directory.new_token(account, "test"))
