"""Edits change the cells they name in a copy, keep everything else, and are refused with the fault at the edit."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from planner.cli.editing import EditRequest, EditsRefused, edit_lines, edit_workbook, read_edits
from planner.domain.instance import Instance, Lock, LockKind
from planner.errors import BadInput
from planner.model.weeks import busy_indices, calendar_names, mondays
from planner.workbook.edits import ROW_SHEETS, Action, Edit
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.workbook.builders import Tables, as_csv, full_tables, minimal_tables, without_column, without_sheet

MONEY = Edit("资金", "金额", "123456.78", ("省级资金",))
WELDER = (("课程", "焊工"), ("要求", "必须开"), ("班数", "2"), ("开班周", "2026-03-09"))


def added(values: tuple[tuple[str, str], ...] = WELDER, sheet: str = "固定班", row: str = "新") -> Edit:
    return Edit(sheet, action=Action.ADD, row=row, values=values)


def deleted(row: str = "", key: tuple[str, ...] = (), sheet: str = "固定班") -> Edit:
    return Edit(sheet, key=key, action=Action.DELETE, row=row)


def a_lock(**values: object) -> Lock:
    """A fixed class without conditions."""
    anything = dict.fromkeys(("provider", "venue", "form", "start_week", "persons"))
    plain = anything | {"course": "焊工", "kind": LockKind.REQUIRED, "number": 1, "note": ""}
    return Lock(**(plain | values))


def a_book(folder: Path, tables: Tables | None = None) -> Path:
    path = folder / "县.xlsx"
    write_tables(path, full_tables() if tables is None else tables)
    return path


def edited(path: Path, *edits: Edit) -> tuple[dict[str, object], Instance]:
    out = path.parent / "改.xlsx"
    made = edit_workbook(EditRequest(path, edits, out))
    return made, replace(read_workbook(out).instance, assumptions=())


def before(path: Path) -> Instance:
    return replace(read_workbook(path).instance, assumptions=())


def refused(path: Path, *edits: Edit) -> list[tuple[str, int | None]]:
    with pytest.raises(EditsRefused) as error:
        edit_workbook(EditRequest(path, edits, path.parent / "改.xlsx"))
    assert not (path.parent / "改.xlsx").exists()
    return [(str(fault), number) for fault, number in error.value.faults]


def test_an_edit_changes_one_value_and_nothing_else(tmp_path: Path) -> None:
    """The copy reads as the original with that one field replaced."""
    path = a_book(tmp_path)
    made, after = edited(path, MONEY)
    funds = tuple(replace(f, amount_cents=12_345_678) if f.name == "省级资金" else f for f in before(path).funds)
    assert after == replace(before(path), funds=funds)
    told = {"action": "set", "old": "100000", "new": "123456.78", "cells": ["B2"], "row": "省级资金"}
    assert made["changes"] == [told]


def test_the_users_own_file_stays_as_it_is(tmp_path: Path) -> None:
    """Not one byte of it changes."""
    path = a_book(tmp_path)
    content = path.read_bytes()
    edited(path, MONEY)
    assert path.read_bytes() == content


def test_the_copy_keeps_formats_comments_and_other_sheets(tmp_path: Path) -> None:
    """The clerk finds their own workbook again: colours, column widths, notes, sheets the planner does not know."""
    path = a_book(tmp_path)
    book = openpyxl.load_workbook(path)
    cell = book["资金"]["B2"]
    cell.font, cell.fill, cell.number_format = Font(bold=True), PatternFill("solid", start_color="FFFF00"), "#,##0.00"
    cell.comment = Comment("财政局 3 月 2 日口头通知", "王")
    book["资金"].column_dimensions["B"].width = 33
    book.create_sheet("备忘")["A1"] = "不要删"
    book.save(path)
    edited(path, MONEY)
    after = openpyxl.load_workbook(tmp_path / "改.xlsx")
    changed = after["资金"]["B2"]
    assert (changed.value, changed.font.bold, changed.number_format) == (123456.78, True, "#,##0.00")
    assert changed.fill.start_color.rgb == "00FFFF00" and "口头通知" in changed.comment.text
    assert after["资金"].column_dimensions["B"].width == 33 and after["备忘"]["A1"].value == "不要删"


def test_formulas_become_the_values_they_showed(tmp_path: Path) -> None:
    """Nothing here works formulas out, so a copy that kept them would show nothing."""
    path = a_book(tmp_path)
    book = openpyxl.load_workbook(path)
    book["资金"]["G1"] = "=1+1"
    book.save(path)
    made, _ = edited(path, MONEY)
    assert openpyxl.load_workbook(tmp_path / "改.xlsx")["资金"]["G1"].value is None
    assert any("1 个公式" in note for note in made["edit_notes"])


def test_later_edits_of_a_cell_tell_the_value_the_earlier_one_left(tmp_path: Path) -> None:
    """Edits are made in order."""
    made, after = edited(a_book(tmp_path), MONEY, replace(MONEY, value="7"))
    assert [change["old"] for change in made["changes"]] == ["100000", "123456.78"]
    assert {fund.name: fund.amount_cents for fund in after.funds}["省级资金"] == 700


def test_dates_choices_and_settings_are_written_as_what_they_are(tmp_path: Path) -> None:
    """A date typed as text becomes a date, 必须 a word, a setting that the sheet lacks a new row."""
    path = a_book(tmp_path)
    made, after = edited(
        path, Edit("参数", "值", "2026-03-09", ("计划开始",)), Edit("参数", "值", "0.6", ("农忙禁开",)),
        Edit("任务", "性质", "必须", ("T1",)), Edit("岗位", "岗位数", "35", ("K1",)),
    )  # fmt: skip
    assert after.settings == replace(before(path).settings, plan_start=date(2026, 3, 9), busy_ban=0.6)
    assert [target.hard for target in after.targets] == [True, True]
    assert [pool.vacancies for pool in after.pools or ()] == [35]
    assert openpyxl.load_workbook(tmp_path / "改.xlsx")["参数"]["B2"].is_date
    assert made["changes"][1] == {"action": "set", "old": "", "new": "0.6", "cells": ["B4"], "row": ""}


def test_a_setting_is_added_to_a_workbook_without_the_sheet(tmp_path: Path) -> None:
    """Sheet 参数 is made when it is needed."""
    path = a_book(tmp_path, minimal_tables())
    _, after = edited(path, Edit("参数", "值", "26", ("计划周数",)))
    assert after.settings == replace(before(path).settings, weeks=26)
    assert after.demand == before(path).demand and after.funds == before(path).funds


def test_an_emptied_setting_is_at_its_default_again(tmp_path: Path) -> None:
    """An empty value clears the cell."""
    _, after = edited(a_book(tmp_path), Edit("参数", "值", " ", ("计划周数",)))
    assert after.settings.weeks == 52


def test_a_week_of_a_calendar_by_weeks_is_changed_or_added(tmp_path: Path) -> None:
    """Weeks that the sheet does not list are 0 until an edit adds them."""
    path = a_book(tmp_path)
    _, after = edited(path, Edit("农时", "农忙指数", "0.2", ("一熟", "2026-05-04")),
                      Edit("农时", "农忙指数", "30%", ("一熟", "2026-05-11")))  # fmt: skip
    assert [(week.monday, week.busy) for week in after.busy_weeks] == [
        (date(2026, 5, 4), 0.2), (date(2026, 5, 11), 0.3),
    ]  # fmt: skip


def test_a_calendar_by_crops_keeps_its_other_weeks_when_one_is_changed(tmp_path: Path) -> None:
    """It is written out by weeks; the oracle is the busy index worked out from the crops."""
    tables = full_tables()
    tables["乡镇"][0]["农时类型"] = "二熟"
    path = a_book(tmp_path, tables)
    made, after = edited(path, Edit("农时", "农忙指数", "0.9", ("二熟", "2026-03-30")))
    was, now = before(path), after
    row = calendar_names(was).index("二熟")
    expected = busy_indices(was)[row].copy()
    expected[mondays(was).index(date(2026, 3, 30))] = 0.9
    assert busy_indices(now)[row] == pytest.approx(expected, abs=1e-9)
    assert expected.max() == 0.9 and (expected > 0).sum() > 3
    assert not now.crop_activities and any("二熟" in note for note in made["edit_notes"])


def test_the_plan_may_be_moved_after_a_calendar_was_written_out(tmp_path: Path) -> None:
    """Weeks before and after the plan are written, too."""
    tables = without_sheet(full_tables(), "固定班", "节假日")
    tables["乡镇"][0]["农时类型"] = "二熟"
    path = a_book(tmp_path, tables)
    later = Edit("参数", "值", "2027-03-01", ("计划开始",))
    _, moved = edited(path, Edit("农时", "农忙指数", "0.9", ("二熟", "2026-03-30")), later)
    only_moved = tmp_path / "另"
    only_moved.mkdir()
    _, by_crops = edited(a_book(only_moved, tables), later)
    row = calendar_names(moved).index("二熟")
    assert busy_indices(moved)[row] == pytest.approx(busy_indices(by_crops)[row], abs=1e-9)
    assert busy_indices(moved)[row].max() > 0


def test_without_a_key_every_empty_cell_of_the_column_takes_the_value(tmp_path: Path) -> None:
    """So a default is replaced for all rows that had it; cells that are filled stay."""
    tables = full_tables()
    tables["课程"][1]["最小班额"] = None
    path = a_book(tmp_path, tables)
    made, after = edited(path, Edit("课程", "最小班额", "12"))
    assert {course.name: course.min_size for course in after.courses} == {"焊工": 20, "果树管护": 12}
    assert len(made["changes"][0]["cells"]) == 1


def test_a_column_that_the_sheet_lacks_is_added(tmp_path: Path) -> None:
    """Its heading goes to the right of the others."""
    path = a_book(tmp_path, without_column(full_tables(), "任务", "性质"))
    _, after = edited(path, Edit("任务", "性质", "尽量", ("T2",)))
    assert {target.id: target.hard for target in after.targets} == {"T1": True, "T2": False}


def test_all_faults_are_told_at_once_each_at_its_edit(tmp_path: Path) -> None:
    """The page marks every wrong field in one answer."""
    told = refused(
        a_book(tmp_path), Edit("资金", "金额", "约一百万", ("省级资金",)), Edit("岗位", "岗位数", "21", ("K1",)),
        Edit("参数", "值", "2026-03-03", ("计划开始",)),
    )  # fmt: skip
    assert [number for _, number in told] == [2, 0]
    assert "不是周一" in told[0][0] and "约一百万" in told[1][0] and "县.xlsx" not in told[1][0].split("：")[0]


def test_an_edit_of_a_row_that_is_not_there_is_refused(tmp_path: Path) -> None:
    """A page may be older than the file."""
    path = a_book(tmp_path, without_sheet(full_tables(), "任务"))
    no_row, no_sheet = Edit("资金", "金额", "1", ("没有",)), Edit("任务", "数值", "1", ("T1",))
    told = refused(path, no_row, no_sheet, Edit("表", "列", "1"))
    assert [number for _, number in told] == [0, 1, 2]
    assert "没有这一行" in told[0][0] and "没有表“任务”" in told[1][0]


def test_text_is_never_taken_for_a_formula(tmp_path: Path) -> None:
    """What a clerk types stays text in the copy, and is refused by the reader where a number is due."""
    path = a_book(tmp_path)
    told = refused(path, Edit("资金", "金额", "=1+1", ("省级资金",)))
    assert "=1+1" in told[0][0]
    edited(path, Edit("固定班", "说明", "=HYPERLINK(1)"))
    sheet = openpyxl.load_workbook(tmp_path / "改.xlsx")["固定班"]
    found = [(cell.value, cell.data_type) for row in sheet.iter_rows() for cell in row if "HYPER" in str(cell.value)]
    assert found == [("=HYPERLINK(1)", "s")]


def test_a_folder_of_csv_becomes_an_xlsx_of_its_values(tmp_path: Path) -> None:
    """Forms that cannot be written keep their values in the copy."""
    folder = tmp_path / "县"
    folder.mkdir()
    for name, rows in minimal_tables().items():
        (folder / f"{name}.csv").write_text(as_csv(rows), encoding="utf-8")
    made, after = edited(folder, MONEY)
    assert after.funds[0].amount_cents == 12_345_678
    assert any("只保留各格的值" in note for note in made["edit_notes"])


def test_a_list_of_edits_that_is_none_is_bad_input(tmp_path: Path) -> None:
    """Programs are told what a list looks like."""
    for text in ("{", '{"sheet": "资金"}', "[1]", '[{"sheet": "资金"}]'):
        (tmp_path / "e.json").write_text(text, encoding="utf-8")
        with pytest.raises(BadInput, match="改动清单读不懂"):
            read_edits(tmp_path / "e.json")
    (tmp_path / "e.json").write_text(
        json.dumps([{"sheet": "资金", "column": "金额", "value": "1", "key": ["甲"]}]), encoding="utf-8"
    )
    assert read_edits(tmp_path / "e.json") == (Edit("资金", "金额", "1", ("甲",)),)


def test_a_fixed_class_is_added_below_the_others(tmp_path: Path) -> None:
    """The instance has one more lock, and nothing else changes; dates are dates."""
    path = a_book(tmp_path)
    made, after = edited(path, added())
    new = a_lock(number=2, start_week=date(2026, 3, 9))
    assert set(after.locks) == {*before(path).locks, new}
    assert replace(after, locks=()) == replace(before(path), locks=())
    told = made["changes"][0]
    assert (told["action"], told["old"], told["new"]) == ("add", "", "焊工 · 2026-03-09 · 必须开")


@pytest.mark.parametrize("sheet", [sheet.name for sheet in ROW_SHEETS if sheet.name != "历史"])
def test_a_row_that_is_deleted_and_added_again_leaves_the_same_instance(tmp_path: Path, sheet: str) -> None:
    """Every sheet of plain rows takes part: the oracle is the workbook as it was."""
    path = a_book(tmp_path)
    row = full_tables()[sheet][0]
    values = tuple((heading, str(value)) for heading, value in row.items() if value is not None)
    _, after = edited(path, deleted("2", sheet=sheet), added(values, sheet))
    assert after == before(path)


def test_a_deleted_row_is_gone_and_the_others_stay_in_their_places(tmp_path: Path) -> None:
    """The row is left empty, also where the planner reads nothing; a later edit still finds row 3 by its number."""
    tables = full_tables()
    tables["固定班"] = [{"课程": "焊工", "要求": "必须开", "班数": n, "说明": f"第 {n}", "经办": "王"} for n in (1,)]
    tables["固定班"] += [{"课程": "果树管护", "要求": "禁止", "班数": None, "说明": "停", "经办": "李"}]
    path = a_book(tmp_path, tables)
    made, after = edited(path, deleted("2"), Edit("固定班", "说明", "设备在修", row="3"))
    assert after.locks == (a_lock(course="果树管护", kind=LockKind.FORBIDDEN, note="设备在修"),)
    sheet = openpyxl.load_workbook(tmp_path / "改.xlsx")["固定班"]
    assert [cell.value for cell in sheet[2]] == [None] * sheet.max_column
    assert edit_lines(made)[0].endswith("删除一行“焊工 · 必须开”")


def test_a_row_is_found_by_its_key_too(tmp_path: Path) -> None:
    """A program that knows the workbook's words needs no row numbers; an empty text stands for an empty cell."""
    path = a_book(tmp_path)
    lock = tables_of(before(path))["固定班"][0]
    key = tuple("" if lock.get(h) in (None, "全部") else str(lock[h]) for h in
                ("课程", "机构", "场地", "形式", "开班周", "人数", "要求"))  # fmt: skip
    _, after = edited(path, deleted(key=key))
    assert len(after.locks) == len(before(path).locks) - 1


