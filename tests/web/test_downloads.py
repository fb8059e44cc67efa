"""Whatever can be downloaded: names that look like formulas stay texts in every file, from upload to comparison."""

from __future__ import annotations

import csv
import io
import re
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from form_user import clerk_of
from test_api import Program, program_of
from test_api_operations import ended
from township_files import NUMBERS, PEOPLE, as_upload

from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from web.result_explained import WORKBOOK

HOSTILE = {
    "东山": "=东山", "西河": "+西河", "县职校": "@县职校", "东山站": "-东山站", "西河站": "=西河站",
    "就业资金": "=资金", "家政服务": "=HYPERLINK(A1)",
}  # fmt: skip
"""Names of the tiny county and what they are called here."""

OURS = re.compile(r"=IF\(('学员花名册'!B\d+=|COUNTA\(C|[A-Z]+\d+=)")
"""Formulas of the sheet of attendance, which hold no word of a user."""

RUN_BY_A_SPREADSHEET = re.compile(r"\s*[=+\-@＝＋－＠]")


def write_hostile_county(path: Path) -> Path:
    """Write the tiny county's workbook with names that look like formulas."""
    tables = tables_of(a_tiny_instance())
    write_tables(
        path,
        {sheet: [{key: HOSTILE.get(cell, cell) if isinstance(cell, str) else cell for key, cell in row.items()}
                 for row in rows] for sheet, rows in tables.items()},
    )  # fmt: skip
    return path


