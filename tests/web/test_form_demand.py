"""From township files over the review of the reading to the run page; the real planner reads."""

from __future__ import annotations

import html
import io
import json
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from form_user import User, clerk_of, text_of
from township_files import COURSE, ODD_COURSE, ODD_HEADING, as_upload, write_county, write_survey

from planner.reading.layouts.fields import Field
from planner.reading.progress import FileState
from planner.reading.report import Level
from planner.reading.understand import NOTHING, REGISTER, SKIPPED, TABLE
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from tests.reading.survey import write_sheets
from tests.workbook.office import needs_office, saved_as
from web import wording
from web.progress import to_file_cards
from web.store.models import ErrandKind
from web.uploads import MOST_FILES

REAL_PLANNER = [sys.executable, "-m", "planner"]
FORM_FIELD = re.compile(
    r'<input type="(?:hidden|checkbox)" name="(?P<name>\w+)" value="(?P<value>[^"]*)"(?P<checked>[^>]*)>'
    r'|<select name="(?P<select>\w+)".*?</select>',
    re.DOTALL,
)


@pytest.fixture
def reader(make_app: Callable[..., Flask], tmp_path: Path) -> User:
    """Return a user of a form whose only bundled county is the tiny one."""
    write_county(tmp_path / "instances" / "demo.xlsx")
    return clerk_of(make_app(PLANNER_COMMAND=REAL_PLANNER))


def drop(user: User, *files: Path) -> str:
    """Upload files in one drop and return the address of the job once they have been read."""
    answer = user.client.post("/jobs", data={"workbook": [as_upload(path) for path in files]})
    assert answer.status_code == 303, answer.text
    user.wait(answer.location)
    return answer.location


def send(user: User, *files: Path, workbook: Path | None = None) -> str:
    """Upload township files with a county's workbook (the sample county's) and return the address of the job."""
    bundled = Path(user.client.application.config["INSTANCES_FOLDER"]) / "demo.xlsx"
    return drop(user, *files, workbook or bundled)


def take(user: User, address: str, base: str = "bundled:demo", **form: Any) -> None:
    """Choose the county's workbook for township files that are there, and wait until they have been read."""
    answer = user.client.post(f"{address}/workbook", data={"base": base} | form)
    assert answer.status_code == 303, answer.text
    user.wait(address)


def review(user: User, address: str) -> str:
    """Return the review page."""
    answer = user.client.get(f"{address}/reading")
    assert answer.status_code == 200, answer.text
    return answer.text


def answered(page: str, **changes: dict[str, str]) -> dict[str, list[str]]:
    """Return the page's form as it stands, with the selects ``meaning`` or ``field`` of some words changed."""
    fields: dict[str, list[str]] = {}
    word = ""
    for found in FORM_FIELD.finditer(page.split("data-answers", 1)[1]):
        if found["select"]:
            chosen = re.search(r'value="([^"]*)" selected', found[0])
            value = changes.get(found["select"], {}).get(word, html.unescape(chosen[1]) if chosen else "")
            fields.setdefault(found["select"], []).append(value)
        elif found["name"] != "skip" or "checked" in found["checked"]:
            word = html.unescape(found["value"])
            fields.setdefault(found["name"], []).append(word)
    return fields


def read_again(user: User, address: str, **changes: dict[str, str]) -> str:
    """Change answers on the review page, press 重新读取 and return the page after it."""
    answer = user.client.post(f"{address}/reading", data=answered(review(user, address), **changes))
    assert answer.status_code == 303, answer.text
    user.wait(address)
    return review(user, address)


def confirm(user: User, address: str) -> str:
    """Confirm the odd course."""
    return read_again(user, address, meaning={ODD_COURSE: f"={COURSE}"})