def test_a_row_that_was_added_is_changed_and_deleted_under_its_name(tmp_path: Path) -> None:
    """The name stays the same when an earlier addition is left out, which row numbers would not."""
    path = a_book(tmp_path)
    _, after = edited(path, added(row="甲"), added((("课程", "果树管护"), ("要求", "禁止")), row="乙"),
                      Edit("固定班", "班数", "5", row="甲"), deleted("乙"))  # fmt: skip
    assert set(after.locks) - set(before(path).locks) == {a_lock(number=5, start_week=date(2026, 3, 9))}


def test_a_row_is_added_to_a_sheet_that_the_workbook_lacks(tmp_path: Path) -> None:
    """The sheet is made with all its headings; also where it is there without a single row or heading."""
    path = a_book(tmp_path, without_sheet(full_tables(), "固定班"))
    made, after = edited(path, added((("课程", "焊工"), ("要求", "必须开"))))
    assert after.locks == (a_lock(),) and before(path).locks == ()
    book = openpyxl.load_workbook(path)
    book.create_sheet("固定班")
    book.save(path)
    _, again = edited(path, added((("课程", "焊工"), ("要求", "必须开"))))
    assert again.locks == after.locks


def test_a_fault_of_an_added_row_names_its_column(tmp_path: Path) -> None:
    """So a form can show it at the field: a cell that is missing, a word that nobody knows, a day that is no Monday."""
    wrong = added((("课程", "电焊工"), ("开班周", "2026-03-10"), ("班数", "很多")))
    with pytest.raises(EditsRefused) as error:
        edit_workbook(EditRequest(a_book(tmp_path), (MONEY, wrong), tmp_path / "改.xlsx"))
    told = {fault["column"]: (fault["edit"], fault["remedy"]) for fault in error.value.as_json()["faults"]}
    assert set(told) == {"课程", "开班周", "要求", "班数"} and {number for number, _ in told.values()} == {1}
    assert "焊工" in told["课程"][1] and "2026-03-09" in told["开班周"][1]


