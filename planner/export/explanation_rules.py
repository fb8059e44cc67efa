"""Sheet 规则代价: what each rule costs in expected jobs, between proved limits."""

from __future__ import annotations

from collections.abc import Sequence

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.explanations.rule_prices import MOST_SOFT, RulePrice
from planner.export.frame import BureauSheet, Column, Kind, Papers
from planner.export.wording import rounded_up, title_of, upward


def write_rule_prices(papers: Papers, instance: Instance, plan: Plan, prices: Sequence[RulePrice]) -> None:
    """Write the sheet: one row a rule, those that cost most first."""
    columns = [
        Column("序号", 6, Kind.LABEL),
        Column("类别", 12, Kind.LABEL),
        Column("规则", 46),
        Column("至少", 11, Kind.JOBS, group="放宽后的得分"),
        Column("至多", 11, Kind.JOBS, group="放宽后的得分"),
        Column("至少", 10, Kind.JOBS, group="这条规则的代价"),
        Column("至多", 10, Kind.JOBS, group="这条规则的代价"),
        Column("结论", 44),
    ]
    sheet = BureauSheet(papers, "规则代价", title_of(instance, "各项规则代价表"), columns, "人")
    ordered = sorted(prices, key=lambda price: (-price.low, -price.gained, price.family, price.name))
    sheet.rows([
        (number, price.family.value, price.name, price.value, upward(price.bound), price.low,
         upward(price.high), price_words(price))
        for number, price in enumerate(ordered, 1)
    ])  # fmt: skip
    for number, sentence in enumerate(_guide(plan), 1):
        sheet.note(f"备注{number}：{sentence}")
    sheet.sign()


def price_words(price: RulePrice) -> str:
    """Return what is known of a rule's price, in words that can be read aloud."""
    if price.measurable:
        if price.high - price.low < 0.05:
            return f"这条规则正好使得分少 {price.high:,.1f}（已证明）"
        return f"这条规则使得分少 {price.low:,.1f} 至 {rounded_up(price.high)}（已证明）"
    if price.high < 0.05:
        return "没有代价（已证明）"
    found = f"放宽后找到的方案多 {price.gained:,.1f}" if price.gained >= 0.05 else "放宽后没有找到更好的方案"
    return f"没有可测出的代价（至多 {rounded_up(price.high)}）；{found}"


def price_sentences(prices: Sequence[RulePrice]) -> list[str]:
    """Return one sentence on each rule whose price can be measured, and one on all the others."""
    measured = sorted((price for price in prices if price.measurable), key=lambda price: -price.low)
    sentences = [f"{price.name}：{price_words(price)}。" for price in measured]
    rest = len(prices) - len(measured)
    if rest:
        sentences.append(f"其余 {rest} 项规则没有可测出的代价。")
    return sentences


def _guide(plan: Plan) -> list[str]:
    return [
        "每次只放宽一条规则，从本方案出发重新编制，并重新证明得分上限。放宽后的得分不会低于本方案。",
        f"本方案得分 {plan.value:,.1f}，在这些规则下任何方案至多 {rounded_up(plan.bound)}（已证明）。"
        "代价“至少”=放宽后找到的得分－现有上限，“至多”=放宽后的上限－现有得分。",
        "“没有可测出的代价”：放宽后找到的方案没有超过现有上限，不能断定这条规则使就业减少。",
        f"尽量任务先一并测算，再逐项测算起作用（未完成、刚好完成或有影子价格）的，至多 {MOST_SOFT} 项，影响大的优先。",
        "必须任务、尽量任务的代价含扣分；放宽农忙禁开后，农忙周的出勤率仍按出勤表下降。",
    ]
