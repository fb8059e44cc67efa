"""The tables of the county plan: classes, money, targets and what is left out.

Every total is added up from the plan's own entries (:mod:`planner.export.figures`), so that it foots to the plan record
and to the workbook.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from planner.domain.instance import CostKind, Instance, Sense
from planner.domain.plan import Plan, Unserved
from planner.export.class_sheets import COSTS_IN_ORDER
from planner.export.dates import short_day
from planner.export.days import ClassDays
from planner.export.documents.paper import Column, table
from planner.export.figures import ClassFigures, FundFigures, HeadCount, count_funds, count_heads, tags_of
from planner.export.wording import target_demand, target_scope, yuan_words

MOST_REASONS: Final = 8
"""Reasons with a column of their own in the township table; the rarer ones share the last."""

COST_HEADINGS: Final = (*(kind.value for kind in COSTS_IN_ORDER), "合计")

DIGIT_MM_PER_POINT: Final = 0.212
"""Width of a bold digit in type of one point, in millimetres."""

FIGURE_PADDING_MM: Final = 1.8
NARROWEST_FIGURE_MM: Final = 10.0

CLASS_TABLE_POINTS: Final = 7.0
FUND_TABLE_POINTS: Final = 9.0
"""Type of the two tables that stand across the page; smaller where their figures need the room."""

ACROSS_MM: Final = 279.0
"""Width of a table across an A4 page inside the margins of its template."""

MOST_KINDS: Final = 3
"""Tags with a column of their own in the class table; more share one. Age bands: one more."""

LONGEST_SOURCE: Final = 6
"""Characters of a township and its number that stay on one line: what the narrowest column of a class table holds."""


def class_table(
    instance: Instance, plan: Plan, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays]
) -> dict[str, Any]:
    """Return 开班计划表: a row for each class, in the order of ``classes``, and the totals.

    A class's funds are told by their numbers in the fund table; exam and inspection days stand in it once any class
    has sessions.
    """
    dated = bool(plan.sessions)
    total = _class_total(instance, plan, classes, dated)
    costs = total[-1 - len(COST_HEADINGS) : -1]
    columns = [
        Column("序号", mm=7, align="center"),
        Column("班级编号", mm=min(18.0, _figure_mm([figures.planned.id for figures in classes])), align="center"),
        Column("班级名称(期)\n培训类型", share=1.3),
        Column("承训机构", share=1.3),
        Column("培训地点", share=1.1),
        Column("计划\n人数", mm=9.5, align="right"),
        *_kind_columns("其中", tags_of(instance), MOST_KINDS),
        *_kind_columns("年龄段", [band.name for band in instance.age_bands], MOST_KINDS + 1),
        Column("生源乡镇及人数", share=1.9, whole=LONGEST_SOURCE),
        Column("开班\n结业", mm=13, align="center"),
        Column("天数\n课时", mm=9.5, align="center"),
        Column("授课\n方式", mm=8, align="center"),
        *([Column("考核\n督查", mm=13, align="center")] if dated else []),
        Column("资金\n渠道", mm=11, align="center"),
        *(Column(f"{heading}\n(元)", mm=_figure_mm([words]), align="right")
          for heading, words in zip(COST_HEADINGS, costs, strict=True)),
        Column("预计就业\n(人)", mm=_figure_mm([total[-1]]), align="right"),
    ]  # fmt: skip
    rows = [
        _class_row(instance, number, figures, days[figures.planned.id], dated)
        for number, figures in enumerate(classes, 1)
    ]
    return table(columns, rows, [total], points=CLASS_TABLE_POINTS, across_mm=ACROSS_MM, text_mm=90.0)


def _kind_columns(group: str, kinds: Sequence[str], most: int) -> list[Column]:
    """Return a column for each kind of people, or one for all when there are too many."""
    if len(kinds) > most:
        return [Column(group, share=1.0, whole=LONGEST_SOURCE)]
    return [Column(kind, mm=8.5, align="right", group=group) for kind in kinds]


def _kind_cells(counts: Mapping[str, int], kinds: Sequence[str], most: int) -> list[str]:
    """Return the cells of :func:`_kind_columns`."""
    if len(kinds) > most:
        return ["、".join(f"{kind}{counts[kind]:,}" for kind in kinds if counts.get(kind))]
    return [f"{counts.get(kind, 0):,}" for kind in kinds]


def _people_cells(instance: Instance, heads: HeadCount) -> list[str]:
    """Return the class table's cells from 计划人数 to the last age band."""
    bands = [band.name for band in instance.age_bands]
    return [
        f"{heads.persons:,}",
        *_kind_cells(heads.by_tag, tags_of(instance), MOST_KINDS),
        *_kind_cells(heads.by_band, bands, MOST_KINDS + 1),
    ]


