"""情景对比表.xlsx: the base and its scenarios side by side, each figure with its gap or range.

A scenario is never called better or worse than the base where their proved bands overlap. Nothing in the file depends
on the clock: equal plans give equal bytes.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

import xlsxwriter

from planner.domain.instance import Objective, Sense
from planner.domain.plan import Plan
from planner.export.comparison_money import MoneyStudy, write_money_study
from planner.export.comparison_robust import RobustStudy, write_robust_study
from planner.export.figures import count_funds, count_heads, tags_of
from planner.export.files import whole_file
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import (
    GROSS_IS_NOT_EFFECT,
    UPLIFT_IS_EFFECT,
    bureau_of,
    gap_percent,
    rounded_up,
    target_demand,
    title_of,
)
from planner.scenarios.compare import difference
from planner.scenarios.solving import Outcome

COMPARISON_FILE: Final = "情景对比表.xlsx"
_HASH_CHARACTERS = 8


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a comparison found: the base, its scenarios in order, and what money buys; whether the user stopped it."""

    base: Outcome
    outcomes: tuple[Outcome, ...]
    money: MoneyStudy
    input_sha256: str
    version: str
    seed: int
    stopped: bool = False
    robust: RobustStudy = RobustStudy()

    @property
    def everything(self) -> tuple[Outcome, ...]:
        """The base and the scenarios."""
        return (self.base, *self.outcomes)


def write_comparison(comparison: Comparison, path: Path) -> None:
    """Write the workbook to ``path``, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    """
    instance = comparison.base.instance
    with whole_file(path) as draft:
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(draft), options) as workbook:
            workbook.set_properties(
                {
                    "title": title_of(instance, "情景对比表"),
                    "author": bureau_of(instance),
                    "created": datetime.combine(instance.settings.plan_start, time()),
                }
            )
            papers = Papers(workbook, bureau_of(instance), _footer(comparison), _has_cents(comparison))
            if comparison.outcomes:
                write_scenarios(papers, comparison)
                write_people(papers, comparison)
                write_funds(papers, comparison)
                write_missed_targets(papers, comparison)
            write_money_study(papers, instance, comparison.money)
            write_robust_study(papers, instance, comparison.robust)
            write_guide(papers, comparison)


def write_scenarios(papers: Papers, comparison: Comparison) -> None:
    """Write sheet 情景对比: one line for each scenario with its jobs, range, bound and cost, and a chart of them."""
    columns = [
        Column("序号", 5, Kind.LABEL),
        Column("情景", fitted_width([o.scenario.name for o in comparison.everything], 12, 20)),
        Column("改变内容", 30),
        Column("班数", 7, Kind.WHOLE),
        Column("人数", 8, Kind.WHOLE),
        Column("毛就业", 9, Kind.JOBS, group="预计就业（人）"),
        Column("净增", 9, Kind.JOBS, group="预计就业（人）"),
        Column("低", 9, Kind.JOBS, group="就业率变动时的范围"),
        Column("高", 9, Kind.JOBS, group="就业率变动时的范围"),
        Column("得分", 9, Kind.JOBS),
        Column("上限", 9, Kind.JOBS),
        Column("差距不超过", 8, Kind.LABEL),
        Column("费用(元)", 12, Kind.YUAN),
        Column("最优得分与基准相比", 30),
    ]
    instance = comparison.base.instance
    sheet = BureauSheet(papers, "情景对比", title_of(instance, "情景对比表"), columns, "人、元", frozen_columns=2)
    for number, outcome in enumerate(comparison.everything):
        sheet.row((number or "基准", *_scenario_cells(outcome, comparison)), strong=not number)
    chart = _values_chart(papers, sheet)
    sheet.note(
        "备注：1. 得分是预计就业折算人数减去未完成任务的扣分；上限是已证明任何方案都不会超过的得分，因此最优得分在"
        "“得分”与“上限”之间。两个情景的这一区间有重叠，就分不出高低。"
    )
    sheet.note(
        "2. 范围：就业率在已知误差内变动时，十次有八次落在低、高之间（按该情景所最大化的口径；给定的就业率按准确计）。"
        f"{_objective_note(comparison)}"
    )
    sheet.sign()
    sheet.chart(chart)


def _scenario_cells(outcome: Outcome, comparison: Comparison) -> list[Any]:
    plan = outcome.plan
    words = [outcome.scenario.name, outcome.scenario.sentence]
    if plan is None:
        return [*words, *[None] * 10, _failure_words(outcome)]
    outlook = plan.outlook
    jobs = [None] * 4 if outlook is None else [outlook.gross_jobs, outlook.uplift_jobs, outlook.low, outlook.high]
    return [
        *words, len(plan.classes), sum(one.size for one in plan.classes), *jobs, plan.value, bound_cell(plan.bound),
        gap_percent(plan.gap) or "未证明", plan.total_cost_cents, _compared(outcome, comparison.base),
    ]  # fmt: skip


