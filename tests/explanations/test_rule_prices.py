"""Prices of rules against enumeration, and the relation that a rule that is lifted never costs jobs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.domain.instance import BusyWeek, Fund, FundRule, Instance, Measure, Sense, Target, Township
from planner.engine.jobs import penalties, plan_value
from planner.engine.solve import Options
from planner.explanations.planned import Explained
from planner.explanations.rule_prices import MOST_SOFT, RulePrice, price_rules, priced_rules
from planner.explanations.rules import Family, lift_target, liftable_rules
from planner.export.explanation_rules import price_sentences, price_words
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook
from tests.explanations.builders import explained, passes
from tests.oracle.enumeration import SECOND_WEEK, a_tiny_instance, best_by_enumeration, tiny_instances

INSTANCES = Path(__file__).parents[2] / "instances"
SEARCHED = Options(exact_heads=0, effort=0.3)
"""Searching and bounding as a county gets it, never the exact shortcut."""


def counties() -> dict[str, Instance]:
    """Tiny counties, one of them with an earmark and a farming ban that both bind."""
    busy = (BusyWeek("高山", SECOND_WEEK, 0.9),)
    base = a_tiny_instance()
    tight = replace(
        base, townships=(Township("东山", "甲县", "高山"), Township("西河", "乙县", "高山")), busy_weeks=busy,
        fund_rules=(FundRule("就业资金", county="甲县"),),
    )  # fmt: skip
    return tiny_instances() | {"tight": tight}


def soft(name: str, sense: Sense, value: int, township: str) -> Target:
    """A wish on the people of a township; each person missing costs 0.3."""
    return Target(name, Measure.PERSONS, sense, value, township=township, hard=False, penalty=0.3)


@pytest.fixture(scope="module")
def demo() -> Explained:
    """A quick plan of the bundled three-township county."""
    return explained(read_workbook(INSTANCES / "demo.xlsx").instance, Options(effort=0.01, fixing_options=0))


@pytest.mark.parametrize("options", [Options(), SEARCHED], ids=["exact", "searched"])
@pytest.mark.parametrize("name", sorted(counties()))
def test_a_price_encloses_the_enumerated_difference(name: str, options: Options) -> None:
    """Exactly that where everything is solved exactly."""
    instance = counties()[name]
    plan = explained(instance)
    prices = price_rules(plan, None, options)
    assert prices is not None
    rules = priced_rules(plan, None)
    assert [price.name for price in prices] == [rule.name for rule in rules]
    for rule, price in zip(rules, prices, strict=True):
        lifted, _ = best_by_enumeration(rule.lifted, max_classes=6)  # more and smaller classes when sizes are halved
        assert price.low - 1e-5 <= lifted - plan.value <= price.high + 1e-5, rule.name
        assert price.gained >= -1e-9
        if options is not SEARCHED:
            assert price.low == pytest.approx(lifted - plan.value, abs=1e-4)


def test_binding_rules_of_the_tight_county_have_their_price() -> None:
    """The ban closes the second week to everybody, the earmark 西河's venue: lifting each has a price in jobs."""
    plan = explained(counties()["tight"])
    prices = {price.family: price for price in price_rules(plan, None, Options()) or ()}
    assert prices[Family.FARMING].measurable
    assert prices[Family.FARMING].low == pytest.approx(prices[Family.FARMING].high, abs=1e-4)
    assert "正好使得分少" in price_words(prices[Family.FARMING])


def test_each_soft_target_that_binds_has_its_own_price() -> None:
    """Two wishes that pull two ways: both prices are enumerated, neither is more than that of both together."""
    county = a_tiny_instance(
        funds=(Fund("就业资金", 60_000),),
        targets=(soft("西", Sense.AT_LEAST, 3, "西河"), soft("东", Sense.AT_MOST, 1, "东山"),
                 soft("足", Sense.AT_LEAST, 1, "东山")),
    )  # fmt: skip
    plan = explained(county)
    wished = [price for price in price_rules(plan, None, Options()) or () if price.family is Family.WISHED]
    together, *each = wished
    bound = {target.id for target in county.targets for price in each if target.id in price.name}
    assert bound and len(each) == len(bound) <= MOST_SOFT
    for price in each:
        n = next(n for n, target in enumerate(county.targets) if target.id in price.name)
        assert price.low == pytest.approx(best_by_enumeration(lift_target(county, n))[0] - plan.value, abs=1e-4)
        assert price.high <= together.high + 1e-6


