"""From township files over the review of the reading to the run page; the real planner reads."""

from __future__ import annotations

import html
import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from flask import Flask
from form_user import User, clerk_of, text_of
from township_files import COURSE, ODD_COURSE, ODD_HEADING, as_upload, write_county, write_survey

from planner.reading.layouts.fields import Field
from planner.reading.report import Level
from planner.reading.understand import NOTHING, REGISTER, SKIPPED, TABLE
from web import wording
from web.progress import to_file_cards
from web.store.models import ErrandKind

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


def send(user: User, *files: Path, **form: Any) -> str:
    """Upload township files and return the address of the job once it has been read."""
    data = {"demand": [as_upload(path) for path in files], "base": "bundled:demo"} | form
    answer = user.client.post("/jobs/demand", data=data)
    assert answer.status_code == 303, answer.text
    user.wait(answer.location)
    return answer.location


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


def test_several_files_without_or_with_two_county_workbooks_are_refused_with_the_way_out(
    reader: User, tmp_path: Path
) -> None:
    surveys = [write_survey(tmp_path / f"{name}.xlsx", name) for name in ("东山", "西河")]
    answer = reader.client.post("/jobs", data={"workbook": [as_upload(path) for path in surveys]})
    assert answer.status_code == 400 and "没有认出本县工作簿" in answer.text
    counties = [write_county(tmp_path / f"{name}.xlsx") for name in ("甲县", "乙县")]
    answer = reader.client.post("/jobs", data={"workbook": [as_upload(path) for path in (*counties, surveys[0])]})
    assert answer.status_code == 400 and "甲县.xlsx、乙县.xlsx" in answer.text


def test_each_file_has_a_card_that_says_how_far_its_reading_has_come(reader: User, tmp_path: Path) -> None:
    broken = tmp_path / "坏了.xlsx"
    broken.write_bytes(b"not a workbook")
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山"), broken)
    errands = reader.client.application.extensions["desk"].errands
    job = reader.client.application.extensions["desk"].jobs.get(address.rsplit("/", 1)[1])
    assert job is not None
    cards = to_file_cards(errands.events(errands.latest(job, ErrandKind.READ_DEMAND))[-1].data)
    assert sorted((card.name, card.done, card.rows, card.errors) for card in cards) == [
        ("东山.xlsx", True, 1, 0), ("坏了.xlsx", True, 0, 1),
    ]  # fmt: skip


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
    county = as_upload(write_county(tmp_path / "丙县.xlsx", counties="丙县"))
    page = review(reader, send(reader, survey, workbook=county, base=""))
    assert "按上次确认" not in page and "1 个名称需要您确认" in page
    assert "有 1 项按上次确认采用" in review(reader, send(reader, survey))


def test_a_county_without_a_name_is_known_by_its_file(reader: User, tmp_path: Path) -> None:
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    county = as_upload(write_county(tmp_path / "丁.xlsx", counties=""))
    confirm(reader, send(reader, survey, workbook=county, base=""))
    words = json.loads(next((tmp_path / "data").glob("words-*.json")).read_text(encoding="utf-8"))["words"]
    assert list(words) == ["丁"]


def test_words_kept_before_bureaus_were_told_apart_go_to_the_first_one(reader: User, tmp_path: Path) -> None:
    old = {"version": 1, "words": {"本单位": {"course": {ODD_COURSE: COURSE}}}}
    (tmp_path / "data" / "words.json").write_text(json.dumps(old), encoding="utf-8")
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    assert "有 1 项按上次确认采用" in review(reader, send(reader, survey))
    other = as_upload(write_county(tmp_path / "丙县.xlsx", counties="丙县"))
    assert "按上次确认" not in review(reader, send(reader, survey, workbook=other, base=""))


def test_a_memory_that_cannot_be_read_does_not_stop_the_form(reader: User, tmp_path: Path) -> None:
    (tmp_path / "data" / "words.json").write_text("{", encoding="utf-8")
    address = send(reader, write_survey(tmp_path / "东山.xlsx", "东山"))
    assert "可以去规划" in confirm(reader, address)


def test_the_bureaus_own_workbook_can_be_the_base_and_be_chosen_again(reader: User, tmp_path: Path) -> None:
    county = write_county(tmp_path / "某县.xlsx")
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    first = send(reader, survey, workbook=as_upload(county), base="")
    confirm(reader, first)
    assert reader.client.get(f"{first}/workbook").data == county.read_bytes()
    offered = re.search(r'<option value="(job:[^"]+)">某县.xlsx', reader.client.get("/new").text)
    assert offered is not None
    again = send(reader, survey, base=offered[1])
    assert "可以去规划" in review(reader, again)


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
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    address = send(reader, survey, workbook=(io.BytesIO(b"%PDF-1.4"), "某县.xlsx"))
    assert reader.state(address) == "faulty"
    assert "文件里有 1 处需要修改" in text_of(reader.client.get(address).text)


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


def test_missing_files_or_base_are_said_on_the_form(reader: User, tmp_path: Path) -> None:
    nothing = reader.client.post("/jobs/demand", data={"base": "bundled:demo"})
    assert nothing.status_code == 400 and "还没有选择乡镇报表" in nothing.text
    survey = write_survey(tmp_path / "东山.xlsx", "东山")
    for base in ("", "bundled:../../x", "job:unknown"):
        answer = reader.client.post("/jobs/demand", data={"demand": [as_upload(survey)], "base": base})
        assert answer.status_code == 400 and "还没有选择本县工作簿" in answer.text


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
