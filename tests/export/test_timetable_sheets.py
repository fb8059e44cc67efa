"""The county's workbook with a timetable: exact days, exams, visits, teachers' tasks, the tasks of the townships."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from planner.domain.instance import Instance, Measure, Sense, Settings, Target, Teacher
from planner.domain.plan import Half, Plan, Session, SessionKind, TimetableOutcome, Unplaced
from planner.evaluation.draft import read_draft
from planner.export.county_workbook import write_plan_workbook

from .builders import PLAN_START, a_class, a_plan, an_instance, the_expected_jobs, with_days
from .reading_back import all_text, rows_below, texts_too_high

DATED_SHEETS = ["班级课程表", "督查安排表", "教师任务表", "任务分解表"]


def dated(folder: Path, instance: Instance | None = None, plan: Plan | None = None) -> openpyxl.Workbook:
    """Write the workbook of a plan with a timetable and open it."""
    instance = instance or an_instance()
    plan = plan or with_days(instance, a_plan())
    write_plan_workbook(instance, plan, folder / "plan.xlsx", dict.fromkeys((c.id for c in plan.classes), 1.0))
    return openpyxl.load_workbook(folder / "plan.xlsx")


def without_days(plan: Plan, class_id: str, sentence: str) -> Plan:
    """The plan with one class that the timetable could not place."""
    outcome = plan.timetable or TimetableOutcome(0, 0, 0, 0, 0)
    return replace(
        plan,
        sessions=tuple(one for one in plan.sessions if one.class_id != class_id),
        exams=tuple(one for one in plan.exams if one.class_id != class_id),
        inspections=tuple(one for one in plan.inspections if one.class_id != class_id),
        timetable=replace(outcome, unplaced=(Unplaced(class_id, ("K001",), ("teacher",), sentence),)),
    )


def test_the_timetable_brings_its_sheets(tmp_path: Path) -> None:
    """Four sheets more, next to those that they belong to."""
    assert dated(tmp_path).sheetnames[:7] == [
        "开班计划表", "班级生源", "班级课程表", "督查安排表", "教师任务表", "资金测算表", "任务分解表",
    ]  # fmt: skip


def test_without_timetable_nothing_of_it_is_printed(tmp_path: Path) -> None:
    """A plan of weeks has neither the sheets nor the columns of days."""
    workbook = dated(tmp_path, plan=a_plan())
    assert not set(DATED_SHEETS) & set(workbook.sheetnames)
    headings = rows_below(workbook["开班计划表"], "序号")[0]
    assert not {"考核日期", "督查人员及日期"} & set(headings)
    assert "开班日期为首周周一" in all_text(workbook)


def test_class_plan_shows_class_days_exam_and_visit(tmp_path: Path) -> None:
    """First and last class day stand for Monday and Friday; exam and visit have their columns of the form."""
    workbook = dated(tmp_path)
    first, second = rows_below(workbook["开班计划表"], "序号")[:2]
    assert (first["开班日期"], first["结业日期"]) == (datetime(2026, 3, 2), datetime(2026, 3, 13))
    assert (second["开班日期"], second["结业日期"]) == (datetime(2026, 3, 9), datetime(2026, 3, 17))
    assert (first["考核日期"], first["督查人员及日期"]) == (datetime(2026, 3, 16), "督查员1\n3月3日")
    headings = list(first)
    assert headings[headings.index("授课方式") + 1] == "考核日期"
    assert headings[headings.index("备注") - 1] == "督查人员及日期"
    assert "开班日期为首个上课日" in all_text(workbook)
    assert "首周周一" not in all_text(workbook)


def test_classes_stand_in_order_of_their_first_day(tmp_path: Path) -> None:
    """A class of an earlier week that begins on a later day comes second, and is the second of its course."""
    classes = tuple(a_class(name, start_week=date(2026, 3, day), end_week=date(2026, 3, 16)) for name, day in
                    (("K001", 2), ("K002", 9)))  # fmt: skip
    plan = a_plan(classes=classes, payments=(), placements=(), total_cost_cents=0)
    one = Session("K001", date(2026, 3, 11), Half.MORNING, 1, SessionKind.THEORY, ("张三",))
    plan = replace(plan, sessions=(one, replace(one, class_id="K002", day=date(2026, 3, 10))))
    first, second = rows_below(dated(tmp_path, plan=plan)["开班计划表"], "序号")[:2]
    assert (first["班级编号"], first["班级名称(期)"]) == ("K002", "育婴员第1期")
    assert (second["班级编号"], second["班级名称(期)"]) == ("K001", "育婴员第2期")


def test_sources_name_the_first_class_day(tmp_path: Path) -> None:
    """A class that begins on a Wednesday is called for Wednesday, not for Monday."""
    plan = with_days(an_instance(), a_plan())
    late = tuple(one for one in plan.sessions if one.class_id != "K001" or one.day > date(2026, 3, 3))
    row = next(iter(dated(tmp_path, plan=replace(plan, sessions=late))["班级生源"].iter_rows(min_row=6)))
    assert row[3].value == datetime(2026, 3, 4)


def test_a_dated_class_plan_is_read_back_as_the_same_classes(tmp_path: Path) -> None:
    """The workbook stays a draft that can be evaluated: same classes, weeks and people."""
    dated(tmp_path)
    plan = a_plan()
    found = read_draft(tmp_path / "plan.xlsx", an_instance())
    assert [(c.id, c.course, c.start_week, c.size) for c in found] == [
        (c.id, c.course, c.start_week, c.size) for c in plan.classes
    ]


def test_class_days_are_one_line(tmp_path: Path) -> None:
    """Days in few words, room, teachers without the provider's name, exam and visit, and totals of days and hours."""
    rows = rows_below(dated(tmp_path)["班级课程表"], "序号")
    first, second, total = rows[:3]
    assert (first["上课日期"], first["天数"], first["教室"]) == ("3月2日—6日、9日—13日", 10, "教室")
    assert (first["授课教师"], first["考核日期"]) == ("教师1、教师2", "3月16日\n周一")
    assert (second["上课日期"], second["督查人员及日期"]) == ("3月9日—11日、16日—17日", "督查员1 3月10日")
    assert (total["人数"], total["天数"], total["课时(理论/实操)"]) == (62, 15, "120")
    assert (total["考核日期"], total["督查人员及日期"]) == ("2 场", "2 班次")


