"""The 24 kinds of dirt of bureaus' forms (docs/reading-values.md), each carried from a file to what the report says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from planner.errors import BadInput
from planner.reading.read import DemandReading, read_demand
from planner.reading.report import Level
from planner.reading.values import read_date, read_identity, read_money, read_period, read_phones
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance
from tests.reading.survey import BOTH, COUNTY, MIDDLE, POOR, YOUNG, id_number, write_sheets

REAL_FILES = Path(__file__).parents[2] / ".." / "shared" / "cases" / "sheets"
TOP = ["乡镇", "有培训意愿人数", "家政"]
PEOPLE = ["乡镇", "姓名", "身份证号", "年龄", "脱贫属性", "是否易地搬迁户", "培训意愿", "意愿培训工种1"]
ON = date(2026, 1, 5)

Test = Callable[[Path], None]
KINDS: dict[int, Test] = {}


def dirt(number: int) -> Callable[[Test], Test]:
    """Register the test of one row of the catalogue."""

    def register(test: Test) -> Test:
        assert number not in KINDS
        KINDS[number] = test
        return test

    return register


@pytest.mark.parametrize("number", range(1, 25))
def test_each_kind_of_dirt_is_read_or_named(number: int, tmp_path: Path):
    KINDS[number](tmp_path)


def survey(tmp_path: Path, *rows: list[object], top: list[object] | None = None, **more: object) -> DemandReading:
    """Read a survey table of these rows."""
    return read_demand([write_sheets(tmp_path / "摸底表.xlsx", {"摸底表": [top or TOP, *rows]}, **more)], COUNTY)


def register_of(tmp_path: Path, *people: list[object], top: list[str] = PEOPLE) -> DemandReading:
    return read_demand([write_sheets(tmp_path / "台账.xlsx", {"台账": [top, *people]})], COUNTY)


def a_person(identity: object = "", age: object = 35, township: str = "河镇", tags: tuple[str, str] = ("", "")):
    return [township, "某人", identity or id_number("19900101", 1), age, *tags, "是", "家政"]


def said(reading: DemandReading, *levels: Level) -> str:
    return "\n".join(map(str, reading.report.all_findings(*levels)))


@dirt(1)
def id_typed_as_a_number(tmp_path: Path) -> None:
    for raw in (530627199001010000, "5.30627E+17"):
        assert "已丢失" in said(register_of(tmp_path, a_person(raw)), Level.ERROR)


@dirt(2)
def numbers_in_cells_formatted_as_text(tmp_path: Path) -> None:
    assert survey(tmp_path, ["河镇", "20", "04"]).people.wishes == 4


@dirt(3)
def telephones_as_numbers_and_two_in_a_cell(tmp_path: Path) -> None:
    del tmp_path
    for raw in (13800000000.0, "13800000000.0", "138 0000 0000", "138-0000-0000"):
        assert read_phones(raw).value == ("13800000000",)
    assert read_phones("13800000000/13900000000").value == ("13800000000", "13900000000")


@dirt(4)
def dates_in_every_form(tmp_path: Path) -> None:
    del tmp_path
    for raw in (46082, "2026.3.1", "2026年3月1日", "26/3/1", "2026-03-01"):
        assert read_date(raw).value == date(2026, 3, 1), raw
    assert read_period("3.1-3.15", year=2026).value == (date(2026, 3, 1), date(2026, 3, 15))
    vague = read_date("3月上旬", year=2026)
    assert vague.value == date(2026, 3, 1) and vague.remarks
    assert read_date("待定").value is None and read_date("待定").fault is None
    assert read_date("3/5/26").fault is not None


@dirt(5)
def full_width_digits_and_spaces(tmp_path: Path) -> None:
    reading = survey(tmp_path, ["河　镇", "１２人", "４"])
    assert (reading.people.persons, reading.people.wishes) == (12, 4)
    banded = survey(tmp_path, ["河镇", 5, 3], top=["乡镇", "４０岁以下", "家政"])
    assert {key[1] for key in banded.people.cohorts} == {YOUNG}


@dirt(6)
def merged_titles_headings_and_townships(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["某县2026年摸底表"],
        ["乡镇", "年龄段", "有培训意愿人数", "意愿工种及人数", ""],
        ["", "", "", "电焊工", "家政"],
        ["河镇", YOUNG, 30, 5, 1],
        ["", MIDDLE, 20, 4, 2],
    ]
    merges = ["A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "A4:A5"]
    reading = read_demand([write_sheets(tmp_path / "表.xlsx", {"表": rows}, {"表": merges})], COUNTY)
    assert sum(n for key, n in reading.people.cohorts.items() if key[0] == "河镇") == 50
    assert "第 2–3 行为表头" in said(reading)


@dirt(7)
def totals_in_the_body_first_and_wrong(tmp_path: Path) -> None:
    reading = survey(tmp_path, ["合计", 99, 7], ["河镇", 20, 4], ["小计", 20, 4], ["山乡", 30, 3])
    assert (reading.people.persons, reading.people.wishes) == (50, 7)
    assert "合计写的是 99，各行相加为 50，按各行计" in said(reading, Level.WARNING)


@dirt(8)
def notes_blank_rows_and_hidden_rows(tmp_path: Path) -> None:
    path = write_sheets(
        tmp_path / "表.xlsx",
        {"表": [TOP, ["河镇", 20, 4], [], ["山乡", 30, 3], ["填表人：某某   审核人：某某"], ["注：数据截至12月"]]},
    )
    book = openpyxl.load_workbook(path)
    book["表"].row_dimensions[4].hidden = True
    book["表"].auto_filter.ref = "A1:C4"
    book.save(path)
    reading = read_demand([path], COUNTY)
    assert reading.people.persons == 50
    assert "第 4 行在表中被隐藏" in said(reading, Level.WARNING) and "表尾的说明、签字（2 行）" in said(reading)


@dirt(9)
def units_and_vague_figures_in_cells(tmp_path: Path) -> None:
    cells = {"45人": 45, "1,000": 1000, "0.3万": 3000, "约50": 50, "50余人": 50, "40-50": 40, "≥20": 20}
    for cell, persons in cells.items():
        assert survey(tmp_path, ["河镇", cell, 1]).people.persons == persons, cell
    assert "按下限 40 计" in said(survey(tmp_path, ["河镇", "40-50", 1]), Level.WARNING)


@dirt(10)
def people_and_attendances_yuan_and_ten_thousands_hours_and_days(tmp_path: Path) -> None:
    reading = survey(tmp_path, ["河镇", "45人次", 1])
    assert "格内单位是“人次”，这里需要“人”" in said(reading, Level.WARNING)
    assert read_money("3.5万元").value == 3_500_000
    tables = tables_of(a_tiny_instance())
    tables["课程"] = [row | {"课日": 64} for row in tables["课程"]]
    write_tables(tmp_path / "县.xlsx", tables)
    with pytest.raises(BadInput, match="核对填的是课日还是课时"):  # 64 days are more than the plan's weeks have
        read_workbook(tmp_path / "县.xlsx")


@dirt(11)
def old_and_short_names_of_townships(tmp_path: Path) -> None:
    reading = survey(tmp_path, ["可乐乡", 20, 4], ["河镇人民政府", 30, 3], ["山乡 ", 5, 1])
    assert {key[0] for key in reading.people.cohorts} == {"可乐彝族苗族乡", "河镇", "山乡"}
    assert "乡镇“可乐乡”按“可乐彝族苗族乡”计" in said(reading, Level.UNDERSTOOD)


@dirt(12)
def other_names_of_courses(tmp_path: Path) -> None:
    reading = survey(tmp_path, ["河镇", 20, 4, 5], top=["乡镇", "有培训意愿人数", "电焊工", "养老护理"])
    assert {key[3] for key in reading.people.demand} == {"焊工", "养老护理员"}
    asked = survey(tmp_path, ["河镇", 20, 4], top=["乡镇", "有培训意愿人数", "家政服务与管理"])
    assert "列“家政服务与管理”可能是“课程人数”，未确认，暂不使用" in said(asked, Level.WARNING)


@dirt(13)
def groups_under_the_words_of_other_years(tmp_path: Path) -> None:
    for word, group in (("贫困劳动力", POOR), ("建档立卡", POOR), ("脱贫人口", POOR), ("脱贫劳动力", POOR)):
        reading = survey(tmp_path, ["河镇", word, 20, 4], top=["乡镇", "人员类别", "有培训意愿人数", "家政"])
        assert {key[2] for key in reading.people.cohorts} == {group}, word
    both = register_of(tmp_path, a_person(tags=("建档立卡贫困户", "搬迁户")))
    assert {key[2] for key in both.people.cohorts} == {BOTH}


@dirt(14)
def repeated_people_bad_check_digits_and_old_numbers(tmp_path: Path) -> None:
    number = id_number("19900101", 5)
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    reading = register_of(tmp_path, a_person(number), a_person(number, township="山乡"), a_person(wrong))
    assert reading.people.persons == 2  # The wrong number's age is typed; it is an error all the same.
    assert "河镇、山乡两地都有" in said(reading, Level.WARNING)
    assert "校验位不符" in said(reading, Level.ERROR)
    assert read_identity("110105491231002", ON).value.born == date(1949, 12, 31)
    assert read_identity("11010519491231002x", ON).value is not None


@dirt(15)
def ages_that_disagree_and_the_boundary(tmp_path: Path) -> None:
    reading = register_of(tmp_path, a_person(id_number("19860105", 1), age=60))
    assert {key[1] for key in reading.people.cohorts} == {MIDDLE}  # Forty on the day the plan starts.
    assert "年龄与身份证号码不符，按号码计" in said(reading, Level.WARNING)


@dirt(16)
def old_workbooks_of_other_programs(tmp_path: Path) -> None:
    del tmp_path
    files = sorted(REAL_FILES.rglob("*.xls"))
    if not files:
        pytest.skip("../shared/cases/sheets is not there: real files not tried")
    for path in files[:5]:
        report = read_demand([path], COUNTY).report
        assert report.sheets or report.faults()


@dirt(17)
def a_wrong_dimension(tmp_path: Path) -> None:
    import zipfile

    path = write_sheets(tmp_path / "表.xlsx", {"表": [TOP, ["河镇", 20, 4]]})
    wrong = tmp_path / "wps.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(wrong, "w") as target:
        for entry in source.infolist():
            piece = source.read(entry)
            if entry.filename == "xl/worksheets/sheet1.xml":
                assert b'<dimension ref="A1:C2"/>' in piece
                piece = piece.replace(b'<dimension ref="A1:C2"/>', b'<dimension ref="A1:A1"/>')
            target.writestr(entry.filename, piece)
    assert read_demand([wrong], COUNTY).people.persons == 20


@dirt(18)
def wrong_endings_web_pages_and_passwords(tmp_path: Path) -> None:
    good = write_sheets(tmp_path / "表.xlsx", {"表": [TOP, ["河镇", 20, 4]]})
    for ending in (".xls", ".et"):
        renamed = tmp_path / f"表{ending}"
        renamed.write_bytes(good.read_bytes())
        assert read_demand([renamed], COUNTY).people.persons == 20
    page = tmp_path / "导出.xls"
    page.write_text("<html><table><tr><td>乡镇</td></tr></table></html>", encoding="utf-8")
    assert "是网页（HTML）" in said(read_demand([page], COUNTY), Level.ERROR)
    locked = tmp_path / "密.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert "设有打开密码" in said(read_demand([locked], COUNTY), Level.ERROR)


@dirt(19)
def text_tables_in_every_encoding(tmp_path: Path) -> None:
    text = "乡镇,有培训意愿人数,家政\n河镇,20,4\n"
    for encoding in ("utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text(text, encoding=encoding)
        assert read_demand([path], COUNTY).people.persons == 20, encoding


@dirt(20)
def formulas_without_values_errors_and_apostrophes(tmp_path: Path) -> None:
    assert survey(tmp_path, ["河镇", "'20", "'4"]).people.persons == 20
    assert "公式错误 #REF!" in said(survey(tmp_path, ["河镇", 20, "#REF!"]), Level.ERROR)
    book = openpyxl.Workbook()
    for row in (TOP, ["河镇", 20, "=2+2"]):
        book.active.append(row)
    book.save(tmp_path / "公式.xlsx")
    reading = read_demand([tmp_path / "公式.xlsx"], COUNTY)
    assert "公式没有保存结果" in said(reading, Level.ERROR)


@dirt(21)
def a_sheet_for_each_township_with_columns_in_another_order(tmp_path: Path) -> None:
    sheets = {
        "河镇": [["有培训意愿人数", "家政", "备注"], [20, 4, "无"]],
        "山乡": [["负责人", "家政", "有培训意愿人数"], ["某某", 3, 30]],
    }
    reading = read_demand([write_sheets(tmp_path / "分表.xlsx", sheets)], COUNTY)
    for township, people, wishes in (("河镇", 20, 4), ("山乡", 30, 3)):
        assert sum(n for key, n in reading.people.cohorts.items() if key[0] == township) == people
        assert sum(n for key, n in reading.people.demand.items() if key[0] == township) == wishes


@dirt(22)
def a_merge_of_a_single_cell(tmp_path: Path) -> None:
    path = write_sheets(tmp_path / "表.xlsx", {"表": [TOP, ["河镇", 20, 4]]})
    book = openpyxl.load_workbook(path)
    book["表"].merged_cells.ranges.add(openpyxl.worksheet.cell_range.CellRange("B2:B2"))
    book.save(path)
    assert read_demand([path], COUNTY).people.persons == 20


@dirt(23)
def rare_and_private_characters(tmp_path: Path) -> None:
    from dataclasses import replace

    county = replace(COUNTY, townships=(("𬭎㛃镇", "某县"),))
    for encoding in ("gb18030", "utf-8"):
        path = tmp_path / f"{encoding}.csv"
        path.write_text("乡镇,有培训意愿人数,家政\n𬭎㛃镇,20,4\n", encoding=encoding)
        assert {key[0] for key in read_demand([path], county).people.cohorts} == {"𬭎㛃镇"}
    private = survey(tmp_path, ["河镇", 20, "\ue000"])
    assert said(private, Level.ERROR) or said(private, Level.WARNING)


@dirt(24)
def slips_of_an_order_of_magnitude(tmp_path: Path) -> None:
    top = ["乡镇", "外出务工人数(万人)", "有培训意愿人数", "家政"]
    reading = survey(tmp_path, ["河镇", 1821, 20, 4], top=top)
    assert "外出务工人数合计 18,210,000 人" in said(reading, Level.WARNING)
