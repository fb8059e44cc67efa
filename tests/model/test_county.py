"""The model's arrays against the checker's own derivations on the bundled counties.

The checker works everything out by names, one at a time, and shares no code with the model.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from planner.checker import calendar
from planner.checker.derivation import (
    ClassOption,
    Derivation,
    does_place_fit,
    is_age_admitted,
    is_form_allowed,
    is_pool_open,
)
from planner.checker.money import do_dates_allow, do_rules_allow
from planner.checker.travel import distance_factor
from planner.domain.instance import CostKind
from planner.model.problem import HEAD_KINDS, Problem, build_problem
from planner.model.weeks import FORMS, calendar_names
from planner.workbook.read import read_workbook

INSTANCES = Path(__file__).parents[2] / "instances"
County = tuple[Problem, Derivation]


@pytest.fixture(scope="module", params=["demo", "hezhang"])
def county(request: pytest.FixtureRequest) -> County:
    """Problem and derivation of one bundled county."""
    instance = read_workbook(INSTANCES / f"{request.param}.xlsx").instance
    return build_problem(instance), Derivation(instance)


def some_options(county: County, number: int) -> Iterator[tuple[ClassOption, tuple[int, int, int, int, int]]]:
    """Options with their course, provider, venue, form and start indices, drawn from starts that exist."""
    problem, derivation = county
    instance = problem.instance
    dice = random.Random(0)
    starts = np.argwhere(problem.length > 0).tolist()
    for c, m, s in dice.choices(starts, k=number):
        p, v = dice.randrange(len(instance.providers)), dice.randrange(len(instance.venues))
        course = instance.courses[c]
        weeks = derivation.class_weeks(course, FORMS[m], problem.mondays[s])
        assert weeks is not None
        yield ClassOption(course, instance.providers[p], instance.venues[v], FORMS[m], weeks), (c, p, v, m, s)


def test_starts_and_lengths(county: County) -> None:
    """Every course, form and week: the weeks it takes, or 0 where it may not start."""
    problem, derivation = county
    for (c, m, s), length in np.ndenumerate(problem.length):
        course, start = problem.instance.courses[c], problem.mondays[s]
        weeks = derivation.class_weeks(course, FORMS[m], start)
        exists = (
            weeks is not None
            and start >= derivation.earliest_start
            and is_form_allowed(course, FORMS[m])
            and calendar.is_in_season(course, weeks)
        )
        assert length == (len(weeks) if exists else 0), (course.name, FORMS[m], start)


def test_farming_bans_and_attendance(county: County) -> None:
    """Heads of each farming calendar in drawn options."""
    problem, derivation = county
    township_of = {township.calendar: township.name for township in problem.instance.townships}
    bans = 0
    for option, (c, _, _, m, s) in some_options(county, 1500):
        for k, name in enumerate(calendar_names(problem.instance)):
            if name not in township_of:
                continue
            found = problem.attendance[k, c, m, s]
            if derivation.banned_weeks(option, township_of[name]):
                bans += 1
                assert found == -1.0
            else:
                assert found == pytest.approx(derivation.attendance(option, township_of[name]), abs=1e-9)
    # Only a plan of a whole year has busy weeks to compare.
    assert bans or problem.weeks < 52


def test_distances(county: County) -> None:
    """Every township to every venue; too far or unknown is -1."""
    problem, derivation = county
    settings = problem.instance.settings
    for (t, v), share in np.ndenumerate(problem.distance):
        venue = problem.instance.venues[v]
        minutes = derivation.minutes(problem.instance.townships[t].name, venue.township)
        near = minutes is not None and minutes <= settings.max_travel_minutes
        assert share == pytest.approx(distance_factor(settings, minutes) if near else -1.0, abs=1e-12)


def test_places_and_teams(county: County) -> None:
    """Every provider, venue and course."""
    problem, derivation = county
    instance = problem.instance
    for (p, v, c), fits in np.ndenumerate(problem.fits):
        provider, venue, course = instance.providers[p], instance.venues[v], instance.courses[c]
        teams = derivation.accredited_teams(provider, course) or 0
        assert fits == (teams > 0 and does_place_fit(course, provider, venue))
        assert problem.accredited_teams[p, c] == min(teams, provider.teams)


def test_rates(county: County) -> None:
    """Every course, age band and group."""
    problem, derivation = county
    instance = problem.instance
    for (c, a, g), rate in np.ndenumerate(problem.rate):
        own = derivation.rate(instance.courses[c], instance.age_bands[a].name, instance.groups[g].name)
        assert rate == pytest.approx(own, abs=1e-12)


def test_yields(county: County) -> None:
    """Expected jobs of one head in drawn options, from the three factors of the model."""
    problem, derivation = county
    instance = problem.instance
    dice = random.Random(1)
    for option, (c, p, v, m, s) in some_options(county, 1000):
        cohort = dice.choice(instance.cohorts)
        key = (cohort.township, cohort.age_band, cohort.group)
        t = [township.name for township in instance.townships].index(cohort.township)
        a = [band.name for band in instance.age_bands].index(cohort.age_band)
        g = [group.name for group in instance.groups].index(cohort.group)
        attendance, distance = problem.attendance[problem.township_calendar[t], c, m, s], problem.distance[t, v]
        admitted = is_age_admitted(option.course.age_bands, cohort.age_band)
        assert derivation.may_attend(option, key) == (admitted and attendance >= 0 and distance >= 0)
        if derivation.may_attend(option, key):
            found = problem.head_yield(c, p, a, g) * attendance * distance
            assert found == pytest.approx(derivation.expected_jobs(option, key), abs=1e-9)


def test_who_pays(county: County) -> None:
    """Funds that may pay each kind of cost of drawn options, for every group."""
    problem, derivation = county
    instance = problem.instance
    for option, (c, _, v, _, s) in some_options(county, 300):
        end = problem.mondays.index(option.end_week)
        assert end >= s
        place = problem.training_type[c], problem.venue_county[v], end
        costs = {(CostKind.CLASS_COST, ""): problem.class_category[place]} | {
            (kind, group.name): problem.head_category[(q, g, *place)]
            for q, kind in enumerate(HEAD_KINDS)
            for g, group in enumerate(instance.groups)
        }
        for item, category in costs.items():
            own = [do_rules_allow(derivation, f, item, option) and do_dates_allow(f, option) for f in instance.funds]
            assert problem.category_funds[category].tolist() == own


def test_which_vacancies_take_whom(county: County) -> None:
    """Pools open to each occupation, age band and end week."""
    problem, derivation = county
    instance = problem.instance
    for (o, a, w), source in np.ndenumerate(problem.source):
        takers = {d for merged in np.flatnonzero(problem.source_pools[source]) for d in problem.pool_members[merged]}
        own = {
            d
            for d, pool in enumerate(instance.pools or ())
            if pool.vacancies > 0
            and pool.occupation == problem.occupations[o]
            and is_age_admitted(pool.age_bands, instance.age_bands[a].name)
            and is_pool_open(derivation, pool, problem.mondays[w])
        }
        assert takers == own
