"""Plans in drawn years: against flows solved one by one, against hand-worked counties, and against all outcomes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planner.engine.unions as unions
from planner.domain.instance import Instance
from planner.engine.jobs import plan_value
from planner.model.options import ClassHeads, Slot
from planner.model.problem import Problem, build_problem
from planner.scenarios.robust.draws import Conditions, LaidPlan
from planner.scenarios.robust.linking import Linking
from planner.scenarios.robust.uncertainty import CONDITIONS, EVERYTHING, Factor, Uncertainty
from planner.scenarios.robust.valuation import revalue, tail_mean, worst_draws
from tests.oracle.enumeration import most_transported, tiny_instances
from tests.scenarios.builders import LITTLE, the_demo

CERTAIN = Uncertainty(draws=1_000, turnout_low=1.0, turnout_high=1.0, orders_fall=0.0, lapse=0.0)
"""Years that are as planned."""


def a_class_of_two(instance: Instance) -> tuple[Problem, list[ClassHeads]]:
    """The class of two young people at 东山 in the first week."""
    return build_problem(instance), [(Slot(0, 0, 0, 0, 0), {0: 2})]


def the_demos_plan() -> tuple[Problem, tuple[ClassHeads, ...]]:
    from planner.engine.solve import solve_problem

    problem = build_problem(the_demo())
    return problem, solve_problem(problem, LITTLE).classes


# --- linking ---


@settings(max_examples=150, deadline=None)
@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 2**32), st.booleans())
def test_linked_jobs_are_the_maximum_flow(sources: int, pools: int, seed: int, few_unions: bool) -> None:
    """Both ways (least cut; flow when there are too many unions) against shortest augmenting paths, draw by draw."""
    stream = np.random.default_rng(seed)
    takes = stream.random((sources, pools)) < 0.5
    problem = replace(
        build_problem(tiny_instances()["pools"]), source_pools=takes, pool_members=tuple((d,) for d in range(pools)),
        source_occupation=stream.integers(0, 2, sources),
    )
    jobs, vacancies = stream.random((4, sources)) * 3, stream.integers(0, 3, (4, pools)).astype(float)
    with pytest.MonkeyPatch.context() as patch:
        if few_unions:
            patch.setattr(unions, "MOST_UNIONS", 1)
        linked = Linking(problem, np.arange(sources)).linked(jobs, vacancies)
    for i in range(4):
        expected = sum(
            most_transported(
                {s: jobs[i, s] for s in range(sources) if problem.source_occupation[s] == o},
                {("pool", o, d): vacancies[i, d] for d in range(pools)},
                [(s, ("pool", o, d)) for s, d in np.argwhere(takes).tolist() if problem.source_occupation[s] == o],
            )
            for o in (0, 1)
        )
        assert linked[i] == pytest.approx(expected, abs=1e-6)


# --- years ---


def test_each_drawn_year_is_the_contracts_value_under_its_conditions() -> None:
    """The demo's plan: rates, turn-out and vacancies of a year put into the county, valued by the engine's own flow."""
    problem, classes = the_demos_plan()
    conditions = Conditions(problem, Uncertainty(draws=1_000, seed=3))
    values = LaidPlan(problem, classes).drawn(conditions, CONDITIONS).value
    assert len(np.unique(values)) > 900
    pools = problem.instance.pools
    assert pools is not None
    for i in range(0, 1_000, 50):
        rate = problem.rate.copy()
        for cell in np.ndindex(*rate.shape):
            rate[cell] = conditions.rate(cell)[i] * conditions.turnout[i]
        held = tuple(
            replace(pool, vacancies=int(v)) for pool, v in zip(pools, conditions.vacancies[i], strict=True)
        )
        year = replace(problem, rate=rate, instance=replace(problem.instance, pools=held))
        assert values[i] == pytest.approx(plan_value(year, classes), abs=1e-5)


@pytest.mark.parametrize("name", sorted(tiny_instances()))
def test_a_year_as_planned_yields_the_plans_value(name: str) -> None:
    """Nothing varies: exactly what the plan counts itself by, penalties of soft targets included."""
    from planner.engine.solve import solve_problem
    from tests.scenarios.builders import EXACT

    problem = build_problem(tiny_instances()[name])
    solution = solve_problem(problem, EXACT)
    drawn = LaidPlan(problem, solution.classes).drawn(Conditions(problem, Uncertainty(draws=1_000)), frozenset())
    assert drawn.value == pytest.approx(np.full(1_000, solution.value), abs=1e-6)
    assert set(drawn.coming) == {float(sum(sum(heads.values()) for _, heads in solution.classes))}


@pytest.mark.parametrize(
    ("given_", "value"),
    [
        (CERTAIN, 1.0),  # two at 0.5 are one job, and one vacancy takes it
        (replace(CERTAIN, turnout_low=0.5, turnout_high=0.5), 0.5),  # one comes: half a job, linked
        (replace(CERTAIN, lapse=1.0), 0.6),  # no vacancy: the job counts 0.6
        (replace(CERTAIN, lapse=1.0, turnout_low=0.5, turnout_high=0.5), 0.3),
    ],
)
def test_certain_years_worked_out_by_hand(given_: Uncertainty, value: float) -> None:
    """One class of two at rate 0.5, one vacancy."""
    problem, classes = a_class_of_two(tiny_instances()["pools"])
    drawn = LaidPlan(problem, classes).drawn(Conditions(problem, given_), CONDITIONS)
    assert drawn.value == pytest.approx(np.full(1_000, value), abs=1e-9)


def test_chance_takes_each_outcome_as_often_as_it_should() -> None:
    """Two people at 0.5, a vacancy that lapses in half the years: all five outcomes enumerated, with their shares.

    Jobs 0, 1, 2 have 1/4, 1/2, 1/4. With the vacancy 0, 1, 1.6; without 0, 0.6, 1.2.
    """
    problem, classes = a_class_of_two(tiny_instances()["pools"])
    draws = 20_000
    conditions = Conditions(problem, replace(CERTAIN, draws=draws, lapse=0.5, seed=5))
    values = np.round(LaidPlan(problem, classes).drawn(conditions).value, 6)
    expected = {0.0: 1 / 4, 0.6: 1 / 4, 1.0: 1 / 4, 1.2: 1 / 8, 1.6: 1 / 8}
    assert set(values) == set(expected)
    for value, share in expected.items():
        assert (values == value).mean() == pytest.approx(share, abs=4 * (share * (1 - share) / draws) ** 0.5)


def test_turnout_lies_in_its_range_in_eight_of_ten_years() -> None:
    """The 10 and 90 % points of the draws are the range's ends within half a point."""
    conditions = Conditions(build_problem(tiny_instances()["plain"]), Uncertainty(draws=20_000))
    assert np.percentile(conditions.turnout, (10, 90)) == pytest.approx([0.86, 0.94], abs=0.005)
    assert conditions.turnout.mean() == pytest.approx(0.9, abs=0.002)


