"""The compact model: golden rows, the enumeration, the checker and other solvers on tiny counties."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pulp
import pytest

from planner.checker import check_plan
from planner.domain.instance import (
    Accreditation,
    Cohort,
    CostKind,
    Demand,
    Fund,
    FundRule,
    Instance,
    Lock,
    LockKind,
    Measure,
    Provider,
    Sense,
    Settings,
    Target,
    VacancyPool,
    Venue,
)
from planner.engine.assemble import assemble_plan
from planner.engine.solve import Solution
from planner.export.record import plan_to_record
from planner.model import solver
from planner.model.compact import (
    ROW_FAMILIES,
    CompactModel,
    CompactSolution,
    build_compact,
    hold_value,
    solve_compact,
    split_heads,
)
from planner.model.problem import build_problem
from tests.checker.builders import YOUNG, a_course, a_small_instance
from tests.model.second_solver import best_by_scip
from tests.oracle.enumeration import FIRST_WEEK, a_tiny_instance, best_by_enumeration, tiny_instances

COURSE = "家政服务"
MODEL_PAGE = Path(__file__).parents[2] / "docs" / "model.md"
every_tiny_instance = pytest.mark.parametrize("name", tiny_instances())


def compact_of(instance: Instance) -> CompactModel:
    """The compact model of an instance."""
    return build_compact(build_problem(instance))


def solved(instance: Instance, backend: str = solver.DEFAULT_SOLVER) -> CompactSolution:
    """The compact solution of an instance."""
    return solve_compact(compact_of(instance), backend)


# --- golden rows ---
#
# In the tiny county cohort 0 is of 东山, 1 of 西河; options 0 and 1 are at 东山, 2 and 3 at 西河, each in week 0 and 1.

GOLDEN: dict[str, Callable[[], None]] = {}
"""The golden test of each row family."""


def golden(family: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Register the golden test of a family."""

    def register(test: Callable[[], None]) -> Callable[[], None]:
        GOLDEN[family] = test
        return test

    return register


def named(pulp_name: str) -> str:
    """``x_0,3_`` as the model's own name ``x[0,3]``."""
    return re.sub(r"_([\d,]+)_$", r"[\1]", pulp_name)


def row(compact: CompactModel, name: str) -> str:
    """A row in words: terms by name, sense and right-hand side."""
    found = next(one for one in compact.model.constraints() if named(one.name) == name)
    terms = sorted((named(variable.name), coefficient) for variable, coefficient in found.items() if coefficient)
    left = " ".join(f"{coefficient:+g} {variable}" for variable, coefficient in terms)
    return f"{left} {pulp.LpConstraintSenses[found.sense]} {0.0 - found.constant:g}"


def row_names(compact: CompactModel) -> set[str]:
    """Names of all rows."""
    return {named(one.name) for one in compact.model.constraints()}


def test_every_row_family_has_a_golden_test() -> None:
    """A family added to the model and not here does not go unnoticed."""
    assert set(GOLDEN) == set(ROW_FAMILIES)


