"""The optimum of a tiny county by trying every plan: an oracle for the model and the engine.

A plan is a multiset of class options and, for each of its classes, heads by cohort. All of them are tried; what a
plan is worth and whether its money can be paid are two maximum flows. Options and expected jobs are the checker's
derivations, never the model's.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations_with_replacement, product
from typing import Any, TypeVar

from planner.checker.calendar import is_in_season
from planner.checker.derivation import (
    ClassOption,
    CohortKey,
    Derivation,
    does_place_fit,
    is_age_admitted,
    is_form_allowed,
    is_pool_open,
)
from planner.checker.money import cost_items, do_dates_allow, do_rules_allow
from planner.domain.instance import (
    AgeBand,
    BusyWeek,
    Cohort,
    ConversionRate,
    CostKind,
    Demand,
    Form,
    Fund,
    FundRule,
    Group,
    Instance,
    Lock,
    LockKind,
    Measure,
    Provider,
    Sense,
    Settings,
    Target,
    Township,
    TravelTime,
    VacancyPool,
    Venue,
)
from planner.errors import Infeasible
from tests.checker.builders import OLD, YOUNG, a_course, an_instance

VALUE_TOLERANCE = 1e-9
FLOW_TOLERANCE = 1e-12

Node = TypeVar("Node", bound=Hashable)
Supply = TypeVar("Supply", bound=Hashable)
Room = TypeVar("Room", bound=Hashable)


# --- maximum flow ---


def max_flow(capacity: Mapping[tuple[Node, Node], float], source: Node, sink: Node) -> float:
    """Largest flow from source to sink, by shortest augmenting paths; exact when all capacities are integers."""
    residual: defaultdict[Node, dict[Node, float]] = defaultdict(dict)
    for (start, end), most in capacity.items():
        residual[start][end] = most
        residual[end].setdefault(start, 0)
    flow: float = 0
    while path := _augmenting_path(residual, source, sink):
        least = min(residual[start][end] for start, end in path)
        for start, end in path:
            residual[start][end] -= least
            residual[end][start] += least
        flow += least
    return flow


def _augmenting_path(
    residual: Mapping[Node, Mapping[Node, float]], source: Node, sink: Node
) -> list[tuple[Node, Node]]:
    """Edges of a shortest path with capacity left, empty when there is none."""
    came_from: dict[Node, Node] = {source: source}
    queue = deque([source])
    while queue and sink not in came_from:
        node = queue.popleft()
        for neighbour, left in residual[node].items():
            if left > FLOW_TOLERANCE and neighbour not in came_from:
                came_from[neighbour] = node
                queue.append(neighbour)
    if sink not in came_from:
        return []
    path = []
    node = sink
    while node != source:
        path.append((came_from[node], node))
        node = came_from[node]
    return path


def most_transported(
    supplies: Mapping[Supply, float], rooms: Mapping[Room, float], links: Sequence[tuple[Supply, Room]]
) -> float:
    """Most that can go from supplies to rooms along the links."""
    unlimited = sum(supplies.values())
    capacity: dict[tuple[Hashable, Hashable], float] = {}
    capacity |= {("source", ("supply", name)): amount for name, amount in supplies.items()}
    capacity |= {(("supply", supply), ("room", room)): unlimited for supply, room in links}
    capacity |= {(("room", name), "sink"): amount for name, amount in rooms.items()}
    return max_flow(capacity, "source", "sink")


# --- class options and heads ---


@dataclass(frozen=True, slots=True)
class HeadVector:
    """Heads of one class by cohort, and the expected jobs they yield together."""

    persons: tuple[tuple[CohortKey, int], ...]
    expected_jobs: float

    @property
    def size(self) -> int:
        """Number of people in the class."""
        return sum(persons for _, persons in self.persons)


TriedClass = tuple[ClassOption, HeadVector]
Item = tuple[int, CostKind, str]
"""Number of a class in the plan, kind of cost and group."""


def every_option(derivation: Derivation) -> list[ClassOption]:
    """Every class option of the contract that no lock forbids."""
    instance = derivation.instance
    return [
        option
        for course, provider, venue, form in product(instance.courses, instance.providers, instance.venues, Form)
        if derivation.accredited_teams(provider, course) is not None
        and is_form_allowed(course, form)
        and does_place_fit(course, provider, venue)
        for start_week in derivation.weeks
        if start_week >= derivation.earliest_start
        and (weeks := derivation.class_weeks(course, form, start_week)) is not None
        and is_in_season(course, weeks)
        and not _is_forbidden(instance, option := ClassOption(course, provider, venue, form, weeks))
    ]


def every_head_vector(derivation: Derivation, option: ClassOption) -> list[HeadVector]:
    """Every way to fill one class of the option from the cohorts that may attend and want the course."""
    most = {
        cohort: min(willing, _places(derivation, cohort))
        for (cohort, course), willing in derivation.demand.items()
        if course == option.course.name and derivation.may_attend(option, cohort)
    }
    yields = {cohort: derivation.expected_jobs(option, cohort) for cohort in most}
    vectors = []
    for numbers in product(*(range(number + 1) for number in most.values())):
        if sum(numbers) > 0 and option.course.min_size <= sum(numbers) <= option.max_heads:
            persons = tuple((cohort, number) for cohort, number in zip(most, numbers, strict=True) if number)
            vectors.append(HeadVector(persons, sum(yields[cohort] * number for cohort, number in persons)))
    return vectors


def _places(derivation: Derivation, cohort: CohortKey) -> int:
    """Trainings the cohort's people may take in all."""
    return derivation.persons[cohort] * derivation.settings.trainings_per_person