def test_a_course_that_others_need_cannot_be_deleted(tmp_path: Path) -> None:
    """One fault at the row says how many rows of which sheets name it, and what to write to delete them with it."""
    ((told, number),) = refused(a_book(tmp_path), deleted(key=("焊工",), sheet="课程"))
    uses = "需求 1 行、转化率 1 行、历史 1 行、承训 1 行、任务 1 行、固定班 1 行、教师 1 行"
    assert number == 0 and "课程!A2" in told and f"还有 7 行要用这一行：{uses}" in told and "dependents=7" in told


def without_rows(tables: Tables, **gone: tuple[int, ...]) -> Tables:
    """The tables without some rows, by their place from 0: the oracle of what a deletion leaves."""
    return {
        name: [row for number, row in enumerate(rows) if number not in gone.get(name, ())]
        for name, rows in tables.items()
    }


def test_a_course_goes_with_all_rows_that_name_it(tmp_path: Path) -> None:
    """What is left reads as a workbook that never had them; the answer counts them by sheet."""
    made, after = edited(a_book(tmp_path), replace(deleted(key=("焊工",), sheet="课程"), dependents=7))
    gone = {
        "课程": (0,),
        "需求": (0,),
        "转化率": (0,),
        "历史": (0,),
        "承训": (0,),
        "任务": (1,),
        "固定班": (0,),
        "教师": (0,),
    }
    (tmp_path / "oracle").mkdir()
    assert after == before(a_book(tmp_path / "oracle", without_rows(full_tables(), **gone)))
    told = made["changes"][0]["dependents"]
    assert {one["sheet"]: one["rows"] for one in told} == {name: 1 for name in gone if name != "课程"}
    assert all(one["names"] == ["焊工"] and one["first"][0]["row"] in "23" for one in told)
    assert "一并处理用它的 需求 1 行" in edit_lines(made)[0]


