"""What is given back: choices as JSON, the list of findings, the user's own workbook with its cells marked."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from planner.errors import BadInput
from planner.reading.choices import ReadingChoices, read_choices
from planner.reading.marked import write_english_list, write_english_marked, write_list, write_marked
from planner.reading.read import read_demand
from planner.reading.report import Finding, Level, ReadingReport, SheetReport
from planner.reading.shares import allocate
from tests.reading.survey import COUNTY, SURVEY_MERGES, SURVEY_TOP, write_sheets


def faulty_survey(tmp_path: Path) -> Path:
    rows = [*SURVEY_TOP, [1, "河镇", "若干", 20, 20, 10, "约12", 15, 0]]
    return write_sheets(tmp_path / "摸底表.xlsx", {"摸底表": rows}, {"摸底表": SURVEY_MERGES})


def test_the_users_own_workbook_comes_back_with_its_cells_marked(tmp_path: Path):
    path = faulty_survey(tmp_path)
    report = read_demand([path], COUNTY).report
    (copy,), sentences = write_marked([path], report, tmp_path / "批注")
    assert sentences == []
    sheet = openpyxl.load_workbook(copy)["摸底表"]
    assert "错误" in sheet["C6"].comment.text and sheet["C6"].fill.start_color.rgb.endswith("FFC7CE")
    assert "约12" not in (sheet["A6"].comment or "")
    assert "提醒" in sheet["G6"].comment.text
    assert sheet["B6"].value == "河镇" and sheet["B6"].comment is None
    assert "A2:J2" in {str(area) for area in sheet.merged_cells.ranges}
    assert openpyxl.load_workbook(path)["摸底表"]["C6"].comment is None


def test_a_text_table_cannot_be_marked_and_says_so(tmp_path: Path):
    path = tmp_path / "表.csv"
    path.write_text("乡镇,有培训意愿人数,家政\n河镇,若干,4\n", encoding="utf-8")
    written, sentences = write_marked([path], read_demand([path], COUNTY).report, tmp_path / "批注")
    assert written == []
    assert "核对清单" in sentences[0]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_list_names_every_finding(tmp_path: Path, ending: str):
    report = read_demand([faulty_survey(tmp_path)], COUNTY).report
    out = tmp_path / f"清单.{ending}"
    write_list(report, out)
    if ending == "csv":
        rows = list(csv.reader(out.read_text(encoding="utf-8-sig").splitlines()))
    else:
        rows = [[cell or "" for cell in row] for row in openpyxl.load_workbook(out).active.iter_rows(values_only=True)]
    assert len(rows) == 1 + len(report.all_findings()) + len(report.proposals)
    assert ["错误", "摸底表.xlsx", "摸底表", "C6"] in [row[:4] for row in rows]


def test_a_marked_copy_can_be_had_with_english_comments(tmp_path: Path):
    """Its cells, colours and the comments of others stay as they were."""
    path = faulty_survey(tmp_path)
    report = read_demand([path], COUNTY).report
    (marked,), _ = write_marked([path], report, tmp_path / "批注")
    book = openpyxl.load_workbook(marked)
    book["摸底表"]["B6"].comment = Comment("请核对：村名", "李主任")
    book.save(marked)
    write_english_marked(marked, report, tmp_path / "english.xlsx")
    before, after = (openpyxl.load_workbook(book)["摸底表"] for book in (marked, tmp_path / "english.xlsx"))
    assert after["C6"].comment.text == "Error: no number can be read (若干); write a single number, for example 50"
    assert after["G6"].comment.text.startswith('Warning: "约12" is not exact; counted as 12')
    assert after["B6"].comment.text == "请核对：村名"
    for one, other in zip(before.iter_rows(), after.iter_rows(), strict=True):
        assert [(cell.value, cell.fill.start_color.rgb) for cell in one] == [
            (cell.value, cell.fill.start_color.rgb) for cell in other
        ]


def test_the_english_list_has_a_row_for_every_finding(tmp_path: Path):
    report = read_demand([faulty_survey(tmp_path)], COUNTY).report
    write_english_list(report, tmp_path / "list.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "list.xlsx")["Findings"].iter_rows(values_only=True))
    assert len(rows) == 1 + len(report.all_findings()) + len(report.proposals)
    assert rows[0] == ("Level", "File", "Sheet", "Cell", "Finding", "Value found", "What to do")
    error = next(row for row in rows if row[3] == "C6")
    assert error[:3] == ("Error", "摸底表.xlsx", "摸底表")
    assert error[4:] == ("no number can be read (若干)", "若干", "write a single number, for example 50")


def test_a_cell_that_looks_like_a_formula_stays_text(tmp_path: Path):
    report = ReadingReport([SheetReport("a.xlsx", "表")])
    report.sheets[0].findings.append(Finding(Level.ERROR, "a.xlsx", "表", "A1", "坏", "=cmd|' /C calc'!A0"))
    write_list(report, tmp_path / "清单.csv")
    assert ",'=cmd" in (tmp_path / "清单.csv").read_text(encoding="utf-8-sig")


def test_choices_survive_json(tmp_path: Path):
    names = {"课程": {"电工": "低压电工"}}
    choices = ReadingChoices({"工种/甲": "课程人数"}, {"a.xlsx!表": "skip"}, names, 2, True, False)
    path = tmp_path / "确认.json"
    path.write_text(json.dumps(choices.as_json()), encoding="utf-8")
    assert read_choices(path) == choices


def test_an_open_question_stays_open():
    assert ReadingChoices.from_json({"names": {"课程": {"电工": None, "焊接": "焊工"}}, "proposals": []}).names == {
        "课程": {"焊接": "焊工"}
    }


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("[]", "一个 JSON 对象"),
        ("{", "不是有效的确认文件"),
        ('{"colour": 1}', "不认识的项：colour"),
        ('{"columns": {"甲": "颜色"}}', "“甲”的含义“颜色”不在规定的词中"),
        ('{"sheets": {"a!b": "maybe"}}', "skip"),
        ('{"ranks": 4}', "1 到 3"),
        ('{"ranks": true}', "1 到 3"),
        ('{"names": {"课程": ["电工"]}}', "对照表"),
        ('{"hidden_rows": "no"}', "true 或 false"),
    ],
)
def test_choices_that_make_no_sense_are_refused(tmp_path: Path, content: str, problem: str):
    path = tmp_path / "确认.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match=problem):
        read_choices(path)


@pytest.mark.parametrize(
    ("total", "weights", "caps", "expected"),
    [
        (10, {"a": 1, "b": 1, "c": 1}, None, {"a": 4, "b": 3, "c": 3}),
        (7, {"a": 5, "b": 2}, None, {"a": 5, "b": 2}),
        (5, {"a": 0, "b": 0}, None, {"a": 3, "b": 2}),
        (10, {"a": 9, "b": 1}, {"a": 4, "b": 9}, {"a": 4, "b": 6}),
        (10, {"a": 9, "b": 1}, {"a": 4, "b": 3}, {"a": 4, "b": 3}),
        (3, {}, None, {}),
        (0, {"a": 1}, None, {"a": 0}),
    ],
)
def test_people_are_split_in_whole_numbers(total, weights, caps, expected):
    assert allocate(total, weights, caps) == expected