def _matches(lock: Lock, option: ClassOption) -> bool:
    return (
        lock.course == option.course.name
        and lock.provider in (None, option.provider.name)
        and lock.venue in (None, option.venue.name)
        and lock.form in (None, option.form)
        and lock.start_week in (None, option.start_week)
    )


def _is_forbidden(instance: Instance, option: ClassOption) -> bool:
    return any(lock.kind is LockKind.FORBIDDEN and _matches(lock, option) for lock in instance.locks)


# --- what a plan must keep ---


def fits_capacity(derivation: Derivation, options: Sequence[ClassOption]) -> bool:
    """Teams, accredited teams, rooms in every week, and classes a year."""
    teams: Counter[Hashable] = Counter()
    accredited: Counter[Hashable] = Counter()
    rooms: Counter[Hashable] = Counter()
    for option in options:
        for week in option.weeks:
            teams[option.provider.name, week] += 1
            accredited[option.provider.name, option.course.name, week] += 1
            rooms[option.venue.name, week] += 1
            accredited_teams = derivation.accredited_teams(option.provider, option.course) or 0
            if (
                teams[option.provider.name, week] > option.provider.teams
                or accredited[option.provider.name, option.course.name, week] > accredited_teams
                or rooms[option.venue.name, week] > option.venue.rooms
            ):
                return False
    held = Counter(option.provider.name for option in options)
    return all(
        provider.annual_classes is None or held[provider.name] <= provider.annual_classes
        for provider in derivation.instance.providers
    )


def every_filling(
    derivation: Derivation, options: Sequence[ClassOption], vectors: Mapping[ClassOption, Sequence[HeadVector]]
) -> Iterator[list[TriedClass]]:
    """Every choice of heads for these classes that demand and people allow."""

    def fill(number: int, taken: list[TriedClass], least: int) -> Iterator[list[TriedClass]]:
        if number == len(options):
            yield taken
            return
        option = options[number]
        # Equal classes stand side by side and are filled in one order only: swapping their heads changes nothing.
        same_as_next = number + 1 < len(options) and options[number + 1] == option
        for index in range(least, len(vectors[option])):
            longer = [*taken, (option, vectors[option][index])]
            if _are_people_enough(derivation, longer):
                yield from fill(number + 1, longer, index if same_as_next else 0)

    return fill(0, [], 0)


