"""Several counties planned apart: the same bound as the whole, a plan of the whole, whatever runs the tasks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from planner.checker import check_plan
from planner.domain.instance import Instance, VacancyPool
from planner.engine.assemble import assemble_plan
from planner.engine.decomposition import loop
from planner.engine.decomposition.joint import JointRelaxation
from planner.engine.decomposition.lanes import SerialLanes
from planner.engine.decomposition.loop import is_wide, solve_by_counties
from planner.engine.decomposition.parts import make_part
from planner.engine.decomposition.regions import RegionRelaxation, regions_of
from planner.engine.decomposition.shares import share_out, split_whole
from planner.engine.prices import Relaxation
from planner.engine.rows import first_prices, lay_out
from planner.engine.solve import Options, Progress, Solution
from planner.errors import Infeasible, NoPlanFound
from planner.export.record import plan_to_record
from planner.model import solver
from planner.model.compact import build_compact, solve_compact
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook
from tests.model.drawn import small_instances

DEMO = Path(__file__).parents[2] / "instances" / "demo.xlsx"
SHORT = Options(gap=0.0, effort=0.5, threads=1)
DRAWN = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def demo() -> Instance:
    """The bundled three townships as two counties."""
    instance = read_workbook(DEMO).instance
    townships = tuple(replace(t, county=("甲县", "乙县")[i % 2]) for i, t in enumerate(instance.townships))
    return replace(instance, townships=townships)


@pytest.fixture(autouse=True)
def _each_county_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counties of these tests are so small that neighbours would be one region."""
    monkeypatch.setattr(loop, "REGION_TOWNSHIPS", 0)


def drawn_prices(problem: Problem, seed: int) -> np.ndarray:
    """Admissible prices around the starting point."""
    rng = np.random.default_rng(seed)
    rows = lay_out(problem)
    start = first_prices(problem, rows)
    drawn = start * rng.uniform(0, 2, len(start)) + rng.uniform(0, 0.1, len(start)) * (rng.random(len(start)) < 0.3)
    return np.minimum(drawn, rows.upper)


def assert_same_relaxation(problem: Problem) -> None:
    """The regions' parts sum to the value of the relaxation of the whole, and so does what they use at these prices."""
    whole, rows = Relaxation(problem), lay_out(problem)
    assert np.array_equal(rows.supply, whole.supply) and np.array_equal(rows.upper, whole.upper)
    regions = [RegionRelaxation(problem, region, rows) for region in regions_of(problem)]
    for seed in range(3):
        prices = drawn_prices(problem, seed)
        value, slope = whole.evaluate(prices)
        parts = [region.evaluate(prices) for region in regions]
        assert sum(part.knapsacks for part in parts) + prices @ rows.supply == pytest.approx(value, rel=1e-9, abs=1e-9)
        use = sum(part.cuts.total_use(len(prices)) for part in parts)
        assert (rows.supply - use) @ prices == pytest.approx(slope @ prices, rel=1e-7, abs=1e-7)


@DRAWN
@given(small_instances())
def test_regions_sum_to_the_relaxation_of_the_whole(instance: Instance) -> None:
    """Two counties that share providers, money, vacancies, roads, targets and locks."""
    assert_same_relaxation(build_problem(instance))


def test_regions_of_the_demo_sum_to_the_whole(demo: Instance) -> None:
    """The same with twenty courses, seasons and hundreds of starts."""
    assert_same_relaxation(build_problem(demo))


def test_yields_beyond_one_keep_every_quality(demo: Instance) -> None:
    """Where a better provider's yield is cut off at 1, the shortcut for linear yields must not apply."""
    providers = tuple(replace(p, quality=0.9 + 0.3 * i) for i, p in enumerate(demo.providers))
    rates = tuple(replace(rate, gross=None if rate.gross is None else 0.9) for rate in demo.conversion)
    assert_same_relaxation(build_problem(replace(demo, providers=providers, conversion=rates)))


