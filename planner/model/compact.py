"""The whole model of the contract's section 2, stated once in PuLP: the oracle for small instances.

One integer per class option and one per cohort and option, so only small instances can be built (a county has
28 million columns). Rows are named ``family[index]`` after the contract (PuLP writes brackets as underscores);
:data:`ROW_FAMILIES` lists the families with their sentences and docs/model.md their formulas.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp

from planner.model import solver
from planner.model.options import Slot, admissible_heads, end_week, list_slots, matches, slot_yields
from planner.model.problem import NO_LIMIT, Problem

ROW_FAMILIES = {
    "min_size": "A class has at least its smallest size: min_size * y <= sum of heads.",
    "max_size": "A class has at most its largest size and the venue's seats: sum of heads <= max_size * y.",
    "persons": "A cohort sends no more heads than it has people times trainings per person.",
    "demand": "A cohort sends no more heads to a course than wished for it.",
    "teams": "A provider teaches no more classes in a week than it has teams.",
    "accreditation": "A provider teaches no more classes of a course in a week than it is accredited for.",
    "rooms": "A venue holds no more classes in a week than it has rooms.",
    "annual": "A provider teaches no more classes than its annual limit.",
    "target": "A target is met, or its shortfall is paid for.",
    "lock": "The classes a lock demands are opened.",
    "cost": "Each cost is paid in full by funds that may pay it.",
    "fund": "No fund pays more than its amount.",
    "source": "Linked jobs of a source are at most its expected jobs.",
    "pool": "No pool takes more jobs than it has vacancies.",
    "value": "The least-cost pass holds the value within 10⁻⁶ relative.",
}

VALUE_TOLERANCE = 1e-6
"""Relative loss of value the least-cost pass may accept (contract, section 2)."""

_SOLVED = (solver.Outcome.OPTIMAL, solver.Outcome.FEASIBLE)


Terms = defaultdict[str, defaultdict[Any, list[Any]]]
"""Variables, or variables with coefficients, by row family and the index of the row."""


@dataclass(slots=True)
class CompactModel:
    """The PuLP model with handles on its variables: classes by option, heads by (cohort, option)."""

    problem: Problem
    model: pulp.LpProblem
    slots: list[Slot]
    classes: list[pulp.LpVariable]
    heads: dict[tuple[int, int], pulp.LpVariable]
    value: pulp.LpAffineExpression
    cost: pulp.LpAffineExpression


@dataclass(frozen=True, slots=True)
class CompactSolution:
    """Chosen classes as (slot, {cohort: heads}) and the proved value, bound and cost in cents."""

    outcome: solver.Outcome
    value: float
    bound: float
    cost_cents: float
    classes: tuple[tuple[Slot, dict[int, int]], ...]


def build_compact(
    problem: Problem,
    slots: list[Slot] | None = None,
    without_rows: AbstractSet[str] = frozenset(),
    lean: bool = False,
) -> CompactModel:
    """State the contract's model over the given options (all of them by default).

    ``without_rows`` names target and lock rows to leave out, to find out which requirements clash. A ``lean`` model
    leaves out rows of people and wishes that the bounds of their variables imply.
    """
    slots = list(list_slots(problem)) if slots is None else slots
    model = pulp.LpProblem("training_plan", pulp.LpMaximize)
    classes = [
        model.add_variable(f"y[{j}]", 0, most_classes(problem, slot), pulp.LpInteger) for j, slot in enumerate(slots)
    ]
    heads: dict[tuple[int, int], pulp.LpVariable] = {}
    terms: Terms = defaultdict(lambda: defaultdict(list))
    for j, slot in enumerate(slots):
        mine = add_heads(problem, model, terms, j, slot, heads)
        add_sizes(problem, model, j, slot, classes[j], mine)
        add_class(problem, terms, slot, classes[j])
    value, cost = add_common_rows(problem, model, terms, without_rows, lean)
    return CompactModel(problem, model, slots, classes, heads, value, cost)


def add_common_rows(
    problem: Problem,
    model: pulp.LpProblem,
    terms: Terms,
    without_rows: AbstractSet[str] = frozenset(),
    lean: bool = False,
) -> tuple[pulp.LpAffineExpression, pulp.LpAffineExpression]:
    """Rows over all options from the terms collected, and the objective; returns value (jobs) and cost (cents)."""
    for k in range(len(problem.capacity)):
        _add_row(model, "persons", k, terms["persons"][k], int(problem.capacity[k]), lean)
    for k, c in sorted(terms["demand"]):
        _add_row(model, "demand", f"{k},{c}", terms["demand"][k, c], int(problem.demand[k, c]), lean)
    for family, limits in (
        ("teams", problem.teams), ("rooms", problem.rooms), ("accreditation", problem.accredited_teams)
    ):
        for key in sorted(terms[family]):
            limit = int(limits[key[:-1]])
            _add_row(model, family, ",".join(map(str, key)), terms[family][key], limit)
    for p in sorted(terms["annual"]):
        if problem.annual_classes[p] < NO_LIMIT:
            _add_row(model, "annual", p, terms["annual"][p], int(problem.annual_classes[p]))
    for n in range(len(problem.required_number)):
        if f"lock[{n}]" not in without_rows:
            model += pulp.lpSum(terms["lock"][n]) >= int(problem.required_number[n]), f"lock[{n}]"
    penalty = _add_targets(problem, model, terms["target"], without_rows)
    cost = _add_money(problem, model, terms["cost"])
    jobs = _add_jobs(problem, model, terms["source"])
    value = jobs - penalty
    model.setObjective(value)
    return value, cost


def solve_compact(
    compact: CompactModel,
    backend: str = solver.DEFAULT_SOLVER,
    time_limit: float | None = None,
    threads: int = 1,
) -> CompactSolution:
    """Maximise the value, then minimise the cost at that value (contract, section 2).

    ``time_limit`` (seconds) holds for each of the two passes. The model is used up: solve it once.
    """
    first = solver.solve(compact.model, backend, time_limit, threads=threads)
    if first.outcome not in _SOLVED:
        return CompactSolution(first.outcome, math.nan, first.bound, math.nan, ())
    if not compact.slots:
        return CompactSolution(first.outcome, first.objective, max(first.bound, first.objective), 0.0, ())
    numbers = _whole_numbers(compact)
    hold_value(compact, first.objective)
    warm = backend == solver.DEFAULT_SOLVER
    second = solver.solve(compact.model, backend, time_limit, threads=threads, warm_start=warm)
    if second.outcome in _SOLVED:
        numbers = _whole_numbers(compact)
    value = _link_jobs(compact, numbers, backend, threads)
    if math.isnan(value):  # whole numbers broke a row that the solver's tolerances had let pass
        return CompactSolution(solver.Outcome.NOTHING, math.nan, first.bound, math.nan, ())
    return CompactSolution(
        first.outcome, value, max(first.bound, value), pulp.value(compact.cost) or 0.0, chosen_classes(compact)
    )


def hold_value(compact: CompactModel, value: float) -> None:
    """Turn the model into the second pass: least cost among plans worth ``value`` within 1e-6 relative."""
    compact.model += compact.value >= value - VALUE_TOLERANCE * abs(value), "value[0]"
    compact.model.setObjective(-0.01 * compact.cost)


def _whole_numbers(compact: CompactModel) -> list[tuple[pulp.LpVariable, int]]:
    """Classes and heads of the solution, free of the solver's tolerances."""
    return [(variable, round(variable.value() or 0)) for variable in (*compact.classes, *compact.heads.values())]