def bound_cell(bound: float) -> float | None:
    """A bound as a figure of one decimal that never falls below it; ``None`` when nothing is proved."""
    return float(rounded_up(bound).replace(",", "")) if math.isfinite(bound) else None


def _compared(outcome: Outcome, base: Outcome) -> str:
    if outcome is base:
        return "—"
    found = difference(outcome, base)
    if found is not None:
        return found.sentence
    return "基准没有方案，无法比较" if base.plan is None else "口径不同，得分不可比"


def _failure_words(outcome: Outcome) -> str:
    return "；".join((outcome.failure, *outcome.clashes))


def _objective_note(comparison: Comparison) -> str:
    objectives = {outcome.instance.settings.objective for outcome in comparison.everything}
    notes = [GROSS_IS_NOT_EFFECT] if Objective.GROSS in objectives else []
    return "".join([*notes, *([UPLIFT_IS_EFFECT] if Objective.UPLIFT in objectives else [])])


def _values_chart(papers: Papers, sheet: BureauSheet) -> Any:
    chart = papers.workbook.add_chart({"type": "column"})
    names = sheet.cells(1)
    for column, name, fill in ((9, "得分（找到的方案）", "#4472C4"), (10, "上限（已证明）", "#F4B183")):
        chart.add_series(
            {"name": name, "categories": names, "values": sheet.cells(column), "fill": {"color": fill}, "gap": 80}
        )
    chart.set_title({"name": "各情景的得分与上限", "name_font": {"size": 12}})
    chart.set_y_axis({"name": "折算人数", "num_format": "#,##0", "major_gridlines": {"visible": True,
                      "line": {"color": "#D9D9D9"}}, "min": 0})
    chart.set_legend({"position": "bottom"})
    return chart


def write_people(papers: Papers, comparison: Comparison) -> None:
    """Write sheet 人群对比: who is trained in each scenario, by tag and age band."""
    instance = comparison.base.instance
    tags = tags_of(instance)
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("情景", 22),
        Column("班数", 9, Kind.WHOLE),
        Column("人数", 10, Kind.WHOLE),
        *(Column(tag, 10, Kind.WHOLE, group="其中") for tag in tags),
        *(Column(band.name, 11, Kind.WHOLE, group="年龄段") for band in instance.age_bands),
        Column("有学员的乡镇", 10, Kind.WHOLE),
        Column("与基准的人数之差", 12, Kind.WHOLE),
    ]
    sheet = BureauSheet(papers, "人群对比", title_of(instance, "情景对比表（人群）"), columns, "人", frozen_columns=2)
    before = _persons(comparison.base.plan)
    for number, outcome in enumerate(comparison.everything):
        plan, name = outcome.plan, outcome.scenario.name
        if plan is None:
            sheet.row((number or "基准", name, *[None] * (len(columns) - 2)))
            continue
        heads = count_heads(outcome.instance, [entry for one in plan.classes for entry in one.heads])
        townships = {entry.township for one in plan.classes for entry in one.heads}
        change = None if before is None or not number else heads.persons - before
        sheet.row((number or "基准", name, len(plan.classes), *heads.cells(instance), len(townships), change),
                  strong=not number)
    sheet.note("备注：各方案都是找到的方案，不一定是唯一的最优方案；得分相近的方案，人群构成可以不同。没有方案的情景留空。")
    sheet.sign()


def _persons(plan: Plan | None) -> int | None:
    return None if plan is None else sum(one.size for one in plan.classes)


