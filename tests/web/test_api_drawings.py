"""Figures, chart, map and outlines of a plan in the interface: the same as on its pages."""

from __future__ import annotations

import io
import json
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from form_user import User
from test_api import Program, program_of
from test_api_operations import planned
from test_result_drawings import SQUARE, geojson

from web.store import audit
from web.store.models import Role
from web.store.tenancy import acting
from web.work.errands import ErrandStore
from web.work.kinds import Lane


@pytest.fixture
def program(app: Flask) -> Program:
    """Return a program of the bureau's administrator."""
    return program_of(app)


def put_outlines(program: Program, job_id: str, content: bytes) -> Any:
    """Send outlines as a program does."""
    return program.ask("PUT", f"/jobs/{job_id}/outlines", data=content, content_type="application/json")


def test_figures_of_a_plan_are_those_of_its_record(program: Program) -> None:
    """Costs by fund and kind add up to the total; jobs, persons and classes are those of the plan."""
    job_id = planned(program)
    plan = program.ask("GET", f"/jobs/{job_id}/result")[1]
    status, found = program.ask("GET", f"/jobs/{job_id}/figures")
    assert status == 200
    assert (found["value"], found["bound"], found["classes"]) == (plan["value"], plan["bound"], len(plan["classes"]))
    assert found["persons"] == sum(heads["persons"] for one in plan["classes"] for heads in one["heads"])
    paid = sum(float(yuan) for fund in found["funds"] for yuan in fund["paid_yuan"].values())
    assert paid == pytest.approx(sum(float(one["amount"]) for one in plan["payments"])) and paid > 0
    assert sum(one["persons"] for one in found["unserved"]) == sum(one["persons"] for one in plan["unserved"])
    assert {one["id"] for one in found["targets"]} == {one["id"] for one in plan["targets"]}


def test_the_gantt_chart_is_the_pages(program: Program, user: User) -> None:
    """The same lines, bars and shades by township and by provider; days are inclusive, decisions are told."""
    job_id = planned(program)
    program.ask("PUT", f"/jobs/{job_id}/classes/c2/decision", json={"kind": "lock"})
    for by in ("township", "provider"):
        page = user.client.get(f"/jobs/{job_id}/gantt.json?by={by}").json
        status, found = program.ask("GET", f"/jobs/{job_id}/gantt?by={by}")
        assert (status, found["by"], found["lines"]) == (200, by, page["lines"])
        assert [[one["name"], one["first_line"], one["lines"]] for one in found["groups"]] == page["groups"]
        bars = [[one["line"], one["first_day"], one["class_id"], one["decision"] or ""] for one in found["bars"]]
        assert bars == [[line, start, id_, decided] for line, start, _, id_, _, _, _, decided in page["bars"]]
        assert [one["quarters"] for one in found["shades"]] == [shade[4] for shade in page["shades"]]
    assert [one["class_id"] for one in found["bars"] if one["decision"] == "lock"] == ["c2"]
    last = {one["class_id"]: one["last_day"] for one in found["bars"]}
    classes = program.ask("GET", f"/jobs/{job_id}/classes")[1]["classes"]
    assert all(one["last_day"] in (None, last[one["id"]]) for one in classes)
    assert found["weeks"] and sum(week["starting_classes"] for week in found["weeks"]) == len(classes)
    assert program.ask("GET", f"/jobs/{job_id}/gantt?by=course")[0] == 422


def test_the_map_gives_every_township_its_own_tile(program: Program) -> None:
    """People add up to the plan's; tiles have colours within the limits; without outlines it says so."""
    job_id = planned(program)
    status, found = program.ask("GET", f"/jobs/{job_id}/map?show=heads")
    assert status == 200 and found["outlines"] is False
    persons = program.ask("GET", f"/jobs/{job_id}/figures")[1]["persons"]
    assert sum(one["persons"] for one in found["townships"]) == persons > 0
    places = {(tile["column"], tile["row"]) for tile in found["tiles"]}
    assert len(places) == len(found["tiles"]) == len(found["townships"])
    assert all(0 <= tile["shade"] < len(found["limits"]) for tile in found["tiles"])
    assert max(column for column, _ in places) < found["columns"] and max(row for _, row in places) < found["rows"]
    assert program.ask("GET", f"/jobs/{job_id}/outlines")[0] == 404


def test_outlines_are_kept_for_all_plans_of_the_bureau_and_removed(app: Flask, program: Program, user: User) -> None:
    """What a program sends, the page draws; what does not fit is told; nothing but names and coordinates is kept."""
    job_id, other = planned(program), planned(program)
    content = geojson(({"name": "城关镇", "phone": "139"}, [SQUARE]), ({"name": "外县"}, [SQUARE]))
    status, found = put_outlines(program, job_id, content)
    assert status == 200 and found["unmatched"] == ["外县"] and "白果镇" in found["missing"]
    again = program.ask("GET", f"/jobs/{other}/outlines?show=share")[1]
    assert [one["name"] for one in again["values"]] == ["城关镇"] and "139" not in json.dumps(again)
    assert again["map"]["features"][0]["geometry"]["coordinates"] == [[SQUARE]]
    assert program.ask("GET", f"/jobs/{other}/map")[1]["outlines"] is True
    page = user.client.get(f"/jobs/{other}/outlines.json?show=share").json
    assert {key: again[key] for key in page} == page
    assert program.ask("DELETE", f"/jobs/{job_id}/outlines")[0] == 204
    assert program.ask("GET", f"/jobs/{other}/outlines")[0] == 404
    account = app.extensions["directory"].everyone()[0]
    with acting(account.actor), app.extensions["database"].reading() as session:
        done = [entry.action for entry in audit.entries(session) if "outlines" in entry.action]
    assert done == ["results.remove_outlines", "results.keep_outlines"]