def _link_jobs(
    compact: CompactModel, numbers: list[tuple[pulp.LpVariable, int]], backend: str, threads: int
) -> float:
    """Value of these classes and heads when jobs are linked as well as they can be; nan when a row is broken.

    The second pass leaves flows to pools and shortfalls of targets anywhere within the tolerance of the value. What
    is left to decide is linear, and solved as such it is exact to the last bits.
    """
    for variable, number in numbers:
        variable.lowBound = variable.upBound = number
        variable.cat = pulp.LpContinuous
    compact.model.setObjective(compact.value)
    return solver.solve(compact.model, backend, threads=threads).objective


def most_classes(problem: Problem, slot: Slot) -> int:
    """Classes of one option at most: by teams, accreditation and rooms of its weeks."""
    course = problem.offering_course[slot.offering]
    return int(min(problem.accredited_teams[slot.provider, course], problem.rooms[slot.venue]))


def add_heads(
    problem: Problem,
    model: pulp.LpProblem,
    terms: Terms,
    j: int,
    slot: Slot,
    heads: dict[tuple[int, int], pulp.LpVariable],
) -> list[pulp.LpVariable]:
    """The heads of option ``j``, one variable per cohort that may come, and their share in every row."""
    course = int(problem.offering_course[slot.offering])
    cohorts = admissible_heads(problem, slot)
    last = end_week(problem, slot)
    mine = []
    for k, jobs in zip(cohorts, slot_yields(problem, slot, cohorts), strict=True):
        x = model.add_variable(f"x[{k},{j}]", 0, int(problem.demand[k, course]), pulp.LpInteger)
        heads[int(k), j] = x
        mine.append(x)
        terms["persons"][int(k)].append(x)
        terms["demand"][int(k), course].append(x)
        band = problem.cohort_band[k]
        source = int(problem.source[problem.course_occupation[course], band, last])
        terms["source"][source].append((x, float(jobs)))
        _add_head_costs(problem, terms, x, course, slot.venue, int(problem.cohort_group[k]), last)
        for n in np.flatnonzero(problem.target_heads & problem.target_cohorts[:, k]).tolist():
            if problem.target_courses[n, course] and problem.target_providers[n, slot.provider]:
                terms["target"][n].append(x)
    return mine