@settings(DRAWN, max_examples=8)
@given(small_instances())
def test_value_and_bound_enclose_the_optimum(instance: Instance) -> None:
    """The compact model's optimum lies between value and bound; an infeasible instance never gets a plan."""
    problem = build_problem(instance)
    exact = solve_compact(build_compact(problem))
    try:
        found = solve_by_counties(problem, replace(SHORT, effort=0.01))
    except Infeasible:
        assert exact.outcome is solver.Outcome.INFEASIBLE
        return
    except NoPlanFound:
        return  # the search may miss a hard requirement on such small counties
    assert found.value <= exact.value + 1e-6
    assert found.bound >= exact.value - 1e-6
    report = check_plan(instance, plan_to_record(assemble_plan(problem, found, "0" * 64, "test", 0)))
    assert not report.violations


def test_the_plan_passes_the_checker(demo: Instance) -> None:
    """A plan put together from the counties' plans keeps every rule, yuan and job of the whole."""
    problem = build_problem(demo)
    found = solve_by_counties(problem, SHORT)
    report = check_plan(demo, plan_to_record(assemble_plan(problem, found, "0" * 64, "test", 0)))
    assert not report.violations
    assert report.value == pytest.approx(found.value, abs=1e-6)
    assert found.bound >= found.value > 0


def three_counties(demo: Instance) -> Instance:
    """Each of the three townships is a county of its own."""
    return replace(demo, townships=tuple(replace(t, county=f"{t.name}县") for t in demo.townships))


def test_neighbours_with_most_ways_between_them_are_one_region_while_it_is_small(demo: Instance) -> None:
    """Of three counties of one township the two that reach most of each other's venues are joined, then no more."""
    problem = build_problem(three_counties(demo))
    ways = [
        sum(int((problem.distance[t] >= 0)[problem.venue_township == v].sum()) for t, v in ((a, b), (b, a)))
        for a, b in ((0, 1), (0, 2), (1, 2))
    ]
    pair = ((0, 1), (0, 2), (1, 2))[ways.index(max(ways))]
    joined = regions_of(problem, most_townships=2)
    assert [region.townships for region in joined if len(region.townships) > 1] == [pair]
    assert [problem.counties[c] for region in joined for c in region.counties] == sorted(problem.counties)
    assert sorted(t for region in joined for t in region.townships) == [0, 1, 2]
    assert len(regions_of(problem, most_townships=1)) == 3


def test_counties_without_a_way_between_them_stay_apart(demo: Instance) -> None:
    """However small they are: nobody there could cross the border."""
    one = replace(demo, townships=tuple(replace(t, county="甲县") for t in demo.townships), targets=(), locks=())
    assert len(regions_of(build_problem(cloned(one)), most_townships=100)) == 2


