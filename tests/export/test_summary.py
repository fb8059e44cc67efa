"""The summary: what a planner wants to know first, in plain words."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

from planner.domain.instance import Objective, Settings
from planner.domain.plan import Unplaced
from planner.export.summary import summary_lines, summary_lines_en

from .builders import PLAN_START, a_plan, an_instance, with_days


def test_summary_in_chinese() -> None:
    """Verdict, size, jobs, money by fund, score, missed target, unserved wishes and files, in this order."""
    assert summary_lines(an_instance(), a_plan(), [Path("out/plan.xlsx")]) == [
        "结论：可行方案；离理论最优的差距 ≤ 0.5%（已证明）",
        "规模：2 个班，62 人（其中脱贫 32 人，易迁 15 人）",
        "就业：预计就业（毛）31.2 人：衔接到岗位 15.0 人，未衔接 16.2 人",
        "费用：85,100 元",
        "  中央衔接资金：用 46,600 元，共 200,000 元",
        "  就业补助资金：用 38,500 元，共 100,000 元",
        "得分：24.7，理论上限 24.8，差距 ≤ 0.5%（已证明）",
        "未完成任务：脱贫任务（要求不少于 40 人，计划 32，差 8）",
        "课表：未排，日期只到周",
        "未满足需求：28 人次，原因见“未满足需求”",
        f"文件：{Path('out/plan.xlsx')}",
    ]


def test_summary_in_english_says_the_same() -> None:
    """The English lines follow the Chinese ones."""
    lines = summary_lines_en(an_instance(), a_plan(), [Path("out/plan.xlsx")])
    assert len(lines) == len(summary_lines(an_instance(), a_plan(), [Path("out/plan.xlsx")]))
    assert "Size: 2 classes, 62 people (脱贫 32, 易迁 15)" in lines
    assert "Target missed: 脱贫任务 (asked >= 40, reached 32, short by 8)" in lines


def test_the_timetable_has_a_line_and_each_class_without_one_its_sentence() -> None:
    """How much is placed, in how many rounds; what clashes in the planner's words, in both languages."""
    plan = with_days(an_instance(), a_plan())
    assert plan.timetable is not None
    left = Unplaced("K002", ("K001",), ("teacher-clash",), "养蜂员班排不上课。")
    plan = replace(
        plan,
        sessions=tuple(one for one in plan.sessions if one.class_id == "K001"),
        timetable=replace(plan.timetable, rounds=3, unplaced=(left,)),
    )
    lines = summary_lines(an_instance(), plan)
    size = "课表：已排 1 个班（共 2 个）、20 节（每节半天，4 课时），考核 2 场，督查 2 班次；方案与课表协调 3 轮"
    assert lines[lines.index(size) + 1] == "  排不出：K002：养蜂员班排不上课。"
    english = summary_lines_en(an_instance(), plan)
    assert len(english) == len(lines)
    assert english[lines.index(size)].startswith("Timetable: 1 of 2 classes placed, 20 half-day sessions, 2 exams")
    assert english[lines.index(size)].endswith("asked in 3 rounds")


def test_without_vacancies_nothing_is_called_linked() -> None:
    """When no pools are known the summary does not claim links."""
    assert "就业：预计就业（毛）31.2 人" in summary_lines(an_instance(pools=None), a_plan(placements=()))


def test_uplift_is_named_as_such() -> None:
    """Gross placement and uplift never share a name."""
    instance = an_instance(settings=Settings(plan_start=PLAN_START, objective=Objective.UPLIFT))
    assert any("预计净增就业" in line for line in summary_lines(instance, a_plan()))
    assert any("uplift" in line for line in summary_lines_en(instance, a_plan()))


def test_unproved_bound_is_said_to_be_unproved() -> None:
    """Without a bound no gap is claimed."""
    plan = a_plan(bound=math.inf, gap=math.inf)
    assert "得分：24.7，理论上限 未证明，差距 尚未证明" in summary_lines(an_instance(), plan)
    assert "Score: 24.7, upper bound not proved, gap not proved" in summary_lines_en(an_instance(), plan)
