"""The JSON interface group by group: what a page does, a program does, and what a page refuses, it is refused."""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from test_api import Program, program_of
from township_files import COURSE, ODD_COURSE, as_upload, write_county, write_survey

from web.store import audit
from web.store.tenancy import acting

FUND, TARGET = "资金/金额/就业补助资金", "任务/数值/T1"


@pytest.fixture
def program(app: Flask) -> Program:
    """Return a program of the bureau's administrator."""
    return program_of(app)


def planned(program: Program, orders: dict[str, Any] | None = None) -> str:
    """Upload and plan to the end; return the job's id."""
    job_id = program.upload(orders)
    assert program.ask("POST", f"/jobs/{job_id}/plan", json={"time_limit_seconds": 60})[0] == 202
    assert program.wait(job_id)["state"] == "done"
    return job_id


def ended(program: Program, path: str) -> dict[str, Any]:
    """Wait until what stands at a path neither waits nor runs, and return it."""
    end = time.monotonic() + 60
    while (answer := program.ask("GET", path)[1])["state"] in ("queued", "running"):
        assert time.monotonic() < end, answer
        time.sleep(0.05)
    return dict(answer)


# --- township files --------------------------------------------------------------------------------------------------


def test_township_files_are_uploaded_confirmed_and_accepted(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """The real planner reads: an odd course is asked for, a wrong answer refused, the right one leads to planning."""
    write_county(tmp_path / "instances" / "demo.xlsx")
    program = program_of(make_app(PLANNER_COMMAND=[sys.executable, "-m", "planner"]))
    files = [as_upload(write_survey(tmp_path / f"{name}.xlsx", name)) for name in ("东山", "西河")]
    status, job = program.ask("POST", "/jobs/demand", data={"demand": files, "base": "bundled:demo"})
    assert status == 201
    path = f"/jobs/{job['id']}"
    assert program.wait(job["id"])["state"] == "review"
    status, reading = program.ask("GET", f"{path}/reading")
    assert (status, reading["open_names"], reading["complete"]) == (200, 1, False)
    assert reading["names"][0]["written"] == ODD_COURSE and COURSE in reading["names"][0]["known"]
    assert program.ask("POST", f"{path}/reading/acceptance")[0] == 409
    name = {"kind": reading["names"][0]["kind"], "written": ODD_COURSE}
    status, problem = program.ask("PUT", f"{path}/reading/answers", json={"names": [name | {"meaning": "没有的课"}]})
    assert (status, problem["faults"][0]["place"]) == (422, "body.names.0.meaning")
    assert program.ask("PUT", f"{path}/reading/answers", json={"names": [name | {"meaning": COURSE}]})[0] == 202
    program.wait(job["id"])
    reading = program.ask("GET", f"{path}/reading")[1]
    assert (reading["open_names"], reading["complete"], reading["wishes"]) == (0, True, 6)
    assert program.ask("GET", f"{path}/reading/originals/东山.xlsx")[0] == 200
    assert program.ask("POST", f"{path}/reading/acceptance")[1]["state"] == "ready"
    assert "汇总表.xlsx" in {file["name"] for file in program.ask("GET", f"{path}/files")[1]["files"]}


def test_township_files_are_kept_until_the_workbook_comes(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """What was recognised is told, a file nobody can read is left out, the workbook is sent later, reading goes on."""
    county = write_county(tmp_path / "某县.xlsx")
    program = program_of(make_app(PLANNER_COMMAND=[sys.executable, "-m", "planner"]))
    broken = (io.BytesIO(b"%PDF-1.4"), "坏.xlsx")
    sent = [as_upload(write_survey(tmp_path / "东山.xlsx", "东山", "西河")), broken]
    status, job = program.ask("POST", "/jobs/demand", data={"demand": sent})
    assert (status, job["file_name"]) == (201, "")
    path = f"/jobs/{job['id']}"
    assert program.wait(job["id"])["state"] == "review"
    reading = program.ask("GET", f"{path}/reading")[1]
    assert (reading["workbook_needed"], reading["found"], reading["complete"]) == (True, [], False)
    files = {file["file"]: file for file in reading["uploaded"]}
    assert (files["东山.xlsx"]["rows"], files["东山.xlsx"]["townships"]) == (2, 2)
    assert files["坏.xlsx"]["problem"] == "是PDF 文件，不是电子表格"
    assert program.ask("POST", f"{path}/reading/acceptance")[0] == 409
    assert program.ask("DELETE", f"{path}/reading/originals/没有.xlsx")[0] == 404
    assert program.ask("DELETE", f"{path}/reading/originals/坏.xlsx")[0] == 202
    program.wait(job["id"])
    assert program.ask("DELETE", f"{path}/reading/originals/东山.xlsx")[0] == 409
    assert program.ask("PUT", f"{path}/workbook", data={"workbook": as_upload(county)})[0] == 202
    assert program.wait(job["id"])["file_name"] == "某县.xlsx"
    reading = program.ask("GET", f"{path}/reading")[1]
    assert (reading["workbook_needed"], reading["open_names"], reading["originals"]) == (False, 1, ["东山.xlsx"])


def test_the_workbook_may_be_among_the_township_files(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """One is taken; of two one is chosen by its name."""
    counties = [write_county(tmp_path / f"{name}.xlsx", counties=name) for name in ("甲县", "乙县")]
    program = program_of(make_app(PLANNER_COMMAND=[sys.executable, "-m", "planner"]))
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    _, job = program.ask("POST", "/jobs/demand", data={"demand": [as_upload(survey), as_upload(counties[0])]})
    assert program.wait(job["id"])["file_name"] == "甲县.xlsx"
    _, job = program.ask("POST", "/jobs/demand", data={"demand": [as_upload(one) for one in (*counties, survey)]})
    program.wait(job["id"])
    reading = program.ask("GET", f"/jobs/{job['id']}/reading")[1]
    assert sorted(reading["found"]) == ["乙县.xlsx", "甲县.xlsx"]
    assert program.ask("PUT", f"/jobs/{job['id']}/workbook", data={"base": "file:乙县.xlsx"})[0] == 202
    assert program.wait(job["id"])["file_name"] == "乙县.xlsx"


def test_township_files_need_a_workbook_of_the_own_bureau(program: Program) -> None:
    """Neither base nor workbook is a fault at its place; one that is not there is not found; a planned one stays."""
    data = {"demand": (io.BytesIO(b"x"), "东山.csv"), "base": "job:nothing"}
    assert program.ask("POST", "/jobs/demand", data=data)[0] == 404
    assert program.ask("GET", "/jobs")[1]["total"] == 0
    path = f"/jobs/{program.upload()}/workbook"
    status, problem = program.ask("PUT", path, data={})
    assert (status, problem["faults"][0]["place"]) == (422, "base")
    assert program.ask("PUT", path, data={"base": "job:nothing"})[0] == 404
    assert program.ask("PUT", path, data={"base": "bundled:demo"})[0] == 409


# --- data ------------------------------------------------------------------------------------------------------------


def test_data_is_changed_all_or_nothing_and_taken_back(program: Program) -> None:
    """Faults stand at their values, a change in between is told, and undoing leads back."""
    path = f"/jobs/{program.upload()}/data"
    before = program.ask("GET", path)[1]
    body = {"revision": before["revision"], "values": {FUND: "错一", TARGET: "2000"}}
    status, problem = program.ask("POST", f"{path}/changes", json=body)
    assert status == 422 and [fault["place"] for fault in problem["faults"]] == [f"body.values.{FUND}"]
    assert program.ask("GET", path)[1]["changes"] == []
    body["values"] = {FUND: "7500000", TARGET: "2000"}
    status, after = program.ask("POST", f"{path}/changes", json=body)
    assert status == 200 and {one["name"]: one["value"] for one in after["changes"]} == body["values"]
    assert {one["name"]: one["value"] for one in after["fields"]}[FUND] == "7,500,000"
    status, problem = program.ask("POST", f"{path}/changes", json=body | {"values": {TARGET: "1"}})
    assert (status, problem["code"]) == (409, "not_now")
    first = after["changes"][0]["id"]
    assert len(program.ask("DELETE", f"{path}/changes/{first}")[1]["changes"]) == 1
    assert program.ask("DELETE", f"{path}/changes/{first}")[0] == 404
    assert program.ask("DELETE", f"{path}/changes")[1]["changes"] == []


def test_data_of_a_planned_version_is_shown_and_not_changed(program: Program) -> None:
    """A further version is what may be changed."""
    path = f"/jobs/{planned(program)}/data"
    status, found = program.ask("GET", path)
    assert (status, found["open_to_changes"]) == (200, False)
    assert program.ask("POST", f"{path}/changes", json={"values": {FUND: "1"}})[0] == 409
    assert program.ask("DELETE", f"{path}/changes")[0] == 409


def test_a_planner_that_does_not_answer_is_said_in_the_one_shape(program: Program) -> None:
    """503 with a sentence, and nothing is changed."""
    job_id = program.upload({"edit": "crash"})
    revision = program.ask("GET", f"/jobs/{job_id}/data")[1]["revision"]
    body = {"revision": revision, "values": {FUND: "1"}}
    status, problem = program.ask("POST", f"/jobs/{job_id}/data/changes", json=body)
    assert (status, problem["code"]) == (503, "no_answer")
    assert program.ask("GET", f"/jobs/{job_id}/data")[1]["changes"] == []


# --- plans -----------------------------------------------------------------------------------------------------------


def test_the_choices_of_the_page_reach_the_planner(app: Flask, program: Program) -> None:
    """Farming, floor and caution come to the planner's words; the workbook's own total is no change of it."""
    job_id = program.upload()
    body = {
        "farming": "ignore", "floor_percent": 10, "floor_hard": False, "cautious": True, "timetable": False,
        "total_budget_yuan": "12505000.50",
    }  # fmt: skip
    status, job = program.ask("POST", f"/jobs/{job_id}/plan", json=body)
    assert (status, job["settings"]["floor_percent"], job["total_budget_yuan"]) == (202, "10", "")
    program.wait(job_id)
    told = app.extensions["desk"].data.job(job_id).output / "words.json"
    words = json.loads(told.read_text(encoding="utf-8"))["words"]
    assert {"不计农忙", "乡镇尽量保障=10%", "--caution", "--no-timetable"} <= set(words)
    status, plan = program.ask("GET", f"/jobs/{job_id}/result")
    assert status == 200 and plan["contract"] == 1 and plan["sessions"] == []


def test_what_needs_a_plan_is_refused_before_there_is_one(program: Program) -> None:
    """409 with a sentence: the job is there, its plan is not."""
    job_id = program.upload()
    for path in ("result", "classes", "decisions", "explanation", "comparisons", "comparison-choices"):
        assert program.ask("GET", f"/jobs/{job_id}/{path}")[0] == 409, path
    for path in ("replan", "explanation", "comparisons"):
        assert program.ask("POST", f"/jobs/{job_id}/{path}", json={})[0] == 409, path


def test_classes_are_locked_forbidden_freed_and_planned_again(program: Program) -> None:
    """The next version is made with the decisions; what moved is told."""
    job_id = planned(program)
    classes = program.ask("GET", f"/jobs/{job_id}/classes")[1]["classes"]
    one = program.ask("GET", f"/jobs/{job_id}/classes/{classes[0]['id']}")[1]
    assert one["persons"] == sum(heads["persons"] for heads in one["heads"]) and one["costs"] and one["lessons"]
    for class_id, kind in (("c1", "lock"), ("c2", "forbid"), ("c3", "lock")):
        path = f"/jobs/{job_id}/classes/{class_id}/decision"
        assert program.ask("PUT", path, json={"kind": kind, "note": "会上定的"})[0] == 200
    assert program.ask("DELETE", f"/jobs/{job_id}/classes/c3/decision")[0] == 204
    waiting = program.ask("GET", f"/jobs/{job_id}/decisions")[1]["waiting"]
    assert [(one["class_id"], one["kind"]) for one in waiting] == [("c1", "lock"), ("c2", "forbid")]
    assert program.ask("POST", f"/jobs/{job_id}/replan", json={"tolerance": 0.5})[0] == 422
    status, following = program.ask("POST", f"/jobs/{job_id}/replan", json={"tolerance": 0.005})
    assert (status, following["parent_id"]) == (202, job_id)
    assert program.wait(following["id"])["settings"]["keep_tolerance"] == 0.005
    assert len(program.ask("GET", f"/jobs/{following['id']}/decisions")[1]["carried"]) == 2
    moved = program.ask("GET", f"/jobs/{following['id']}/version-difference")[1]["moved"]
    assert [one["before"]["id"] for one in moved if "start_week" in one["changes"]] == ["c2"]


def test_a_final_version_takes_no_change_and_is_changed_in_the_next_one(program: Program) -> None:
    """Decisions, data, planning and deleting are refused with 409; a decision sent with replan is for the next one."""
    job_id = planned(program)
    assert program.ask("POST", f"/jobs/{job_id}/publication")[0] == 200
    path = f"/jobs/{job_id}"
    decision = f"{path}/classes/c2/decision"
    assert program.ask("PUT", decision, json={"kind": "forbid"})[0] == 409
    assert program.ask("DELETE", decision)[0] == 409
    assert program.ask("POST", f"{path}/data/changes", json={"values": {FUND: "1"}})[0] == 409
    assert program.ask("POST", f"{path}/plan", json={})[0] == 409
    assert program.ask("DELETE", path)[0] == 409
    body = {"decisions": [{"class_id": "c2", "kind": "forbid"}]}
    status, following = program.ask("POST", f"{path}/replan", json=body)
    assert (status, following["published_at"]) == (202, None)
    program.wait(following["id"])
    assert [one["class_id"] for one in program.ask("GET", f"/jobs/{following['id']}/decisions")[1]["carried"]] == ["c2"]
    assert program.ask("GET", f"{path}/decisions")[1] == {"waiting": [], "carried": []}


def test_a_plan_is_explained_and_the_explanation_can_be_stopped(program: Program) -> None:
    """State, parts and classes; a stop ends a long one."""
    path = f"/jobs/{planned(program)}/explanation"
    assert program.ask("GET", path)[1]["state"] == "none"
    assert program.ask("POST", path, json={"class_id": "nothing"})[0] == 404
    assert program.ask("POST", path, json={})[0] == 202
    found = ended(program, path)
    assert (found["state"], found["whole"], len(found["classes"])) == ("done", True, 12)
    assert found["baselines"] and found["rules"] and found["unserved"] and found["townships"]
    long = f"/jobs/{planned(program, {'explain_seconds': 40})}/explanation"
    program.ask("POST", long, json={"class_id": "c1"})
    assert program.ask("POST", f"{long}/stop")[0] == 202
    assert ended(program, long)["class_id"] == "c1"


# --- comparisons -----------------------------------------------------------------------------------------------------


def test_scenarios_are_compared_listed_read_downloaded_and_deleted(program: Program) -> None:
    """Ready-made ones with a curve; then more money is answered from the curve."""
    job_id = planned(program)
    path = f"/jobs/{job_id}/comparisons"
    keys = {one["key"] for one in program.ask("GET", f"/jobs/{job_id}/comparison-choices")[1]["scenarios"]}
    assert {"money_less", "provider_lost"} <= keys
    assert program.ask("GET", f"/jobs/{job_id}/more-money?yuan=500000")[1]["least"] is None
    body = {"scenarios": [{"key": "money_less", "value": "10"}, {"key": "money_more"}], "curve": True}
    status, started = program.ask("POST", path, json=body)
    assert status == 202
    done = ended(program, f"{path}/{started['id']}")
    assert done["state"] == "done" and done["record"]["scenarios"] and "curve" in done["record"]
    assert [one["id"] for one in program.ask("GET", path)[1]["comparisons"]] == [started["id"]]
    assert program.ask("GET", f"{path}/{started['id']}/files/{done['files'][0]}")[0] == 200
    assert program.ask("GET", f"/jobs/{job_id}/more-money?yuan=500000")[1]["curve_id"] == started["id"]
    assert program.ask("DELETE", f"{path}/{started['id']}")[0] == 204
    assert program.ask("GET", f"{path}/{started['id']}")[0] == 404


def test_a_scenario_of_a_comparison_becomes_the_next_version(program: Program) -> None:
    """It is planned at once; a place without a plan is told at its place."""
    job_id = planned(program)
    path = f"/jobs/{job_id}/comparisons"
    one = f"{path}/{program.ask('POST', path, json={'scenarios': [{'key': 'money_less'}]})[1]['id']}"
    ended(program, one)
    status, made = program.ask("POST", f"{one}/version", json={"scenario": 1})
    assert (status, made["version"], made["parent_id"]) == (202, 2, job_id)
    assert ended(program, f"/jobs/{made['id']}")["state"] == "done"
    status, problem = program.ask("POST", f"{one}/version", json={"scenario": 9})
    assert (status, problem["faults"][0]["place"]) == (422, "body.scenario")


def test_faults_of_a_comparison_stand_at_their_places(program: Program) -> None:
    """A value out of range, a word that names nothing, nothing asked, a file that is no sheet."""
    path = f"/jobs/{planned(program)}/comparisons"
    wrong = [
        ({"scenarios": [{"key": "curve", "value": "1"}]}, "body.scenarios.0.key"),
        ({"scenarios": [{"key": "money_less", "value": "900"}]}, "body.scenarios.0.value"),
        ({}, "body.scenarios"),
    ]
    for body, place in wrong:
        status, problem = program.ask("POST", path, json=body)
        assert (status, [fault["place"] for fault in problem["faults"]]) == (422, [place])
    data = {"scenarios": (io.BytesIO(b"x"), "scenarios.exe")}
    assert program.ask("POST", f"{path}/file", data=data)[0] == 422
    assert program.ask("GET", path)[1]["comparisons"] == []


def test_a_file_more_money_and_another_plan_are_compared_and_a_long_one_is_stopped(program: Program) -> None:
    """Each ends; while one is on its way it cannot be deleted."""
    first, second = planned(program), planned(program, {"compare_seconds": 40})
    path = f"/jobs/{first}/comparisons"
    data = {"scenarios": (io.BytesIO(b"x"), "scenarios.xlsx"), "effort": "quick"}
    started = [
        program.ask("POST", f"{path}/file", data=data),
        program.ask("POST", f"{path}/money", json={"yuan": 500000}),
        program.ask("POST", f"{path}/plan", json={"other_job_id": second}),
    ]
    assert [status for status, _ in started] == [202, 202, 202]
    found = [ended(program, f"{path}/{one['id']}") for _, one in started]
    assert [(one["topic"], one["state"]) for one in found] == [
        ("scenarios", "done"), ("addition", "done"), ("plans", "done"),
    ]  # fmt: skip
    assert all(one["record"] for one in found)
    assert program.ask("POST", f"{path}/plan", json={"other_job_id": first})[0] == 422
    long = f"/jobs/{second}/comparisons"
    one = program.ask("POST", long, json={"curve": True})[1]["id"]
    assert program.ask("DELETE", f"{long}/{one}")[0] == 409
    assert program.ask("POST", f"{long}/{one}/stop")[0] == 202
    ended(program, f"{long}/{one}")


# --- keys, the service, the log --------------------------------------------------------------------------------------


def test_an_account_lists_and_revokes_its_keys(app: Flask, program: Program) -> None:
    """A revoked key opens nothing any more."""
    other = program_of(app)
    keys = program.ask("GET", "/me/keys")[1]["keys"]
    assert len(keys) == 2 and "key" not in keys[0]
    for key in keys:
        assert program.ask("DELETE", f"/me/keys/{key['id']}")[0] in (204, 401)
    assert 401 in (program.ask("GET", "/me")[0], other.ask("GET", "/me")[0])


def test_an_operator_sees_the_service_and_begins_a_backup(app: Flask, program: Program) -> None:
    """The backup is listed once it is made."""
    program.upload()
    status, found = program.ask("GET", "/service")
    assert status == 200 and found["database_answers"] and found["jobs"] == {"ready": 1}
    assert program.ask("POST", "/service/backups")[0] == 202
    app.extensions["backups"].wait()
    assert len(program.ask("GET", "/service")[1]["backups"]) == 1


def test_what_programs_change_is_in_the_log_as_what_pages_change(app: Flask, program: Program) -> None:
    """Under the same words, with the version it was done to."""
    job_id = planned(program)
    program.ask("PUT", f"/jobs/{job_id}/classes/c1/decision", json={"kind": "lock"})
    program.ask("POST", f"/jobs/{job_id}/explanation", json={})
    ended(program, f"/jobs/{job_id}/explanation")
    desk, directory = app.extensions["desk"], app.extensions["directory"]
    account = next(each for each in directory.everyone() if each.login == "clerk")
    with acting(account.actor), desk.jobs.database.reading() as session:
        log = [(entry.action, entry.subject) for entry in audit.entries(session) if entry.subject == "county"]
    actions = ["pages.upload", "pages.plan", "results.decide_class", "results.explain"]
    assert log[::-1] == [(action, "county") for action in actions]