def test_two_township_files_are_confirmed_and_lead_to_the_run_page(reader: User, tmp_path: Path) -> None:
    files = [write_survey(tmp_path / f"{name}.xlsx", name) for name in ("东山", "西河")]
    address = send(reader, *files)
    assert reader.state(address) == "review"
    page = review(reader, address)
    assert "1 个名称需要您确认" in text_of(page)
    assert "去规划" not in page
    assert reader.client.post(f"{address}/accept").status_code == 303
    assert reader.state(address) == "review"
    assert "可以去规划" in text_of(confirm(reader, address))
    reader.client.post(f"{address}/accept")
    assert reader.state(address) == "ready"
    ready = text_of(reader.client.get(address).text)
    assert "人群和意愿取自 2 个乡镇报表" in ready
    assert "培训意愿（人次） 6" in ready


def test_one_drop_of_workbook_and_township_files_is_told_apart(reader: User, tmp_path: Path) -> None:
    county = write_county(tmp_path / "本县.xlsx")
    surveys = [write_survey(tmp_path / f"{name}.xlsx", name) for name in ("东山", "西河")]
    sent = [as_upload(path) for path in (surveys[0], county, surveys[1])]
    answer = reader.client.post("/jobs", data={"workbook": sent})
    assert answer.status_code == 303, answer.text
    reader.wait(answer.location)
    page = text_of(review(reader, answer.location))
    assert "东山.xlsx" in page and "西河.xlsx" in page
    assert reader.client.get(f"{answer.location}/workbook").data == county.read_bytes()


@pytest.mark.parametrize("ending", ["xls", "ods"])
@needs_office
def test_a_county_workbook_of_another_form_is_told_apart_too(reader: User, tmp_path: Path, ending: str) -> None:
    county = saved_as(write_county(tmp_path / "原.xlsx"), tmp_path / f"表一.{ending}")
    address = drop(reader, write_survey(tmp_path / "东山.xlsx", "东山"), county)
    assert "可以去规划" in text_of(confirm(reader, address))
    assert reader.client.get(f"{address}/workbook").data == county.read_bytes()


@pytest.mark.parametrize("townships", [("东山",), ("东山", "西河")])
def test_township_files_alone_are_kept_and_say_what_was_recognised(
    reader: User, tmp_path: Path, townships: tuple[str, ...]
) -> None:
    """One file or several: the same page, with the way on and nothing of the command line."""
    surveys = [write_survey(tmp_path / f"{name}.xlsx", name) for name in townships]
    address = drop(reader, *surveys)
    assert reader.state(address) == "review"
    page = text_of(review(reader, address))
    assert "这些是乡镇报表，还缺县里的工作簿" in page and "solve" not in page
    assert page.count("1 个乡镇，1 行有数") == len(townships)
    for survey in surveys:
        assert reader.client.get(f"{address}/demand/{survey.name}").data == survey.read_bytes()
    assert "乡镇报表已保存，还缺县里的工作簿" in reader.client.get("/").text


