"""情景对比表.pdf: two pages for whoever decides - what the base plan is, what changes bring, what money buys.

Page 1: the base plan, the scenarios beside it, least money and more money. Page 2: the budget curve, two aims at once,
and what may come otherwise, as far as it was asked. Every figure stands with its gap, its proved band or its range.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

from planner.domain.instance import Instance, Objective
from planner.domain.plan import Plan
from planner.export.comparison import Comparison
from planner.export.comparison_money import curve_sentences, percent_words, wanted_words
from planner.export.documents.chart import Mark, Point, axis_over, band_chart, difference_bars
from planner.export.documents.paper import Column, frame, table
from planner.export.documents.typesetting import Typesetter
from planner.export.documents.uncertainty import uncertainty_sections
from planner.export.figures import count_funds
from planner.export.files import whole_file
from planner.export.frame import BUREAU_SIGNERS
from planner.export.wording import gap_percent, jobs_note, rounded_up, span_words, title_of, verdict, yuan_words
from planner.scenarios.additions import Addition
from planner.scenarios.compare import difference, tenths_down, tenths_up
from planner.scenarios.curve import BudgetCurve, Level, marginal
from planner.scenarios.front import Aim, Front, FrontPoint
from planner.scenarios.least import LeastMoney
from planner.scenarios.nested import NestedCurve
from planner.scenarios.solving import Outcome

COMPARISON_PDF: Final = "情景对比表.pdf"

MOST_CLASHES: Final = 3
"""Clashing requirements that are told of a scenario without a plan; the rest is counted."""

MOST_MISSED: Final = 3
"""Missed targets of the base plan that are named; the rest is counted."""

CENTS_PER_WAN: Final = 1_000_000
_NOTHING: Final = 1e-9
NUMERALS: Final = "一二三四五六七八九十"


def write_comparison_pdf(comparison: Comparison, path: Path) -> None:
    """Write the two pages to ``path``, whole or not at all; the base must have a plan.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a reader holds it open.
    """
    made = Typesetter().pdf("comparison", comparison_pages(comparison))
    with whole_file(path) as draft:
        draft.write_bytes(made)


def comparison_pages(comparison: Comparison) -> dict[str, Any]:
    """Return the content of template ``comparison``."""
    base, instance, money = comparison.base, comparison.base.instance, comparison.money
    plan = base.plan
    if plan is None:
        raise ValueError("the base has no plan")
    first = [
        _section("基准方案", _base_sentences(instance, plan), facts=_base_facts(instance, plan)),
        *([_scenario_section(comparison)] if comparison.outcomes else []),
        *([_least_section(instance, money.least)] if money.least else []),
        *([_addition_section(money.additions, money.approved)] if money.additions else []),
    ]
    second = [
        *([] if money.curve is None else [_curve_section(money.curve, money.nested)]),
        *(_front_section(front) for front in money.fronts),
        *(_section(one.heading, one.sentences, table=one.table) for one in uncertainty_sections(comparison.robust)),
    ]
    notes = _notes(comparison)
    for number, section in enumerate((*first, *second)):
        section["heading"] = f"{NUMERALS[number % len(NUMERALS)]}、{section['heading']}"
    return {
        **frame(instance, plan, title_of(instance, "情景对比表")),
        "first": first,
        "second": second,
        "first_notes": notes[:2] if second else notes,
        "second_notes": notes[2:],
        "signers": list(BUREAU_SIGNERS),
    }


def _section(heading: str, sentences: Sequence[str], **parts: Any) -> dict[str, Any]:
    empty = {"facts": None, "scenarios": None, "chart": None, "table": None}
    return {"heading": heading, "sentences": list(sentences), **empty, **parts}


# --- page 1 ---


def _base_facts(instance: Instance, plan: Plan) -> list[tuple[str, str, str]]:
    """Label, figure and what stands below it."""
    persons = sum(one.size for one in plan.classes)
    amount = sum(fund.amount_cents for fund in instance.funds)
    used = sum(fund.used_cents for fund in count_funds(instance, plan))
    outlook = plan.outlook
    townships = {heads.township for one in plan.classes for heads in one.heads}
    each = f"人均 {round(plan.total_cost_cents / persons / 100):,} 元" if persons else "—"
    facts = [
        ("开班", f"{len(plan.classes):,} 个", f"{len(townships)} 个乡镇有学员"),
        ("培训", f"{persons:,} 人", each),
    ]
    if outlook is not None:
        ranged = f"范围 {span_words(_figure(outlook.low), _figure(outlook.high))}"
        uplift = outlook.maximised is Objective.UPLIFT
        facts += [
            ("预计毛就业", f"{_figure(outlook.gross_jobs)} 人", "不等于培训效果" if uplift else ranged),
            ("其中净增", f"{_figure(outlook.uplift_jobs)} 人", ranged if uplift else "因培训而多出的"),
        ]
    return [
        *facts,
        ("所需资金", f"{_wan(plan.total_cost_cents)} 万元", f"共 {_wan(amount)}，余 {_wan(amount - used)}"),
        ("得分", f"{plan.value:,.1f}", f"上限 {rounded_up(plan.bound)}，差距≤{gap_percent(plan.gap) or '未证明'}"),
    ]


def _base_sentences(instance: Instance, plan: Plan) -> list[str]:
    results = {result.id: result for result in plan.targets}
    missed = [result for target in instance.targets if (result := results.get(target.id)) and result.missing]
    words = f"{verdict(plan)}。"
    if not instance.targets:
        return [words]
    words += f"任务 {len(instance.targets)} 项，完成 {len(instance.targets) - len(missed)} 项"
    if missed:
        worst = sorted(missed, key=lambda result: (-result.missing, result.id))
        named = "、".join(f"{result.id}（差 {result.missing:,}）" for result in worst[:MOST_MISSED])
        words += f"；未完成：{named}{f'等 {len(missed)} 项' if len(missed) > MOST_MISSED else ''}"
    return [f"{words}。"]


def _scenario_section(comparison: Comparison) -> dict[str, Any]:
    base = comparison.base
    found = [None if outcome is base else difference(outcome, base) for outcome in comparison.everything]
    bands = [None if one is None else (float(tenths_down(one.least)), float(tenths_up(one.most))) for one in found]
    rows = [_scenario_row(number, outcome, comparison) for number, outcome in enumerate(comparison.everything)]
    more = sum(1 for band in bands if band and band[0] > 0)
    less = sum(1 for band in bands if band and band[1] < 0)
    same = sum(1 for one in bands if one) - more - less
    lost = sum(1 for outcome in comparison.outcomes if outcome.plan is None)
    other = len(comparison.outcomes) - more - less - same - lost
    counted = [(more, "已证明比基准多"), (less, "已证明比基准少"), (same, "分不出高低"), (other, "口径不同、不可比"),
               (lost, "没有方案")]  # fmt: skip
    words = "，".join(f"{number} 个{what}" for number, what in counted if number)
    stopped = "测算被人工停止，其余情景没有测算。" if comparison.stopped else ""
    return _section(
        "各情景与基准相比", [f"{len(comparison.outcomes)} 个情景中，{words}。{stopped}"],
        scenarios={"rows": rows, **difference_bars(bands)},
    )  # fmt: skip


def _scenario_row(number: int, outcome: Outcome, comparison: Comparison) -> dict[str, Any]:
    row = {"number": str(number or "基准"), "name": outcome.scenario.name, "change": outcome.scenario.sentence,
           "cells": None, "words": ""}  # fmt: skip
    plan = outcome.plan
    if plan is None:
        clashes = [*outcome.clashes[:MOST_CLASHES]]
        if len(outcome.clashes) > MOST_CLASHES:
            clashes.append(f"等 {len(outcome.clashes)} 项")
        return row | {"words": "；".join((outcome.failure, *clashes))}
    outlook = plan.outlook
    jobs = "—"
    if outlook is not None:
        uplift = outlook.maximised is Objective.UPLIFT
        jobs = f"{_figure(outlook.uplift_jobs if uplift else outlook.gross_jobs)}{'（净增）' if uplift else ''}\n" \
               f"{span_words(_figure(outlook.low), _figure(outlook.high))}"
    found = difference(outcome, comparison.base)
    words = "口径不同，得分不可比" if found is None else found.sentence.removeprefix("比基准")
    return row | {
        "cells": [
            f"{len(plan.classes):,}\n{sum(one.size for one in plan.classes):,}", jobs, _wan(plan.total_cost_cents),
            f"{plan.value:,.1f}\n{rounded_up(plan.bound)}", gap_percent(plan.gap) or "未证明",
        ],
        "words": "—" if outcome is comparison.base else words,
    }  # fmt: skip


def _least_section(instance: Instance, answers: Sequence[LeastMoney]) -> dict[str, Any]:
    amount = sum(fund.amount_cents for fund in instance.funds)
    columns = [
        Column("要达到", share=1.0),
        Column("够用的资金\n(万元)", mm=24, align="right"),
        Column("已证明不够\n(万元)", mm=24, align="right"),
        Column("够用资金\n占现有资金", mm=22, align="right"),
        Column("班数", mm=13, align="right", group="够用资金下找到的方案"),
        Column("人数", mm=16, align="right", group="够用资金下找到的方案"),
        Column("得分", mm=18, align="right", group="够用资金下找到的方案"),
    ]
    rows = []
    for answer in answers:
        plan, enough = answer.plan, answer.enough_cents
        cells = ["—"] * 3 if plan is None else [
            f"{len(plan.classes):,}", f"{sum(one.size for one in plan.classes):,}", f"{plan.value:,.1f}"]
        share = f"{enough / amount:.1%}" if enough is not None and amount else "—"
        rows.append((wanted_words(answer), _wan_up(enough) if enough is not None else "—",
                     _wan_down(answer.too_little_cents), share, *cells))  # fmt: skip
    return _section("最少要多少资金", [f"{_least_words(answer)}。" for answer in answers],
                    table=table(columns, rows, points=9.0))  # fmt: skip


def _least_words(answer: LeastMoney) -> str:
    asked = wanted_words(answer)
    if answer.enough_cents is None:
        tried = _wan_down(answer.tried_cents)
        if answer.impossible:
            return f"{asked}：已证明资金加到 {tried} 万元也达不到"
        return f"{asked}：资金加到 {tried} 万元仍没有找到能达到的方案，也不能证明达不到"
    return (f"{asked}：{_wan_up(answer.enough_cents)} 万元够用，已证明 {_wan_down(answer.too_little_cents)} 万元"
            "（及以下）不够")  # fmt: skip


def _addition_section(additions: Sequence[Addition], approved: str) -> dict[str, Any]:
    columns = [
        Column("追加\n(万元)", mm=18, align="right"),
        Column("新开班", mm=14, align="right", group="保留已批准的班"),
        Column("人数", mm=16, align="right", group="保留已批准的班"),
        Column("得分—上限", mm=32, align="right", group="保留已批准的班"),
        Column("比原来多", mm=20, align="right", group="保留已批准的班"),
        Column("人数", mm=16, align="right", group="全部重新安排"),
        Column("得分—上限", mm=32, align="right", group="全部重新安排"),
        Column("保留的代价", share=1.0),
    ]
    rows = []
    for one in additions:
        kept = ["—"] * 4 if one.kept is None else [
            f"{one.new_classes:+,}", f"{sum(c.size for c in one.kept.classes):,}", _band(one.kept),
            f"{one.kept.value - one.approved_value:+,.1f}"]  # fmt: skip
        free = ["—"] * 2 if one.free is None else [f"{sum(c.size for c in one.free.classes):,}", _band(one.free)]
        rows.append((_wan(one.added_cents), *kept, *free, _price_words(one)))
    return _section("追加资金能多换来什么", [f"{approved}。追加的资金按各项资金的比例分配。"],
                    table=table(columns, rows, points=9.0))  # fmt: skip


def _price_words(one: Addition) -> str:
    if one.price is None:
        return one.failure or "—"
    least, most = tenths_down(one.price[0]), tenths_up(one.price[1])
    return span_words(f"{least:,}", f"{most:,}", " 至 ") if least > 0 else f"测不出（至多 {most:,}）"


def _band(plan: Plan) -> str:
    """The plan's value and the bound, one number where the plan is proved best, to a billionth."""
    value = f"{plan.value:,.1f}"
    return span_words(value, value if plan.bound - plan.value < _NOTHING else rounded_up(plan.bound))