@pytest.mark.parametrize("family", ROW_FAMILIES)
def test_every_row_family_is_documented_with_its_sentence(family: str) -> None:
    """docs/model.md has a row of its table for each."""
    lines = [line for line in MODEL_PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| `{family}` |")]
    assert len(lines) == 1
    assert ROW_FAMILIES[family].split(":")[0].strip(".") in lines[0]


@every_tiny_instance
def test_every_row_belongs_to_a_family(name: str) -> None:
    """Names are family[index]."""
    families = {row_name.partition("[")[0] for row_name in row_names(compact_of(tiny_instances()[name]))}
    assert families <= set(ROW_FAMILIES)


@golden("min_size")
def test_golden_min_size() -> None:
    """At least 2 heads a class."""
    assert row(compact_of(a_tiny_instance()), "min_size[0]") == "-1 x[0,0] -1 x[1,0] +2 y[0] <= 0"


@golden("max_size")
def test_golden_max_size() -> None:
    """At most 3 heads a class, and 2 where there are 2 seats."""
    venues = (Venue("东山站", "东山"), Venue("西河站", "西河", seats=2))
    compact = compact_of(a_tiny_instance(venues=venues))
    assert row(compact, "max_size[0]") == "+1 x[0,0] +1 x[1,0] -3 y[0] <= 0"
    assert row(compact, "max_size[3]") == "+1 x[0,3] +1 x[1,3] -2 y[3] <= 0"


@golden("persons")
def test_golden_persons() -> None:
    """3 people of 西河 twice: 6 heads over all classes."""
    settings = Settings(plan_start=FIRST_WEEK, weeks=2, earliest_start=FIRST_WEEK, trainings_per_person=2)
    compact = compact_of(a_tiny_instance(settings=settings))
    assert row(compact, "persons[1]") == "+1 x[1,0] +1 x[1,1] +1 x[1,2] +1 x[1,3] <= 6"


@golden("demand")
def test_golden_demand() -> None:
    """2 wishes of 东山 for 家政服务, 1 for 电工, each over the options of its course."""
    courses = (a_course(min_size=1, max_size=3, part_time=False), a_course("电工", min_size=1, part_time=False))
    demand = (Demand("东山", YOUNG, "一般", COURSE, 2), Demand("东山", YOUNG, "一般", "电工", 1))
    venues = (Venue("东山站", "东山"),)
    compact = compact_of(a_tiny_instance(courses=courses, demand=demand, venues=venues))
    assert row(compact, "demand[0,0]") == "+1 x[0,0] +1 x[0,1] <= 2"
    assert row(compact, "demand[0,1]") == "+1 x[0,2] +1 x[0,3] <= 1"


def two_week_classes(**changes: Any) -> Instance:
    """Six days in three weeks: options 0 and 1 at 东山, 2 and 3 at 西河 take weeks 0-1 and 1-2."""
    settings = Settings(plan_start=FIRST_WEEK, weeks=3, earliest_start=FIRST_WEEK)
    courses = (a_course(class_days=6, min_size=2, max_size=3, part_time=False),)
    return a_tiny_instance(settings=settings, courses=courses, **changes)


@golden("teams")
def test_golden_teams() -> None:
    """A class holds its team in every week it takes: both starts meet in week 1."""
    compact = compact_of(two_week_classes())
    assert row(compact, "teams[0,0]") == "+1 y[0] +1 y[2] <= 1"
    assert row(compact, "teams[0,1]") == "+1 y[0] +1 y[1] +1 y[2] +1 y[3] <= 1"
    assert row(compact, "teams[0,2]") == "+1 y[1] +1 y[3] <= 1"


@golden("accreditation")
def test_golden_accreditation() -> None:
    """Two teams, but one at a time for this course."""
    providers = (Provider("县职校", base="东山", teams=2),)
    rows = (Accreditation("县职校", COURSE, 1),)
    compact = compact_of(two_week_classes(providers=providers, accreditations=rows))
    assert row(compact, "accreditation[0,0,1]") == "+1 y[0] +1 y[1] +1 y[2] +1 y[3] <= 1"
    assert row(compact, "teams[0,1]") == "+1 y[0] +1 y[1] +1 y[2] +1 y[3] <= 2"


@golden("rooms")
def test_golden_rooms() -> None:
    """Two rooms at 西河, one at 东山."""
    venues = (Venue("东山站", "东山"), Venue("西河站", "西河", rooms=2))
    compact = compact_of(two_week_classes(venues=venues))
    assert row(compact, "rooms[0,1]") == "+1 y[0] +1 y[1] <= 1"
    assert row(compact, "rooms[1,1]") == "+1 y[2] +1 y[3] <= 2"


@golden("annual")
def test_golden_annual() -> None:
    """Two classes in the plan, wherever and whenever; no row without a limit."""
    providers = (Provider("县职校", base="东山", teams=1, annual_classes=2),)
    compact = compact_of(a_tiny_instance(providers=providers))
    assert row(compact, "annual[0]") == "+1 y[0] +1 y[1] +1 y[2] +1 y[3] <= 2"
    assert "annual[0]" not in row_names(compact_of(a_tiny_instance()))


@golden("target")
def test_golden_target() -> None:
    """Heads of 西河 or classes at 西河; a soft one has a shortfall or an excess, a hard one has none."""
    targets = (
        Target("甲", Measure.PERSONS, Sense.AT_LEAST, 3, hard=False, township="西河"),
        Target("乙", Measure.CLASSES, Sense.AT_MOST, 0, hard=False, county="乙县"),
        Target("丙", Measure.PERSONS, Sense.AT_MOST, 4, county="甲县"),
        Target("丁", Measure.CLASSES, Sense.AT_LEAST, 1, township="东山"),
        Target("戊", Measure.CLASSES, Sense.AT_LEAST, 1, hard=False, industry="农业"),
    )
    compact = compact_of(a_tiny_instance(targets=targets))
    assert row(compact, "target[0]") == "+1 missing[0] +1 x[1,0] +1 x[1,1] +1 x[1,2] +1 x[1,3] >= 3"
    assert row(compact, "target[1]") == "-1 missing[1] +1 y[2] +1 y[3] <= 0"
    assert row(compact, "target[2]") == "+1 x[0,0] +1 x[0,1] +1 x[0,2] +1 x[0,3] <= 4"
    assert row(compact, "target[3]") == "+1 y[0] +1 y[1] >= 1"
    assert row(compact, "target[4]") == "+1 missing[4] >= 1"


@golden("lock")
def test_golden_lock() -> None:
    """Two classes at 西河; a class of exactly 2 is an option of its own, which open locks count too."""
    locks = (
        Lock(COURSE, LockKind.REQUIRED, venue="西河站", number=2),
        Lock(COURSE, LockKind.REQUIRED, start_week=FIRST_WEEK, persons=2),
    )
    compact = compact_of(a_tiny_instance(locks=locks))
    assert row(compact, "lock[0]") == "+1 y[2] +1 y[3] +1 y[6] +1 y[7] >= 2"
    assert row(compact, "lock[1]") == "+1 y[4] +1 y[6] >= 1"
    assert row(compact, "min_size[4]") == "-1 x[0,4] -1 x[1,4] +2 y[4] <= 0"
    assert row(compact, "max_size[4]") == "+1 x[0,4] +1 x[1,4] -2 y[4] <= 0"


def with_two_categories() -> Instance:
    """补贴资金 pays subsidies only, 统筹资金 everything; exam fee 20 yuan."""
    return a_tiny_instance(
        courses=(a_course(min_size=2, max_size=3, class_cost_cents=5_000, exam_fee_cents=2_000, part_time=False),),
        venues=(Venue("西河站", "西河"),),
        funds=(Fund("补贴资金", 40_000), Fund("统筹资金", 30_050)),
        fund_rules=(FundRule("补贴资金", CostKind.SUBSIDY), FundRule("统筹资金")),
    )


@golden("cost")
def test_golden_cost() -> None:
    """In yuan: 100 of subsidy a head from either fund; 20 a head, 50 a class and 20 of outreach from the second."""
    compact = compact_of(with_two_categories())
    assert row(compact, "cost[0]") == "+1 pay[0,0] +1 pay[0,1] -100 x[0,0] -100 x[0,1] -100 x[1,0] -100 x[1,1] = 0"
    assert row(compact, "cost[1]") == "+1 pay[1,1] -20 x[0,0] -20 x[0,1] -20 x[1,0] -20 x[1,1] -70 y[0] -70 y[1] = 0"


@golden("fund")
def test_golden_fund() -> None:
    """400 yuan and 300.50 yuan."""
    compact = compact_of(with_two_categories())
    assert row(compact, "fund[0]") == "+1 pay[0,0] <= 400"
    assert row(compact, "fund[1]") == "+1 pay[0,1] +1 pay[1,1] <= 300.5"


def test_a_cost_that_no_fund_may_pay_stays_nought() -> None:
    """The row forbids the heads that would cause it."""
    compact = compact_of(a_tiny_instance(fund_rules=(FundRule("就业资金", CostKind.CLASS_COST),)))
    assert row(compact, "cost[0]").startswith("-100 x[0,0]")
    assert "pay[0,0]" not in row(compact, "cost[0]")


def with_early_pool() -> Instance:
    """One vacancy closed after the first week, 3 vacancies that stay open; 西河 loses 0.02 on the way to 东山."""
    pools = (
        VacancyPool("早", COURSE, "县内", 1, None, FIRST_WEEK),
        VacancyPool("晚", COURSE, "县内", 3),
    )
    return a_tiny_instance(pools=pools, venues=(Venue("东山站", "东山"),))


@golden("source")
def test_golden_source() -> None:
    """Jobs of the first week (0.5 or 0.49 a head) go to both pools, of the second week to the later one."""
    compact = compact_of(with_early_pool())
    first, second = (int(s) for s in compact.problem.source[0, 0])
    early, late = (compact.problem.pool_members.index((d,)) for d in (0, 1))
    flows = sorted((f"place[{first},{early}]", f"place[{first},{late}]"))
    assert row(compact, f"source[{first}]") == f"+1 {flows[0]} +1 {flows[1]} -0.5 x[0,0] -0.49 x[1,0] <= 0"
    assert row(compact, f"source[{second}]") == f"+1 place[{second},{late}] -0.5 x[0,1] -0.49 x[1,1] <= 0"


@golden("pool")
def test_golden_pool() -> None:
    """Three vacancies for the jobs of both weeks."""
    compact = compact_of(with_early_pool())
    late = compact.problem.pool_members.index((1,))
    assert row(compact, f"pool[{late}]") == f"+1 place[0,{late}] +1 place[1,{late}] <= 3"


@golden("value")
def test_golden_value() -> None:
    """2.5 expected jobs held within 1e-6 relative."""
    compact = compact_of(a_tiny_instance(venues=(Venue("西河站", "西河"),)))
    hold_value(compact, 2.5)
    assert row(compact, "value[0]") == "+0.49 x[0,0] +0.49 x[0,1] +0.5 x[1,0] +0.5 x[1,1] >= 2.5"
    held = next(one for one in compact.model.constraints() if named(one.name) == "value[0]")
    assert -held.constant == pytest.approx(2.5 * (1 - 1e-6), abs=1e-12)


# --- the objective ---


def test_the_objective_weighs_linked_and_unlinked_jobs_and_penalties() -> None:
    """0.6 · 0.5 for any head, 0.4 more for what is linked, 0.2 off for each of the heads missing."""
    targets = (Target("西河", Measure.PERSONS, Sense.AT_LEAST, 3, hard=False, township="西河"),)
    compact = compact_of(replace(with_early_pool(), targets=targets))
    weights = {named(variable.name): weight for variable, weight in compact.value.items()}
    assert weights["x[0,0]"] == pytest.approx(0.6 * 0.5)
    assert weights["x[1,1]"] == pytest.approx(0.6 * 0.49)
    flows = [weights[name] for name in weights if name.startswith("place")]
    assert flows == pytest.approx([0.4] * 3)
    assert weights["missing[0]"] == -0.2


def test_cost_counts_cents() -> None:
    """10,000 a head, 5,000 a class, 2,000 more at 西河."""
    weights = {named(v.name): w for v, w in compact_of(a_tiny_instance()).cost.items()}
    assert (weights["x[0,0]"], weights["y[0]"], weights["y[2]"]) == (10_000, 5_000, 7_000)


# --- against other oracles ---


@every_tiny_instance
@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated")
@pytest.mark.parametrize("backend", [solver.DEFAULT_SOLVER, "PULP_CBC_CMD"])
def test_value_and_cost_are_those_of_the_enumeration(name: str, backend: str) -> None:
    """Every plan tried one by one finds nothing better, and nothing cheaper at that value."""
    instance = tiny_instances()[name]
    found = solved(instance, backend)
    value, cost_cents = best_by_enumeration(instance)
    assert found.outcome is solver.Outcome.OPTIMAL
    assert found.value == pytest.approx(value, abs=1e-9)
    assert found.bound == pytest.approx(value, abs=1e-6)
    assert found.cost_cents == pytest.approx(cost_cents, abs=1e-6)


@every_tiny_instance
def test_a_third_solver_confirms_value_and_cost(name: str) -> None:
    """The rows handed to SCIP, which shares no code with HiGHS or CBC; both passes."""
    instance = tiny_instances()[name]
    value, cost_cents = best_by_enumeration(instance)
    compact = compact_of(instance)
    assert best_by_scip(compact.model) == pytest.approx(value, abs=1e-6)
    hold_value(compact, value)
    assert best_by_scip(compact.model) == pytest.approx(-0.01 * cost_cents, abs=1e-4)


@every_tiny_instance
def test_the_checker_accepts_the_plan(name: str) -> None:
    """Every rule, yuan and job re-derived."""
    assert_accepted(tiny_instances()[name])


def test_the_checker_accepts_the_plan_of_a_county_with_every_feature() -> None:
    """Too big to enumerate; the builders' own plan by hand is worth 4.611223, so the optimum is at least that."""
    found = assert_accepted(a_small_instance())
    assert found.value >= 4.611223 - 1e-9


def assert_accepted(instance: Instance) -> CompactSolution:
    """Solve, assemble the record and let the checker look for violations."""
    problem = build_problem(instance)
    found = solve_compact(build_compact(problem))
    solution = Solution(found.classes, found.value, found.bound, False, 0.0)
    report = check_plan(instance, plan_to_record(assemble_plan(problem, solution, "0" * 64, "0", 0)))
    assert report.violations == ()
    assert report.value == pytest.approx(found.value, abs=1e-6)
    assert report.total_cost_cents == pytest.approx(found.cost_cents, abs=1e-6)
    return found


# --- ends without a plan ---


def test_an_impossible_lock_is_infeasible() -> None:
    """No option matches a week outside the plan, and only without that row is there a plan."""
    instance = a_tiny_instance(locks=(Lock(COURSE, LockKind.REQUIRED, form=None, persons=9),))
    assert solved(instance).outcome is solver.Outcome.INFEASIBLE
    problem = build_problem(instance)
    relieved = solve_compact(build_compact(problem, without_rows={"lock[0]"}))
    assert relieved.value == pytest.approx(solved(a_tiny_instance()).value)


def test_an_impossible_target_is_infeasible() -> None:
    """Seven of six people; without that row 5 of 6 heads are paid for."""
    instance = a_tiny_instance(targets=(Target("总", Measure.PERSONS, Sense.AT_LEAST, 7),))
    assert solved(instance).outcome is solver.Outcome.INFEASIBLE
    without = build_compact(build_problem(instance), without_rows={"target[0]"})
    assert "target[0]" not in row_names(without)


@pytest.mark.filterwarnings("ignore:PULP_CBC_CMD is deprecated")
@pytest.mark.parametrize("backend", [solver.DEFAULT_SOLVER, "PULP_CBC_CMD"])
def test_nothing_to_open_is_an_empty_plan(backend: str) -> None:
    """Nobody wishes anything: worth nothing, or what the soft target takes away."""
    nothing = a_tiny_instance(demand=())
    assert solved(nothing, backend) == CompactSolution(solver.Outcome.OPTIMAL, 0.0, 0.0, 0.0, ())
    target = Target("总", Measure.PERSONS, Sense.AT_LEAST, 3, hard=False)
    found = solved(replace(nothing, targets=(target,)), backend)
    assert (found.value, found.cost_cents, found.classes) == (pytest.approx(-0.6), 0.0, ())


def test_out_of_time_is_no_plan() -> None:
    """Neither value nor cost nor a bound."""
    found = solve_compact(compact_of(a_small_instance()), time_limit=0.0)
    assert found.outcome is solver.Outcome.NOTHING
    assert found.classes == ()
    assert found.bound == float("inf")


# --- several classes of one option ---


def test_classes_of_one_option_share_its_heads_within_their_sizes() -> None:
    """7 heads in 3 classes of at least 2: 3, 2, 2, cohorts kept together."""
    parts = split_heads({4: 5, 9: 2}, 3, 2)
    assert parts == [{4: 3}, {4: 2}, {9: 2}]


def test_a_class_may_mix_cohorts() -> None:
    """3 and 3 in two classes of 3."""
    assert split_heads({0: 1, 1: 4, 2: 1}, 2, 3) == [{0: 1, 1: 2}, {1: 2, 2: 1}]


def test_heads_that_cannot_fill_the_classes_are_refused() -> None:
    """Five heads never make two classes of three."""
    with pytest.raises(ValueError, match="5 heads cannot fill 2 classes of at least 3"):
        split_heads({0: 5}, 2, 3)


def test_two_classes_of_one_option_come_out_as_two() -> None:
    """One week, two teams and two rooms: six people in two classes of at most 3."""
    instance = a_tiny_instance(
        settings=Settings(plan_start=FIRST_WEEK, weeks=1, earliest_start=FIRST_WEEK),
        providers=(Provider("县职校", base="东山", teams=2),),
        venues=(Venue("东山站", "东山", rooms=2),),
        cohorts=(Cohort("东山", YOUNG, "一般", 6),),
        demand=(Demand("东山", YOUNG, "一般", COURSE, 6),),
    )
    found = solved(instance)
    assert [sum(heads.values()) for _, heads in found.classes] == [3, 3]
    assert_accepted(instance)
