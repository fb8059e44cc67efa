"""What a class costs and which fund may pay for it (contract, section 2, money). All amounts are cents."""

from __future__ import annotations

from collections.abc import Mapping

from planner.checker.calendar import FRIDAY
from planner.checker.derivation import ClassOption, Derivation
from planner.domain.instance import CostKind, Fund

CostItem = tuple[CostKind, str]
"""Kind of cost and group it is for; the group of 办班费 is empty."""


def cost_items(derivation: Derivation, option: ClassOption, persons_of_group: Mapping[str, int]) -> dict[CostItem, int]:
    """Cents of every kind and group of one class with these heads; items that cost nothing are left out."""
    settings, course = derivation.settings, option.course
    living_cents = settings.living_allowance_cents * course.class_days
    items: dict[CostItem, int] = {}
    for group, persons in persons_of_group.items():
        items[CostKind.SUBSIDY, group] = course.subsidy_cents * persons
        items[CostKind.EXAM_FEE, group] = course.exam_fee_cents * persons
        if settings.allowance_tag in derivation.groups[group].tags:
            items[CostKind.LIVING, group] = living_cents * persons
    away = option.venue.township != option.provider.base
    items[CostKind.CLASS_COST, ""] = course.class_cost_cents + (option.provider.outreach_cost_cents if away else 0)
    return {item: cents for item, cents in items.items() if cents}


def do_rules_allow(derivation: Derivation, fund: Fund, item: CostItem, option: ClassOption) -> bool:
    """Whether some row of 资金用途 lets the fund pay this item; without the sheet every fund pays everything.

    A row with a tag pays only for groups that carry it, so never for 办班费, which has no group.
    """
    if derivation.instance.fund_rules is None:
        return True
    kind, group = item
    tags = derivation.groups[group].tags if kind is not CostKind.CLASS_COST else frozenset()
    county = derivation.townships[option.venue.township].county
    return any(
        row.fund == fund.name
        and row.kind in (None, kind)
        and (row.tag is None or row.tag in tags)
        and row.training_type in (None, option.course.training_type)
        and row.county in (None, county)
        for row in derivation.instance.fund_rules
    )


def do_dates_allow(fund: Fund, option: ClassOption) -> bool:
    """Whether Monday to Friday of the class's last week meet the fund's days."""
    monday = option.end_week
    opened = fund.first_day is None or fund.first_day <= monday + FRIDAY
    return opened and (fund.last_day is None or fund.last_day >= monday)