def add_sizes(
    problem: Problem, model: pulp.LpProblem, j: int, slot: Slot, classes: Any, heads: list[pulp.LpVariable]
) -> None:
    """Smallest and largest size of the classes of option ``j`` (a variable or a sum of some)."""
    model += int(problem.min_size[slot.offering]) * classes <= pulp.lpSum(heads), f"min_size[{j}]"
    model += pulp.lpSum(heads) <= int(problem.max_size[slot.offering, slot.venue]) * classes, f"max_size[{j}]"


def add_class(problem: Problem, terms: Terms, slot: Slot, y: pulp.LpVariable) -> None:
    """The classes of one option and their share in every row."""
    course = int(problem.offering_course[slot.offering])
    for week in range(slot.week, end_week(problem, slot) + 1):
        terms["teams"][slot.provider, week].append(y)
        terms["accreditation"][slot.provider, course, week].append(y)
        terms["rooms"][slot.venue, week].append(y)
    add_class_duties(problem, terms, slot, y)


def add_class_duties(problem: Problem, terms: Terms, slot: Slot, y: pulp.LpVariable) -> None:
    """The share of an option's classes in the rows that are not of a week: annual limits, costs, targets, locks."""
    course = int(problem.offering_course[slot.offering])
    terms["annual"][slot.provider].append(y)
    cents = int(problem.class_cents[course] + problem.outreach_cents[slot.provider, slot.venue])
    if cents:
        kind = problem.training_type[course], problem.venue_county[slot.venue], end_week(problem, slot)
        terms["cost"][int(problem.class_category[kind])].append((y, cents))
    for n in np.flatnonzero(~problem.target_heads).tolist():
        if (
            problem.target_courses[n, course]
            and problem.target_providers[n, slot.provider]
            and problem.target_venues[n, slot.venue]
        ):
            terms["target"][n].append(y)
    for n, pattern in enumerate(problem.required):
        if matches(problem, pattern, slot):
            terms["lock"][n].append(y)


def _add_head_costs(
    problem: Problem, terms: Terms, x: pulp.LpVariable, course: int, venue: int, group: int, last: int
) -> None:
    place = problem.training_type[course], problem.venue_county[venue], last
    for kind in range(3):
        cents = int(problem.head_cents[course, group, kind])
        if cents:
            terms["cost"][int(problem.head_category[(kind, group, *place)])].append((x, cents))


def _add_row(
    model: pulp.LpProblem, family: str, key: object, variables: list[Any], limit: int, lean: bool = False
) -> None:
    """The row sum of variables <= limit; a lean one only where the variables' bounds do not imply it."""
    if variables and not (lean and sum(variable.upBound for variable in variables) <= limit):
        model += pulp.lpSum(variables) <= limit, f"{family}[{key}]"


