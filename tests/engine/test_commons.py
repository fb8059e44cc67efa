"""Supplies in common: a county that keeps to what others leave it makes a plan that the whole can pay and place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from planner.domain.instance import FundRule, Instance
from planner.engine.decomposition.commons import Commons, can_share, common_funds, pooled
from planner.engine.decomposition.county import CountyTask, GroupTask, plan_group
from planner.engine.decomposition.parts import Part, make_part
from planner.engine.decomposition.regions import regions_of
from planner.engine.decomposition.shares import share_out
from planner.engine.jobs import plan_value
from planner.engine.money import category_costs, fund_sets, plan_is_payable
from planner.engine.prices import Relaxation
from planner.engine.rows import lay_out
from planner.engine.search import ClassSearch, Schedule
from planner.model.options import ClassHeads, admissible_heads, list_slots
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook

DEMO = Path(__file__).parents[2] / "instances" / "demo.xlsx"
COMMON_FUNDS = {"培训生活补贴专项", "就业补助资金"}


@pytest.fixture(scope="module")
def demo() -> Instance:
    """The bundled three townships as two counties; two funds pay in both, two in one county only."""
    instance = read_workbook(DEMO).instance
    townships = tuple(replace(t, county=("甲县", "乙县")[i % 2]) for i, t in enumerate(instance.townships))
    targets = tuple(replace(target, hard=False) for target in instance.targets)
    return replace(
        instance, townships=townships, targets=targets, locks=(),
        fund_rules=tuple(_of_a_county(rule) for rule in instance.fund_rules or ()),
    )


def _of_a_county(rule: FundRule) -> FundRule:
    if rule.fund in COMMON_FUNDS:
        return rule
    return replace(rule, county="甲县" if rule.fund == "东西部协作资金" else "乙县")


def parts_of(problem: Problem) -> list[Part]:
    """Both counties, each with all supplies but its teams in common with the other."""
    regions, rows = regions_of(problem), lay_out(problem)
    use = np.random.default_rng(1).uniform(0, 1, (len(regions), len(rows.supply)))  # so that both have teams
    shares = share_out(problem, regions, rows, use)
    return [make_part(problem, region, pooled(share, shares)) for region, share in zip(regions, shares, strict=True)]


def drawn_classes(problem: Problem, rng: np.random.Generator, number: int) -> list[ClassHeads]:
    """Classes that keep no rule but who may attend."""
    slots = list(list_slots(problem))
    classes = []
    for i in rng.integers(len(slots), size=number):
        cohorts = rng.permutation(admissible_heads(problem, slots[i]))[:6]
        classes.append((slots[i], {int(k): int(rng.integers(1, 9)) for k in cohorts}))
    return classes


def scaled(instance: Instance, shares: np.ndarray) -> Instance:
    """The instance with another amount in each fund."""
    funds = zip(instance.funds, shares, strict=True)
    return replace(
        instance, funds=tuple(replace(fund, amount_cents=int(share * fund.amount_cents)) for fund, share in funds)
    )


def test_what_is_left_is_exactly_what_the_whole_can_pay(demo: Instance) -> None:
    """Beside a payable plan of the other county, Hall's condition with what is left agrees with a flow of payments."""
    rng = np.random.default_rng(5)
    seen = {"fits": 0, "too dear": 0, "too dear together only": 0}
    problems = [build_problem(scaled(demo, rng.uniform(0.2, 1.5, 4))) for _ in range(6)]
    counties = [parts_of(problem) for problem in problems]
    for i in range(60):
        problem, parts = problems[i % 6], counties[i % 6]
        commons = Commons(problem, parts)
        plans = [drawn_classes(part.problem, rng, int(rng.integers(1, 6))) for part in parts]
        whole = [part.to_whole(plan) for part, plan in zip(parts, plans, strict=True)]
        if not plan_is_payable(problem, whole[0]):
            continue
        draws = [commons.draw(r, plan) for r, plan in enumerate(plans)]
        inside, _ = fund_sets(parts[1].problem)
        fits = bool((inside @ category_costs(parts[1].problem, plans[1]) <= commons.outside(1, draws).amounts).all())
        assert fits == plan_is_payable(problem, whole[0] + whole[1])
        alone = plan_is_payable(problem, whole[1])
        seen["fits" if fits else "too dear together only" if alone else "too dear"] += 1
    assert seen["fits"] >= 10 and seen["too dear together only"] >= 5


def test_common_funds_are_those_of_several_counties(demo: Instance) -> None:
    """The two funds with a county in their rule are not in common."""
    problem = build_problem(demo)
    parts = parts_of(problem)
    assert {demo.funds[f].name for f in common_funds(parts)} == COMMON_FUNDS
    assert can_share(parts)


def test_a_search_beside_others_counts_the_value_of_all(demo: Instance) -> None:
    """Vacancies filled and targets reached by the other county count for both."""
    problem = build_problem(demo)
    parts = parts_of(problem)
    commons = Commons(problem, parts)
    plans: list[list[ClassHeads]] = [[], []]
    for i in (0, 1, 0):
        own = parts[i].problem
        outside = commons.outside(i, [commons.draw(j, plan) for j, plan in enumerate(plans)])
        relaxation = Relaxation(own)
        search = ClassSearch(own, relaxation, [3], outside)
        search.guide(relaxation.prices(relaxation.first_prices()))
        search.load(0, plans[i])
        search.run(Schedule(300), 1, lambda _value: True)
        value, plans[i] = search.best_plans()[0]
        whole = [item for part, plan in zip(parts, plans, strict=True) for item in part.to_whole(plan)]
        elsewhere = [n for n in range(len(demo.targets)) if n not in parts[i].target]
        assert plan_is_payable(problem, whole)
        assert value == pytest.approx(plan_value(problem, whole) + _missed(problem, whole, elsewhere), abs=1e-5)


def _missed(problem: Problem, classes: list[ClassHeads], targets: list[int]) -> float:
    """Penalty of the targets named."""
    free = replace(problem, target_penalty=np.where(np.isin(np.arange(len(problem.target_value)), targets), 0.0,
                                                    problem.target_penalty))
    return plan_value(free, classes) - plan_value(problem, classes)


def group_task(problem: Problem, parts: list[Part], iterations: int) -> GroupTask:
    counties = tuple(
        CountyTask(r, part.problem, Relaxation(part.problem).first_prices(), 0, (), r, iterations, 0.3, False)
        for r, part in enumerate(parts)
    )
    return GroupTask(problem, tuple(parts), counties, 2)


def test_a_group_makes_a_plan_of_the_whole(demo: Instance) -> None:
    """Counties searched in turn beside each other leave a plan that can be paid, the same in every run."""
    problem = build_problem(demo)
    parts = parts_of(problem)
    found = [plan_group(group_task(problem, parts, 20)) for _ in range(2)]
    assert [plan.classes for plan in found[0]] == [plan.classes for plan in found[1]]
    whole = [item for plan in found[0] for item in parts[plan.region].to_whole(plan.classes)]
    assert plan_is_payable(problem, whole)
    assert all(plan.classes for plan in found[0])
    assert plan_value(problem, whole) > 0
