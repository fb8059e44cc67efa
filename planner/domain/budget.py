"""Changing the money of an instance."""

from __future__ import annotations

from dataclasses import replace

from planner.domain.instance import Instance
from planner.errors import BadInput, Fault


def with_total_budget(instance: Instance, total_cents: int) -> Instance:
    """The instance with every fund scaled in proportion, so that they sum to ``total_cents`` exactly.

    Cents left by rounding go to the largest remainders, then to the fund named first.

    Raises
    ------
    BadInput
        All funds are zero, so there is no proportion to keep.
    """
    before = sum(fund.amount_cents for fund in instance.funds)
    if not before and total_cents:
        problem, remedy = "各项资金都是 0，无法按比例调整总额", "请在“资金”表填写各项金额"
        raise BadInput([Fault("", "资金", "", problem, "0", "", remedy)])
    shares = [fund.amount_cents * total_cents // before if before else 0 for fund in instance.funds]
    remainders = [fund.amount_cents * total_cents % before if before else 0 for fund in instance.funds]
    order = sorted(range(len(shares)), key=lambda i: (-remainders[i], i))
    for i in order[: total_cents - sum(shares)]:
        shares[i] += 1
    funds = tuple(
        replace(fund, amount_cents=cents) for fund, cents in zip(instance.funds, shares, strict=True)
    )
    note = f"资金总额由 {before / 100:,.2f} 元按比例调整为 {total_cents / 100:,.2f} 元"
    return replace(instance, funds=funds, assumptions=(*instance.assumptions, note))
