"""Days, rooms and teachers on the command line: solve agrees with the timetable, timetable places days anew."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from planner.cli import main
from planner.domain.instance import BusyWeek, Fund, Instance, Provider, Teacher
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import a_tiny_instance

WEEK_1, WEEK_2 = "2026-03-02", "2026-03-09"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words])


def write(instance: Instance, path: Path) -> Path:
    write_tables(path, tables_of(instance))
    return path


def plan_in(folder: Path) -> dict[str, Any]:
    """The record in a folder."""
    return json.loads((folder / "plan.json").read_text(encoding="utf-8"))


def starts(plan: dict[str, Any]) -> list[str]:
    """First weeks of the classes."""
    return sorted(planned["start_week"] for planned in plan["classes"])


def a_county(*teachers: Teacher) -> Instance:
    """Two teams, money for everybody, and a second week that is a little busier: both classes want the first week."""
    return a_tiny_instance(
        townships=tuple(replace(t, calendar="农时") for t in a_tiny_instance().townships),
        busy_weeks=(BusyWeek("农时", date(2026, 3, 9), 0.4),),
        providers=(Provider("县职校", base="东山", teams=2, outreach_cost_cents=2_000),),
        funds=(Fund("就业资金", 1_000_000),),
        teachers=teachers,
    )


def a_teacher(name: str, **changes: Any) -> Teacher:
    return Teacher(name, "县职校", ("家政服务",), **changes)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Folder of a plan."""
    return tmp_path / "out"


def test_a_plan_has_days_that_the_checker_has_looked_at(tmp_path: Path, out: Path) -> None:
    """Two teachers: both classes in the first week, ten sessions each, one exam and one visit each."""
    book = write(a_county(a_teacher("张三"), a_teacher("李四")), tmp_path / "book.xlsx")
    assert run("solve", book, "--out", out).exit_code == 0
    plan = plan_in(out)
    assert starts(plan) == [WEEK_1, WEEK_1] and len(plan["sessions"]) == 20
    assert len(plan["exams"]) == len(plan["inspections"]) == 2 and plan["timetable"]["rounds"] == 1
    assert "核对了 20 个课次" in run("check", book, out / "plan.json").output


def test_without_a_timetable_the_plan_says_weeks(tmp_path: Path, out: Path) -> None:
    """--no-timetable leaves sessions, exams and inspections empty, and no word on a timetable."""
    book = write(a_county(), tmp_path / "book.xlsx")
    assert run("solve", book, "--out", out, "--no-timetable").exit_code == 0
    plan = plan_in(out)
    assert plan["sessions"] == plan["exams"] == plan["inspections"] == [] and "timetable" not in plan


def test_one_teacher_for_two_classes_makes_the_plan_give_way(tmp_path: Path, out: Path) -> None:
    """Both classes want the only teacher in the first week: asked again, the plan holds one in the second week."""
    book = write(a_county(a_teacher("张三")), tmp_path / "book.xlsx")
    assert run("solve", book, "--out", out).exit_code == 0
    plan = plan_in(out)
    assert starts(plan) == [WEEK_1, WEEK_2]
    assert plan["timetable"]["rounds"] == 2 and plan["timetable"]["unplaced"] == []
    assert plan["bound"] > plan["value"]  # the bound is still that of the workbook, where both may be in the first week
    assert run("check", book, out / "plan.json").exit_code == 0


def test_leave_moves_a_class_to_another_week(tmp_path: Path, out: Path) -> None:
    """The only teacher is away on a day of the first week, and a class needs all five days."""
    away = a_teacher("张三", unavailable=((date(2026, 3, 4), date(2026, 3, 4)),))
    book = write(a_county(away), tmp_path / "book.xlsx")
    assert run("solve", book, "--out", out).exit_code == 0
    assert starts(plan_in(out)) == [WEEK_2] and plan_in(out)["timetable"]["rounds"] > 1


def test_what_can_never_be_taught_is_named(tmp_path: Path, out: Path) -> None:
    """The only teacher is away for good: nothing is planned, or what is planned says who is missing."""
    away = a_teacher("张三", unavailable=((date(2026, 3, 1), date(2026, 3, 31)),))
    book = write(a_county(away), tmp_path / "book.xlsx")
    assert run("solve", book, "--out", out).exit_code == 0
    plan = plan_in(out)
    assert plan["classes"] == [] or all("张三" in one["sentence"] for one in plan["timetable"]["unplaced"])


def test_a_teacher_who_falls_ill_is_replaced_and_the_move_is_told(tmp_path: Path, out: Path) -> None:
    """After 张三 is away from Wednesday a colleague takes over; Monday and Tuesday stay."""
    county = a_county(a_teacher("张三"), a_teacher("李四"), a_teacher("王五"))
    book = write(county, tmp_path / "book.xlsx")
    run("solve", book, "--out", out)
    before = plan_in(out)
    name = before["sessions"][0]["teachers"][0]
    ill = tuple(
        replace(t, unavailable=((date(2026, 3, 4), date(2026, 3, 31)),)) if t.name == name else t
        for t in county.teachers
    )
    changed = write(replace(county, teachers=ill), tmp_path / "changed.xlsx")
    result = run("timetable", changed, out / "plan.json", "--since", "2026-03-04", "--out", tmp_path / "new")
    assert result.exit_code == 0, result.output
    assert f"教师由{name}改为" in result.output and "3月4日" in result.output and "3月2日教师" not in result.output
    after = plan_in(tmp_path / "new")
    held = [s for s in before["sessions"] if s["date"] < "2026-03-04"]
    assert [s for s in after["sessions"] if s["date"] < "2026-03-04"] == held
    assert run("check", changed, tmp_path / "new" / "plan.json").exit_code == 0


def test_nothing_moves_when_nothing_changed(tmp_path: Path, out: Path) -> None:
    """The same workbook gives the same days."""
    book = write(a_county(a_teacher("张三"), a_teacher("李四")), tmp_path / "book.xlsx")
    run("solve", book, "--out", out)
    result = run("timetable", book, out / "plan.json", "--out", tmp_path / "new")
    assert "课表没有变动" in result.output
    assert plan_in(tmp_path / "new")["sessions"] == plan_in(out)["sessions"]


def test_a_plan_that_no_longer_fits_the_workbook_is_refused(tmp_path: Path, out: Path) -> None:
    """Half the money is gone: the timetable is not the place to mend that."""
    county = a_county(a_teacher("张三"), a_teacher("李四"))
    run("solve", write(county, tmp_path / "book.xlsx"), "--out", out)
    poor = write(replace(county, funds=(Fund("就业资金", 10_000),)), tmp_path / "poor.xlsx")
    result = run("timetable", poor, out / "plan.json", "--out", tmp_path / "new")
    assert result.exit_code == 1 and "已不符合现在的工作簿" in result.output
    assert not (tmp_path / "new").exists()


def test_a_missing_plan_is_a_fault(tmp_path: Path) -> None:
    """The file is named, and what to do."""
    book = write(a_county(), tmp_path / "book.xlsx")
    result = run("timetable", book, tmp_path / "none.json", "--out", tmp_path / "new")
    assert result.exit_code == 2 and "none.json" in result.output
