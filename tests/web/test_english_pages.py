"""What the planner says is English on English pages, in answers to programs and in files; the user's words stay."""

from __future__ import annotations

import html
import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from chinese_left import words_of_the_contract, words_of_workbooks
from flask import Flask
from form_user import User, clerk_of
from township_files import as_upload, write_county, write_survey

from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance

REAL_PLANNER = [sys.executable, "-m", "planner"]
CHINESE = re.compile(r"[\u3400-\u9fff]+")


@pytest.fixture
def clerk(make_app: Callable[..., Flask], tmp_path: Path) -> User:
    """Return a clerk who reads English, with the real planner behind the pages and the tiny county bundled."""
    write_county(tmp_path / "instances" / "demo.xlsx")
    user = clerk_of(make_app(PLANNER_COMMAND=REAL_PLANNER))
    user.client.get("/language/en")
    return user


def broken_county(path: Path) -> Path:
    """Write the tiny county's workbook with a fault of each kind: cell, name, limit, row, heading, sheet."""
    tables = tables_of(a_tiny_instance())
    tables["需求"][0]["愿意人数"] = "约50人"
    tables["需求"][1]["课程"] = "家政"
    tables["课程"][0] |= {"课日": 200, "季节窗口": "春季", "可下乡": "也许"}
    tables["机构"][0]["驻地"] = "城关"
    tables["乡镇"].append(dict(tables["乡镇"][0]))
    tables["场地"] = [{key: value for key, value in row.items() if key != "场地"} for row in tables["场地"]]
    del tables["资金"]
    write_tables(path, tables)
    return path


def upload(user: User, path: Path) -> str:
    """Upload a workbook and return the address of its page once it is examined."""
    answer = user.client.post("/jobs", data={"workbook": [as_upload(path)]})
    assert answer.status_code == 303, answer.text
    user.wait(answer.location)
    return answer.location


def chinese_in(page: str, *files: Path) -> set[str]:
    """Return the Chinese of a page beside the words of the user's files."""
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    words = words_of_workbooks(files) | words_of_the_contract() | {path.name for path in files}
    known = sorted(filter(CHINESE.search, words), key=len, reverse=True)
    said = html.unescape(re.sub(r"<[^>]+>", "\n", main))
    return set(CHINESE.findall(re.sub("|".join(map(re.escape, known)), "", said)))


def test_every_fault_of_a_workbook_is_told_in_english(clerk: User, tmp_path: Path) -> None:
    """Places, names and values stay as they stand in the workbook."""
    path = broken_county(tmp_path / "某县.xlsx")
    page = clerk.client.get(upload(clerk, path)).text
    said = html.unescape(re.sub(r"<[^>]+>", "", page))
    assert '"愿意人数" must be a number' in said
    assert 'no course is called "家政"' in said
    assert 'sheet "资金" is missing' in said
    assert 'column "场地" is missing; it cannot be left out' in said
    assert page.count("<tr>") >= 9
    assert chinese_in(page, path) == set()


def test_programs_are_told_faults_in_the_language_they_ask_for(clerk: User, tmp_path: Path) -> None:
    job_id = upload(clerk, broken_county(tmp_path / "某县.xlsx")).rsplit("/", 1)[1]
    told = {}
    for language in ("zh-CN", "en"):
        clerk.client.get(f"/language/{'zh' if language == 'zh-CN' else 'en'}")
        answer = clerk.client.get(f"/api/v1/jobs/{job_id}", headers={"Accept-Language": language})
        told[language] = {(one["sheet"], one["cell"]): one for one in answer.get_json()["faults"]}
    assert told["zh-CN"].keys() == told["en"].keys()
    place = next(place for place, fault in told["en"].items() if fault["found"] == "约50人")
    assert place[0] == "需求"
    assert told["zh-CN"][place]["problem"] == "愿意人数应为数字"
    assert told["en"][place]["problem"] == '"愿意人数" must be a number'


def test_the_page_of_data_and_the_pages_of_sheets_are_english(clerk: User, tmp_path: Path) -> None:
    path = tmp_path / "某县.xlsx"
    write_tables(path, tables_of(a_tiny_instance()))
    address = upload(clerk, path)
    linked = re.findall(rf'href="({address}/data/sheets/[^"/]+)"', clerk.client.get(f"{address}/data").text)
    assert len(linked) > 8
    for place in [address, f"{address}/data", *linked, *(f"{sheet}/rows/new" for sheet in linked)]:
        answer = clerk.client.get(place)
        assert answer.status_code == 200, place
        assert chinese_in(answer.text, path) == set(), place


def test_findings_are_downloaded_in_the_language_of_the_page(clerk: User, tmp_path: Path) -> None:
    """List and marked copy; the copy keeps the sheet and the cells of the user's file."""
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    book = openpyxl.load_workbook(survey)
    book["Sheet1"]["D6"] = "#REF!"
    book.save(survey)
    answer = clerk.client.post(
        "/jobs", data={"workbook": [as_upload(survey), as_upload(tmp_path / "instances" / "demo.xlsx")]}
    )
    clerk.wait(answer.location)
    found = {}
    for language in ("en", "zh"):
        clerk.client.get(f"/language/{language}")
        listed = openpyxl.load_workbook(io.BytesIO(clerk.client.get(f"{answer.location}/findings.xlsx").data))
        marked = clerk.client.get(f"{answer.location}/marked/东山（已批注）.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(marked.data))["Sheet1"]
        row = next(row for row in listed.worksheets[0].values if row[3] == "D6")
        found[language] = (listed.sheetnames, row[0], row[4], sheet["D6"].comment.text, sheet["A6"].value)
    error = "the cell is the formula error #REF!"
    assert found["en"][:3] == (["Findings"], "Error", error)
    assert found["en"][3].startswith(f"Error: {error}; ")
    assert found["zh"][:2] == (["核对清单"], "错误")
    assert found["zh"][3].startswith("错误：单元格是公式错误 #REF!；")
    assert found["en"][4] == found["zh"][4] == "东山"


def test_requirements_that_clash_are_told_in_english(user: User) -> None:
    user.client.get("/language/en")
    page = html.unescape(re.sub(r"<[^>]+>", "", user.plan({"solve": "infeasible"})))
    assert re.search(r'fixed class ["“]家政服务员, 3 people["”] \(must be held', page)
    assert re.search(r'target ["“]T1["”]', page)
