"""The planner's own requirements: demands (hard targets, demanded classes) and limits (funds, bans, caps, uses).

Without any of them the empty plan is feasible. A *subset* of them is an instance in which all others are lifted;
whether a subset can be met is answered by :func:`can_be_met`: yes with a plan in hand, no with a proof, or neither.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum

import numpy as np

from planner.domain.instance import Instance, LockKind, Sense
from planner.engine.feasibility import describe_lock, describe_target, impossible_requirements
from planner.engine.jobs import locks_hold, plan_value
from planner.engine.money import plan_is_payable
from planner.engine.prices import Relaxation
from planner.engine.search import ClassSearch, Schedule
from planner.engine.solve import Options
from planner.explanations.planned import Stopped, never
from planner.explanations.rules import lift_farming, lift_lock, lift_target
from planner.model import solver
from planner.model.compact import build_compact, chosen_classes
from planner.model.options import ClassHeads, count_options
from planner.model.problem import Problem, build_problem

_EVALUATIONS, _FILTER_EVALUATIONS = 250, 80
"""Evaluations of the bound that try to prove an instance impossible, and a subset of its requirements (some fifteen
prove that Hezhang cannot train 16,000)."""
_ITERATIONS_A_CLASS, _LEAST_CLASSES = 12, 60
_EXACT_SECONDS = 20.0
_PROOF = 1e-7
"""How far below nought, for prices of norm one, the homogeneous bound must lie: far above rounding."""


class Kind(StrEnum):
    """Kinds of requirements, as the bureau names them."""

    TARGET = "必须任务"
    DEMANDED = "必须开的固定班"
    CAP = "任务上限"
    FORBIDDEN = "禁止的固定班"
    FARMING = "农忙禁开"
    FUND = "资金金额"
    EARMARK = "资金用途"


DEMANDS = (Kind.TARGET, Kind.DEMANDED)
"""Kinds that ask for something; the others only limit and can always be met by an empty plan."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement of the planner; ``index`` is that of the target, lock or fund."""

    kind: Kind
    name: str
    index: int = 0


def all_requirements(instance: Instance) -> tuple[Requirement, ...]:
    """Every requirement of an instance, demands first."""
    hard = [(n, target) for n, target in enumerate(instance.targets) if target.hard]
    demands = [Requirement(Kind.TARGET, describe_target(t), n) for n, t in hard if t.sense is Sense.AT_LEAST]
    demands += [Requirement(Kind.DEMANDED, describe_lock(lock), n) for n, lock in enumerate(instance.locks)
                if lock.kind is LockKind.REQUIRED]  # fmt: skip
    limits = [Requirement(Kind.CAP, describe_target(t), n) for n, t in hard if t.sense is Sense.AT_MOST]
    limits += [Requirement(Kind.FORBIDDEN, describe_lock(lock), n) for n, lock in enumerate(instance.locks)
               if lock.kind is LockKind.FORBIDDEN]  # fmt: skip
    settings = instance.settings
    limits.append(Requirement(
        Kind.FARMING, f"农忙禁开（集中班指数 {settings.busy_ban:g}、分散班 {settings.busy_ban_part_time:g} 起不上课）"
    ))  # fmt: skip
    limits += [Requirement(Kind.FUND, f"“{fund.name}”只有 {fund.amount_cents / 100:,.0f} 元", n)
               for n, fund in enumerate(instance.funds)]  # fmt: skip
    if instance.fund_rules is not None:
        limits.append(Requirement(Kind.EARMARK, "各项资金的用途限制"))
    return (*demands, *limits)


def only(instance: Instance, kept: Collection[Requirement]) -> Instance:
    """The instance with every requirement lifted but those kept; soft targets are lifted, too."""
    for n, target in enumerate(instance.targets):
        if not target.hard:
            instance = lift_target(instance, n)
    lifted = [requirement for requirement in all_requirements(instance) if requirement not in kept]
    rich = _enough_cents(instance)
    # From the last lock to the first: a forbidding one that is lifted leaves the list.
    for one in sorted(lifted, key=lambda one: -one.index):
        if one.kind in (Kind.TARGET, Kind.CAP):
            instance = lift_target(instance, one.index)
        elif one.kind in (Kind.DEMANDED, Kind.FORBIDDEN):
            instance = lift_lock(instance, one.index)
        elif one.kind is Kind.FARMING:
            instance = lift_farming(instance)
        elif one.kind is Kind.FUND:
            funds = [replace(fund, amount_cents=rich) if n == one.index else fund
                     for n, fund in enumerate(instance.funds)]  # fmt: skip
            instance = replace(instance, funds=tuple(funds))
        else:
            instance = replace(instance, fund_rules=None)
    return instance


def _enough_cents(instance: Instance) -> int:
    """More money than any plan can cost."""
    people = instance.settings.trainings_per_person * sum(cohort.persons for cohort in instance.cohorts)
    head = max((c.subsidy_cents + c.exam_fee_cents + c.class_days * instance.settings.living_allowance_cents
                + c.class_cost_cents for c in instance.courses), default=0)  # fmt: skip
    return people * (head + max((p.outreach_cost_cents for p in instance.providers), default=0)) + 1