def test_vacancies_fall_together_and_never_rise() -> None:
    """Up to a quarter, rounded to whole ones; a row that lapses has none."""
    problem = build_problem(the_demo())
    planned = np.array([pool.vacancies for pool in problem.instance.pools or ()])
    vacancies = Conditions(problem, Uncertainty(draws=5_000, seed=1)).vacancies
    lapsed = (vacancies == 0) & (planned > 1)
    assert lapsed[:, planned > 1].mean() == pytest.approx(0.05, abs=0.005)
    kept = np.where(lapsed, np.nan, vacancies / np.maximum(1, planned))
    assert (vacancies <= planned).all() and (vacancies == np.floor(vacancies)).all()
    large = planned >= 10
    assert np.nanmin(kept[:, large]) >= 0.75 - 0.5 / planned[large].min()
    assert np.nanmean(kept[:, large]) == pytest.approx(0.875, abs=0.01)


def test_equal_seeds_draw_equal_years_and_plans_share_them() -> None:
    """Values are reproducible; another seed draws others; the order in which plans are valued does not matter."""
    problem, classes = the_demos_plan()
    given_ = Uncertainty(draws=1_000, seed=7)
    first = LaidPlan(problem, classes).drawn(Conditions(problem, given_)).value
    conditions = Conditions(problem, given_)
    LaidPlan(problem, classes[:3]).drawn(conditions)
    again = LaidPlan(problem, classes).drawn(conditions).value
    other = LaidPlan(problem, classes).drawn(Conditions(problem, replace(given_, seed=8))).value
    assert (first == again).all() and not (first == other).all()