def test_what_names_a_row_that_goes_goes_too(tmp_path: Path) -> None:
    """With a township its school; with the school what it is accredited for, its teacher and the class fixed there."""
    tables = full_tables()
    tables["机构"].append(tables["机构"][0] | {"机构": "技校", "驻地": "山乡"})
    tables["承训"].append({"机构": "技校", "课程": "果树管护", "同时开班上限": 2})
    made, after = edited(a_book(tmp_path, tables), replace(deleted(key=("河镇",), sheet="乡镇"), dependents=99))
    gone = {"乡镇": (0,), "机构": (0,), "承训": (0, 1), "历史": (0,), "场地": (0,), "固定班": (0,), "教师": (0,)}
    gone |= {"路程": (0,), "劳动力": (0,), "需求": (0,)}
    (tmp_path / "oracle").mkdir()
    assert after == before(a_book(tmp_path / "oracle", without_rows(tables, **gone)))
    assert sum(one["rows"] for one in made["changes"][0]["dependents"]) == 10


def test_of_a_list_only_the_name_goes_while_another_is_left(tmp_path: Path) -> None:
    """The teacher of two courses stays with the other; an emptied list would mean all."""
    tables = full_tables()
    tables["教师"][0]["课程"] = "焊工,果树管护"
    made, after = edited(a_book(tmp_path, tables), replace(deleted(key=("焊工",), sheet="课程"), dependents=7))
    assert [teacher.courses for teacher in after.teachers] == [("果树管护",)]
    teacher = next(one for one in made["changes"][0]["dependents"] if one["sheet"] == "教师")
    assert (teacher["rows"], teacher["shortened"]) == (1, 1)
    assert teacher["first"] == [{"row": "2", "words": "张师傅", "column": "课程"}]


