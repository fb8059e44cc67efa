"""Sheet 资金测算表: what each fund pays of each kind of cost, footing both ways to the plan's total."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.class_sheets import COSTS_IN_ORDER
from planner.export.figures import FundFigures
from planner.export.frame import BureauSheet, Column, Kind, Papers
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
    sheet.band(f"合计（大写）：人民币{capital_amount(used_cents)}", bold=True)
    agrees = "一致" if used_cents == plan.total_cost_cents else "不一致，请用 planner check 核查"
    sheet.note(f"与方案总费用 {yuan_words(plan.total_cost_cents)} 元核对：{agrees}。")
    sheet.sign()


def _amounts(funds: Sequence[FundFigures]) -> list[float | None]:
    amount = sum(figures.amount_cents for figures in funds)
    used = sum(figures.used_cents for figures in funds)
    by_kind = [sum(figures.paid_cents[kind] for figures in funds) for kind in COSTS_IN_ORDER]
    return [*by_kind, used, amount, amount - used, used / amount if amount else None]


def _period(first: object, last: object) -> str:
    if first is None and last is None:
        return "不限"
    return f"{first or '不限'} 至 {last or '不限'}"