def _figure_mm(texts: Sequence[str], points: float = CLASS_TABLE_POINTS) -> float:
    """Return the width in millimetres of a column that holds ``texts`` of bold digits in type of ``points``."""
    return max(NARROWEST_FIGURE_MM, DIGIT_MM_PER_POINT * points * max(map(len, texts), default=0) + FIGURE_PADDING_MM)


def _class_row(
    instance: Instance, number: int, figures: ClassFigures, held: ClassDays, dated: bool
) -> list[str]:
    planned, course = figures.planned, figures.course
    year = instance.settings.plan_start.year
    numbers = {fund.name: str(number) for number, fund in enumerate(instance.funds, 1)}
    exam = short_day(held.exam, year) if held.exam else "—"
    visits = "、".join(dict.fromkeys(short_day(visit.day, year) for visit in held.visits)) or "—"
    return [
        str(number),
        planned.id,
        f"{figures.name}\n{course.training_type}",
        planned.provider,
        planned.venue,
        *_people_cells(instance, figures.heads),
        "、".join(f"{township}{persons}" for township, persons in figures.sources),
        f"{short_day(held.first, year)}\n{short_day(held.last, year)}",
        f"{course.class_days}\n{figures.hours}",
        f"{planned.form.value}\n下乡" if figures.outreach else planned.form.value,
        *([f"{exam}\n{visits}" if held.sessions else "未排出"] if dated else []),
        "、".join(numbers[fund] for fund in figures.funds),
        *_cost_cells(figures.cost_cents),
        f"{figures.expected_jobs:,.1f}",
    ]


def _class_total(instance: Instance, plan: Plan, classes: Sequence[ClassFigures], dated: bool) -> list[str]:
    heads = count_heads(instance, [entry for planned in plan.classes for entry in planned.heads])
    costs = {kind: sum(figures.cost_cents[kind] for figures in classes) for kind in CostKind}
    days = sum(figures.course.class_days for figures in classes)
    hours = sum(figures.hours for figures in classes)
    return [
        "",
        "合计",
        f"{len(classes):,} 个班",
        *[""] * 2,
        *_people_cells(instance, heads),
        *[""] * 2,
        f"{days:,}\n{hours:,}",
        *[""] * (3 if dated else 2),
        *_cost_cells(costs),
        f"{sum(figures.expected_jobs for figures in classes):,.1f}",
    ]


def _head_cells(instance: Instance, heads: HeadCount) -> list[str]:
    return [f"{count:,}" for count in heads.cells(instance)]


def _cost_cells(cost_cents: Mapping[CostKind, int]) -> list[str]:
    """Return the four kinds of cost and their sum."""
    return [*(yuan_words(cost_cents[kind]) for kind in COSTS_IN_ORDER), yuan_words(sum(cost_cents.values()))]


def fund_table(instance: Instance, plan: Plan) -> dict[str, Any]:
    """Return 资金测算表: what each fund pays of each kind of cost, in yuan, and the totals."""
    funds = count_funds(instance, plan)
    total = _fund_cells(funds)
    mm = max(22.0, _figure_mm(total, FUND_TABLE_POINTS))
    columns = [
        Column("序号", mm=10, align="center"),
        Column("资金渠道", share=1.0),
        *(Column(f"{kind.value}(元)", mm=mm, align="right", group="费用类别") for kind in COSTS_IN_ORDER),
        *(Column(f"{heading}(元)", mm=mm, align="right") for heading in ("合计", "资金总额", "结余")),
        Column("使用率", mm=16, align="right"),
    ]
    periods = {fund.name: _period(fund.first_day, fund.last_day) for fund in instance.funds}
    rows = [
        [str(number), figures.fund + periods[figures.fund], *_fund_cells([figures])]
        for number, figures in enumerate(funds, 1)
    ]
    return table(columns, rows, [["", "合计", *total]], points=FUND_TABLE_POINTS, across_mm=ACROSS_MM, text_mm=40.0)


def _fund_cells(funds: Sequence[FundFigures]) -> list[str]:
    paid = {kind: sum(figures.paid_cents[kind] for figures in funds) for kind in CostKind}
    amount = sum(figures.amount_cents for figures in funds)
    used = sum(paid.values())
    share = f"{used / amount:.1%}" if amount else "—"
    return [*_cost_cells(paid), yuan_words(amount), yuan_words(amount - used), share]