@pytest.mark.parametrize("way", ["bundled", "earlier", "upload"])
def test_kept_township_files_are_read_on_with_a_workbook_chosen_later(reader: User, tmp_path: Path, way: str) -> None:
    """A sample county's, that of an earlier plan, or one uploaded now: nothing is chosen twice."""
    county = write_county(tmp_path / "某县.xlsx")
    if way == "earlier":
        drop(reader, county)  # cannot be planned alone, so it is not offered
        confirm(reader, drop(reader, write_survey(tmp_path / "西河.xlsx", "西河"), county))
    address = drop(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    if way == "earlier":
        offered = re.findall(r'name="base" value="(job:[^"]+)"', review(reader, address))
        assert len(offered) == 1
        take(reader, address, offered[0])
    elif way == "upload":
        take(reader, address, "", workbook=as_upload(county))
    else:
        take(reader, address)
    assert "可以去规划" in text_of(confirm(reader, address))
    if way != "bundled":
        assert reader.client.get(f"{address}/workbook").data == county.read_bytes()


def test_earlier_workbooks_are_offered_with_the_one_used_last_first(reader: User, tmp_path: Path) -> None:
    for name in ("甲县", "乙县", "丙县", "乙县"):
        write_tables(tmp_path / f"{name}.xlsx", tables_of(a_tiny_instance()))
        drop(reader, tmp_path / f"{name}.xlsx")
    address = drop(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    offered = re.findall(r'value="job:[^"]+"><button[^>]*><strong[^>]*>([^<]+)<', review(reader, address))
    assert offered == ["乙县.xlsx", "丙县.xlsx", "甲县.xlsx"]


def test_of_several_county_workbooks_one_is_chosen_on_the_page(reader: User, tmp_path: Path) -> None:
    counties = [write_county(tmp_path / f"{name}.xlsx", counties=name) for name in ("甲县", "乙县")]
    address = drop(reader, *counties, write_survey(tmp_path / "东山.xlsx", "东山"))
    page = review(reader, address)
    assert "认出了 2 个县里的工作簿" in page
    take(reader, address, "file:乙县.xlsx")
    assert "可以去规划" in text_of(confirm(reader, address))
    assert reader.client.get(f"{address}/workbook").data == counties[1].read_bytes()


def test_two_county_workbooks_alone_lead_to_a_choice_too(reader: User, tmp_path: Path) -> None:
    counties = [write_county(tmp_path / f"{name}.xlsx", counties=name) for name in ("甲县", "乙县")]
    address = drop(reader, *counties)
    assert "认出了 2 个县里的工作簿" in review(reader, address)
    take(reader, address, "file:甲县.xlsx")
    assert reader.state(address) == "faulty"  # without township files its own demand is needed, which it lacks


def test_a_workbook_that_is_not_offered_is_not_taken(reader: User, tmp_path: Path) -> None:
    address = drop(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    for base in ("", "job:unknown", "bundled:../../x", "file:../choices.json", "file:东山.xlsx"):
        answer = reader.client.post(f"{address}/workbook", data={"base": base})
        assert answer.status_code == 400 and "还没有选择工作簿" in answer.text, base
    assert reader.state(address) == "review"


def test_a_planned_version_takes_no_other_workbook(user: User) -> None:
    address = user.upload()
    user.wait(address)
    user.client.post(f"{address}/workbook", data={"base": "bundled:demo"})
    assert user.state(address) == "ready" and user.client.get(f"{address}/workbook").data == b"{}"


def test_a_file_that_cannot_be_read_can_be_left_out_and_the_others_go_on(reader: User, tmp_path: Path) -> None:
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(b"%PDF-1.4")
    address = drop(reader, broken, write_survey(tmp_path / "东山.xlsx", "东山"))
    page = text_of(review(reader, address))
    assert "读不了：是PDF 文件，不是电子表格。请报送的单位发来原来的电子表格，或把内容录入" in page
    take(reader, address)
    assert "删除这个文件，不读它" in review(reader, address)
    assert reader.client.post(f"{address}/demand/坏.xlsx/leave-out").status_code == 303
    reader.wait(address)
    assert "坏.xlsx" not in review(reader, address)
    assert "可以去规划" in text_of(confirm(reader, address))


def test_a_file_that_is_neither_says_so_and_can_be_left_out_beside_others(reader: User, tmp_path: Path) -> None:
    other = write_sheets(tmp_path / "通讯录.xlsx", {"表": [["部门", "电话"], ["办公室", "1234"]]})
    page = review(reader, drop(reader, other))
    assert "没有认出县里的工作簿，也没有读出培训需求" in page and "没有读到人数或意愿" in page
    address = drop(reader, other, write_survey(tmp_path / "东山.xlsx", "东山"))
    page = review(reader, address)
    assert "这些是乡镇报表，还缺县里的工作簿" in page and page.count("删除这个文件，不读它") == 1
    reader.client.post(f"{address}/demand/通讯录.xlsx/leave-out")
    reader.wait(address)
    assert "通讯录.xlsx" not in review(reader, address)


def test_the_only_file_is_not_left_out(reader: User, tmp_path: Path) -> None:
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    address = drop(reader, survey)
    reader.client.post(f"{address}/demand/东山.xlsx/leave-out")
    assert reader.client.get(f"{address}/demand/东山.xlsx").data == survey.read_bytes()


def test_several_files_that_nobody_can_read_are_a_list_of_faults(reader: User, tmp_path: Path) -> None:
    for name in ("甲.xlsx", "乙.zip"):
        (tmp_path / name).write_bytes(b"%PDF-1.4")
    address = drop(reader, tmp_path / "甲.xlsx", tmp_path / "乙.zip")
    page = text_of(reader.client.get(address).text)
    assert "文件里有 2 处需要修改" in page and "甲.xlsx" in page and "乙.zip" in page


def test_a_faulty_workbook_is_exchanged_without_choosing_the_township_files_again(
    reader: User, tmp_path: Path
) -> None:
    """Both where it cannot be read at all and where a sheet is missing."""
    survey, cut = write_survey(tmp_path / "东山.xlsx", "东山"), tmp_path / "某县.xlsx"
    address = drop(reader, survey)
    take(reader, address, "", workbook=(io.BytesIO(b"%PDF-1.4"), "某县.xlsx"))
    assert reader.state(address) == "faulty"
    book = openpyxl.load_workbook(write_county(cut))
    del book["资金"]
    book.save(cut)
    take(reader, address, "", workbook=as_upload(cut))
    assert "缺少表“资金”" in confirm(reader, address)
    take(reader, address, "", workbook=as_upload(write_county(tmp_path / "改好.xlsx")))
    assert "可以去规划" in text_of(review(reader, address))


def test_english_words_on_the_page_that_asks_for_the_workbook(reader: User, tmp_path: Path) -> None:
    from test_form_manners import OwnWords

    reader.client.get("/language/en")
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"%PDF-1.4")
    page = review(reader, drop(reader, write_survey(tmp_path / "survey.xlsx", "东山"), broken))
    assert "county's workbook is still missing" in page and OwnWords.of(page) == []


def test_each_file_has_a_card_that_says_how_far_its_reading_has_come(reader: User, tmp_path: Path) -> None:
    broken = tmp_path / "坏了.xlsx"
    broken.write_bytes(b"not a workbook")
    archive = tmp_path / "打不开.zip"
    archive.write_bytes(b"PK\x03\x04 cut")
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山", "西河"), broken, archive)
    errands = reader.client.application.extensions["desk"].errands
    job = reader.client.application.extensions["desk"].jobs.get(address.rsplit("/", 1)[1])
    assert job is not None
    told = errands.latest_event(errands.latest(job, ErrandKind.READ_DEMAND))
    cards = {card.file: card for card in to_file_cards(told.data)}
    assert {card.state for card in cards.values()} == {FileState.DONE}
    read = cards["东山.xlsx"]
    assert (read.rows, read.townships, read.errors, read.problem) == (2, 2, 0, "")
    assert cards["坏了.xlsx"].problem == "不是电子表格，或文件已损坏" and cards["坏了.xlsx"].remedy
    assert cards["打不开.zip"].problem == "已损坏，无法读取" and cards["打不开.zip"].remedy
    assert cards["demo.xlsx"].is_workbook


def test_cards_are_there_from_the_start_and_move(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    """A planner that waits for a word of the test stands for slow files: each state is seen on the page."""
    (tmp_path / "instances" / "demo.xlsx").write_text("{}", encoding="utf-8")
    (tmp_path / "slow.py").write_text(SLOW_READER, encoding="utf-8")
    user = clerk_of(make_app(PLANNER_COMMAND=[sys.executable, "-S", str(tmp_path / "slow.py"), str(tmp_path)]))
    files = [write_survey(tmp_path / f"{name}.xlsx", name) for name in ("东山", "西河")]
    address = user.client.post("/jobs", data={"workbook": [as_upload(path) for path in files]}).location

    def cards() -> str:
        return text_of(f"<main>{user.client.get(f'{address}/progress').text}")

    assert "东山.xlsx 等待读取" in cards() and "西河.xlsx 等待读取" in cards()
    for word, expected in (
        ("begin", "东山.xlsx 正在读取…… 西河.xlsx 等待读取"),
        ("read", "东山.xlsx 3 个乡镇，40 行有数，2 处要改 西河.xlsx 等待读取"),
        ("refuse", "西河.xlsx 读不了：设有打开密码。取消密码后另存"),
    ):
        (tmp_path / word).touch()
        wait_until(lambda expected=expected: expected in cards())
        assert user.state(address) == "examining"
    (tmp_path / "end").touch()
    user.wait(address)
    assert user.state(address) == "review"


SLOW_READER = """
import json, sys, time
from pathlib import Path
folder = Path(sys.argv[1])
def tell(*files):
    print(json.dumps({"event": "progress", "stage": "x", "files": files}), flush=True)
def wait_for(word):
    while not (folder / word).exists():
        time.sleep(0.02)
waiting = {"file": "西河.xlsx", "state": "waiting"}
read = {"file": "东山.xlsx", "state": "done", "rows": 40, "townships": 3, "errors": 2, "layouts": ["汇总表"]}
refused = {"file": "西河.xlsx", "state": "done", "problem": "设有打开密码", "remedy": "取消密码后另存", "errors": 1}
wait_for("begin")
tell({"file": "东山.xlsx", "state": "reading"}, waiting)
wait_for("read")
tell(read, waiting)
wait_for("refuse")
tell(read, refused)
wait_for("end")
reading = {"persons": 1, "wishes": 1, "sheets": [{"file": "东山.xlsx"}], "findings": [], "proposals": []}
print(json.dumps({"ok": False, "reading": reading, "files": [read, refused]}))
"""


def wait_until(true: Callable[[], bool]) -> None:
    """Wait for something the page will show."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_page_says_by_file_and_sheet_how_columns_were_read_and_what_was_left_out(
    reader: User, tmp_path: Path
) -> None:
    page = text_of(review(reader, send(reader, write_survey(tmp_path / "东山.xlsx", "东山"))))
    for part in ("东山.xlsx", "Sheet1", "汇总表 · 读入 1 行", "第 4–5 行为表头", "年龄段 → 年龄段"):
        assert part in page
    assert f"意愿工种及人数/{ODD_COURSE} → 课程人数" in page


def test_a_column_that_was_not_understood_can_be_given_its_meaning(reader: User, tmp_path: Path) -> None:
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山", heading=ODD_HEADING))
    before = confirm(reader, address)
    assert "没有填报有意愿的人数" in text_of(before)
    after = read_again(reader, address, field={ODD_HEADING: "有意愿人数"})
    assert "没有填报有意愿的人数" not in text_of(after)
    assert f"{ODD_HEADING} → 有意愿人数" in text_of(after)


def test_a_name_can_be_left_out_and_taken_back(reader: User, tmp_path: Path) -> None:
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    assert "没有读到任何培训意愿" in text_of(read_again(reader, address, meaning={ODD_COURSE: "="}))
    assert "1 个名称需要您确认" in text_of(read_again(reader, address, meaning={ODD_COURSE: ""}))


def test_a_sheet_can_be_left_out(reader: User, tmp_path: Path) -> None:
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    form = answered(review(reader, address)) | {"skip": ["东山.xlsx!Sheet1"]}
    reader.client.post(f"{address}/reading", data=form)
    reader.wait(address)
    assert "按确认的选择不读此表" in review(reader, address)
    assert answered(review(reader, address))["skip"] == ["东山.xlsx!Sheet1"]


def test_what_was_confirmed_is_applied_to_the_next_upload_and_said(
    reader: User, make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    first = send(reader, write_survey(tmp_path / "东山.xlsx", "东山", heading=ODD_HEADING))
    confirm(reader, first)
    page = read_again(reader, first, field={ODD_HEADING: "有意愿人数"})
    assert "按上次确认" not in page
    later = clerk_of(make_app(PLANNER_COMMAND=REAL_PLANNER))
    second = send(later, write_survey(tmp_path / "西河.xlsx", "西河", heading=ODD_HEADING))
    page = review(later, second)
    assert "可以去规划" in page
    assert "有 2 项按上次确认采用" in page
    assert page.count('class="remembered"') == 2
    assert answered(page)["meaning"] == [f"={COURSE}"]


def test_a_confirmation_taken_back_is_asked_for_again_next_time(reader: User, tmp_path: Path) -> None:
    first = send(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    confirm(reader, first)
    read_again(reader, first, meaning={ODD_COURSE: ""})
    assert "1 个名称需要您确认" in review(reader, send(reader, write_survey(tmp_path / "西河.xlsx", "西河")))


def test_the_memory_holds_words_only(reader: User, tmp_path: Path) -> None:
    confirm(reader, send(reader, write_survey(tmp_path / "东山.xlsx", "东山")))
    words = json.loads(next((tmp_path / "data").glob("words-*.json")).read_text(encoding="utf-8"))["words"]
    assert words == {"乙县、甲县": {"course": {ODD_COURSE: COURSE}}}


def test_words_of_one_county_are_not_applied_to_another(reader: User, tmp_path: Path) -> None:
    """The second county has townships, courses and files of the same names."""
    confirm(reader, send(reader, write_survey(tmp_path / "东山.xlsx", "东山")))
    survey = write_survey(tmp_path / "西河.xlsx", "西河")
    county = write_county(tmp_path / "丙县.xlsx", counties="丙县")
    page = review(reader, send(reader, survey, workbook=county))
    assert "按上次确认" not in page and "1 个名称需要您确认" in page
    assert "有 1 项按上次确认采用" in review(reader, send(reader, survey))


def test_a_county_without_a_name_is_known_by_its_file(reader: User, tmp_path: Path) -> None:
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    county = write_county(tmp_path / "丁.xlsx", counties="")
    confirm(reader, send(reader, survey, workbook=county))
    words = json.loads(next((tmp_path / "data").glob("words-*.json")).read_text(encoding="utf-8"))["words"]
    assert list(words) == ["丁"]


def test_words_kept_before_bureaus_were_told_apart_go_to_the_first_one(reader: User, tmp_path: Path) -> None:
    old = {"version": 1, "words": {"本单位": {"course": {ODD_COURSE: COURSE}}}}
    (tmp_path / "data" / "words.json").write_text(json.dumps(old), encoding="utf-8")
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    assert "有 1 项按上次确认采用" in review(reader, send(reader, survey))
    other = write_county(tmp_path / "丙县.xlsx", counties="丙县")
    assert "按上次确认" not in review(reader, send(reader, survey, workbook=other))


def test_a_memory_that_cannot_be_read_does_not_stop_the_form(reader: User, tmp_path: Path) -> None:
    (tmp_path / "data" / "words.json").write_text("{", encoding="utf-8")
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    assert "可以去规划" in confirm(reader, address)


def test_faulty_cells_are_named_listed_and_marked_and_the_upload_comes_back(reader: User, tmp_path: Path) -> None:
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    book = openpyxl.load_workbook(survey)
    book["Sheet1"]["D6"] = "#REF!"
    book.save(survey)
    address = send(reader, survey)
    page = review(reader, address)
    assert "D6" in page and "去规划" not in page
    listed = openpyxl.load_workbook(io.BytesIO(reader.client.get(f"{address}/findings.xlsx").data))["核对清单"]
    assert any("D6" in map(str, row) for row in listed.values)
    marked = reader.client.get(f"{address}/marked/东山（已批注）.xlsx")
    assert openpyxl.load_workbook(io.BytesIO(marked.data))["Sheet1"]["D6"].comment is not None
    assert reader.client.get(f"{address}/demand/东山.xlsx").data == survey.read_bytes()
    assert reader.client.get(f"{address}/demand/..%2fchoices.json").status_code == 404
    assert str(tmp_path) not in page


@pytest.mark.parametrize("content", [b"", b"\xd0\xcf\x11\xe0" + bytes(600), b"%PDF-1.4", b"PK\x03\x04 cut"])
def test_a_file_that_cannot_be_read_is_a_sentence(reader: User, tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(content)
    page = review(reader, send(reader, path, write_survey(tmp_path / "东山.xlsx", "东山")))
    assert "坏.xlsx" in text_of(page)
    assert "level-error" in page
    assert "东山.xlsx" in page


def test_a_base_that_is_no_workbook_is_a_list_of_faults(reader: User, tmp_path: Path) -> None:
    address = drop(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    take(reader, address, "", workbook=(io.BytesIO(b"%PDF-1.4"), "某县.xlsx"))
    assert reader.state(address) == "faulty"
    page = text_of(reader.client.get(address).text)
    assert "文件里有 1 处需要修改" in page and "乡镇报表都保存着" in page


@pytest.mark.parametrize("how", ["crash", "hang"])
def test_a_reader_that_ends_or_hangs_costs_this_upload_only(
    make_app: Callable[..., Flask], tmp_path: Path, how: str
) -> None:
    (tmp_path / "instances" / "demo.xlsx").write_text("{}", encoding="utf-8")
    code = {"crash": "import os; os.abort()", "hang": "import time; time.sleep(60)"}[how]
    app = make_app(PLANNER_COMMAND=[sys.executable, "-S", "-c", code], READING_SECONDS=0.5)
    user = clerk_of(app)
    address = send(user, write_survey(tmp_path / "东山.xlsx", "东山"))
    assert {"crash": "读取程序意外退出", "hang": "读取乡镇报表超时"}[how] in user.client.get(address).text
    assert user.client.get(f"{address}/demand/东山.xlsx").status_code == 200
    assert user.client.get("/").status_code == 200


def test_more_files_than_one_upload_may_hold_are_refused_with_the_way_out(user: User) -> None:
    sent = [(io.BytesIO(b"x"), f"{number}.csv") for number in range(MOST_FILES + 1)]
    answer = user.client.post("/jobs", data={"workbook": sent})
    assert answer.status_code == 400 and "装进一个 .zip" in answer.text


def test_answers_that_the_page_does_not_offer_are_refused(reader: User, tmp_path: Path) -> None:
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    good = answered(review(reader, address))
    for bad in ({"meaning": ["=没有的课"]}, {"meaning": [COURSE]}, {"field": ["没有的词"] * len(good["field"])}):
        assert reader.client.post(f"{address}/reading", data=good | bad).status_code == 400
    assert reader.state(address) == "review"


def test_the_combined_input_is_planned_and_planned_again(reader: User, tmp_path: Path) -> None:
    address = send(reader, write_survey(tmp_path / "两镇.xlsx", "东山", "西河"))
    confirm(reader, address)
    reader.client.post(f"{address}/accept")
    reader.client.post(f"{address}/plan", data={"time_limit": "60", "budget": ""})
    reader.wait(address)
    assert reader.state(address) == "done"
    again = reader.client.post(f"{address}/again").location
    assert reader.state(again) == "ready"
    assert "两镇.xlsx" in review(reader, again)


def test_english_review_pages_are_chinese_only_where_the_files_speak(reader: User, tmp_path: Path) -> None:
    from test_form_manners import OwnWords

    reader.client.get("/language/en")
    address = send(reader, write_survey(tmp_path / "survey.xlsx", "东山"))
    assert OwnWords.of(review(reader, address)) == []
    assert OwnWords.of(confirm(reader, address)) == []


def test_what_a_file_says_is_never_markup(reader: User, tmp_path: Path) -> None:
    survey = write_survey(tmp_path / "东山.xlsx", "东山", heading="<img src=x onerror=alert(1)>")
    assert "<img src=x" not in review(reader, send(reader, survey))


@pytest.mark.parametrize("verb", ["reading", "accept"])
def test_a_review_needs_the_token_and_a_job(make_app: Callable[..., Flask], user: User, verb: str) -> None:
    assert user.client.post(f"/jobs/unknown/{verb}").status_code == 404
    assert make_app(WTF_CSRF_ENABLED=True).test_client().post(f"/jobs/x/{verb}").status_code == 400


def test_every_word_of_the_reader_can_be_said_in_english() -> None:
    assert set(wording.FIELDS) == {field.value for field in Field}
    assert set(wording.LAYOUTS) == {REGISTER, TABLE, NOTHING, SKIPPED}
    assert len(wording.LEVELS) == len(Level)


def test_a_job_of_a_workbook_has_no_review(user: User) -> None:
    address = user.upload()
    user.wait(address)
    assert user.client.get(f"{address}/reading").status_code == 404