# --- page 2 ---


def _curve_section(curve: BudgetCurve, nested: NestedCurve | None) -> dict[str, Any]:
    kept = {} if nested is None else {step.share: step for step in nested.levels}
    columns = [
        Column("资金\n水平", share=1.0, align="right"),
        Column("资金\n(万元)", share=1.25, align="right"),
        Column("人数", share=1.1, align="right"),
        Column("得分", share=1.25, align="right"),
        Column("上限", share=1.25, align="right"),
        *([] if nested is None else [Column("逐级\n追加", share=1.25, align="right")]),
        Column("每万元\n多得", share=1.75, align="right"),
    ]
    rows = []
    for number, level in enumerate(curve.levels):
        before = curve.levels[number - 1] if number else None
        step = kept.get(level.share)
        more = [] if nested is None else [f"{step.plan.value:,.1f}" if step and step.plan else "—"]
        rows.append((percent_words(level.share), _wan(level.total_cents), *_level_cells(level), *more,
                     _step_words(before, level)))  # fmt: skip
    sentences = [*_curve_findings(curve), *curve_sentences(curve)[2:]]
    return _section("资金多少，结果差多少", sentences, chart=_curve_chart(curve, nested),
                    table=table(columns, rows, points=8.5) | {"strong": [i for i, one in enumerate(curve.levels)
                                                                         if one.share == 1]})  # fmt: skip