def _period(first: object, last: object) -> str:
    if first is None and last is None:
        return ""
    return f"\n（{first or '不限'} 至 {last or '不限'}）"


def target_table(instance: Instance, plan: Plan) -> dict[str, Any]:
    """Return 任务完成情况: what each target asks, what the plan reaches and what is missing."""
    columns = [
        Column("序号", mm=9, align="center"),
        Column("任务", share=1.2),
        Column("指标", mm=11, align="center"),
        Column("范围", share=1.2),
        Column("要求", mm=28, align="center"),
        Column("性质", mm=11, align="center"),
        Column("计划完成", mm=16, align="right"),
        Column("缺口\n或超出", mm=14, align="right"),
        Column("完成率", mm=16, align="right"),
        Column("结论", mm=14, align="center"),
    ]
    results = {result.id: result for result in plan.targets}
    rows = []
    for number, target in enumerate(instance.targets, 1):
        result = results[target.id]
        at_least = target.sense is Sense.AT_LEAST
        rows.append(
            [
                str(number),
                target.id,
                target.measure.value,
                target_scope(target),
                target_demand(target),
                "必须" if target.hard else "尽量",
                f"{result.value:,}",
                f"{result.missing:,}",
                f"{result.value / target.value:.1%}" if at_least and target.value else "—",
                "完成" if not result.missing else "未完成" if at_least else "超出",
            ]
        )
    return table(columns, rows)


def reason_table(instance: Instance, plan: Plan) -> dict[str, Any]:
    """Return 未满足需求 by reason, most people first."""
    columns = [
        Column("序号", mm=9, align="center"),
        Column("原因", share=1.0),
        Column("人次", mm=17, align="right"),
        Column("比例", mm=15, align="right"),
        *(Column(tag, mm=13, align="right", group="其中") for tag in tags_of(instance)),
        *(Column(band.name, mm=16, align="right", group="年龄段") for band in instance.age_bands),
    ]
    entries: defaultdict[str, list[Unserved]] = defaultdict(list)
    for entry in plan.unserved:
        entries[entry.reason].append(entry)
    total = count_heads(instance, plan.unserved)
    rows = [
        [str(number), reason, *_share_cells(instance, count_heads(instance, entries[reason]), total.persons)]
        for number, reason in enumerate(_reasons(plan), 1)
    ]
    totals = [["", "合计", *_share_cells(instance, total, total.persons)]]
    return table(columns, rows, totals, text_mm=50.0)


def _share_cells(instance: Instance, heads: HeadCount, total: int) -> list[str]:
    persons, *rest = _head_cells(instance, heads)
    return [persons, f"{Decimal(heads.persons) / total:.1%}" if total else "—", *rest]


def _reasons(plan: Plan) -> list[str]:
    """Return the reasons, the one with most people first."""
    persons: Counter[str] = Counter()
    for entry in plan.unserved:
        persons[entry.reason] += entry.persons
    return sorted(persons, key=lambda reason: (-persons[reason], reason))


def township_table(instance: Instance, plan: Plan) -> dict[str, Any]:
    """Return 未满足需求 by township, a column for each of the reasons in the order of :func:`reason_table`."""
    reasons = _reasons(plan)
    own = reasons[:MOST_REASONS] if len(reasons) > MOST_REASONS else reasons
    persons: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in plan.unserved:
        persons[entry.township][entry.reason if entry.reason in own else ""] += entry.persons
    keys = [*own, *([""] if len(reasons) > len(own) else [])]
    columns = [
        Column("序号", mm=9, align="center"),
        Column("乡镇（街道）", share=1.0),
        Column("合计", mm=16, align="right"),
        *(Column(f"原因 {number}" if key else "其他", mm=14, align="right", group="按原因（序号见上表）")
          for number, key in enumerate(keys, 1)),
    ]  # fmt: skip
    left = [township.name for township in instance.townships if persons[township.name].total()]
    rows = [
        [str(number), name, f"{persons[name].total():,}", *(f"{persons[name][key]:,}" for key in keys)]
        for number, name in enumerate(left, 1)
    ]
    everyone: Counter[str] = sum(persons.values(), Counter())
    total = ["", "合计", f"{everyone.total():,}", *(f"{everyone[key]:,}" for key in keys)]
    return table(columns, rows, [total], text_mm=30.0)
