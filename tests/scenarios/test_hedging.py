"""Plans that hedge: bounds against every plan of a tiny county, shocks worked out by hand, relations on the demo."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from planner.checker import check_plan
from planner.domain.instance import Instance, Provider, Settings, VacancyPool
from planner.engine.jobs import plan_value
from planner.export.record import plan_to_record
from planner.model.options import ClassHeads, Slot
from planner.model.problem import build_problem
from planner.scenarios.robust.candidates import Base
from planner.scenarios.robust.cautious import CautiousStudy, plan_cautiously, quantile_of
from planner.scenarios.robust.draws import Conditions, LaidPlan
from planner.scenarios.robust.hedging import ShockStudy, plan_against_shocks
from planner.scenarios.robust.shocks import Endured, default_shocks, endured, heads_of_providers, shocks_of
from planner.scenarios.robust.uncertainty import CONDITIONS, Uncertainty
from planner.scenarios.robust.valuation import tail_mean
from planner.scenarios.scenario import Change, Scenario
from planner.scenarios.solving import Work, plan_scenario
from tests.oracle.enumeration import FIRST_WEEK, a_tiny_instance, tiny_instances
from tests.scenarios.builders import EXACT, LITTLE, a_fund, the_demo
from tests.scenarios.every_plan import every_plan

HASH = "0" * 64
LOST_FIRST, LOST_SECOND = (Scenario(f"停办：{name}", (Change("provider-lost", name),)) for name in ("县职校", "民校"))


def base_of(instance: Instance, work: Work) -> Base:
    found = plan_scenario(Scenario("基准"), instance, HASH, work)
    assert found.solved is not None and found.plan is not None
    return Base(found.solved, found.plan, HASH)


def with_vacancies(**changes: object) -> Instance:
    """Two rows of vacancies for the course: one is lost as a whole in some years."""
    return a_tiny_instance(
        pools=(VacancyPool("甲厂", "家政服务", "县内", 2), VacancyPool("乙厂", "家政服务", "县内", 1)), **changes
    )


def with_two_providers() -> Instance:
    """A second provider at 东山, a little worse; money for two classes of three."""
    return a_tiny_instance(
        providers=(Provider("县职校", base="东山", teams=1), Provider("民校", base="东山", teams=1, quality=0.98)),
        funds=a_fund(70_000),
    )


# --- the cautious plan ---


def cautious(instance: Instance, work: Work, level: float = 0.1, draws: int = 1_000) -> tuple[Base, CautiousStudy]:
    base = base_of(instance, work)
    return base, plan_cautiously(base, Conditions(base.problem, Uncertainty(draws, 2, lapse=0.3)), level, work)


@pytest.mark.parametrize("name", ["pools", "age_limited_pool", "soft_target", "two_rows"])
def test_no_plan_at_all_beats_the_bound_of_the_bad_years(name: str) -> None:
    """Every plan of the county enumerated: the mean of its worst tenth of years lies within the bound."""
    county = with_vacancies() if name == "two_rows" else tiny_instances()[name]
    base, study = cautious(county, Work(EXACT))
    conditions = Conditions(base.problem, Uncertainty(1_000, 2, lapse=0.3))
    plans = every_plan(county)
    assert len(plans) > 5
    tails = [tail_mean(LaidPlan(base.problem, plan).drawn(conditions, CONDITIONS).value, 0.1) for plan in plans]
    assert max(tails) <= study.tail_bound + 1e-6
    assert study.best.tail <= max(tails) + 1e-6


def test_the_cautious_plan_is_the_best_candidate_and_costs_what_is_proved() -> None:
    """On the demo: no candidate confirmed by fresh draws has a higher quantile; value and price fit the base's band."""
    base, study = cautious(the_demo(), Work(LITTLE))
    first, best = study.plans[0], study.best
    assert first.candidate.plan is base.plan and len(study.plans) >= 3
    for one in study.plans:
        assert not check_plan(base.problem.instance, plan_to_record(one.candidate.plan)).violations
        assert one.candidate.plan.value <= base.plan.bound + 1e-6
        assert one.candidate.plan.value == pytest.approx(plan_value(base.problem, one.candidate.classes))
        assert one.tail <= study.tail_bound + 1e-6
        if one.fresh > first.fresh + 1e-6:
            assert one.quantile <= best.quantile + 1e-6
    assert best.quantile >= first.quantile and (study.chosen == 0 or best.fresh > first.fresh)
    least, most = study.price
    assert least == max(0.0, base.plan.value - best.candidate.plan.value)
    assert most == base.plan.bound - best.candidate.plan.value


