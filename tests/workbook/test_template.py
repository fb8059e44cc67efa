"""The blank workbook, its page of instructions, and the reference page."""

from pathlib import Path

import openpyxl
import pytest

from planner.errors import BadInput
from planner.workbook.documentation import workbook_markdown
from planner.workbook.examples import example_of
from planner.workbook.read import read_workbook
from planner.workbook.schema import INSTRUCTIONS, SETTINGS, SHEETS, Kind
from planner.workbook.template import write_template


@pytest.fixture(scope="module")
def template(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("template") / "模板.xlsx"
    write_template(path)
    return path


def test_the_blank_template_lacks_only_demand_and_funds(template: Path):
    with pytest.raises(BadInput) as caught:
        read_workbook(template)
    assert [(fault.sheet, fault.problem) for fault in caught.value.faults] == [
        ("需求", "表“需求”没有数据行"),
        ("资金", "表“资金”没有数据行"),
    ]


def test_the_template_holds_every_sheet_and_heading(template: Path):
    book = openpyxl.load_workbook(template)
    assert book.sheetnames == [INSTRUCTIONS, *(sheet.name for sheet in SHEETS)]
    for sheet in SHEETS:
        headings = [cell.value for cell in book[sheet.name][1]]
        assert headings[: len(sheet.columns)] == [column.heading for column in sheet.columns]


def test_every_enumerated_column_has_a_drop_down_of_its_words(template: Path):
    book = openpyxl.load_workbook(template)
    for sheet in SHEETS:
        lists = [rule.formula1 for rule in book[sheet.name].data_validations.dataValidation if rule.type == "list"]
        for column in sheet.columns:
            if column.kind in (Kind.CHOICE, Kind.YES_NO):
                assert any(all(word in found for word in column.allowed) for found in lists), column.heading


def test_the_template_lists_every_setting(template: Path):
    rows = openpyxl.load_workbook(template)["参数"].iter_rows(min_row=2, max_col=2, values_only=True)
    assert [row for row in rows if row[0]] == [(setting.heading, None) for setting in SETTINGS]


def test_a_template_filled_in_where_needed_reads(template: Path, tmp_path: Path):
    book = openpyxl.load_workbook(template)
    book["需求"].append(["河镇", "40岁以下", "一般", "钢筋工", 30])
    book["资金"].append(["省级资金", 100000])
    book.save(tmp_path / "填好.xlsx")
    assert read_workbook(tmp_path / "填好.xlsx").instance.demand[0].persons == 30


def test_the_examples_read_back_without_a_remark(tmp_path: Path):
    """Every example of the page of instructions, in its sheet: no fault, no note, nothing to be checked."""
    write_template(tmp_path / "示例.xlsx", with_examples=True)
    read = read_workbook(tmp_path / "示例.xlsx")
    assert read.notes == ()
    instance = read.instance
    assert {one.name for one in instance.townships} == {"河镇", "山乡"}
    assert instance.demand[0].persons and instance.locks and instance.teachers and instance.history
    book = openpyxl.load_workbook(tmp_path / "示例.xlsx")
    assert all(book[sheet.name].cell(2, 1).value is not None for sheet in SHEETS)


def test_every_column_has_an_example_on_the_page_of_instructions(template: Path):
    """Settings apart: their defaults stand there. 农时 by week and a lock's heads exclude other columns."""
    without = {("农时", "周一日期"), ("农时", "农忙指数"), ("固定班", "人数")}
    without |= {("任务", filter_) for filter_ in ("区县", "乡镇", "年龄段", "产业", "培训类型", "课程", "机构")}
    missing = {
        (sheet.name, column.heading)
        for sheet in SHEETS
        if sheet.name != "参数"
        for column in sheet.columns
        if example_of(sheet.name, column.heading) is None
    }
    assert missing == without
    page = [row for row in openpyxl.load_workbook(template)[INSTRUCTIONS].iter_rows(values_only=True) if row[0]]
    assert ("愿意人数", "30") in {(row[0], row[4]) for row in page}


def test_the_reference_page_is_current():
    page = Path(__file__).parents[2] / "docs" / "workbook.md"
    assert page.read_text(encoding="utf-8") == workbook_markdown(), (
        "run: python -m planner.workbook.documentation docs/workbook.md"
    )