def test_rooms_are_told_apart_where_there_are_several(tmp_path: Path) -> None:
    """A venue with two rooms: the paper says which."""
    venues = tuple(replace(venue, rooms=2) for venue in an_instance().venues)
    rows = rows_below(dated(tmp_path, an_instance(venues=venues))["班级课程表"], "序号")
    assert rows[0]["教室"] == "第1教室"


def test_a_class_without_days_is_said_with_its_reason(tmp_path: Path) -> None:
    """Week instead of days, a remark, the sentence of the timetable, and it counts in no total of days."""
    plan = without_days(with_days(an_instance(), a_plan()), "K002", "K002 与 K001 都需要唯一的养蜂教师。")
    workbook = dated(tmp_path, plan=plan)
    second = rows_below(workbook["开班计划表"], "序号")[1]
    assert (second["开班日期"], second["结业日期"]) == (datetime(2026, 3, 9), datetime(2026, 3, 20))
    assert second["考核日期"] is None
    assert second["备注"] == "县委一号文件要求；尚未排课"
    line, total = rows_below(workbook["班级课程表"], "序号")[1:3]
    assert (line["上课日期"], line["天数"], line["备注"]) == (None, 0, "尚未排课")
    assert (total["天数"], total["考核日期"]) == (10, "1 场")
    text = all_text(workbook)
    assert "尚未排课：K002 养蜂员第1期：K002 与 K001 都需要唯一的养蜂教师。" in text
    assert "标“尚未排课”的 1 个班以首周周一、末周周五代替" in text
    assert "尚未安排督查的班（1 个）：K002。" in text


