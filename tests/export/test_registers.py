"""Registers for provincial systems: read back with pandas, and opened by a spreadsheet program."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.errors import BadInput
from planner.export.csv_file import cell_text, csv_bytes
from planner.export.folders import PaperFolders
from planner.export.register_fields import CLASSES, EXAMS, SEATS, SESSIONS
from planner.export.registers import write_registers

from .builders import a_class, a_course, a_plan, an_instance, with_days

needs_office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: not opened")

FILES = ["班级登记.csv", "课程安排.csv", "考核安排.csv", "学员花名册.csv"]


def a_timetable(instance: Instance | None = None) -> Plan:
    """Both classes of the small plan with their days."""
    return with_days(instance or an_instance(), a_plan())


def write(root: Path, plan: Plan, instance: Instance | None = None) -> list[str]:
    """Write the registers; their places below ``root``."""
    instance = instance or an_instance()
    files = write_registers(instance, plan, PaperFolders(root, instance, plan))
    return [path.relative_to(root / "系统导入").as_posix() for path in files]


def table(root: Path, file: str, headings: str = "字段代码") -> pd.DataFrame:
    """A register as pandas reads it, every cell a text."""
    return pd.read_csv(root / "系统导入" / headings / file, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def test_each_register_is_written_with_both_headings(tmp_path: Path) -> None:
    """Two folders of four files with the same rows, and the list of fields."""
    files = write(tmp_path, a_timetable())
    assert files == [f"{headings}/{file}" for file in FILES for headings in ("中文表头", "字段代码")] + ["字段说明.csv"]
    for file in FILES:
        chinese, codes = table(tmp_path, file, "中文表头"), table(tmp_path, file)
        assert chinese.to_numpy().tolist() == codes.to_numpy().tolist()
        assert list(chinese.columns)[:4] == ["培训班级编号", "培训班级名称", "培训单位编号", "培训单位名称"]
        assert list(codes.columns)[:4] == ["acf003", "acf015", "bab001", "aab004"]


def test_files_are_what_excel_and_wps_expect(tmp_path: Path) -> None:
    """UTF-8 with BOM, every line ends with CR LF, no blank line."""
    for file in write(tmp_path, a_timetable()):
        content = (tmp_path / "系统导入" / file).read_bytes()
        assert content.startswith(b"\xef\xbb\xbf") and content.endswith(b"\r\n")
        assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
        assert b"\r\n\r\n" not in content


def test_a_class_is_registered_with_what_the_plan_knows(tmp_path: Path) -> None:
    """Names, type, trade, size, hours, days and place; codes of the system's own lists stay empty."""
    write(tmp_path, a_timetable())
    first, second = table(tmp_path, "班级登记.csv").to_dict("records")
    assert first["acf003"] == "K001" and first["acf015"] == "育婴员第1期" and first["aab004"] == "赫章县中等职业学校"
    assert (first["aaa027Desc"], first["acf004Desc"], first["aca112"]) == ("赫章县", "双证", "育婴员")
    assert (first["预计开班人数"], first["学时"], first["理论学时"], first["实操学时"]) == ("30", "80", "32", "48")
    assert (first["开始日期"], first["结束日期"]) == ("2026-03-02", "2026-03-13")
    assert (first["上课时间"], first["下课时间"]) == ("08:30", "17:30")
    assert second["aae013"] == "县委一号文件要求"
    assert {first[code] for code in ("bab001", "aaa027", "acf004", "aca111", "bac015", "bac015Desc", "申请人")} == {""}


def test_a_class_without_days_has_weeks_only(tmp_path: Path) -> None:
    """Days nobody has planned are left empty, and there is no register of sessions or exams."""
    files = write(tmp_path, a_plan())
    assert {Path(file).name for file in files} == {"班级登记.csv", "学员花名册.csv", "字段说明.csv"}
    first = table(tmp_path, "班级登记.csv").iloc[0]
    assert (first["开班周"], first["结束周"]) == ("2026-03-02", "2026-03-09")
    assert {first[name] for name in ("开始日期", "结束日期", "上课时间", "下课时间")} == {""}


