"""Sheets on what money buys: 预算曲线, 逐级追加, 追加资金, 最少资金; each figure with its proved range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.figures import count_heads, tags_of
from planner.export.frame import BureauSheet, Column, Kind, Papers
from planner.export.wording import gap_percent, jobs_note, rounded_up, span_words, title_of, yuan_words
from planner.scenarios.additions import Addition
from planner.scenarios.compare import tenths_down, tenths_up
from planner.scenarios.curve import SATURATED_SHARE, BudgetCurve, Level, marginal
from planner.scenarios.front import Aim, Front, FrontPoint
from planner.scenarios.least import LeastMoney, Wanted
from planner.scenarios.nested import NestedCurve


@dataclass(frozen=True, slots=True)
class MoneyStudy:
    """What was asked about money; whatever was not asked is ``None`` or empty."""

    curve: BudgetCurve | None = None
    nested: NestedCurve | None = None
    additions: tuple[Addition, ...] = ()
    least: tuple[LeastMoney, ...] = ()
    fronts: tuple[Front, ...] = ()
    approved: str = ""
    """What the additions are made to, in words."""


def write_money_study(papers: Papers, instance: Instance, study: MoneyStudy) -> None:
    """Write a sheet for each question that was asked."""
    if study.curve is not None:
        write_curve(papers, instance, study.curve)
    if study.nested is not None:
        write_nested(papers, instance, study.nested)
    if study.additions:
        write_additions(papers, instance, study)
    if study.least:
        write_least(papers, instance, study.least)
    for front in study.fronts:
        write_front(papers, instance, front)


def write_curve(papers: Papers, instance: Instance, curve: BudgetCurve) -> None:
    """Write sheet 预算曲线: value and bound at each level of money, what the last step bought, and a chart."""
    columns = [
        Column("资金水平", 9, Kind.LABEL),
        Column("资金总额(元)", 14, Kind.YUAN),
        Column("班数", 7, Kind.WHOLE),
        Column("人数", 9, Kind.WHOLE),
        Column("得分", 10, Kind.JOBS),
        Column("上限", 10, Kind.JOBS),
        Column("差距不超过", 9, Kind.LABEL),
        Column("方案费用(元)", 14, Kind.YUAN),
        Column("找到的", 9, Kind.JOBS, group="比上一水平每万元多"),
        Column("至少", 9, Kind.JOBS, group="比上一水平每万元多"),
        Column("至多", 9, Kind.JOBS, group="比上一水平每万元多"),
        Column("标记", 22),
    ]
    sheet = BureauSheet(papers, "预算曲线", title_of(instance, "预算曲线"), columns, "元、人", frozen_columns=1)
    for number, level in enumerate(curve.levels):
        before = curve.levels[number - 1] if number else None
        sheet.row((percent_words(level.share), level.total_cents, *_level_cells(level), *_step_cells(before, level),
                   _mark(curve, number)), strong=level.share == 1)
    chart = _curve_chart(papers, sheet, (("得分（找到的方案）", 4, "#4472C4"), ("上限（已证明）", 5, "#ED7D31")))
    for number, sentence in enumerate(curve_sentences(curve), 1):
        sheet.note(f"{'备注：' if number == 1 else ''}{number}. {sentence}")
    sheet.note(f"{len(curve_sentences(curve)) + 1}. {jobs_note(instance.settings.objective)}")
    sheet.sign()
    sheet.chart(chart)


def curve_sentences(curve: BudgetCurve) -> list[str]:
    """Return what the curve says, as an official can read it aloud."""
    sentences = [
        "各项资金按同一比例增减。得分是预计就业折算人数减去未完成任务的扣分；真正的最优得分在“得分”与“上限”之间。",
        "“每万元多”中，“至少”“至多”是已证明的范围：两个水平的最优得分之差除以资金之差。",
    ]
    last = curve.levels[-1] if curve.levels else None
    saturated = curve.saturation
    if last is not None and saturated is not None:
        level = curve.levels[saturated]
        more = tenths_up(last.bound - level.value)
        sentences.append(
            f"饱和：资金达到 {percent_words(level.share)}（{yuan_words(level.total_cents)} 元）以后，"
            f"直到 {percent_words(last.share)}，已证明得分至多再增加 {more:,}（不到 {SATURATED_SHARE:.0%}）。"
        )
    elif last is not None:
        sentences.append(f"饱和：到 {percent_words(last.share)} 为止，不能证明再加钱已无作用（以增加不到 "
                         f"{SATURATED_SHARE:.0%} 为准）。")
    knee = curve.knee
    if knee is not None:
        level = curve.levels[knee]
        sentences.append(
            f"拐点：{percent_words(level.share)}（{yuan_words(level.total_cents)} 元）以后，每万元带来的就业明显变少。"
            "这只是曲线的形状，资金定多少由领导决定。"
        )
    else:
        sentences.append("拐点：在误差范围内看不出明显的拐点。")
    if curve.stopped:
        sentences.append("测算被人工停止，其余水平没有测算。")
    return sentences


def percent_words(share: Fraction) -> str:
    """Return a share of the workbook's money, such as ``110%``."""
    return f"{float(share * 100):.10g}%"


