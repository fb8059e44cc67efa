"""From the engine's classes to the plan record: names, payments, placements, targets and what was left out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from planner.domain.instance import CostKind
from planner.domain.plan import (
    Heads,
    Payment,
    Placement,
    Plan,
    PlannedClass,
    Status,
    TargetResult,
)
from planner.engine.jobs import class_jobs, penalties, place_jobs
from planner.engine.money import category_costs, class_costs, pay_categories
from planner.engine.solve import Solution, relative_gap
from planner.engine.unserved import unserved_wishes
from planner.model.options import ClassHeads, end_week
from planner.model.problem import HEAD_KINDS, Problem
from planner.model.weeks import FORMS

OPTIMAL_GAP = 1e-6
"""Relative gap below which a plan is called optimal: the contract's own tolerance."""


def assemble_plan(problem: Problem, solution: Solution, input_sha256: str, version: str, seed: int) -> Plan:
    """The plan record of a solution (contract, section 4)."""
    classes = sorted(solution.classes, key=_class_order)
    year = problem.instance.settings.plan_start.year
    names = [f"{year}-{number:04d}" for number in range(1, len(classes) + 1)]
    jobs = place_jobs(problem, classes)
    pools = problem.instance.pools or ()
    reached, missing = penalties(problem, classes)
    spent = category_costs(problem, classes)
    gap = relative_gap(solution.value, solution.bound)
    return Plan(
        input_sha256=input_sha256,
        version=version,
        seed=seed,
        status=_status(solution, gap),
        value=solution.value,
        bound=solution.bound,
        gap=gap,
        linked_jobs=jobs.linked,
        unlinked_jobs=jobs.unlinked,
        total_cost_cents=int(spent.sum()),
        seconds=solution.seconds,
        classes=tuple(_planned(problem, name, chosen) for name, chosen in zip(names, classes, strict=True)),
        payments=_payments(problem, names, classes),
        placements=tuple(
            Placement(problem.occupations[o], problem.mondays[e], problem.instance.age_bands[a].name,
                      pools[d].id, jobs.placed[(o, a, e), d])
            for (o, a, e), d in sorted(jobs.placed)
        ),
        targets=tuple(
            TargetResult(target.id, int(reached[n]), int(missing[n]))
            for n, target in enumerate(problem.instance.targets)
        ),
        unserved=unserved_wishes(problem, classes),
        assumptions=problem.instance.assumptions,
    )


def expected_jobs_by_class(problem: Problem, solution: Solution) -> dict[str, float]:
    """Expected jobs of each class id before vacancies, in the order of :func:`assemble_plan`."""
    year = problem.instance.settings.plan_start.year
    classes = sorted(solution.classes, key=_class_order)
    return {
        f"{year}-{number:04d}": sum(class_jobs(problem, slot, heads).values())
        for number, (slot, heads) in enumerate(classes, start=1)
    }


def _class_order(chosen: ClassHeads) -> tuple:
    slot, heads = chosen
    return slot.week, slot.offering, slot.provider, slot.venue, slot.form, sorted(heads.items())


def _status(solution: Solution, gap: float) -> Status:
    if gap <= OPTIMAL_GAP:
        return Status.OPTIMAL
    return Status.STOPPED if solution.cut_short else Status.FEASIBLE


def _planned(problem: Problem, name: str, chosen: ClassHeads) -> PlannedClass:
    slot, heads = chosen
    instance = problem.instance
    return PlannedClass(
        id=name,
        course=instance.courses[problem.offering_course[slot.offering]].name,
        provider=instance.providers[slot.provider].name,
        venue=instance.venues[slot.venue].name,
        form=FORMS[slot.form],
        start_week=problem.mondays[slot.week],
        end_week=problem.mondays[end_week(problem, slot)],
        heads=tuple(
            Heads(instance.townships[problem.cohort_township[k]].name,
                  instance.age_bands[problem.cohort_band[k]].name,
                  instance.groups[problem.cohort_group[k]].name, heads[k])
            for k in sorted(heads)
        ),
    )


def _payments(problem: Problem, names: Sequence[str], classes: Sequence[ClassHeads]) -> tuple[Payment, ...]:
    """Who pays what, in whole cents; each category's funds are drawn down in the plan's order."""
    paid = pay_categories(problem, category_costs(problem, classes))
    if paid is None:
        raise ValueError("plan cannot be paid")  # every plan accepted by the loop can
    payments: dict[tuple[int, int, int, int], int] = defaultdict(int)
    for i, (slot, heads) in enumerate(classes):
        for (kind, group, category), cents in sorted(class_costs(problem, slot, heads).items()):
            for fund in range(paid.shape[1]):
                part = min(cents, int(paid[category, fund]))
                if part:
                    payments[i, kind, group, fund] += part
                    paid[category, fund] -= part
                    cents -= part
    kinds = (*HEAD_KINDS, CostKind.CLASS_COST)
    groups, funds = problem.instance.groups, problem.instance.funds
    return tuple(
        Payment(names[i], funds[fund].name, kinds[kind], "" if group < 0 else groups[group].name, cents)
        for (i, kind, group, fund), cents in sorted(payments.items())
    )