def _are_people_enough(derivation: Derivation, classes: Sequence[TriedClass]) -> bool:
    wanted: Counter[tuple[CohortKey, str]] = Counter()
    trained: Counter[CohortKey] = Counter()
    for option, vector in classes:
        for cohort, persons in vector.persons:
            wanted[cohort, option.course.name] += persons
            trained[cohort] += persons
    return all(persons <= derivation.demand[key] for key, persons in wanted.items()) and all(
        persons <= _places(derivation, cohort) for cohort, persons in trained.items()
    )


def keeps_locks(instance: Instance, classes: Sequence[TriedClass]) -> bool:
    """Demanded classes are held, with exactly their heads where the lock gives them."""
    return all(
        sum(_matches(lock, option) and lock.persons in (None, vector.size) for option, vector in classes) >= lock.number
        for lock in instance.locks
        if lock.kind is LockKind.REQUIRED
    )


def missing(derivation: Derivation, target: Target, classes: Sequence[TriedClass]) -> int:
    """Units short of (>=) or beyond (<=) a target."""
    reached = sum(
        1 if target.measure is Measure.CLASSES else _heads_counted(derivation, target, vector)
        for option, vector in classes
        if target.course in (None, option.course.name)
        and target.industry in (None, option.course.industry)
        and target.training_type in (None, option.course.training_type)
        and target.provider in (None, option.provider.name)
        and (target.measure is Measure.PERSONS or _is_place_counted(derivation, target, option.venue.township))
    )
    return max(0, target.value - reached if target.sense is Sense.AT_LEAST else reached - target.value)


def _heads_counted(derivation: Derivation, target: Target, vector: HeadVector) -> int:
    return sum(
        persons
        for (township, age_band, group), persons in vector.persons
        if _is_place_counted(derivation, target, township)
        and target.age_band in (None, age_band)
        and (target.tag is None or target.tag in derivation.groups[group].tags)
    )


def _is_place_counted(derivation: Derivation, target: Target, township: str) -> bool:
    county = derivation.townships[township].county
    return target.township in (None, township) and target.county in (None, county)


def costs(derivation: Derivation, classes: Sequence[TriedClass]) -> dict[Item, int]:
    """Cents by number of the class, kind and group."""
    items: dict[Item, int] = {}
    for number, (option, vector) in enumerate(classes):
        by_group: Counter[str] = Counter()
        for (_, _, group), persons in vector.persons:
            by_group[group] += persons
        for (kind, group), cents in cost_items(derivation, option, by_group).items():
            items[number, kind, group] = cents
    return items


def can_be_paid(derivation: Derivation, classes: Sequence[TriedClass], items: Mapping[Item, int]) -> bool:
    """Whether eligible funds pay every item in full: the largest flow from funds to items meets them all."""
    funds = {fund.name: fund.amount_cents for fund in derivation.instance.funds}
    links = [
        (fund.name, item)
        for fund in derivation.instance.funds
        for item in items
        if do_dates_allow(fund, classes[item[0]][0])
        and do_rules_allow(derivation, fund, (item[1], item[2]), classes[item[0]][0])
    ]
    return most_transported(funds, items, links) == sum(items.values())


def best_value(derivation: Derivation, classes: Sequence[TriedClass]) -> float:
    """Value of these classes with the best placements, penalties of soft targets taken off."""
    instance = derivation.instance
    jobs: defaultdict[tuple[str, date, str], float] = defaultdict(float)
    for option, vector in classes:
        for cohort, persons in vector.persons:
            source = (option.course.occupation, option.end_week, cohort[1])
            jobs[source] += derivation.expected_jobs(option, cohort) * persons
    expected = sum(jobs.values())
    linked = expected
    if instance.pools is not None:
        links = [
            (source, pool.id)
            for source in jobs
            for pool in instance.pools
            if pool.occupation == source[0]
            and is_age_admitted(pool.age_bands, source[2])
            and is_pool_open(derivation, pool, source[1])
        ]
        linked = most_transported(jobs, {pool.id: pool.vacancies for pool in instance.pools}, links)
    penalties = sum(
        target.penalty * missing(derivation, target, classes) for target in instance.targets if not target.hard
    )
    return linked + instance.settings.unlinked_factor * (expected - linked) - penalties