def test_a_region_of_two_counties_plans_for_both(demo: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    """Funds, targets and providers of both are there: the plan keeps every rule and is worth what the checker says."""
    monkeypatch.setattr(loop, "REGION_TOWNSHIPS", 2)
    instance = three_counties(demo)
    problem = build_problem(instance)
    parts = regions_of(problem, 2)
    assert len(parts) == 2
    found = solve_by_counties(problem, SHORT)
    report = check_plan(instance, plan_to_record(assemble_plan(problem, found, "0" * 64, "test", 0)))
    assert not report.violations
    assert report.value == pytest.approx(found.value, abs=1e-6)
    assert found.bound >= found.value > 0


def test_money_of_every_county_of_a_region_is_its_own(demo: Instance) -> None:
    """A fund that pays in one county only goes to the region that county is part of, wherever its name stands."""
    instance = three_counties(demo)
    names = [f"{t.name}县" for t in demo.townships]
    rules = tuple(
        replace(rule, county=names[[fund.name for fund in demo.funds].index(rule.fund) % 3])
        for rule in demo.fund_rules or ()
    )
    problem = build_problem(replace(instance, fund_rules=rules))
    regions, rows = regions_of(problem, 2), lay_out(problem)
    shares = share_out(problem, regions, rows, np.zeros((len(regions), len(rows.supply))))
    for f, cents in enumerate(problem.fund_cents):
        payer = next(
            r for r, region in enumerate(regions) if names[f % 3] in [problem.counties[c] for c in region.counties]
        )
        assert [int(share.fund_cents[f]) for share in shares] == [int(cents) * (r == payer) for r in range(len(shares))]


def test_worker_processes_give_the_same_plan(demo: Instance) -> None:
    """Where tasks run changes nothing."""
    problem = build_problem(demo)
    here, there = (solve_by_counties(problem, replace(SHORT, threads=threads)) for threads in (1, 2))
    assert (here.classes, here.value, here.bound) == (there.classes, there.value, there.bound)


def test_counties_of_their_own_money_are_worth_their_sum(demo: Instance) -> None:
    """Cloned into a second county far away with its own providers and money, an instance is worth twice as much."""
    one = replace(demo, townships=tuple(replace(t, county="甲县") for t in demo.townships), targets=(), locks=())
    once, twice = (solved_alone(instance) for instance in (one, cloned(one)))
    assert twice.bound == pytest.approx(2 * once.bound, rel=0.02)
    assert twice.value == pytest.approx(2 * once.value, rel=0.02)


def test_closed_counties_that_share_nothing_sum_to_the_relaxation_of_the_whole(demo: Instance) -> None:
    """Where no road, provider or fund joins two counties, closing their borders changes neither value nor use."""
    one = replace(demo, townships=tuple(replace(t, county="甲县") for t in demo.townships), targets=(), locks=())
    problem = build_problem(cloned(one))
    whole, rows, regions = Relaxation(problem), lay_out(problem), regions_of(problem)
    home = np.zeros((len(regions), len(rows.supply)))
    parts = [make_part(problem, region, share) for region, share in
             zip(regions, share_out(problem, regions, rows, home), strict=True)]
    lanes = SerialLanes(len(regions))
    closed = JointRelaxation(problem, regions, lanes, parts)
    try:
        for seed in range(3):
            prices = drawn_prices(problem, seed)
            value, slope = whole.evaluate(prices)
            closed_value, closed_slope = closed.evaluate(prices)
            assert closed_value == pytest.approx(value, rel=1e-9)
            assert closed_slope @ prices == pytest.approx(slope @ prices, rel=1e-7, abs=1e-7)
    finally:
        lanes.close()


def test_the_bound_is_that_of_open_borders(demo: Instance) -> None:
    """What counties closed at their borders would prove is not taken for a bound of the whole."""
    problem = build_problem(demo)
    solution = solve_by_counties(problem, replace(SHORT, effort=0.2))
    assert solution.prices is not None
    assert solution.bound == pytest.approx(Relaxation(problem).evaluate(solution.prices)[0], rel=1e-9)


def solved_alone(instance: Instance) -> Solution:
    return solve_by_counties(build_problem(instance), replace(SHORT, effort=3.0))


def cloned(instance: Instance) -> Instance:
    """The instance and a copy in another county: no road, provider, fund or vacancy serves both."""
    def other(name: str) -> str:
        return f"{name}二"

    courses = tuple(
        replace(course, name=other(course.name), occupation=other(course.occupation)) for course in instance.courses
    )
    return replace(
        instance,
        townships=instance.townships + tuple(
            replace(t, name=other(t.name), county="乙县", lat=None if t.lat is None else t.lat + 5)
            for t in instance.townships
        ),
        cohorts=instance.cohorts + tuple(replace(k, township=other(k.township)) for k in instance.cohorts),
        demand=instance.demand + tuple(
            replace(d, township=other(d.township), course=other(d.course)) for d in instance.demand
        ),
        courses=instance.courses + courses,
        conversion=instance.conversion + tuple(replace(r, course=other(r.course)) for r in instance.conversion),
        history=instance.history + tuple(replace(r, course=other(r.course)) for r in instance.history),
        providers=instance.providers + tuple(
            replace(p, name=other(p.name), base=None if p.base is None else other(p.base)) for p in instance.providers
        ),
        accreditations=(instance.accreditations or ()) + tuple(
            replace(a, provider=other(a.provider), course=other(a.course)) for a in instance.accreditations or ()
        ),
        venues=instance.venues + tuple(
            replace(v, name=other(v.name), township=other(v.township)) for v in instance.venues
        ),
        travel=instance.travel + tuple(
            replace(row, origin=other(row.origin), destination=other(row.destination)) for row in instance.travel
        ),
        pools=(instance.pools or ()) + tuple(_cloned_pool(pool) for pool in instance.pools or ()),
        funds=tuple(replace(f, name=other(f.name)) for f in instance.funds) + instance.funds,
        fund_rules=tuple(
            replace(rule, fund=name, county=county) for rule in instance.fund_rules or ()
            for name, county in ((rule.fund, "甲县"), (other(rule.fund), "乙县"))
        ),
    )


def _cloned_pool(pool: VacancyPool) -> VacancyPool:
    return replace(pool, id=f"{pool.id}二", occupation=f"{pool.occupation}二")


def test_a_stop_ends_it_with_the_best_plan(demo: Instance) -> None:
    """Stopping during the counties' search is no error once a plan is at hand."""
    soft = replace(demo, targets=tuple(replace(t, hard=False) for t in demo.targets), locks=())
    told: list[float] = []

    def tell(progress: Progress) -> None:
        if progress.value is not None:
            told.append(progress.value)

    found = solve_by_counties(build_problem(soft), replace(SHORT, effort=1.0), tell, lambda: bool(told))
    assert found.cut_short
    assert found.value >= told[0]
    assert found.classes


def test_stopped_before_any_plan_is_said(demo: Instance) -> None:
    """With hard targets and no time there is no plan."""
    told: list[float | None] = []
    with pytest.raises(NoPlanFound, match="没有找到"):
        solve_by_counties(build_problem(demo), SHORT, lambda progress: told.append(progress.value), lambda: True)
    assert set(told) == {None}


def test_shares_sum_to_the_supplies(demo: Instance) -> None:
    """What the counties get is what there is, and a county's own problem holds no more than its share."""
    problem = build_problem(demo)
    regions, rows = regions_of(problem), lay_out(problem)
    use = np.random.default_rng(1).uniform(0, 1, (len(regions), len(rows.supply)))
    shares = share_out(problem, regions, rows, use)
    assert np.array_equal(sum(share.teams for share in shares), problem.teams)
    assert (sum(share.accredited for share in shares) <= problem.accredited_teams).all()
    assert np.array_equal(sum(share.fund_cents for share in shares), problem.fund_cents)
    assert np.array_equal(sum(share.targets for share in shares), problem.target_value)
    assert np.array_equal(sum(share.locks for share in shares), problem.required_number)
    assert [pool.vacancies for pool in demo.pools or ()] == list(sum(share.vacancies for share in shares))
    parts = [make_part(problem, region, share) for region, share in zip(regions, shares, strict=True)]
    assert sum(int(part.problem.capacity.sum()) for part in parts) == problem.capacity.sum()
    assert sum(int(part.problem.fund_cents.sum()) for part in parts) == problem.fund_cents.sum()


@pytest.mark.parametrize(("total", "weights"), [(7, [1, 1, 1]), (0, [2, 1]), (5, [0, 0]), (3, [0, 1, 0.5])])
def test_whole_numbers_are_split_without_rest(total: int, weights: list[float]) -> None:
    """Largest remainders: parts sum to the whole and differ from proportion by less than one."""
    split = split_whole(total, np.array(weights))
    proportion = total * (np.array(weights) / sum(weights) if sum(weights) else np.full(len(weights), 1 / len(weights)))
    assert split.sum() == total
    assert (np.abs(split - proportion) < 1).all()


def test_a_county_is_not_split(demo: Instance) -> None:
    """Few townships are planned as one, whatever the number of counties."""
    assert not is_wide(build_problem(demo))
    assert len(demo.townships) <= loop.WHOLE_TOWNSHIPS