def test_outlines_that_cannot_be_drawn_are_refused_and_the_kept_ones_stay(program: Program) -> None:
    """With a sentence and what was found."""
    job_id = planned(program)
    put_outlines(program, job_id, geojson(({"name": "城关镇"}, [SQUARE])))
    for content, found in (
        (b'{"type": "FeatureCollection", "features": []}', ""),
        (geojson(({"name": "别处"}, [SQUARE])), "别处"),
        (geojson(({"name": "城关镇"}, [[[200, 1], [2, 3], [4, 5], [200, 1]]])), "[200, 1]"),
    ):
        status, problem = put_outlines(program, job_id, content)
        fault = problem["faults"][0]
        assert (status, problem["code"], fault["place"], fault["found"]) == (422, "not_valid", "body", found)
        assert fault["problem"]
    assert put_outlines(program, job_id, b"{")[0] == 422
    assert program.ask("GET", f"/jobs/{job_id}/outlines")[0] == 200


def test_a_viewer_and_another_bureau_leave_outlines_alone(app: Flask, program: Program) -> None:
    """A viewer may look (403 for changes); for another bureau there is no such version (404)."""
    job_id = planned(program)
    content = geojson(({"name": "城关镇"}, [SQUARE]))
    put_outlines(program, job_id, content)
    directory = app.extensions["directory"]
    with acting(directory.everyone()[0].actor):
        viewer, _ = directory.add("viewer", "李明", Role.VIEWER)
        directory.change_password(viewer, "looking is allowed here")
    stranger, _ = directory.open_bureau("另一县人社局", "other", "赵强")
    directory.change_password(stranger, "nothing to be seen here")
    for login, looking, changing in (("viewer", 200, 403), ("other", 404, 404)):
        other = program_of(app, login)
        for path in ("figures", "gantt", "map", "outlines"):
            assert other.ask("GET", f"/jobs/{job_id}/{path}")[0] == looking, path
        assert put_outlines(other, job_id, content)[0] == changing
        assert other.ask("DELETE", f"/jobs/{job_id}/outlines")[0] == changing
    assert program.ask("GET", f"/jobs/{job_id}/outlines")[0] == 200


def test_bundled_counties_are_listed_and_can_be_chosen(program: Program) -> None:
    """What is listed is what may be asked for."""
    counties = program.ask("GET", "/bundled")[1]["counties"]
    assert [one["county"] for one in counties] == ["demo"] and counties[0]["title"] == "示例县"
    assert program.ask("POST", "/jobs/bundled", json={"county": "demo"})[0] == 201


def test_papers_are_followed_and_the_bureaus_own_are_downloaded_one_by_one(program: Program) -> None:
    """The progress tells the state of the papers; what lies in the archive's folder 全县 is on the list of files."""
    job_id = planned(program)
    assert program.ask("GET", f"/jobs/{job_id}/progress")[1]["papers"] == ""
    assert program.ask("POST", f"/jobs/{job_id}/papers")[0] == 202
    end = time.monotonic() + 60
    while program.ask("GET", f"/jobs/{job_id}/progress")[1]["papers"] in ("waiting", "writing"):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert program.ask("GET", f"/jobs/{job_id}/progress")[1]["papers"] == "done"
    listed = {one["name"] for one in program.ask("GET", f"/jobs/{job_id}/files")[1]["files"]}
    archive = zipfile.ZipFile(io.BytesIO(program.ask("GET", f"/jobs/{job_id}/files/文书.zip")[1]))
    own = {name.rsplit("/", 1)[1] for name in archive.namelist() if "/全县/" in name and not name.endswith("/")}
    assert own and own <= listed
    for name in own:
        assert program.ask("GET", f"/jobs/{job_id}/files/{name}")[0] == 200


def test_the_log_is_asked_for_by_time(program: Program) -> None:
    """From a time on, or before one; a time without its zone is refused."""
    program.upload()
    for query, some in (
        ("since=2100-01-01T00:00:00Z", False),
        ("before=2100-01-01T00:00:00Z", True),
        ("since=2000-01-01T00:00:00%2B08:00", True),
        ("before=2000-01-01T00:00:00Z", False),
    ):
        status, found = program.ask("GET", f"/audit?{query}")
        assert (status, bool(found["entries"])) == (200, some), query
    assert program.ask("GET", "/audit?since=2000-01-01T00:00:00")[0] == 422


def test_the_files_of_an_upload_are_told_while_they_are_read(make_app: Callable[..., Flask]) -> None:
    """One entry a file from the start, as the cards of the page."""
    app = make_app(COORDINATOR="apart")
    program = program_of(app)
    data = {"demand": (io.BytesIO(b"x"), "东山.csv"), "base": "bundled:demo"}
    job_id = program.ask("POST", "/jobs/demand", data=data)[1]["id"]
    (waiting,) = program.ask("GET", f"/jobs/{job_id}/progress")[1]["files"]
    assert (waiting["name"], waiting["state"]) == ("东山.csv", "waiting")
    store = ErrandStore(app.extensions["database"])
    told = {"files": [{"file": "东山.csv", "state": "done", "rows": 12, "townships": 3, "errors": 1},
                      {"file": "西河.csv", "state": "waiting"}]}
    store.tell(store.claim(Lane.READING, "somebody", 1), told)
    progress = program.ask("GET", f"/jobs/{job_id}/progress")[1]
    assert (progress["state"], progress["files"]) == ("examining", [
        {"name": "东山.csv", "state": "done", "rows": 12, "townships": 3, "errors": 1, "problem": "", "remedy": ""},
        {"name": "西河.csv", "state": "waiting", "rows": 0, "townships": 0, "errors": 0, "problem": "", "remedy": ""},
    ])  # fmt: skip