# --- the oracle ---


def best_by_enumeration(instance: Instance, max_classes: int = 3) -> tuple[float, int]:
    """Find the best value (expected jobs) of any plan and the least cost (cents) among plans that reach it.

    Parameters
    ----------
    instance
        A tiny county: the number of plans grows with the power ``max_classes`` of options times heads.
    max_classes
        Most classes tried in one plan; people or yearly limits must not allow more.

    Returns
    -------
    tuple of float and int
        Best value; least cost among plans within 1e-9 of it.

    Raises
    ------
    Infeasible
        No plan keeps every requirement.
    ValueError
        People and yearly limits allow more than ``max_classes`` classes, so the search would not be exhaustive.
    """
    derivation = Derivation(instance)
    vectors = {option: found for option in every_option(derivation) if (found := every_head_vector(derivation, option))}
    possible = most_classes(derivation, list(vectors))
    if possible > max_classes:
        raise ValueError(f"enumeration of at most {max_classes} classes is not exhaustive: {possible} may be held")
    # A head never counts for more than max(1, unlinked_factor) of its expected jobs, and penalties only take away.
    weight = max(1.0, instance.settings.unlinked_factor)
    most = {option: weight * max(vector.expected_jobs for vector in found) for option, found in vectors.items()}
    best: tuple[float, int] | None = None
    for number in range(possible + 1):
        for options in combinations_with_replacement(vectors, number):
            if best is not None and sum(most[option] for option in options) < best[0] - VALUE_TOLERANCE:
                continue
            if fits_capacity(derivation, options):
                for classes in every_filling(derivation, options, vectors):
                    best = _better(derivation, classes, best)
    if best is None:
        raise Infeasible(("逐一列举没有找到任何方案",))
    return best


def _better(
    derivation: Derivation, classes: Sequence[TriedClass], best: tuple[float, int] | None
) -> tuple[float, int] | None:
    """The better of the best plan so far and these classes, when they keep every requirement."""
    instance = derivation.instance
    value = best_value(derivation, classes)
    items = costs(derivation, classes)
    total = sum(items.values())
    if best is not None and value < best[0] - VALUE_TOLERANCE:
        return best
    if best is not None and value <= best[0] + VALUE_TOLERANCE and total >= best[1]:
        return best
    if not keeps_locks(instance, classes):
        return best
    if any(target.hard and missing(derivation, target, classes) for target in instance.targets):
        return best
    return (value, total) if can_be_paid(derivation, classes, items) else best


def most_classes(derivation: Derivation, options: Sequence[ClassOption]) -> int:
    """Upper limit on classes in one plan: by people and smallest class, and by yearly limits."""
    if not options:
        return 0
    wanted: Counter[CohortKey] = Counter()
    for (cohort, _), persons in derivation.demand.items():
        wanted[cohort] += persons
    people = sum(min(persons, _places(derivation, cohort)) for cohort, persons in wanted.items())
    by_people = people // max(1, min(option.course.min_size for option in options))
    limits = [provider.annual_classes for provider in {option.provider for option in options}]
    by_year = sum(limit for limit in limits if limit is not None)
    return by_people if None in limits else min(by_people, by_year)


# --- tiny counties ---

FIRST_WEEK = date(2026, 3, 2)
SECOND_WEEK = date(2026, 3, 9)