# --- figures ---


def test_the_worst_draws_are_a_whole_number_of_them() -> None:
    """A tenth of 25 draws are three; their mean by hand."""
    figures = np.array([5.0, 1.0, 3.0] + [9.0] * 22)
    assert worst_draws(figures, 0.1).tolist() == [0, 1, 2]
    assert tail_mean(figures, 0.1) == 3.0


def test_each_source_alone_and_what_matters_most() -> None:
    """Sure rates and vacancies: turn-out alone moves the value, by its own range, and is named."""
    problem, classes = a_class_of_two(tiny_instances()["plain"])
    conditions = Conditions(problem, Uncertainty(draws=2_000))
    found = revalue(problem, classes, conditions)
    effects = {effect.factor: effect for effect in found.effects}
    assert list(effects) == list(Factor)
    assert effects[Factor.TURNOUT].spread.low == pytest.approx(0.86, abs=0.01)
    assert effects[Factor.TURNOUT].shift == pytest.approx(-0.1, abs=0.005)
    assert effects[Factor.RATES].spread.width == effects[Factor.VACANCIES].spread.width == 0
    assert effects[Factor.CHANCE].spread.width == 2.0  # nobody or both
    assert found.widest is not None and found.widest.factor is Factor.CHANCE
    assert found.heaviest is not None and found.heaviest.factor is Factor.TURNOUT


def test_the_share_below_the_plan_is_counted() -> None:
    """Vacancies that lapse in a third of the years, nothing else: a third of the draws lies below the plan's value."""
    problem, classes = a_class_of_two(tiny_instances()["pools"])
    conditions = Conditions(problem, replace(CERTAIN, draws=10_000, lapse=1 / 3))
    laid = LaidPlan(problem, classes).drawn(conditions, CONDITIONS)
    assert (laid.value < 1.0).mean() == pytest.approx(1 / 3, abs=0.02)
    found = revalue(problem, classes, Conditions(problem, replace(CERTAIN, lapse=1.0)))
    assert found.below > 0.7 and found.spread.low <= found.spread.middle <= found.spread.high


def test_classes_below_their_size_are_counted() -> None:
    """Half of two come: less than the smallest class of two."""
    problem, classes = a_class_of_two(tiny_instances()["plain"])
    conditions = Conditions(problem, replace(CERTAIN, turnout_low=0.5, turnout_high=0.5))
    drawn = LaidPlan(problem, classes).drawn(conditions, EVERYTHING - {Factor.CHANCE})
    assert set(drawn.small_classes) == {1} and set(drawn.coming) == {1.0}


def test_what_is_assumed_is_told_with_its_source() -> None:
    """Defaults name where they are from; the user's own figures do not borrow that source."""
    usual, own = Uncertainty(), Uncertainty(turnout_low=0.8, turnout_high=0.9, orders_fall=0.4, lapse=0.0)
    assert "广州市审计" in usual.sentence(Factor.TURNOUT) and "出口订单" in usual.sentence(Factor.VACANCIES)
    assert "假定" in usual.sentence(Factor.VACANCIES)
    assert "广州" not in own.sentence(Factor.TURNOUT) and "80% 至 90%" in own.sentence(Factor.TURNOUT)
    assert "出口订单" not in own.sentence(Factor.VACANCIES) and "0 至 40%" in own.sentence(Factor.VACANCIES)
