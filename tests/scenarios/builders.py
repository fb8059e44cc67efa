"""Counties of the tests of scenarios: tiny ones that are solved exactly, and the demo searched with little work."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from planner.domain.instance import Fund, Instance
from planner.engine.solve import Options
from planner.workbook.read import read_workbook

INSTANCES = Path(__file__).parents[2] / "instances"

EXACT = Options(gap=0.0)
"""Tiny counties are solved to the proved optimum."""

LITTLE = Options(gap=0.0, effort=0.02, exact_heads=0, fixing_options=0)
"""The loop as a county gets it, with hardly any work."""


@cache
def the_demo() -> Instance:
    """The bundled three-township county."""
    return read_workbook(INSTANCES / "demo.xlsx").instance


def with_money(instance: Instance, *cents: int) -> Instance:
    """The county with these amounts of its funds."""
    funds = tuple(replace(fund, amount_cents=c) for fund, c in zip(instance.funds, cents, strict=True))
    return replace(instance, funds=funds)


def a_fund(cents: int) -> tuple[Fund, ...]:
    """One fund for everything."""
    return (Fund("就业资金", cents),)