def test_no_more_rows_go_with_a_row_than_were_confirmed(tmp_path: Path) -> None:
    """A row that came to name it since was not meant."""
    path = a_book(tmp_path)
    wanted = (added(), replace(deleted(key=("焊工",), sheet="课程"), dependents=7))
    ((told, number),) = refused(path, *wanted)
    assert number == 1 and "还有 8 行要用这一行（确认过的是 7 行）" in told
    made, after = edited(path, wanted[0], replace(wanted[1], dependents=8))
    assert all(lock.course != "焊工" for lock in after.locks)
    lock = next(one for one in made["changes"][1]["dependents"] if one["sheet"] == "固定班")
    assert [one["row"] for one in lock["first"]] == ["2", "新"]


def test_a_county_that_no_township_has_any_more_is_gone_with_the_last_of_them(tmp_path: Path) -> None:
    """The task of a county and the fund for it name no row, but what a row says."""
    tables = full_tables()
    tables["乡镇"][1]["区县"] = "威宁县"
    tables["任务"].append(tables["任务"][0] | {"任务": "T3", "标签": None, "区县": "威宁县"})
    made, _ = edited(a_book(tmp_path, tables), replace(deleted(key=("山乡",), sheet="乡镇"), dependents=99))
    told = {one["sheet"]: one for one in made["changes"][0]["dependents"]}
    assert told["任务"]["names"] == ["威宁县"] and told["任务"]["rows"] == 1


