"""The summary: what a planner wants to know first, in plain words."""

from __future__ import annotations

import math
from pathlib import Path

from planner.domain.instance import Objective, Settings
from planner.export.summary import summary_lines, summary_lines_en

from .builders import PLAN_START, a_plan, an_instance


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
        "未满足需求：28 人次，原因见“未满足需求”",
        f"文件：{Path('out/plan.xlsx')}",
    ]


def test_summary_in_english_says_the_same() -> None:
    """The English lines follow the Chinese ones."""
    lines = summary_lines_en(an_instance(), a_plan(), [Path("out/plan.xlsx")])
    assert len(lines) == len(summary_lines(an_instance(), a_plan(), [Path("out/plan.xlsx")]))
    assert "Size: 2 classes, 62 people (脱贫 32, 易迁 15)" in lines
    assert "Target missed: 脱贫任务 (asked >= 40, reached 32, short by 8)" in lines


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
