"""The sheets 资金测算表: of the county by fund and kind of cost, of a provider by class; both foot both ways."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.class_sheets import COSTS_IN_ORDER
from planner.export.figures import ClassFigures, FundFigures
from planner.export.frame import BureauSheet, Column, Kind, Papers, fitted_width
from planner.export.wording import capital_amount, title_of, yuan_words


def write_money(papers: Papers, instance: Instance, plan: Plan, funds: Sequence[FundFigures]) -> None:
    """Write sheet 资金测算表; the last line says whether it foots to the plan's total cost."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("资金渠道", 26),
        Column("可用时段", 24, Kind.LABEL),
        *(Column(f"{kind.value}(元)", 15, Kind.YUAN, group="费用类别") for kind in COSTS_IN_ORDER),
        Column("合计(元)", 16, Kind.YUAN),
        Column("资金总额(元)", 16, Kind.YUAN),
        Column("结余(元)", 16, Kind.YUAN),
        Column("使用率", 9, Kind.SHARE),
    ]
    sheet = BureauSheet(papers, "资金测算表", title_of(instance, "资金测算表"), columns, "元")
    periods = {fund.name: _period(fund.first_day, fund.last_day) for fund in instance.funds}
    sheet.rows([(number, f.fund, periods[f.fund], *_amounts([f])) for number, f in enumerate(funds, 1)])
    sheet.total((None, "合计", None, *_amounts(funds)))
    used_cents = sum(figures.used_cents for figures in funds)
    _capital_band(sheet, used_cents)
    agrees = "一致" if used_cents == plan.total_cost_cents else "不一致，请用 planner check 核查"
    sheet.note(f"与方案总费用 {yuan_words(plan.total_cost_cents)} 元核对：{agrees}。")
    sheet.sign()


def write_class_money(
    papers: Papers, instance: Instance, classes: Sequence[ClassFigures], funds: Sequence[FundFigures]
) -> None:
    """Write sheet 资金测算表 of a part of the plan: each class by kind of cost, then what each fund pays of it.

    ``funds`` gives what each fund pays for these classes; those that pay nothing are left out.
    """
    columns = [
        Column("序号", 5, Kind.LABEL),
        Column("班级编号", fitted_width([f.planned.id for f in classes], 9, 14), Kind.LABEL),
        Column("班级名称(期)", fitted_width([f.name for f in classes], 18, 34)),
        Column("计划人数", 8, Kind.WHOLE),
        *(Column(f"{kind.value}(元)", 13, Kind.YUAN, group="费用类别") for kind in COSTS_IN_ORDER),
        Column("合计(元)", 14, Kind.YUAN),
        Column("资金渠道", fitted_width(["、".join(f.funds) for f in classes], 14, 34)),
    ]
    sheet = BureauSheet(papers, "资金测算表", title_of(instance, "资金测算表"), columns, "人、元", frozen_columns=3)
    sheet.rows(
        [
            (
                number,
                figures.planned.id,
                figures.name,
                figures.planned.size,
                *(figures.cost_cents[kind] for kind in COSTS_IN_ORDER),
                sum(figures.cost_cents.values()),
                "、".join(figures.funds),
            )
            for number, figures in enumerate(classes, 1)
        ]
    )
    by_kind = [sum(figures.cost_cents[kind] for figures in classes) for kind in COSTS_IN_ORDER]
    heads = sum(figures.planned.size for figures in classes)
    sheet.total((None, "合计", f"{len(classes)} 个班", heads, *by_kind, sum(by_kind), None))
    for fund in funds:
        if fund.used_cents:
            paid = [fund.paid_cents[kind] for kind in COSTS_IN_ORDER]
            sheet.total((None, "其中", None, None, *paid, fund.used_cents, fund.fund))
    _capital_band(sheet, sum(by_kind))
    sheet.note("备注：1. 本表为预算数，按计划人数和全部课日测算；实际拨付以合格人数和出勤为准。")
    sheet.note("2. “其中”各行按资金渠道列出，相加等于合计。")
    sheet.sign()


def _capital_band(sheet: BureauSheet, cents: int) -> None:
    sheet.band(f"合计（大写）：人民币{capital_amount(cents)}", bold=True)


def _amounts(funds: Sequence[FundFigures]) -> list[float | None]:
    amount = sum(figures.amount_cents for figures in funds)
    used = sum(figures.used_cents for figures in funds)
    by_kind = [sum(figures.paid_cents[kind] for figures in funds) for kind in COSTS_IN_ORDER]
    return [*by_kind, used, amount, amount - used, used / amount if amount else None]


def _period(first: object, last: object) -> str:
    if first is None and last is None:
        return "不限"
    return f"{first or '不限'} 至 {last or '不限'}"