def test_soft_targets_met_with_room_to_spare_are_not_priced_alone(demo: Explained) -> None:
    """At most eight that the plan misses or just meets, the dearest first."""
    alone = [rule for rule in priced_rules(demo, None) if rule.within.startswith("全部尽量任务")]
    reached, short = penalties(demo.problem, demo.classes)
    targets = demo.problem.instance.targets
    wanted = [n for n, target in enumerate(targets)
              if not target.hard and (short[n] > 0 or reached[n] == target.value)]  # fmt: skip
    assert len(alone) == min(MOST_SOFT, len(wanted))
    costs = [targets[n].penalty * short[n] for rule in alone for n in wanted if rule.lifted == lift_target(
        demo.problem.instance, n)]  # fmt: skip
    assert costs == sorted(costs, reverse=True) and len(costs) == len(alone)


def test_limits_of_way_size_and_year_are_widened_as_told() -> None:
    """Half as far again; halved and by the seats; no limit. What does not bind anybody is not asked about."""
    county = a_tiny_instance()
    county = replace(county, providers=tuple(replace(p, annual_classes=1) for p in county.providers))
    rules = {rule.name: rule.lifted for rule in liftable_rules(county)}
    minutes = county.settings.max_travel_minutes
    way = rules[f"最大路程 {minutes:g} 分钟（放宽到 {1.5 * minutes:g} 分钟）"]
    assert way.settings.max_travel_minutes == 1.5 * minutes
    assert all(p.annual_classes is None for p in rules["年度班数上限（1 家机构）"].providers)
    smallest = rules["最小班额（各课程减半）"].courses
    assert [c.min_size for c in smallest] == [-(-c.min_size // 2) for c in county.courses]
    assert not any(rule.family is Family.ANNUAL for rule in liftable_rules(a_tiny_instance()))


def test_lifting_any_rule_of_the_demo_never_costs_jobs(demo: Explained) -> None:
    """The plan as it stands keeps every lifted instance's rules and is worth no less there."""
    for rule in liftable_rules(demo.problem.instance):
        lifted = build_problem(rule.lifted)
        assert passes(lifted, demo.classes)
        assert plan_value(lifted, demo.classes) >= demo.value - 1e-9


def test_prices_of_the_demo_are_ordered_and_repeat(demo: Explained) -> None:
    """Low to high, wider earmarks no cheaper than narrower ones, the same on one thread as on two."""
    one, two = (price_rules(demo, None, replace(SEARCHED, effort=0.02, threads=n)) for n in (1, 2))
    assert one is not None and one == two
    for price in one:
        assert 0 <= price.low <= price.high and price.bound >= price.value >= demo.value - 1e-9
    earmarks = [price for price in one if price.family is Family.EARMARK]
    assert earmarks[0].value >= max(price.value for price in earmarks) - 1e-9
    assert earmarks[0].bound >= max(price.bound for price in earmarks) - 1e-9


def test_overlapping_bands_are_not_called_a_price() -> None:
    """A better plan within the gap proves nothing."""
    price = RulePrice(Family.LOCK, "固定班“甲”", value=103.0, bound=110.0, gained=3.0, low=0.0, high=10.0)
    assert not price.measurable
    assert "没有可测出的代价" in price_words(price) and "至多 10.0" in price_words(price)
    assert price_sentences([price]) == ["其余 1 项规则没有可测出的代价。"]


def test_every_rule_is_lifted_without_moving_rows(demo: Explained) -> None:
    """Classes and prices of the plan keep their meaning: shapes of the arrays stay."""
    problem = demo.problem
    for rule in liftable_rules(problem.instance):
        lifted = build_problem(rule.lifted)
        for field in ("demand", "target_value", "required_number", "min_size", "fund_cents", "pool_jobs"):
            assert np.shape(getattr(lifted, field)) == np.shape(getattr(problem, field)), rule.name


def test_a_stop_leaves_the_prices_out(demo: Explained) -> None:
    """Half a table would be read as a whole one."""
    assert price_rules(demo, None, SEARCHED, lambda: True) is None


