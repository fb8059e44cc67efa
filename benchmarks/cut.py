"""A smaller county cut from a larger one: some townships and courses, with money, teams and targets in proportion.

The townships are the one with the most rooms and those nearest to it; the courses are those most wished for there.
What is shared by all is cut to the share of wishes that stays, so that a small county is as short of money, teams and
vacancies as the whole one.

    python -m benchmarks.cut WORKBOOK OUT.xlsx --townships 3 --courses 4
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import click
import numpy as np

from planner.domain.instance import Demand, Instance, Lock, Provider, Target
from planner.model.options import count_options, list_slots, matches
from planner.model.problem import build_problem
from planner.model.travel import travel_minutes
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables

_FEWEST_PROVIDERS = 2


def cut_county(instance: Instance, townships: int, courses: int) -> Instance:
    """The county of the ``townships`` nearest to its centre and their ``courses`` most wished courses.

    Both numbers are at least 1; a number beyond the county's own keeps all.
    """
    places = set(central_townships(instance, townships))
    wishes = [wish for wish in instance.demand if wish.township in places]
    taught = set(most_wished(wishes, courses))
    kept = [wish for wish in wishes if wish.course in taught]
    share = _persons(kept) / max(1, _persons(instance.demand))
    providers = _nearest_providers(instance, places, taught, share)
    names = {provider.name for provider in providers}
    venues = tuple(venue for venue in instance.venues if venue.township in places)
    rooms = {venue.name for venue in venues}
    calendars = {township.calendar for township in instance.townships if township.name in places}
    cut = replace(
        instance,
        townships=tuple(township for township in instance.townships if township.name in places),
        busy_weeks=tuple(row for row in instance.busy_weeks if row.calendar in calendars),
        crop_activities=tuple(row for row in instance.crop_activities if row.calendar in calendars),
        cohorts=tuple(cohort for cohort in instance.cohorts if cohort.township in places),
        demand=tuple(kept),
        courses=tuple(course for course in instance.courses if course.name in taught),
        conversion=tuple(row for row in instance.conversion if row.course in taught),
        history=tuple(row for row in instance.history if row.course in taught and row.provider in {None, *names}),
        providers=providers,
        accreditations=instance.accreditations and tuple(
            row for row in instance.accreditations if row.provider in names and row.course in taught
        ),
        venues=venues,
        travel=tuple(row for row in instance.travel if {row.origin, row.destination} <= places),
        pools=_vacancies(instance, kept, taught),
        funds=tuple(replace(fund, amount_cents=int(fund.amount_cents * share)) for fund in instance.funds),
        targets=_targets(instance, kept, places, taught, names),
        locks=tuple(
            lock for lock in instance.locks
            if lock.course in taught and lock.provider in {None, *names} and lock.venue in {None, *rooms}
        ),
        teachers=(),
    )
    return replace(cut, locks=_possible_locks(cut))


def _possible_locks(instance: Instance) -> tuple[Lock, ...]:
    """Locks without those demanded classes for which the cut has left no provider or equipment."""
    problem = build_problem(instance)
    impossible = {
        instance.locks[lock] for lock, pattern in zip(problem.required_lock, problem.required, strict=True)
        if not any(matches(problem, pattern, slot) for slot in list_slots(problem))
    }
    return tuple(lock for lock in instance.locks if lock not in impossible)


def central_townships(instance: Instance, number: int) -> list[str]:
    """The township with the most rooms and those nearest to it."""
    rooms = Counter[str]()
    for venue in instance.venues:
        rooms[venue.township] += venue.rooms
    names = [township.name for township in instance.townships]
    centre = max(range(len(names)), key=lambda t: (rooms[names[t]], -t))
    order = np.argsort(travel_minutes(instance)[centre], kind="stable")
    return [names[t] for t in order[:number]]


def most_wished(wishes: Collection[Demand], number: int) -> list[str]:
    """The courses with the most wishes; of equal ones the first by name."""
    persons = Counter[str]()
    for wish in wishes:
        persons[wish.course] += wish.persons
    return sorted(persons, key=lambda course: (-persons[course], course))[:number]


def _persons(wishes: Collection[Demand]) -> int:
    return sum(wish.persons for wish in wishes)


def _nearest_providers(
    instance: Instance, places: Collection[str], taught: Collection[str], share: float
) -> tuple[Provider, ...]:
    """The share of providers, at least two, of those that teach something here; those based here come first."""
    accredited = {row.provider for row in instance.accreditations or () if row.course in taught}
    able = [p for p in instance.providers if instance.accreditations is None or p.name in accredited]
    number = max(_FEWEST_PROVIDERS, math.ceil(share * len(instance.providers)))
    chosen = {p.name for p in sorted(able, key=lambda p: (p.base not in places, p.name))[:number]}
    # A base outside the cut is no base: such a provider teaches on the road, as it did here before.
    return tuple(
        p if p.base in places else replace(p, base=None) for p in instance.providers if p.name in chosen
    )


def _vacancies(instance: Instance, kept: Collection[Demand], taught: Collection[str]) -> tuple | None:
    """Pools of the occupations taught, each with the share of its occupation's wishes that is kept."""
    if instance.pools is None:
        return None
    occupation = {course.name: course.occupation for course in instance.courses}
    before, after = Counter[str](), Counter[str]()
    for wish in instance.demand:
        before[occupation[wish.course]] += wish.persons
    for wish in kept:
        after[occupation[wish.course]] += wish.persons
    return tuple(
        replace(pool, vacancies=pool.vacancies * after[pool.occupation] // max(1, before[pool.occupation]))
        for pool in instance.pools if pool.occupation in {occupation[name] for name in taught}
    )


def _targets(
    instance: Instance, kept: Collection[Demand], places: Collection[str], taught: Collection[str],
    providers: Collection[str],
) -> tuple[Target, ...]:
    """Targets that still select something, each cut to the share of the wishes it selects."""
    industry = {course.name: (course.industry, course.training_type) for course in instance.courses}
    industries = {industry[name][0] for name in taught} | {None}
    types = {industry[name][1] for name in taught} | {None}
    tags = {group.name: group.tags for group in instance.groups}

    def selected(target: Target, wishes: Collection[Demand]) -> int:
        return sum(
            wish.persons for wish in wishes
            if target.township in (None, wish.township) and target.age_band in (None, wish.age_band)
            and target.course in (None, wish.course) and (target.tag is None or target.tag in tags[wish.group])
            and target.industry in (None, industry[wish.course][0])
            and target.training_type in (None, industry[wish.course][1])
        )

    cut = []
    for target in instance.targets:
        names_kept = target.provider in {None, *providers} and target.township in {None, *places}
        courses_kept = target.course in {None, *taught} and target.industry in industries
        if names_kept and courses_kept and target.training_type in types:
            share = selected(target, kept) / max(1, selected(target, instance.demand))
            cut.append(replace(target, value=int(target.value * share)))
    return tuple(cut)


def size_of(instance: Instance) -> dict[str, int]:
    """How big an instance is: townships, courses, people, class options and head variables of the plain model."""
    problem = build_problem(instance)
    options, heads = count_options(problem)
    return {
        "townships": len(instance.townships), "courses": len(instance.courses),
        "persons": sum(cohort.persons for cohort in instance.cohorts), "options": options, "head_variables": heads,
    }


@click.command()
@click.argument("workbook", type=click.Path(path_type=Path, exists=True))
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--townships", type=click.IntRange(min=1))
@click.option("--courses", type=click.IntRange(min=1))
def main(workbook: Path, out: Path, townships: int | None, courses: int | None) -> None:
    """Cut WORKBOOK to OUT (the whole of it by default) and print its size as JSON."""
    instance = read_workbook(workbook).instance
    if townships is not None or courses is not None:
        instance = cut_county(instance, townships or len(instance.townships), courses or len(instance.courses))
        write_tables(out, tables_of(instance))
    print(json.dumps(size_of(instance)))


if __name__ == "__main__":
    main()