def test_a_quantile_lies_between_draws_in_proportion() -> None:
    """A tenth of the way through eleven figures is the second."""
    assert quantile_of(np.arange(11.0), 0.1) == pytest.approx(1.0)


def test_equal_seeds_give_equal_cautious_plans() -> None:
    """Twice the same county, twice the same figures."""
    first, again = (cautious(tiny_instances()["pools"], Work(EXACT))[1] for _ in range(2))
    assert [(one.quantile, one.tail, one.fresh) for one in first.plans] == [
        (one.quantile, one.tail, one.fresh) for one in again.plans]
    assert (first.chosen, first.tail_bound) == (again.chosen, again.tail_bound)


# --- a plan under a shock ---


def left(instance: Instance, classes: list[ClassHeads], *changes: Change) -> Endured:
    return endured(build_problem(instance), classes, shocks_of(build_problem(instance), [Scenario("冲击", changes)])[0])


TWO_CLASSES: list[ClassHeads] = [(Slot(0, 0, 0, 0, 0), {0: 3}), (Slot(0, 0, 1, 0, 1), {1: 3})]
"""Three of 东山 in the first week, three of 西河 at home in the second: 1.5 jobs each."""


@pytest.mark.parametrize(
    ("change", "classes", "persons", "value"),
    [
        (Change("provider-lost", "县职校"), 0, 0, 0.0),
        (Change("late-approval", None, 1), 1, 3, 1.5),  # the first week is over
        (Change("willingness", "东山", 0.67), 2, 5, 2.5),  # two of three still wish to come
        (Change("willingness", "西河", 0.34), 1, 3, 1.5),  # one is less than the smallest class
        (Change("fund-factor", "就业资金", 0.5), 1, 3, 1.5),  # 500 yuan pay one class of 350
        (Change("largest-size", None, 2), 2, 4, 2.0),
        (Change("fund-factor", "就业资金", 2.0), 2, 6, 3.0),  # better times are not used
    ],
)
def test_what_is_left_in_a_shock_worked_out_by_hand(
    change: Change, classes: int, persons: int, value: float
) -> None:
    """Two classes of three, one at each township."""
    found = left(a_tiny_instance(), TWO_CLASSES, change)
    assert (found.classes, found.persons) == (classes, persons)
    assert found.value == pytest.approx(value)


def test_fewer_vacancies_leave_the_classes_and_take_jobs() -> None:
    """Of 3 expected jobs three were linked; without vacancies each counts 0.6."""
    county = with_vacancies()
    assert left(county, TWO_CLASSES, Change("vacancies", None, 0.0)).value == pytest.approx(3 * 0.6)
    assert left(county, TWO_CLASSES, Change("vacancies", None, 1 / 3)).value == pytest.approx(1 + 2 * 0.6)


def test_penalties_stay_as_planned() -> None:
    """Targets are counted on planned heads: a lost provider leaves minus the plan's own penalty."""
    county = tiny_instances()["soft_target"]
    base = base_of(county, Work(EXACT))
    lost = left(county, list(base.solved.solution.classes), Change("provider-lost", "县职校"))
    whole = left(county, list(base.solved.solution.classes), Change("fund-factor", "就业资金", 1.0))
    assert whole.value == pytest.approx(base.plan.value)
    jobs = base.plan.linked_jobs + base.plan.unlinked_jobs
    assert lost.value == pytest.approx(base.plan.value - jobs)


