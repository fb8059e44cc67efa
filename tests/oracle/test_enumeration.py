"""The enumeration against optima derived by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from planner.domain.instance import Fund, Lock, LockKind, Measure, Sense, Target
from planner.errors import Infeasible
from tests.oracle.enumeration import a_tiny_instance, best_by_enumeration, max_flow, most_transported, tiny_instances

BY_HAND = {
    # 5 heads: 650 pays 500 + 2 · 50, and 20 more for teaching 西河 at home (2.5 instead of 2.48 at 东山).
    "plain": (2.5, 62_000),
    # 2 classes leave 就业资金 300 for the 3 一般; 衔接资金 pays 2 · (200 + 100) of its 650. A third 脱贫 head would
    # leave 50 for three subsidies. 100 + 300 + 600 = 1000 yuan.
    "two_funds": (2.5, 100_000),
    # Two classes of 2 yield 1 each; only the first finds the vacancy open: 1 + 0.6. 2 · (200 + 50) = 500 yuan.
    "pools": (1.6, 50_000),
    # 天麻 in week 2 or 3, farming or not: 2 · 0.4. 家政 not in those weeks, and best in week 4 (attendance 1): 2 · 0.5.
    # 200 + 200 + 50 = 450 yuan.
    "season": (1.8, 45_000),
    # Full time only 西河 may come: 1.0. Part time 2 of 西河 and 1 of 东山 at (1 + 0.9)/2: 1 + 0.475, at 东山 without
    # outreach cost. 300 yuan.
    "part_time": (1.475, 30_000),
    # 3 of 西河 taught at 东山: 3 · 0.4 · 0.98. At home 1.2 − 0.1 = 1.1; 3 of 东山: 1.5 − 0.6 = 0.9. 350 yuan.
    "soft_target": (1.176, 35_000),
    # 1 of 东山 and 2 of 西河 in one class, at 西河: 1 + 0.49 (at 东山 0.5 + 0.98 = 1.48). 300 + 50 + 20 = 370 yuan.
    "hard_target": (1.49, 37_000),
    # 2 in week 2 at 东山, 3 in week 1 at 西河: 1 + 3 · 0.5 · 0.98. 250 + 370 = 620 yuan.
    "lock": (2.47, 62_000),
    # 1 young linked 0.5, 2 old 1.8 · 0.6 = 1.08 (2 young and 1 old: 1 + 0.54 = 1.54). 350 yuan.
    "age_limited_pool": (1.58, 35_000),
}


@pytest.mark.parametrize("name", tiny_instances())
def test_optimum_derived_by_hand(name: str) -> None:
    """Value and least cost are those of the comment above."""
    value, cost_cents = best_by_enumeration(tiny_instances()[name])
    assert (round(value, 9), cost_cents) == BY_HAND[name]


def test_more_money_never_lowers_the_best_value() -> None:
    """From nothing to plenty, in steps of 50 yuan."""
    values = [
        best_by_enumeration(a_tiny_instance(funds=(Fund("就业资金", cents),)))[0] for cents in range(0, 80_000, 5_000)
    ]
    assert values == sorted(values)
    assert values[0] == 0.0


def test_a_requirement_nobody_can_meet_is_infeasible() -> None:
    """Seven of six people."""
    target = Target("总人数", Measure.PERSONS, Sense.AT_LEAST, 7)
    with pytest.raises(Infeasible, match="没有任何方案"):
        best_by_enumeration(a_tiny_instance(targets=(target,)))


def test_a_demanded_class_is_held_although_it_costs() -> None:
    """The lock forces a class at 西河 in week 2 beside the better places."""
    plain = tiny_instances()["plain"]
    locked = replace(plain, locks=(Lock("家政服务", LockKind.REQUIRED, venue="西河站", number=2),))
    value, cost_cents = best_by_enumeration(locked)
    # Both classes at 西河: 3 of 西河 and 2 of 东山, 1.5 + 0.98; 500 + 2 · 70 yuan.
    assert (round(value, 9), cost_cents) == (2.48, 64_000)


def test_an_enumeration_that_would_not_be_exhaustive_is_refused() -> None:
    """Six people may fill three classes of two."""
    with pytest.raises(ValueError, match="at most 2 classes is not exhaustive: 3 may be held"):
        best_by_enumeration(a_tiny_instance(), max_classes=2)


def test_max_flow_uses_a_detour_back() -> None:
    """The shortest path through the middle edge must be undone to reach 2."""
    edges = {("s", "a"): 1, ("s", "b"): 1, ("a", "b"): 1, ("a", "t"): 1, ("b", "t"): 1}
    assert max_flow(edges, "s", "t") == 2


def test_transport_gives_the_particular_supply_its_only_room() -> None:
    """Supply 1 fits both rooms, supply 2 only the first: 3 + 2 of 5 find room."""
    links = [("一", "甲"), ("一", "乙"), ("二", "甲")]
    assert most_transported({"一": 3, "二": 2}, {"甲": 2, "乙": 3}, links) == 5