def test_every_session_is_a_row(tmp_path: Path) -> None:
    """Both halves of each class day with hours, kind, teachers and room; class hours foot to the course's."""
    plan = a_timetable()
    write(tmp_path, plan)
    sessions = table(tmp_path, "课程安排.csv")
    assert len(sessions) == len(plan.sessions) == 30
    assert Counter(sessions["acf003"]) == {"K001": 20, "K002": 10}
    assert sessions["课时"].astype(int).sum() == 8 * (10 + 5)
    row = sessions[(sessions["acf003"] == "K001") & (sessions["日期"] == "2026-03-06")].iloc[1]
    assert (row["星期"], row["时段"], row["开始时间"], row["结束时间"]) == ("五", "下午", "14:00", "17:30")
    assert (row["bdf013"], row["bdf013desc"], row["第几天"], row["教室"]) == ("2", "实操", "5", "1")
    assert (row["授课教师"], row["助教"]) == ("赫章县中等职业学校教师1", "赫章县中等职业学校教师2")


@pytest.mark.parametrize(
    ("theory_days", "kind", "filled"),
    [
        (4, "3", {"acf016", "acf017", "acf018", "acf019"}),
        (0, "2", {"acf018", "acf019"}),
        (10, "1", {"acf016", "acf017"}),
    ],
)
def test_an_exam_is_of_theory_practice_or_both(tmp_path: Path, theory_days: int, kind: str, filled: set[str]) -> None:
    """The kind is what the course teaches; the day is known, the hour and the place are not."""
    course = a_course("育婴员", theory_days=theory_days)
    instance = an_instance(courses=(course, *an_instance().courses[:1]))
    write(tmp_path, a_timetable(instance), instance)
    exam = table(tmp_path, "考核安排.csv").iloc[0]
    assert (exam["acf003"], exam["bdf013"], exam["bcc007"], exam["应考人数"]) == ("K001", kind, "0", "30")
    days = {name: exam[name] for name in ("acf016", "acf017", "acf018", "acf019")}
    assert {name for name, day in days.items() if day} == filled
    assert {day for day in days.values() if day} == {"2026-03-16"} and exam["acf020"] == ""


def test_the_register_of_pupils_has_a_row_for_each_place(tmp_path: Path) -> None:
    """Class fields are filled on every row; township, age band and group foot to the plan; persons are empty."""
    plan = a_plan()
    write(tmp_path, plan)
    seats = table(tmp_path, "学员花名册.csv")
    planned = Counter({(c.id, h.township, h.age_band, h.group): h.persons for c in plan.classes for h in c.heads})
    rows = seats[["acf003", "生源乡镇", "年龄段", "bcc006Desc"]].itertuples(index=False, name=None)
    assert Counter(rows) == planned
    assert list(seats["序号"].astype(int)) == [*range(1, 31), *range(1, 33)]
    assert set(seats["aca112"]) == {"育婴员", "养蜂员"} and set(seats["acf015"]) == {"育婴员第1期", "养蜂员第1期"}
    assert set(seats[["bac001", "aac003", "aac002", "aae005", "bdc102"]].to_numpy().ravel()) == {""}


def test_the_list_of_fields_tells_every_column(tmp_path: Path) -> None:
    """In the files' order, with its code, and whether it is filled or left empty - which is true of every row."""
    write(tmp_path, a_timetable())
    fields = pd.read_csv(tmp_path / "系统导入" / "字段说明.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")
    for file, told in fields.groupby("文件", sort=False):
        codes = table(tmp_path, str(file))
        assert list(table(tmp_path, str(file), "中文表头").columns) == list(told["中文表头"])
        assert list(codes.columns) == [c or n for c, n in zip(told["字段代码"], told["中文表头"], strict=True)]
        empty = {column for column in codes.columns if set(codes[column]) == {""}}
        left = {c or n for c, n, f in told[["字段代码", "中文表头", "填写"]].itertuples(index=False) if f == "留空"}
        assert left == empty, file


