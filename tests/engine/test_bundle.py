"""The bundle method: it ends at the relaxation's own optimum, its cuts hold everywhere, and it can be carried on."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pulp
import pytest
from hypothesis import HealthCheck, given, settings

from planner.domain.instance import Instance
from planner.engine.bundle import Bundle, Cuts, prove_bound
from planner.engine.prices import Relaxation
from planner.model.compact import build_compact
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook
from tests.model.drawn import small_instances

DEMO = Path(__file__).parents[2] / "instances" / "demo.xlsx"
DRAWN = settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def demo() -> Problem:
    """The bundled three townships."""
    return build_problem(read_workbook(DEMO).instance)


def linear_optimum(problem: Problem) -> float | None:
    """Value of the contract's model with fractions of heads and classes, by a linear program; None without a plan."""
    compact = build_compact(problem)
    for variable in compact.model.variables():
        variable.cat = pulp.LpContinuous
    compact.model.solve(pulp.HiGHS(msg=False))
    return compact.value.value() if compact.model.status == pulp.LpStatusOptimal else None


@settings(DRAWN, max_examples=15)
@given(small_instances())
def test_the_bound_is_never_below_the_linear_program(instance: Instance) -> None:
    """Prices prove no more than the linear program, which prices everything at once (Geoffrion 1974)."""
    problem = build_problem(instance)
    value = linear_optimum(problem)
    if value is not None:
        assert prove_bound(Relaxation(problem), 150, precision=1e-6).value >= value - 1e-6 * max(1.0, abs(value))


def test_the_bound_of_the_demo_ends_at_the_value_of_the_linear_program(demo: Problem) -> None:
    """Nothing lower is left to be proved by prices."""
    value = linear_optimum(demo)
    assert value is not None
    assert prove_bound(Relaxation(demo), 400, precision=1e-7).value == pytest.approx(value, rel=1e-4)


def test_the_bound_of_the_demo_is_settled_after_fifty_evaluations(demo: Problem) -> None:
    """Twice as much work and a stricter end find nothing more to speak of."""
    relaxation = Relaxation(demo)
    found = prove_bound(relaxation, 50).value
    assert found == pytest.approx(prove_bound(relaxation, 400, precision=1e-9).value, rel=1e-4)


def drawn_prices(relaxation: Relaxation, seed: int) -> np.ndarray:
    """Admissible prices around the starting point."""
    rng = np.random.default_rng(seed)
    start = relaxation.first_prices()
    return np.minimum(start * rng.uniform(0, 3, len(start)) + rng.uniform(0, 0.1, len(start)), relaxation.upper)


def parts(cuts: Cuts, prices: np.ndarray) -> np.ndarray:
    """Worth of every cohort's cut at the prices."""
    return np.array([
        worth - cuts.use[i:j] @ prices[cuts.row[i:j]]
        for worth, i, j in zip(cuts.worth, cuts.first, cuts.first[1:], strict=False)
    ])


@DRAWN
@given(small_instances())
def test_a_cut_is_exact_where_it_was_found_and_below_the_relaxation_everywhere(instance: Instance) -> None:
    """What a cohort chose at some prices it could choose at any others."""
    relaxation = Relaxation(build_problem(instance))
    seen = []
    for seed in range(4):
        prices = drawn_prices(relaxation, seed)
        value, slope = relaxation.evaluate(prices)
        cuts = relaxation.cuts
        own = parts(cuts, prices)
        assert own.sum() + prices @ relaxation.supply == pytest.approx(value, rel=1e-9, abs=1e-9)
        assert relaxation.supply - cuts.total_use(len(prices)) == pytest.approx(slope)
        for earlier in seen:
            assert (parts(earlier, prices) <= own + 1e-7).all()
        seen.append(cuts)


def test_going_on_is_the_same_as_going_far(demo: Problem) -> None:
    """Two descents of ten evaluations end where one of twenty does."""
    once, twice = Bundle(Relaxation(demo)), Bundle(Relaxation(demo))
    once.descend(20)
    twice.descend(10)
    twice.descend(10)
    assert once.best == twice.best
    assert np.array_equal(once.centre, twice.centre)


def test_prices_follow_the_money_in_a_few_evaluations(demo: Problem) -> None:
    """With a fifth less money the cuts of the full sum lead to the bound that a descent from nothing finds."""
    poorer = replace(demo, fund_cents=demo.fund_cents * 4 // 5)
    bundle = Bundle(Relaxation(demo))
    bundle.descend(100)
    before = bundle.evaluations
    bundle.follow(Relaxation(poorer))
    bundle.descend(30)
    alone = prove_bound(Relaxation(poorer), 300)
    assert bundle.evaluations - before <= 31
    assert bundle.best == pytest.approx(alone.value, rel=1e-3)
    assert bundle.best == Relaxation(poorer).evaluate(bundle.centre)[0]


def test_the_averaged_solution_keeps_the_scarce_supplies(demo: Problem) -> None:
    """At the end priced rows are used up, and none below its highest price is overused, but for a tenth of a class."""
    relaxation = Relaxation(demo)
    bundle = Bundle(relaxation)
    bundle.descend(400, precision=1e-9)
    use = bundle.use_by([len(relaxation.cuts.worth)])[0]
    near = 0.1 + 1e-3 * np.abs(relaxation.supply)
    free = bundle.centre < relaxation.upper
    assert (use[free] <= relaxation.supply[free] + near[free]).all()
    priced = bundle.centre > 0.05
    assert priced.any()
    assert (use[priced] >= relaxation.supply[priced] - near[priced]).all()


def test_a_bound_below_the_floor_ends_the_descent(demo: Problem) -> None:
    """Two hard targets that no plan can meet: the bound falls without end, and stops below what a plan can have."""
    hard = replace(demo, target_value=demo.target_value * 50, target_penalty=np.full(len(demo.target_value), np.inf))
    found = prove_bound(Relaxation(hard), 500, floor=-1000.0)
    assert found.value < -1000.0
    assert found.iterations < 500
    assert np.isfinite(found.value)


def test_where_nothing_is_scarce_prices_are_nought(demo: Problem) -> None:
    """With a hundred times of every supply the bound is what all people want most."""
    plenty = replace(
        demo, teams=demo.teams * 100, accredited_teams=demo.accredited_teams * 100, rooms=demo.rooms * 100,
        fund_cents=demo.fund_cents * 100, pool_jobs=demo.pool_jobs * 100,
        target_value=np.where(demo.target_at_least, 0, demo.target_value * 100),
        required_number=demo.required_number * 0,
    )
    relaxation = Relaxation(plenty)
    assert prove_bound(relaxation, 5).value == relaxation.evaluate(np.zeros(len(relaxation.supply)))[0]