def test_default_shocks_fit_the_county() -> None:
    """Vacancies only where there are some, farming only where it matters, one loss for each provider, used or not."""
    heads = Counter({"民校": 9})
    plain = [one.name for one in default_shocks(with_two_providers(), heads)]
    assert plain == ["停办：民校", "停办：县职校", "推迟两周获批", "愿意人数减八分之一"]
    full = [one.name for one in default_shocks(the_demo(), heads)]
    assert full[0] == "订单减四分之一" and "农时推迟两周" in full and "农时提前两周" in full


# --- the plan against the worst shock ---


def against(instance: Instance, scenarios: list[Scenario], work: Work) -> tuple[Base, ShockStudy]:
    base = base_of(instance, work)
    return base, plan_against_shocks(base, shocks_of(base.problem, scenarios), work)


def test_risk_is_spread_over_two_providers() -> None:
    """By hand: the base gives both classes to the better one (3.0, or nothing when it is lost); one each leaves 1.47
    in the worst shock and costs 0.03.
    """
    county = with_two_providers()
    base, study = against(county, [LOST_FIRST, LOST_SECOND], Work(EXACT))
    assert base.plan.value == pytest.approx(3.0) and study.plans[0].worst.value == pytest.approx(0.0)
    assert study.best.worst.value == pytest.approx(1.47)
    assert study.price == pytest.approx((0.03, 0.03), abs=1e-6)
    shocks = shocks_of(base.problem, [LOST_FIRST, LOST_SECOND])
    everything = [min(endured(base.problem, plan, shock).value for shock in shocks) for plan in every_plan(county)]
    assert study.best.worst.value == pytest.approx(max(everything))
    assert max(everything) <= study.bound + 1e-6


@pytest.mark.parametrize("name", ["pools", "age_limited_pool", "soft_target", "two_rows", "lock"])
def test_no_plan_at_all_beats_the_bound_of_the_worst_shock(name: str) -> None:
    """Every plan of the county enumerated under the default shocks."""
    county = with_vacancies() if name == "two_rows" else tiny_instances()[name]
    scenarios = [*default_shocks(county, Counter({"县职校": 1})), Scenario("推迟", (Change("late-approval", None, 1),))]
    scenarios = [one for one in scenarios if not one.name.startswith("停办") and one.name != "推迟两周获批"]
    base, study = against(county, scenarios, Work(EXACT))
    shocks = shocks_of(base.problem, scenarios)
    worst = [min(endured(base.problem, plan, shock).value for shock in shocks) for plan in every_plan(county)]
    assert max(worst) <= study.bound + 1e-6
    assert study.plans[0].worst.value <= study.best.worst.value <= max(worst) + 1e-6


def test_the_solid_plan_stands_its_worst_shock_no_worse_than_the_base() -> None:
    """On the demo with little work; every candidate is a checked plan, and the bound lies above all of them."""
    work = Work(LITTLE)
    base = base_of(the_demo(), work)
    scenarios = default_shocks(the_demo(), heads_of_providers(base.problem, base.candidate.classes))
    study = plan_against_shocks(base, shocks_of(base.problem, scenarios), work)
    assert study.best.worst.value >= study.plans[0].worst.value
    for one in study.plans:
        assert not check_plan(base.problem.instance, plan_to_record(one.candidate.plan)).violations
        assert one.worst.value <= study.bound + 1e-6 and one.candidate.plan.value <= base.plan.bound + 1e-6
        assert [found.shock for found in one.endured] == [shock.name for shock in study.shocks]


def test_a_stop_leaves_the_base() -> None:
    """Nothing is solved after a stop; the base's plan is still tried under the shocks."""
    base = base_of(a_tiny_instance(settings=Settings(FIRST_WEEK, 2, earliest_start=FIRST_WEEK)), Work(EXACT))
    stopped = Work(EXACT, stopped=lambda: True)
    study = plan_against_shocks(base, shocks_of(base.problem, [LOST_FIRST]), stopped)
    assert study.stopped and study.chosen == 0 and len(study.plans) == 1 and study.bound == np.inf
    calm = plan_cautiously(base, Conditions(base.problem, Uncertainty(1_000)), 0.1, stopped)
    assert calm.stopped and calm.chosen == 0 and calm.tail_bound == np.inf