def write_texts(path: Path, rows: list[list[object]], title: str, *merged: str) -> Path:
    """Write a sheet in which what looks like a formula is a text, as a careful township types it."""
    book = openpyxl.Workbook()
    for number, row in enumerate(rows, start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(number, column, value)
            cell.data_type = "s" if isinstance(value, str) else cell.data_type
    for area in merged:
        book.active.merge_cells(area)
    book.active.title = title
    book.save(path)
    return path


def spreadsheets(name: str, content: bytes) -> dict[str, bytes]:
    """Return the tables of a download by name: itself, or those in an archive."""
    if not name.endswith(".zip"):
        return {name: content}
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {entry: archive.read(entry) for entry in archive.namelist()}


def texts(name: str, content: bytes) -> list[str]:
    """Return the texts of a table, after a look that nothing in it is run."""
    if name.endswith(".csv"):
        cells = [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
        run = [cell for cell in cells if RUN_BY_A_SPREADSHEET.match(cell) and not re.fullmatch(r"-?[\d.]+", cell)]
        assert run == [], name
        return cells
    if not name.endswith(".xlsx"):
        return []
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells_of = [(sheet.title, cell) for sheet in book for row in sheet.iter_rows() for cell in row]
    found = [(title, cell) for title, cell in cells_of if cell.value is not None]
    formulas = [(sheet, cell.value) for sheet, cell in found if cell.data_type == "f"]
    assert [(sheet, cell) for sheet, cell in formulas if sheet != "考勤表" or not OURS.match(cell)] == [], name
    assert not [cell.value for _, cell in found if cell.hyperlink], name
    return [str(cell.value) for _, cell in found]


def look_at(found: dict[str, bytes]) -> set[str]:
    """Look at downloads by name; return the tables in which a hostile name stands."""
    tables = {name: content for key, value in found.items() for name, content in spreadsheets(key, value).items()}
    names = tuple(HOSTILE.values())
    return {
        name.rsplit("/", 1)[-1]
        for name, content in tables.items()
        if any(hostile in text for text in texts(name, content) for hostile in names)
    }


def files_of(program: Program, path: str, uploaded: str = "") -> dict[str, bytes]:
    """Download every file of a list, without the one that the user uploaded."""
    _, listed = program.ask("GET", path)
    names = [one if isinstance(one, str) else one["name"] for one in listed["files"]]
    return {name: program.ask("GET", f"{path}/files/{name}".replace("files/files", "files"))[1]
            for name in names if name != uploaded}  # fmt: skip


@pytest.fixture
def program(make_app: Callable[..., Flask], tmp_path: Path) -> Program:
    """Return a program of a bureau with the real planner, whose only bundled county has hostile names."""
    write_hostile_county(tmp_path / "instances" / "demo.xlsx")
    return program_of(make_app(PLANNER_COMMAND=[sys.executable, "-m", "planner"]))


def await_papers(program: Program, path: str) -> None:
    """Have all papers written, and wait for them."""
    assert program.ask("POST", f"{path}/papers")[0] == 202
    end = time.monotonic() + 120
    while (state := program.ask("GET", f"{path}/progress")[1]["papers"]) != "done":
        assert state != "failed" and time.monotonic() < end, state
        time.sleep(0.1)


def test_names_that_look_like_formulas_are_texts_in_every_download_of_a_plan(program: Program) -> None:
    """Changed workbook, plan, all papers, explanation, comparison of scenarios and of plans, and the log."""
    job: dict[str, Any] = program.ask("POST", "/jobs/bundled", json={"county": "demo"})[1]
    path = f"/jobs/{job['id']}"
    assert program.wait(job["id"])["state"] == "ready", program.ask("GET", path)
    data = program.ask("GET", f"{path}/data")[1]
    fund = next(one["name"] for one in data["fields"] if one["sheet"] == "资金" and one["column"] == "金额")
    body = {"revision": data["revision"], "values": {fund: "900"}}
    assert program.ask("POST", f"{path}/data/changes", json=body)[0] == 200
    assert program.ask("POST", f"{path}/plan", json={"time_limit_seconds": 60, "total_budget_yuan": 950})[0] == 202
    assert program.wait(job["id"])["state"] == "done", program.ask("GET", path)
    await_papers(program, path)
    program.ask("POST", f"{path}/explanation", json={})
    assert ended(program, f"{path}/explanation")["state"] == "done"
    other = program.ask("POST", f"{path}/versions")[1]["id"]
    program.ask("POST", f"/jobs/{other}/plan", json={"time_limit_seconds": 60})
    program.wait(other)
    scenarios = [{"key": "provider_lost", "value": HOSTILE["县职校"]}, {"key": "money_less"}]
    found = files_of(program, f"{path}/files", uploaded="demo.xlsx")
    questions = {
        "comparisons": {"scenarios": scenarios, "effort": "quick"},
        "comparisons/plan": {"other_job_id": other},
    }
    for asked, question in questions.items():
        status, kept = program.ask("POST", f"{path}/{asked}", json=question)
        assert status == 202, kept
        assert ended(program, f"{path}/comparisons/{kept['id']}")["state"] == "done"
        found |= files_of(program, f"{path}/comparisons/{kept['id']}")
    found["操作记录.xlsx"] = clerk_of(program.application).client.get("/admin/audit.xlsx").data
    named = look_at(found)
    assert {"changed.xlsx", "input.xlsx", "plan.xlsx", WORKBOOK, "情景对比表.xlsx", "方案变动表.xlsx"} <= named
    assert len(named) > 12, "tables of the archive of papers"


def test_names_that_look_like_formulas_are_texts_in_what_is_made_of_township_files(
    program: Program, tmp_path: Path
) -> None:
    """The list of findings and the marked copy."""
    band = a_tiny_instance().cohorts[0].age_band
    rows: list[list[object]] = [
        ["乡镇", "年龄段", "有培训意愿人数", "意愿工种及人数"],
        ["", "", "", "=家政"],
        *([HOSTILE[name], band, "3人", "=坏了"] for name in ("东山", "西河")),
        ["=北山", band, 3, 3],
    ]
    files = [as_upload(write_texts(tmp_path / "乡镇.xlsx", rows, "表", "A1:A2", "B1:B2", "C1:C2"))]
    job = program.ask("POST", "/jobs/demand", data={"demand": files, "base": "bundled:demo"})[1]
    path = f"/jobs/{job['id']}"
    program.wait(job["id"])
    reading = program.ask("GET", f"{path}/reading")[1]
    found = files_of(program, f"{path}/files", uploaded="demo.xlsx")
    found |= {name: program.ask("GET", f"{path}/reading/marked/{name}")[1] for name in reading["marked"]}
    assert look_at(found) == {"核对清单.xlsx", "乡镇（已批注）.xlsx"}


def test_names_that_look_like_formulas_are_texts_in_what_is_made_of_a_register(
    program: Program, tmp_path: Path
) -> None:
    """The counts and the roster, in which nobody is named; the sheet's own name is one of a formula, too."""
    rows: list[list[object]] = [["乡镇", "姓名", "身份证号", "年龄", "培训意愿", "意愿培训工种1"]]
    people = zip(HOSTILE.values(), PEOPLE, NUMBERS, strict=False)
    rows += [[name, person, number, 35, "是", HOSTILE["家政服务"]] for name, person, number in list(people)[:2]]
    files = [as_upload(write_texts(tmp_path / "台账.xlsx", rows, "=台账"))]
    job = program.ask("POST", "/jobs/demand", data={"demand": files, "base": "bundled:demo"})[1]
    program.wait(job["id"])
    found = files_of(program, f"/jobs/{job['id']}/files", uploaded="demo.xlsx")
    assert look_at(found) == {"汇总表.xlsx", "人员明细.csv"}
    assert not [name for name, content in found.items() for person in PEOPLE if person in "".join(texts(name, content))]