def test_visits_stand_in_order_of_day(tmp_path: Path) -> None:
    """Day, inspector, township, class, heads expected and what is taught; blanks for what is found."""
    rows = rows_below(dated(tmp_path)["督查安排表"], "序号")
    first, second, total = rows[:3]
    assert (first["督查日期"], first["星期"], first["督查人员"]) == (datetime(2026, 3, 3), "周二", "督查员1")
    assert (first["乡镇(街道)"], first["班级编号"], first["应到人数"]) == ("双河街道", "K001", 30)
    assert (second["乡镇(街道)"], second["当日课程"]) == ("可乐彝族苗族乡", "理论")
    assert (first["实到人数"], first["督查情况"], first["签字"]) == (None, None, None)
    assert (total["督查日期"], total["督查人员"], total["班级编号"]) == ("合计", "2 人天", "2 班次")


def test_linked_jobs_are_dated_by_week(tmp_path: Path) -> None:
    """With exact last days elsewhere, the Friday of the vacancies' sheet is called what it is."""
    assert rows_below(dated(tmp_path)["岗位衔接"], "序号")[0]["结业周(周五)"] == datetime(2026, 3, 13)
    assert "结业日期" in rows_below(dated(tmp_path, plan=a_plan())["岗位衔接"], "序号")[0]


def test_teachers_tasks_add_up_by_provider(tmp_path: Path) -> None:
    """Classes, days, sessions and hours of each teacher; subtotals and the total are their sums."""
    rows = rows_below(dated(tmp_path)["教师任务表"], "序号")
    first, second, subtotal = rows[:3]
    assert (first["教师"], first["授课班级(期)"], first["起止日期"]) == ("教师1", "育婴员第1期", "3月2日—3月13日")
    assert (first["授课天数"], first["授课节次(半天)"], first["课时"], first["其中理论"]) == (10, 20, 80, 32)
    assert (second["课时"], second["其中实操"], second["每周最多节次"]) == (48, 48, 10)
    assert (subtotal["承训机构"], subtotal["教师"], subtotal["班数"]) == ("赫章县中等职业学校", "小计 2 人", 1)
    subtotals = [row for row in rows if str(row["教师"]).startswith("小计")]
    total = next(row for row in rows if row["承训机构"] == "合计")
    for column in ("班数", "授课天数", "授课节次(半天)", "课时", "其中理论", "其中实操"):
        assert sum(row[column] for row in subtotals) == total[column]


def test_classes_of_a_course_are_named_once(tmp_path: Path) -> None:
    """A teacher of the first and third class of a course: 第1、3期."""
    classes = (a_class("A"), a_class("B", provider="黔鑫职业技能培训学校"), a_class("C"))
    plan = with_days(an_instance(), a_plan(classes=classes, payments=(), placements=()))
    rows = rows_below(dated(tmp_path, plan=plan)["教师任务表"], "序号")
    assert rows[0]["授课班级(期)"] == "育婴员第1、3期"


def test_teachers_without_a_task_are_named(tmp_path: Path) -> None:
    """Who is free is what a planner looks for when a class has to move."""
    teachers = (
        Teacher("赫章县中等职业学校教师1", "赫章县中等职业学校", ("育婴员",)),
        Teacher("王五", "黔鑫职业技能培训学校", ("养蜂员",)),
    )
    text = all_text(dated(tmp_path, an_instance(teachers=teachers)))
    assert "本方案未安排授课的教师（1 名）：王五。" in text