def _level_cells(level: Level) -> list[Any]:
    plan = level.plan
    if plan is None:
        return [None, None, None, None, "无方案", None]
    gap = (level.bound - plan.value) / abs(level.bound) if level.bound else 0.0
    return [
        len(plan.classes), _persons(plan), plan.value, _bound(level.bound), gap_percent(gap) or "未证明",
        plan.total_cost_cents,
    ]  # fmt: skip


def _persons(plan: Plan) -> int:
    return sum(one.size for one in plan.classes)


def _bound(bound: float) -> float | None:
    return float(rounded_up(bound).replace(",", "")) if math.isfinite(bound) else None


def _step_cells(before: Level | None, level: Level) -> list[Any]:
    found = None if before is None else marginal(before, level)
    if found is None:
        return [None, None, None]
    return [found.found, float(tenths_down(found.least)), float(tenths_up(found.most))]


def _mark(curve: BudgetCurve, number: int) -> str:
    level = curve.levels[number]
    if level.plan is None:
        return "已证明：资金不足以满足硬性要求" if level.impossible else "没有找到方案（未证明没有）"
    marks = ["工作簿的资金"] if level.share == 1 else []
    marks += ["拐点（供参考）"] if number == curve.knee else []
    marks += ["饱和"] if number == curve.saturation else []
    return "；".join(marks)