class Answer(Enum):
    """Whether requirements can be met: a plan is known, or that there is none is proved, or neither."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


def can_be_met(
    instance: Instance, options: Options, start: Sequence[ClassHeads] = (), stopped: Stopped = never
) -> tuple[Answer, tuple[ClassHeads, ...]]:
    """Whether some plan meets an instance's hard requirements, and the plan where one is known.

    No is proved by counting, by the contract's model (small instances) or by prices. ``start`` is a plan of the
    instance as far as people, teams, rooms and money go.
    """
    problem = build_problem(instance)
    answer, found = _at_once(problem, options)
    if answer is not Answer.UNKNOWN or stopped():
        return answer, found
    plan = search_for_plan(problem, options, start, stopped)
    if meets_requirements(problem, plan):
        return Answer.YES, tuple(plan)
    return (Answer.NO if proves_infeasible(problem, stopped, threads=options.threads) else Answer.UNKNOWN), ()


def is_proved_impossible(instance: Instance, options: Options, stopped: Stopped = never) -> bool:
    """Whether it is proved that no plan meets an instance's hard requirements; looks for no plan."""
    problem = build_problem(instance)
    answer, _ = _at_once(problem, options)
    if answer is not Answer.UNKNOWN:
        return answer is Answer.NO
    return proves_infeasible(problem, stopped, _FILTER_EVALUATIONS, options.threads)


def _at_once(problem: Problem, options: Options) -> tuple[Answer, tuple[ClassHeads, ...]]:
    """What the empty plan, counting and - on small instances - the contract's model say."""
    if meets_requirements(problem, ()):
        return Answer.YES, ()
    if impossible_requirements(problem):
        return Answer.NO, ()
    if count_options(problem)[1] <= options.exact_heads:
        return _by_the_model(problem)
    return Answer.UNKNOWN, ()


def meets_requirements(problem: Problem, classes: Sequence[ClassHeads]) -> bool:
    """Whether classes that keep people, teams and rooms meet every hard target, lock and fund."""
    return bool(
        np.isfinite(plan_value(problem, classes)) and locks_hold(problem, classes) and plan_is_payable(problem, classes)
    )


def search_for_plan(
    problem: Problem, options: Options, start: Sequence[ClassHeads], stopped: Stopped
) -> list[ClassHeads]:
    """The plan that misses hard requirements least, as the search charges them; it may miss some."""
    relaxation = Relaxation(problem)
    search = ClassSearch(problem, relaxation, [options.seed])
    search.guide(relaxation.prices(relaxation.first_prices()))
    if start:
        search.load(0, start)
    search.seed()
    work = max(_LEAST_CLASSES, search.classes) * _ITERATIONS_A_CLASS
    search.run(Schedule(max(1, round(work * options.effort)), 0.2, 0.03), 1, lambda _value: not stopped())
    return search.best_plans()[0][1]


def _by_the_model(problem: Problem) -> tuple[Answer, tuple[ClassHeads, ...]]:
    compact = build_compact(problem)
    compact.model.setObjective(0 * compact.value)
    solved = solver.solve(compact.model, time_limit=_EXACT_SECONDS)
    if solved.outcome is solver.Outcome.INFEASIBLE:
        return Answer.NO, ()
    if solved.outcome in (solver.Outcome.OPTIMAL, solver.Outcome.FEASIBLE):
        return Answer.YES, chosen_classes(compact)
    return Answer.UNKNOWN, ()


def proves_infeasible(
    problem: Problem, stopped: Stopped = never, evaluations: int = _EVALUATIONS, threads: int = 1
) -> bool:
    """Whether prices prove that no plan meets the hard requirements (Farkas 1902 for the relaxation).

    With all jobs worth nothing, a plan that meets everything is worth nought, so a bound below nought proves that there
    is none. The bound is homogeneous in the prices: any scale of them will do.
    """
    idle = replace(
        problem, rate=np.zeros_like(problem.rate), unlinked_factor=1.0,
        target_penalty=np.where(np.isfinite(problem.target_penalty), 0.0, np.inf),
    )  # fmt: skip
    relaxation = Relaxation(idle)
    with relaxation.on_threads(threads):
        return _falls_below_nought(relaxation, stopped, evaluations)


def _falls_below_nought(relaxation: Relaxation, stopped: Stopped, evaluations: int) -> bool:
    """Whether steps of falling length along the averaged slope find prices whose bound is below nought."""
    point = np.zeros_like(relaxation.supply)
    mean: np.ndarray | None = None
    for step in range(evaluations):
        if stopped():
            return False
        bound, slope = relaxation.evaluate(point)
        size = float(np.sqrt((point * point / relaxation.scale).sum()))
        if size > 0 and bound < -_PROOF * size * max(1.0, float(np.abs(relaxation.supply).max())):
            return True
        mean = slope if mean is None else 0.7 * mean + 0.3 * slope
        blocked = ((point <= 0) & (mean > 0)) | ((point >= relaxation.upper) & (mean < 0))
        direction = np.where(blocked, 0.0, mean)
        norm = float(np.sqrt(relaxation.scale @ (direction * direction)))
        if norm <= 1e-12:
            return False
        length = 1.0 / np.sqrt(step + 1.0)
        point = np.clip(point - length * relaxation.scale * direction / norm, 0.0, relaxation.upper)
    return False