def _level_cells(level: Level) -> list[str]:
    if level.plan is None:
        return ["—", "无方案" if level.impossible else "未找到", "—" if level.impossible else rounded_up(level.bound)]
    return [f"{sum(one.size for one in level.plan.classes):,}", f"{level.value:,.1f}", rounded_up(level.bound)]


def _step_words(before: Level | None, level: Level) -> str:
    found = None if before is None else marginal(before, level)
    if found is None:
        return "—"
    most = tenths_up(found.most)
    least = f"{tenths_down(found.least):,}"
    return span_words(least, f"{most:,}") if most.is_finite() else f"≥{least}"


def _curve_findings(curve: BudgetCurve) -> list[str]:
    """What the whole of the curve says, from proof: between the first and the last level with a plan."""
    found = [level for level in curve.levels if level.plan is not None]
    if len(found) < 2:
        return []
    first, last = found[0], found[-1]
    least, most = tenths_down(max(0.0, last.value - first.bound)), tenths_up(last.bound - first.value)
    until = f"、至多多 {most:,}" if most.is_finite() else ""
    more = f"正好多 {least:,}" if least == most else f"至少多 {least:,}{until}"
    return [
        f"资金从 {_wan(first.total_cents)} 万元（{percent_words(first.share)}）加到 {_wan(last.total_cents)} 万元"
        f"（{percent_words(last.share)}），得分已证明{more}。"
    ]