def a_tiny_instance(**changes: Any) -> Instance:
    """Two townships 36 minutes apart, one course of one week for 2 or 3 people, one team, two weeks.

    A head costs 100 yuan and yields 0.5; a class costs 50 yuan, and 20 more at 西河 (outreach). 0.98 of the expected
    jobs are left of heads taught in the other township.
    """
    instance = an_instance(
        settings=Settings(plan_start=FIRST_WEEK, weeks=2, earliest_start=FIRST_WEEK),
        townships=(Township("东山", "甲县"), Township("西河", "乙县")),
        travel=(TravelTime("东山", "西河", 36),),
        courses=(a_course(min_size=2, max_size=3, class_cost_cents=5_000, part_time=False),),
        cohorts=(Cohort("东山", YOUNG, "一般", 3), Cohort("西河", YOUNG, "一般", 3)),
        demand=(Demand("东山", YOUNG, "一般", "家政服务", 3), Demand("西河", YOUNG, "一般", "家政服务", 3)),
        providers=(Provider("县职校", base="东山", teams=1, outreach_cost_cents=2_000),),
        venues=(Venue("东山站", "东山"), Venue("西河站", "西河")),
        funds=(Fund("就业资金", 100_000),),
    )
    return replace(instance, **changes)


def tiny_instances() -> dict[str, Instance]:
    """Tiny counties by name, each switching one feature on; their optima by hand are in the tests."""
    return {
        "plain": a_tiny_instance(funds=(Fund("就业资金", 65_000),)),
        "two_funds": _with_two_funds(),
        "pools": _with_pools(),
        "season": _with_season(),
        "part_time": _with_part_time(),
        "soft_target": _with_soft_targets(),
        "hard_target": _with_hard_target(),
        "lock": _with_locks(),
        "age_limited_pool": _with_age_limited_pool(),
    }


def _people(*cohorts: tuple[str, str, str, int], course: str = "家政服务") -> dict[str, Any]:
    """Cohorts that all want one course, as fields of an instance."""
    return {
        "cohorts": tuple(Cohort(*cohort) for cohort in cohorts),
        "demand": tuple(Demand(*cohort[:3], course, cohort[3]) for cohort in cohorts),
    }


def _with_two_funds() -> Instance:
    """One fund for subsidies and classes, one for whatever people in poverty cost; living 40 · 5 = 200 yuan a head."""
    return a_tiny_instance(
        groups=(Group("一般"), Group("脱贫", frozenset({"脱贫"}))),
        courses=(a_course(min_size=2, max_size=4, class_cost_cents=5_000, part_time=False),),
        venues=(Venue("东山站", "东山"),),
        funds=(Fund("就业资金", 40_000), Fund("衔接资金", 65_000)),
        fund_rules=(
            FundRule("就业资金", CostKind.SUBSIDY),
            FundRule("就业资金", CostKind.CLASS_COST),
            FundRule("衔接资金", tag="脱贫"),
        ),
        **_people(("东山", YOUNG, "一般", 3), ("东山", YOUNG, "脱贫", 3)),
    )


def _with_pools() -> Instance:
    """One vacancy, closed on the Sunday of the first week, and one in an occupation nobody is trained for."""
    return a_tiny_instance(
        courses=(a_course(min_size=2, max_size=2, class_cost_cents=5_000, part_time=False),),
        pools=(
            VacancyPool("家政岗", "家政服务", "县内", 1, None, date(2026, 3, 8)),
            VacancyPool("电工岗", "电工", "县内", 9),
        ),
        **_people(("东山", YOUNG, "一般", 4)),
    )