def _curve_chart(papers: Papers, sheet: BureauSheet, series: Sequence[tuple[str, int, str]]) -> Any:
    chart = papers.workbook.add_chart({"type": "line"})
    categories = sheet.cells(0)
    for name, column, colour in series:
        chart.add_series({
            "name": name, "categories": categories, "values": sheet.cells(column),
            "line": {"color": colour, "width": 2}, "marker": {"type": "circle", "size": 5, "fill": {"color": colour},
                                                              "border": {"color": colour}},
        })  # fmt: skip
    chart.set_title({"name": "资金水平与得分", "name_font": {"size": 12}})
    chart.set_x_axis({"name": "资金水平（工作簿 = 100%）"})
    chart.set_y_axis({"name": "折算人数", "num_format": "#,##0",
                      "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_legend({"position": "bottom"})
    chart.show_blanks_as("gap")
    return chart


def write_nested(papers: Papers, instance: Instance, nested: NestedCurve) -> None:
    """Write sheet 逐级追加: the nested curve beside the free one, and what keeping earlier classes costs."""
    columns = [
        Column("资金水平", 9, Kind.LABEL),
        Column("资金总额(元)", 15, Kind.YUAN),
        Column("班数", 8, Kind.WHOLE, group="逐级追加（已开的班都保留）"),
        Column("人数", 9, Kind.WHOLE, group="逐级追加（已开的班都保留）"),
        Column("得分", 10, Kind.JOBS, group="逐级追加（已开的班都保留）"),
        Column("上限", 10, Kind.JOBS, group="逐级追加（已开的班都保留）"),
        Column("得分", 10, Kind.JOBS, group="自由安排"),
        Column("上限", 10, Kind.JOBS, group="自由安排"),
        Column("至少", 10, Kind.JOBS, group="保留的代价（得分）"),
        Column("至多", 10, Kind.JOBS, group="保留的代价（得分）"),
    ]
    sheet = BureauSheet(papers, "逐级追加", title_of(instance, "逐级追加表"), columns, "元、人", frozen_columns=1)
    for level, free in zip(nested.levels, nested.free.levels, strict=False):
        plan = level.plan
        cells = [None] * 4 if plan is None else [len(plan.classes), _persons(plan), plan.value, _bound(plan.bound)]
        freely = [None, None] if free.plan is None else [free.value, _bound(free.bound)]
        price = [None, None] if level.price is None else [float(tenths_down(level.price[0])),
                                                          float(tenths_up(level.price[1]))]
        sheet.row((percent_words(level.share), level.total_cents, *cells, *freely, *price), strong=level.share == 1)
    chart = _curve_chart(papers, sheet, (("逐级追加：得分", 4, "#70AD47"), ("自由安排：得分", 6, "#4472C4"),
                                         ("自由安排：上限", 7, "#ED7D31")))
    sheet.note("备注：1. 从最少的资金开始，每一级都保留上一级的全部班次（课程、机构、场地、形式、开班周不变，"
               "人数可在班额内调整），再用新增的资金安排。")
    sheet.note("2. 保留的代价是自由安排与逐级追加的最优得分之差，已证明在“至少”与“至多”之间；“至少”为 0 时，"
               "不能说保留有代价。")
    sheet.sign()
    sheet.chart(chart)


def write_additions(papers: Papers, instance: Instance, study: MoneyStudy) -> None:
    """Write sheet 追加资金: what more money buys on top of the approved plan, and freely."""
    columns = [
        Column("追加(元)", 14, Kind.YUAN),
        Column("新开班数", 8, Kind.WHOLE, group="保留已批准班次"),
        Column("人数", 9, Kind.WHOLE, group="保留已批准班次"),
        Column("得分", 10, Kind.JOBS, group="保留已批准班次"),
        Column("上限", 10, Kind.JOBS, group="保留已批准班次"),
        Column("比已批准的多", 10, Kind.JOBS, group="保留已批准班次"),
        Column("每万元多", 8, Kind.JOBS, group="保留已批准班次"),
        Column("人数减少的班", 9, Kind.WHOLE, group="保留已批准班次"),
        Column("共减少人数", 9, Kind.WHOLE, group="保留已批准班次"),
        Column("班数", 8, Kind.WHOLE, group="自由安排"),
        Column("人数", 9, Kind.WHOLE, group="自由安排"),
        Column("得分", 10, Kind.JOBS, group="自由安排"),
        Column("上限", 10, Kind.JOBS, group="自由安排"),
        Column("保留的代价", 22, Kind.LABEL),
    ]
    sheet = BureauSheet(papers, "追加资金", title_of(instance, "追加资金测算表"), columns, "元、人")
    for one in study.additions:
        kept = [None] * 8 if one.kept is None else [
            one.new_classes, _persons(one.kept), one.kept.value, _bound(one.kept.bound), *_gain_cells(one, one.kept),
            one.shrunk, one.fewer]
        free = [None] * 4 if one.free is None else [
            len(one.free.classes), _persons(one.free), one.free.value, _bound(one.free.bound)]
        sheet.row((one.added_cents, *kept, *free, _price_words(one.price) or one.failure))
    sheet.note(f"备注：1. {study.approved}。追加的资金按各项资金的比例分配。")
    sheet.note("2. 已批准的班保留课程、机构、场地、形式和开班周，人数可在班额内调整（空余座位先坐满）；"
               "保留的代价是自由安排与保留班次的最优得分之差的已证明范围。")
    sheet.sign()


def _gain_cells(one: Addition, kept: Plan) -> list[float]:
    """Value gained by the plan found, in all and for each 10,000 yuan."""
    gained = kept.value - one.approved_value
    return [gained, gained / (one.added_cents / 1_000_000)]


def _price_words(price: tuple[float, float] | None) -> str:
    if price is None:
        return ""
    least, most = tenths_down(price[0]), tenths_up(price[1])
    return span_words(f"{least:,}", f"{most:,}", " 至 ") if least > 0 else f"测不出（至多 {most:,}）"


def write_least(papers: Papers, instance: Instance, answers: Sequence[LeastMoney]) -> None:
    """Write sheet 最少资金: the money that is enough for a number of jobs or people, and that proved too little."""
    columns = [
        Column("要达到", 26),
        Column("够用的资金(元)", 16, Kind.YUAN),
        Column("已证明不够的资金(元)", 16, Kind.YUAN),
        Column("班数", 8, Kind.WHOLE, group="够用资金下的方案"),
        Column("人数", 10, Kind.WHOLE, group="够用资金下的方案"),
        *(Column(tag, 9, Kind.WHOLE, group="够用资金下的方案") for tag in tags_of(instance)),
        Column("得分", 10, Kind.JOBS, group="够用资金下的方案"),
        Column("费用(元)", 15, Kind.YUAN, group="够用资金下的方案"),
        Column("结论", 40),
    ]
    sheet = BureauSheet(papers, "最少资金", title_of(instance, "最少资金测算表"), columns, "元、人")
    for answer in answers:
        sheet.row((wanted_words(answer), answer.enough_cents, answer.too_little_cents,
                   *_plan_cells(instance, answer.plan), least_sentence(answer)))
    sheet.note("备注：1. 各项资金按工作簿的比例增减；最少资金在“已证明不够的”与“够用的”之间。")
    sheet.note("2. 按人数求最少资金时，不计预计就业和“尽量”任务，只满足“必须”任务等硬性要求；"
               "因此费用最省的方案不一定带来最多的就业。")
    sheet.sign()


def wanted_words(answer: LeastMoney) -> str:
    """Return what was asked, such as ``培训 7,200 人``."""
    if answer.wanted is Wanted.PERSONS:
        return f"培训 {answer.number:,} 人"
    return f"得分 {answer.number:,}（折算就业人数）"


def least_sentence(answer: LeastMoney) -> str:
    """Return the answer in one sentence."""
    if answer.enough_cents is None:
        tried = yuan_words(answer.tried_cents)
        if answer.impossible:
            return f"已证明：资金加到 {tried} 元也达不到"
        return f"资金加到 {tried} 元仍没有找到达到的方案，也不能证明达不到"
    return (f"{yuan_words(answer.enough_cents)} 元够用；已证明 {yuan_words(answer.too_little_cents)} 元"
            "（及以下）不够")


def _plan_cells(instance: Instance, plan: Plan | None) -> list[Any]:
    if plan is None:
        return [None] * (4 + len(tags_of(instance)))
    heads = count_heads(instance, [entry for one in plan.classes for entry in one.heads])
    return [len(plan.classes), heads.persons, *heads.tag_cells(instance), plan.value, plan.total_cost_cents]


_FRONT_SHEETS = {Aim.HEADS: "权衡-人数", Aim.FAIRNESS: "权衡-公平", Aim.FARMING: "权衡-农忙"}
_RULE_WORDS = {
    Aim.HEADS: "至少培训 {:,.0f} 人", Aim.FAIRNESS: "各乡镇至少培训其愿意人数的 {:.1%}",
    Aim.FARMING: "农忙指数达到 {:.3g} 即禁开",
}  # fmt: skip
_FRONT_NOTES = {
    Aim.HEADS: "从基准的人数到最多能培训的人数，等距取点。",
    Aim.FAIRNESS: "参训比例 = 培训人数 ÷ 有意愿且可参训的人数；从基准中比例最低的乡镇到全县平均比例，等距取点。",
    Aim.FARMING: "从基准方案中最忙的一周开始，逐级收紧到它的八分之一；有季节窗口的课程不受农忙限制，不计在内。",
}


def write_front(papers: Papers, instance: Instance, front: Front) -> None:
    """Write the sheet of a front: the most jobs at each level of the second aim, and a chart of value against it."""
    kind = Kind.WHOLE if front.aim is Aim.HEADS else Kind.SHARE if front.aim is Aim.FAIRNESS else Kind.INDEX
    columns = [
        Column("要求", 36),
        Column(f"方案达到的{front.aim.value}", 20, kind),
        Column("班数", 8, Kind.WHOLE),
        Column("人数", 10, Kind.WHOLE),
        Column("得分", 10, Kind.JOBS),
        Column("上限", 10, Kind.JOBS),
        Column("至少", 10, Kind.JOBS, group="比基准少（得分）"),
        Column("至多", 10, Kind.JOBS, group="比基准少（得分）"),
        Column("费用(元)", 14, Kind.YUAN),
        Column("说明", 26),
    ]
    title = title_of(instance, f"就业与{front.aim.value}权衡表")
    sheet = BureauSheet(papers, _FRONT_SHEETS[front.aim], title, columns, "人、元")
    base = front.points[0]
    for point in front.points:
        sheet.row(_front_cells(front, base, point), strong=point is base)
    chart = _front_chart(papers, sheet, front)
    sheet.note(f"备注：1. 每一行把第二个目标作为硬性要求，再求最多的就业；{_FRONT_NOTES[front.aim]}")
    sheet.note("2. “至少”“至多”是与基准的最优得分之差的已证明范围；“至少”为 0 时，不能说这项要求有代价。"
               "选哪一点由领导决定，本表不推荐。")
    if front.stopped:
        sheet.note("3. 测算被人工停止，其余各点没有测算。")
    sheet.sign()
    sheet.chart(chart)


def _front_cells(front: Front, base: FrontPoint, point: FrontPoint) -> list[Any]:
    rule = "基准（不另加要求）" if point.limit is None else _RULE_WORDS[front.aim].format(point.limit)
    plan = point.plan
    if plan is None:
        words = "已证明：没有方案能满足" if point.impossible else "没有找到方案（未证明没有）"
        return [rule, *[None] * 8, words]
    loss = [None, None] if point is base else [
        max(float(tenths_down(base.value - point.bound)), 0.0), float(tenths_up(base.bound - point.value))]
    return [rule, point.reached, len(plan.classes), _persons(plan), point.value, _bound(point.bound), *loss,
            plan.total_cost_cents, ""]


def _front_chart(papers: Papers, sheet: BureauSheet, front: Front) -> Any:
    chart = papers.workbook.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    for name, column, colour in (("得分（找到的方案）", 4, "#4472C4"), ("上限（已证明）", 5, "#ED7D31")):
        chart.add_series({
            "name": name, "categories": sheet.cells(1), "values": sheet.cells(column),
            "line": {"color": colour, "width": 2}, "marker": {"type": "circle", "size": 6, "fill": {"color": colour},
                                                              "border": {"color": colour}},
        })  # fmt: skip
    chart.set_title({"name": f"就业与{front.aim.value}", "name_font": {"size": 12}})
    form = {Aim.HEADS: "#,##0", Aim.FAIRNESS: "0%", Aim.FARMING: "0.00"}[front.aim]
    chart.set_x_axis({"name": front.aim.value, "num_format": form})
    chart.set_y_axis({"name": "折算人数", "num_format": "#,##0",
                      "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}})
    chart.set_legend({"position": "bottom"})
    return chart