def _curve_chart(curve: BudgetCurve, nested: NestedCurve | None) -> dict[str, Any]:
    points = [None if level.plan is None else _point(_per_cent(level.share), level.value, level.bound)
              for level in curve.levels]  # fmt: skip
    marks = [Mark(p.x, p.value, "、".join(words)) for number, p in enumerate(points) if p is not None
             and (words := [word for word, is_so in (("现有资金", p.x == 100), ("拐点", number == curve.knee),
                                                     ("饱和", number == curve.saturation)) if is_so])]  # fmt: skip
    steps = None if nested is None else ("逐级追加（保留已开的班）", [
        None if step.plan is None else _point(_per_cent(step.share), step.plan.value, math.inf)
        for step in nested.levels])  # fmt: skip
    axis = axis_over([_per_cent(level.share) for level in curve.levels], 12)
    return band_chart(axis, points, ("得分（找到）", "上限（已证明）"), ("资金水平（%，现有资金 = 100）", "得分"),
                      marks=marks, other=steps)  # fmt: skip


def _per_cent(share: Fraction) -> float:
    return float(100 * share)


def _point(x: float, value: float, bound: float) -> Point:
    return Point(x, value, bound if math.isfinite(bound) else None)


_FRONT_HEADINGS = {
    Aim.HEADS: "多培训人数要付出什么", Aim.FAIRNESS: "照顾最少乡镇要付出什么", Aim.FARMING: "避开农忙要付出什么",
}  # fmt: skip
_RULE_HEADINGS = {Aim.HEADS: "至少培训\n(人)", Aim.FAIRNESS: "各乡镇\n至少培训", Aim.FARMING: "农忙指数\n达到即禁开"}
_ASKED = {Aim.HEADS: "至少培训（人）", Aim.FAIRNESS: "各乡镇至少培训其愿意人数的", Aim.FARMING: "农忙指数达到即禁开"}
_FORMS = {Aim.HEADS: "{:,.0f}", Aim.FAIRNESS: "{:.1%}", Aim.FARMING: "{:.3g}"}


def _front_section(front: Front) -> dict[str, Any]:
    columns = [
        Column(_RULE_HEADINGS[front.aim], share=1.3, align="right"),
        Column("方案\n达到", share=1.1, align="right"),
        Column("人数", share=1.1, align="right"),
        Column("得分", share=1.2, align="right"),
        Column("上限", share=1.2, align="right"),
        Column("比基准少\n(已证明)", share=1.6, align="right"),
    ]
    base = front.points[0]
    rows = [_front_row(front, base, point) for point in front.points]
    points = [None if p.plan is None else _point(_asked(p), p.value, p.bound) for p in front.points]
    axis = axis_over(map(_asked, front.points), 6)
    chart = band_chart(axis, points, ("得分（找到）", "上限（已证明）"), (_ASKED[front.aim], "得分"),
                       x_form="%" if front.aim is Aim.FAIRNESS else "")  # fmt: skip
    return _section(_FRONT_HEADINGS[front.aim], _front_findings(front), chart=chart,
                    table=table(columns, rows, points=8.5) | {"strong": [0]})  # fmt: skip