@pytest.mark.parametrize("count", [-1, "all", True, 1.5])
def test_how_many_rows_may_go_along_is_a_number(tmp_path: Path, count: object) -> None:
    path = tmp_path / "edits.json"
    path.write_text(json.dumps([{"action": "delete", "sheet": "课程", "row": "2", "dependents": count}]), "utf-8")
    with pytest.raises(BadInput, match="改动清单读不懂"):
        read_edits(path)


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        (added((("课程", " "),)), "没有填任何内容"),
        (added((("工种", "焊工"),)), "没有“工种”一列"),
        (added(row="7"), "不能用"),
        (added(sheet="参数"), "不能在这里增删行"),
        (deleted("99"), "没有这一行"),
        (deleted("乙"), "没有这一行"),
        (Edit("固定班", "班数", "2", row="99"), "没有这一行"),
    ],
)
def test_a_row_that_cannot_be_added_or_found_is_refused(tmp_path: Path, edit: Edit, said: str) -> None:
    """Each with a sentence, never an exception."""
    told = refused(a_book(tmp_path), edit)
    assert len(told) == 1 and said in told[0][0] and told[0][1] == 0


def test_rows_to_add_and_delete_are_read_from_json(tmp_path: Path) -> None:
    """Programs write them beside plain changes; a deletion that names no row is none."""
    path = tmp_path / "e.json"
    plain = [
        {"action": "add", "sheet": "固定班", "row": "新", "values": dict(WELDER)},
        {"action": "delete", "sheet": "固定班", "row": "2"},
        {"sheet": "固定班", "row": 3, "column": "班数", "value": 4},
    ]
    path.write_text(json.dumps(plain), encoding="utf-8")
    assert read_edits(path) == (added(), deleted("2"), Edit("固定班", "班数", "4", row="3"))
    for wrong in ({"action": "delete", "sheet": "固定班"}, {"action": "add", "sheet": "固定班"}, {"action": "x"}):
        path.write_text(json.dumps([{"sheet": "固定班"} | wrong]), encoding="utf-8")
        with pytest.raises(BadInput, match="改动清单读不懂"):
            read_edits(path)