def test_tasks_foot_to_the_plan(tmp_path: Path) -> None:
    """People by origin and quarter, classes and cost by venue; every column adds up to the 合计 row."""
    rows = rows_below(dated(tmp_path)["任务分解表"], "序号")
    first, second, total = rows[:3]
    assert (first["乡镇"], first["计划培训人数"], first["易迁"], first["一季度"]) == ("双河街道", 30, 8, 30)
    assert (second["本地开班数"], second["小计(元)"]) == (1, 46_600)
    assert total["小计(元)"] * 100 == a_plan().total_cost_cents
    for heading, value in total.items():
        if isinstance(value, int) and heading != "序号":
            assert first[heading] + second[heading] == value, heading
    assert sum(total[f"{name}季度"] for name in "一二三四") == total["计划培训人数"] == 62


def test_tasks_show_the_yearly_target_of_a_township(tmp_path: Path) -> None:
    """Only a target on all people of the township counts as its task; the county's total stands in a note."""
    targets = (
        Target("全年任务", Measure.PERSONS, Sense.AT_LEAST, 7200),
        Target("双河", Measure.PERSONS, Sense.AT_LEAST, 40, township="双河街道"),
        Target("双河脱贫", Measure.PERSONS, Sense.AT_LEAST, 90, township="双河街道", tag="脱贫"),
        Target("可乐上限", Measure.PERSONS, Sense.AT_MOST, 90, township="可乐彝族苗族乡"),
    )
    instance = an_instance(targets=targets)
    results = tuple(replace(a_plan().targets[0], id=target.id) for target in targets)
    workbook = dated(tmp_path, instance, with_days(instance, a_plan(targets=results)))
    first, second, total = rows_below(workbook["任务分解表"], "序号")[:3]
    assert (first["年度任务(人)"], first["完成率"]) == (40, pytest.approx(0.75))
    assert (second["年度任务(人)"], second["完成率"]) == (None, None)
    assert total["年度任务(人)"] == 40
    assert "全县总任务 7,200 人" in all_text(workbook)


def test_quarters_of_two_years_are_named_with_their_year(tmp_path: Path) -> None:
    """A plan from July to June: 2026年三季度 to 2027年二季度."""
    instance = an_instance(settings=Settings(plan_start=date(2026, 7, 6), weeks=40))
    plan = with_days(
        instance,
        a_plan(classes=(a_class(start_week=date(2027, 3, 1), end_week=date(2027, 3, 8)),), payments=(), placements=()),
    )
    rows = rows_below(dated(tmp_path, instance, plan)["任务分解表"], "序号")
    assert [heading for heading in rows[0] if "季度" in str(heading)] == [
        "2026年三季度", "2026年四季度", "2027年一季度", "2027年二季度",
    ]  # fmt: skip
    assert rows[0]["2027年一季度"] == 30


def test_plan_start_stands_in_every_footer(tmp_path: Path) -> None:
    """Version, seed, first day of the plan and input hash; never the day of printing."""
    for sheet in dated(tmp_path):
        assert f"种子 7 · 计划期自 {PLAN_START}" in str(sheet.oddFooter.left.text)
        assert "01234567" in str(sheet.oddFooter.right.text)


def test_no_text_of_the_timetable_is_cut(tmp_path: Path) -> None:
    """Every row is high enough, also the reason of a class that has no days."""
    plan = without_days(with_days(an_instance(), a_plan()), "K002", "两个班都需要唯一的教师。" * 30)
    assert [cut for sheet in dated(tmp_path, plan=plan) for cut in texts_too_high(sheet)] == []


def test_equal_timetables_give_equal_bytes(tmp_path: Path) -> None:
    """The order in which sessions are recorded changes nothing."""
    plan = with_days(an_instance(), a_plan())
    shuffled = replace(
        plan,
        sessions=tuple(reversed(plan.sessions)),
        exams=tuple(reversed(plan.exams)),
        inspections=tuple(reversed(plan.inspections)),
    )
    for name, one in (("one.xlsx", plan), ("two.xlsx", shuffled)):
        write_plan_workbook(an_instance(), one, tmp_path / name, the_expected_jobs())
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()