def write_funds(papers: Papers, comparison: Comparison) -> None:
    """Write sheet 资金对比: what each fund has and pays in each scenario, beside the base."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("情景", 22),
        Column("资金渠道", 26),
        Column("资金总额(元)", 16, Kind.YUAN),
        Column("使用(元)", 16, Kind.YUAN),
        Column("结余(元)", 16, Kind.YUAN),
        Column("使用率", 9, Kind.SHARE),
        Column("与基准的使用之差(元)", 18, Kind.YUAN),
    ]
    instance = comparison.base.instance
    sheet = BureauSheet(papers, "资金对比", title_of(instance, "情景对比表（资金）"), columns, "元", frozen_columns=2)
    before = {} if comparison.base.plan is None else {
        fund.fund: fund.used_cents for fund in count_funds(instance, comparison.base.plan)
    }
    for number, outcome in enumerate(comparison.everything):
        if outcome.plan is None:
            continue
        funds = count_funds(outcome.instance, outcome.plan)
        for fund in funds:
            change = fund.used_cents - before[fund.fund] if number and fund.fund in before else None
            sheet.row((number or "基准", outcome.scenario.name, fund.fund,
                       *_money_cells(fund.amount_cents, fund.used_cents), change))
        amount, used = sum(f.amount_cents for f in funds), sum(f.used_cents for f in funds)
        total = used - sum(before.values()) if number and before else None
        sheet.total((None, outcome.scenario.name, "合计", *_money_cells(amount, used), total))
    sheet.note("备注：没有方案的情景不列。")
    sheet.sign()


def _money_cells(amount: int, used: int) -> list[Any]:
    return [amount, used, amount - used, used / amount if amount else None]


def write_missed_targets(papers: Papers, comparison: Comparison) -> None:
    """Write sheet 任务对比: every target that some scenario misses, with what each scenario reaches."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("情景", 22),
        Column("任务", 30),
        Column("要求", 20),
        Column("性质", 8, Kind.LABEL),
        Column("方案达到", 12, Kind.WHOLE),
        Column("缺口或超出", 12, Kind.WHOLE),
        Column("结论", 10, Kind.LABEL),
    ]
    instance = comparison.base.instance
    sheet = BureauSheet(papers, "任务对比", title_of(instance, "情景对比表（未完成的任务）"), columns, "人、班",
                        frozen_columns=2)
    rows = []
    for number, outcome in enumerate(comparison.everything):
        results = {} if outcome.plan is None else {result.id: result for result in outcome.plan.targets}
        for target in outcome.instance.targets:
            result = results.get(target.id)
            if result is not None and result.missing:
                rows.append((number or "基准", outcome.scenario.name, target.id, target_demand(target),
                             "必须" if target.hard else "尽量", result.value, result.missing,
                             "未完成" if target.sense is Sense.AT_LEAST else "超出"))
    sheet.rows(rows)
    sheet.note("备注：只列未完成的任务；各情景未列出的任务都已完成。没有方案的情景不列。")
    sheet.sign()


def write_guide(papers: Papers, comparison: Comparison) -> None:
    """Write sheet 说明: where the comparison comes from and how to read it."""
    instance = comparison.base.instance
    columns = [Column("项目", 26), Column("内容", 118)]
    sheet = BureauSheet(papers, "说明", title_of(instance, "情景对比说明"), columns, unit="")
    sheet.rows(
        [
            ("情景", f"{len(comparison.outcomes)} 个，另有基准（工作簿原样）"),
            ("完成情况", "人工停止，停止以后的情景和水平没有测算" if comparison.stopped else "全部测算完成"),
            ("独立核对", "每份方案都由不用求解程序的核对程序逐条核对通过，才列入本表"),
            ("编制程序", f"planner {comparison.version}，随机种子 {comparison.seed}"),
            ("数据指纹", f"{comparison.input_sha256}（基准工作簿的 SHA-256）"),
        ]
    )
    sheet.band("怎样看这份对比表", bold=True, bg_color="#F2F2F2")
    guide = [
        "“得分”是找到的方案的得分，“上限”是已证明任何方案都不会超过的得分；真正的最优得分在两者之间。",
        "“至少多”“至少少”都是证明过的；写“分不出高低”的，不能说哪个情景更好。",
        _objective_note(comparison),
        "就业率范围说明预计就业本身有多大把握，与方案是否最优无关；没有历史数据时默认就业率按准确计，范围偏窄。",
        "每个情景的方案在同名文件夹中：plan.json 可用 planner check 与同一文件夹的 input.xlsx 核对。",
        "同一份输入、同一随机种子，重新测算结果相同（中途停止或超时除外）。",
    ]
    for number, sentence in enumerate(guide, 1):
        sheet.band(f"{number}. {sentence}")


def _footer(comparison: Comparison) -> str:
    version, fingerprint = comparison.version.replace("&", "&&"), comparison.input_sha256[:_HASH_CHARACTERS]
    return f"&L&8程序版本 {version} · 种子 {comparison.seed}&C&8第 &P 页 共 &N 页&R&8数据指纹 {fingerprint}"


def _has_cents(comparison: Comparison) -> bool:
    amounts = [fund.amount_cents for outcome in comparison.everything for fund in outcome.instance.funds]
    amounts += [outcome.plan.total_cost_cents for outcome in comparison.everything if outcome.plan is not None]
    return any(amount % 100 for amount in amounts)