def _with_season() -> Instance:
    """A course bound to the two busiest weeks of four, and one that must keep out of them."""
    return a_tiny_instance(
        settings=Settings(plan_start=FIRST_WEEK, weeks=4, earliest_start=FIRST_WEEK),
        townships=(Township("东山", calendar="高山"),),
        travel=(),
        busy_weeks=(
            BusyWeek("高山", FIRST_WEEK, 0.3),
            BusyWeek("高山", SECOND_WEEK, 0.9),
            BusyWeek("高山", date(2026, 3, 16), 0.9),
        ),
        courses=(
            a_course(min_size=2, max_size=3, class_cost_cents=5_000, part_time=False),
            a_course("天麻种植", min_size=2, max_size=3, part_time=False, season=(((3, 9), (3, 20)),)),
        ),
        conversion=(
            ConversionRate("家政服务", None, None, 0.5, None),
            ConversionRate("天麻种植", None, None, 0.4, None),
        ),
        venues=(Venue("东山站", "东山"),),
        cohorts=(Cohort("东山", YOUNG, "一般", 4),),
        demand=(Demand("东山", YOUNG, "一般", "天麻种植", 2), Demand("东山", YOUNG, "一般", "家政服务", 2)),
    )


def _with_part_time() -> Instance:
    """Six days take both weeks in either form; 东山 is too busy for full time in the second."""
    return a_tiny_instance(
        townships=(Township("东山", calendar="高山"), Township("西河")),
        travel=(TravelTime("东山", "西河", 20),),
        busy_weeks=(BusyWeek("高山", SECOND_WEEK, 0.6),),
        courses=(a_course(class_days=6, min_size=2, max_size=3),),
        **_people(("东山", YOUNG, "一般", 2), ("西河", YOUNG, "一般", 2)),
    )


def _with_soft_targets() -> Instance:
    """Money for one class; 3 people of 西河 are wished for (0.2 each) and no class there (0.1)."""
    return a_tiny_instance(
        groups=(Group("一般"), Group("易迁", frozenset({"易迁"}))),
        conversion=(
            ConversionRate("家政服务", None, None, 0.5, None),
            ConversionRate("家政服务", None, "易迁", 0.4, None),
        ),
        funds=(Fund("就业资金", 37_000),),
        targets=(
            Target("西河人数", Measure.PERSONS, Sense.AT_LEAST, 3, hard=False, township="西河"),
            Target("乙县班数", Measure.CLASSES, Sense.AT_MOST, 0, hard=False, penalty=0.1, county="乙县"),
        ),
        **_people(("东山", YOUNG, "一般", 3), ("西河", YOUNG, "易迁", 3)),
    )


def _with_hard_target() -> Instance:
    """Money for 5 heads in two classes, but only one class is allowed and 2 of its people must be of 西河."""
    return a_tiny_instance(
        funds=(Fund("就业资金", 65_000),),
        targets=(
            Target("总班数", Measure.CLASSES, Sense.AT_MOST, 1),
            Target("西河人数", Measure.PERSONS, Sense.AT_LEAST, 2, township="西河"),
            Target("东山人数", Measure.PERSONS, Sense.AT_LEAST, 1, township="东山"),
        ),
    )


def _with_locks() -> Instance:
    """A class of exactly 2 in the second week; none at 东山 in the first."""
    return a_tiny_instance(
        locks=(
            Lock("家政服务", LockKind.REQUIRED, start_week=SECOND_WEEK, persons=2),
            Lock("家政服务", LockKind.FORBIDDEN, venue="东山站", start_week=FIRST_WEEK),
        ),
        **_people(("东山", YOUNG, "一般", 5)),
    )


def _with_age_limited_pool() -> Instance:
    """One class of at most 3 in one week; the only vacancy is for the young, the old find work more easily."""
    return a_tiny_instance(
        settings=Settings(plan_start=FIRST_WEEK, weeks=1, earliest_start=FIRST_WEEK),
        age_bands=(AgeBand(YOUNG, 16, 39), AgeBand(OLD, 51, 60)),
        conversion=(
            ConversionRate("家政服务", YOUNG, None, 0.5, None),
            ConversionRate("家政服务", OLD, None, 0.9, None),
        ),
        pools=(VacancyPool("青年岗", "家政服务", "县内", 1, age_bands=frozenset({YOUNG})),),
        **_people(("东山", YOUNG, "一般", 2), ("东山", OLD, "一般", 2)),
    )
