"""What the service says of itself to whoever watches it, and what it writes down."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from form_user import LOGIN, PASSWORD, User, clerk_of
from prometheus_client.parser import text_string_to_metric_families

from web.health import COORDINATOR
from web.store.models import HeartbeatRow

ELSEWHERE = {"REMOTE_ADDR": "10.1.1.7"}


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """Return an application whose coordinator is elsewhere, so that the tests speak for it."""
    return make_app(COORDINATOR="elsewhere")


def beat(app: Flask, seconds_ago: float) -> None:
    """Let the coordinator have spoken so long ago."""
    with app.extensions["database"].writing() as session:
        session.merge(HeartbeatRow(name=COORDINATOR, at=time.time() - seconds_ago))


def test_a_service_that_is_well_says_so(app: Flask) -> None:
    beat(app, 1.0)
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 200
    assert answer.json["status"] == "ok" and answer.json["database"] is True


def test_a_silent_coordinator_is_no_health(app: Flask) -> None:
    beat(app, 600.0)
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json["status"]) == (503, "failing")
    assert 590 < answer.json["coordinator_seconds"] < 700


def test_a_full_disk_is_no_health(make_app: Callable[..., Flask]) -> None:
    answer = make_app(LEAST_FREE_MEGABYTES=10**9).test_client().get("/healthz")
    assert answer.status_code == 503 and answer.json["enough_space"] is False


def test_a_database_that_does_not_answer_is_no_health(app: Flask) -> None:
    with app.extensions["database"].writing() as session:
        session.connection().exec_driver_sql("DROP TABLE heartbeat")
    answer = app.test_client().get("/healthz")
    assert answer.status_code == 503 and answer.json["database"] is False


def test_strangers_learn_only_whether_it_is_well(app: Flask) -> None:
    answer = app.test_client().get("/healthz", environ_base=ELSEWHERE)
    assert answer.json == {"status": "ok"}
    assert app.test_client().get("/metrics", environ_base=ELSEWHERE).status_code == 403


def test_a_visitor_behind_a_proxy_on_this_computer_is_a_stranger(app: Flask) -> None:
    headers = {"X-Forwarded-For": "10.1.1.7"}
    assert app.test_client().get("/metrics", headers=headers).status_code == 403


def test_the_token_opens_the_figures_from_elsewhere(make_app: Callable[..., Flask]) -> None:
    client = make_app(METRICS_TOKEN="a token").test_client()
    right, wrong = ({"Authorization": f"Bearer {token}"} for token in ("a token", "another"))
    assert client.get("/metrics", headers=right, environ_base=ELSEWHERE).status_code == 200
    assert client.get("/metrics", headers=wrong, environ_base=ELSEWHERE).status_code == 403


def test_the_figures_count_answers_and_jobs(make_app: Callable[..., Flask]) -> None:
    app = make_app()
    user = clerk_of(app)
    user.plan()
    user.client.get("/jobs/unknown")
    text = app.test_client().get("/metrics").text
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert values["planner_web_jobs", "done"] == 1
    assert values["planner_web_jobs", "running"] == 0
    assert values["planner_web_answers_total", "4xx", "GET", "pages.show"] == 1
    assert values["planner_web_free_bytes",] > 0
    assert 0 <= values["planner_web_coordinator_seconds",] < 60


def test_a_change_is_a_line_of_json_with_job_and_account(
    user: User, record: Callable[[], list[dict[str, object]]], app: Flask
) -> None:
    address = user.upload()
    user.client.post(f"{address}/stop")
    line = next(line for line in record() if line.get("endpoint") == "pages.stop")
    assert line["job"] == address.rsplit("/", 1)[1] and line["status"] == 303
    assert line["account"] == app.extensions["directory"].everyone()[0].id


def test_the_record_names_nobody_and_no_password(
    app: Flask, user: User, record: Callable[[], list[dict[str, object]]]
) -> None:
    user.upload(name="张三的名单.xlsx")
    app.test_client().post("/login", data={"login": LOGIN, "password": "a wrong password"})
    user.client.post("/admin/accounts", data={"login": "li", "name": "李明", "role": "viewer"})
    text = json.dumps(record(), ensure_ascii=False)
    assert "accounts.sign_in" in text
    for secret in ("张三", "李明", "王芳", "a wrong password", PASSWORD, "127.0.0.1"):
        assert secret not in text


def test_lines_of_other_programs_and_errors_are_json_too(record: Callable[[], list[dict[str, object]]]) -> None:
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("somewhere").exception("it broke %s", "here")
    line = record()[-1]
    assert (line["event"], line["logger"], line["level"]) == ("it broke here", "somewhere", "error")
    assert "ValueError: why" in str(line["exception"])


def test_the_record_begins_a_new_file_when_it_is_full(tmp_path: Path, record: object) -> None:
    for _ in range(1300):
        logging.getLogger("x").info("y" * 1000)
    names = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert names == ["service.jsonl", "service.jsonl.1"]