def _asked(point: FrontPoint) -> float:
    """The limit of a point; the base asks no more than it reaches."""
    return (point.reached or 0.0) if point.limit is None else point.limit


def _front_row(front: Front, base: FrontPoint, point: FrontPoint) -> tuple[str, ...]:
    form = _FORMS[front.aim]
    rule = "基准" if point.limit is None else form.format(point.limit)
    if point.plan is None or point.reached is None:
        return (rule, "—", "—", "无方案" if point.impossible else "未找到", "—", "—")
    persons = sum(one.size for one in point.plan.classes)
    loss = "—" if point is base else _loss_words(base, point)
    return (rule, form.format(point.reached), f"{persons:,}", f"{point.value:,.1f}", rounded_up(point.bound), loss)


def _loss_words(base: FrontPoint, point: FrontPoint) -> str:
    most = tenths_up(base.bound - point.value)
    least = max(tenths_down(base.value - point.bound), tenths_down(0.0))
    return span_words(f"{least:,}", f"{most:,}") if most.is_finite() else f"≥{least:,}"


def _front_findings(front: Front) -> list[str]:
    base = front.points[0]
    strictest = next((p for p in reversed(front.points) if p.plan is not None and p.limit is not None), None)
    words = []
    if strictest is not None and strictest.limit is not None:
        limit = _FORMS[front.aim].format(strictest.limit)
        rule = {Aim.HEADS: f"至少培训 {limit} 人", Aim.FAIRNESS: f"各乡镇至少培训其愿意人数的 {limit}",
                Aim.FARMING: f"农忙指数达到 {limit} 的周都不开班"}[front.aim]  # fmt: skip
        least = tenths_down(base.value - strictest.bound)
        most = tenths_up(base.bound - strictest.value)
        until = f"，至多少 {most:,}" if most.is_finite() else ""
        less = f"正好少 {least:,}" if least == most else f"至少少 {least:,}{until}"
        words.append(f"{rule}：得分已证明{less}。" if least > 0 else
                     f"{rule}：不能证明有代价{until}。")  # fmt: skip
    impossible = next((p for p in front.points if p.impossible and p.limit is not None), None)
    if impossible is not None and impossible.limit is not None:
        words.append(f"从 {_FORMS[front.aim].format(impossible.limit)} 起已证明没有方案能满足。")
    if front.stopped:
        words.append("测算被人工停止，其余各点没有测算。")
    return ["".join([*words, "选哪一点由领导决定，本表不推荐。"])]


# --- both ---


def _notes(comparison: Comparison) -> list[str]:
    instance = comparison.base.instance
    objectives = dict.fromkeys(outcome.instance.settings.objective for outcome in comparison.everything)
    return [
        "得分是预计就业折算人数减去未完成任务的扣分。“得分”是找到的方案的；“上限”是已证明任何方案都不会超过的，"
        "最优得分在两者之间。两个情景的这一区间重叠，就分不出高低；“至少”“至多”都是证明过的。",
        "预计就业下一行的范围：就业率在已知误差内变动时，十次有八次落在其中；给定的就业率按准确计。"
        + "".join(jobs_note(objective) for objective in objectives),
        f"现有资金共 {yuan_words(sum(fund.amount_cents for fund in instance.funds))} 元，增减时各项资金按同一比例。"
        "每份方案都经独立核对程序逐条核对。明细见同名工作簿。",
    ]


def _wan(cents: float) -> str:
    """An amount in ten thousand yuan, one decimal."""
    return f"{cents / CENTS_PER_WAN:,.1f}"


def _wan_up(cents: int) -> str:
    """An amount that is enough, in ten thousand yuan, rounded up so that it stays enough."""
    return f"{-(-cents * 10 // CENTS_PER_WAN) / 10:,.1f}"


def _wan_down(cents: int) -> str:
    """An amount that is too little, in ten thousand yuan, rounded down so that it stays too little."""
    return f"{cents * 10 // CENTS_PER_WAN / 10:,.1f}"


def _figure(number: float) -> str:
    """Expected people: whole from a thousand up, else with one decimal."""
    return f"{number:,.0f}" if abs(number) >= 1000 else f"{number:,.1f}"