def _add_targets(
    problem: Problem, model: pulp.LpProblem, members: dict[Any, list[Any]], without_rows: AbstractSet[str]
) -> pulp.LpAffineExpression:
    """Rows of the targets; returns the penalties of the soft ones, in expected jobs."""
    penalties = []
    for n, wanted in enumerate(problem.target_value):
        if f"target[{n}]" in without_rows:
            continue
        total = pulp.lpSum(members[n])
        if np.isfinite(problem.target_penalty[n]):
            miss = model.add_variable(f"missing[{n}]", 0)
            penalties.append(float(problem.target_penalty[n]) * miss)
            total = total + miss if problem.target_at_least[n] else total - miss
        if problem.target_at_least[n]:
            model += total >= int(wanted), f"target[{n}]"
        else:
            model += total <= int(wanted), f"target[{n}]"
    return pulp.lpSum(penalties)


def _add_money(problem: Problem, model: pulp.LpProblem, costs: dict[Any, list[Any]]) -> pulp.LpAffineExpression:
    """Money rows in yuan (for the solver's scaling); returns the total cost in cents."""
    paid = defaultdict(list)
    for q in sorted(costs):
        amount = pulp.lpSum(cents / 100.0 * variable for variable, cents in costs[q])
        flows = []
        for f in np.flatnonzero(problem.category_funds[q]).tolist():
            flow = model.add_variable(f"pay[{q},{f}]", 0)
            flows.append(flow)
            paid[f].append(flow)
        model += pulp.lpSum(flows) == amount, f"cost[{q}]"
    for f in sorted(paid):
        model += pulp.lpSum(paid[f]) <= int(problem.fund_cents[f]) / 100.0, f"fund[{f}]"
    return pulp.lpSum(cents * variable for q in sorted(costs) for variable, cents in costs[q])


def _add_jobs(problem: Problem, model: pulp.LpProblem, sources: dict[Any, list[Any]]) -> pulp.LpAffineExpression:
    """Vacancy rows; returns linked + unlinked_factor * unlinked jobs."""
    factor = problem.unlinked_factor
    taken = defaultdict(list)
    value = []
    for s in sorted(sources):
        jobs = pulp.lpSum(share * x for x, share in sources[s])
        value.append(factor * jobs)
        linked = []
        for d in np.flatnonzero(problem.source_pools[s]).tolist():
            flow = model.add_variable(f"place[{s},{d}]", 0)
            linked.append(flow)
            taken[d].append(flow)
        if linked:
            model += pulp.lpSum(linked) <= jobs, f"source[{s}]"
            value.append((1.0 - factor) * pulp.lpSum(linked))
    for d in sorted(taken):
        model += pulp.lpSum(taken[d]) <= int(problem.pool_jobs[d]), f"pool[{d}]"
    return pulp.lpSum(value)


def chosen_classes(compact: CompactModel) -> tuple[tuple[Slot, dict[int, int]], ...]:
    """Classes of the solution; an option with y = 2 gives two classes that share its heads within their sizes."""
    chosen: list[tuple[Slot, dict[int, int]]] = []
    by_option: dict[int, dict[int, int]] = defaultdict(dict)
    for (k, j), x in compact.heads.items():
        persons = round(x.value() or 0)
        if persons:
            by_option[j][k] = persons
    for j, slot in enumerate(compact.slots):
        number = round(compact.classes[j].value() or 0)
        if number:
            minimum = int(compact.problem.min_size[slot.offering])
            chosen.extend((slot, part) for part in split_heads(by_option[j], number, minimum))
    return tuple(chosen)


def split_heads(heads: dict[int, int], number: int, minimum: int) -> list[dict[int, int]]:
    """Divide an option's heads over its classes as evenly as possible, so that each keeps its size limits."""
    total = sum(heads.values())
    sizes = [total // number + (i < total % number) for i in range(number)]
    if min(sizes) < minimum:
        raise ValueError(f"{total} heads cannot fill {number} classes of at least {minimum}")
    parts: list[dict[int, int]] = []
    queue = sorted(heads.items())
    for size in sizes:
        part: dict[int, int] = {}
        while size:
            k, persons = queue[0]
            moved = min(size, persons)
            part[k] = moved
            size -= moved
            queue[0] = (k, persons - moved)
            if persons == moved:
                queue.pop(0)
        parts.append(part)
    return parts