def test_headings_are_distinct_and_a_code_has_one_heading() -> None:
    """A machine that maps by heading finds each once, and the same thing by the same name in every register."""
    named: dict[str, str] = {}
    for fields in (CLASSES.fields, SESSIONS.fields, EXAMS.fields, SEATS.fields):
        columns = [(field.name, field.code) for field in fields]  # type: ignore[attr-defined]
        assert len({name for name, _ in columns}) == len(columns) == len({code or name for name, code in columns})
        for name, code in columns:
            assert not code or (re.fullmatch(r"[a-z]{3}\d{3}([Dd]esc)?", code) and named.setdefault(code, name) == name)


@pytest.mark.parametrize(
    ("found", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+86 138", "'+86 138"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("  =1", "'  =1"),
        ("\t=1", "' =1"),
        ("\u3000＝1", "'\u3000＝1"),
        ("甲\r\n=1", "甲 =1"),
        ("模架工(模板/脚手架)", "模架工(模板/脚手架)"),
        ("2026-0001", "2026-0001"),
        ("", ""),
        (None, ""),
        (-5, "-5"),
        (date(2026, 3, 2), "2026-03-02"),
        (time(8, 30), "08:30"),
    ],
)
def test_cells_are_never_formulas(found: str | int | date | time | None, written: str) -> None:
    """Texts that a spreadsheet would run are led by an apostrophe; all others, numbers and dates stay as they are."""
    assert cell_text(found) == written


def test_separators_and_quotes_in_names_stay_inside_their_cell(tmp_path: Path) -> None:
    """A name with comma, quotes and line break cannot shift columns."""
    name = '会议室,"A";B\n二楼'
    venue = replace(an_instance().venues[0], name=name)
    instance = an_instance(venues=(venue, *an_instance().venues))
    write(tmp_path, a_plan(classes=(a_class(venue=name),), payments=(), placements=()), instance)
    assert table(tmp_path, "班级登记.csv").iloc[0]["培训地点"] == '会议室,"A";B 二楼'


def test_equal_plans_give_equal_bytes(tmp_path: Path) -> None:
    """The order of the record's sessions and the time the plan took do not matter."""
    plan = a_timetable()
    files = write(tmp_path / "one", plan)
    write(tmp_path / "two", replace(plan, seconds=99.0, sessions=plan.sessions[::-1]))
    for file in files:
        one, two = ((tmp_path / part / "系统导入" / file).read_bytes() for part in ("one", "two"))
        assert one == two


def test_a_register_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A folder in a file's place, or a file open elsewhere, gives a sentence."""
    (tmp_path / "系统导入" / "中文表头" / "班级登记.csv").mkdir(parents=True)
    with pytest.raises(BadInput, match=r"班级登记\.csv：无法写入该文件"):
        write(tmp_path, a_plan())


@needs_office
def test_a_spreadsheet_program_opens_texts_dates_and_no_formula(tmp_path: Path) -> None:
    """LibreOffice takes class ids and formulas as text, days as dates and numbers as numbers."""
    source = tmp_path / "register.csv"
    source.write_bytes(csv_bytes([("班级", "日期", "人数", "名称"), ("2026-0001", date(2026, 3, 2), 30, "=1+1")]))
    filters = ["--infilter=CSV:44,34,76,1", "--convert-to", "xlsx"]
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", *filters, "--outdir", str(tmp_path), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    heading, row = openpyxl.load_workbook(tmp_path / "register.xlsx").active.iter_rows(values_only=True)
    assert heading == ("班级", "日期", "人数", "名称")
    assert row == ("2026-0001", datetime(2026, 3, 2), 30, "'=1+1")
