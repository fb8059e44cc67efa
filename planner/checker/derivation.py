"""Everything the contract derives from an instance before any decision, worked out on demand and remembered.

The checker's own reading of section 2: class options, who may attend them and the expected jobs of one head. The
enumeration oracle of the tests builds on it, the planner's model does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from planner.checker import calendar, farming, rates, travel
from planner.domain.instance import Course, Form, Instance, Provider, Township, VacancyPool, Venue

CohortKey = tuple[str, str, str]
"""Township, age band and group of a cohort."""


@dataclass(frozen=True, slots=True)
class ClassOption:
    """A course by a provider at a venue in a form, in the weeks (Mondays) it takes."""

    course: Course
    provider: Provider
    venue: Venue
    form: Form
    weeks: tuple[date, ...]

    @property
    def start_week(self) -> date:
        """Monday of the first week."""
        return self.weeks[0]

    @property
    def end_week(self) -> date:
        """Monday of the last week."""
        return self.weeks[-1]

    @property
    def max_heads(self) -> int:
        """Most people in one class: the course's limit or the venue's seats."""
        return min(self.course.max_size, self.venue.seats)


class Derivation:
    """An instance by names, with its derived weeks, busy indices, minutes, rates and expected jobs."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.settings = instance.settings
        self.townships = {township.name: township for township in instance.townships}
        self.age_bands = {band.name: band for band in instance.age_bands}
        self.groups = {group.name: group for group in instance.groups}
        self.courses = {course.name: course for course in instance.courses}
        self.providers = {provider.name: provider for provider in instance.providers}
        self.venues = {venue.name: venue for venue in instance.venues}
        self.pools = {pool.id: pool for pool in instance.pools or ()}
        self.funds = {fund.name: fund for fund in instance.funds}
        self.weeks = calendar.horizon(instance.settings)
        self.earliest_start = calendar.earliest_start(instance)
        self.demand: dict[tuple[CohortKey, str], int] = {}
        willing: dict[CohortKey, int] = {}
        for row in instance.demand:
            cohort = (row.township, row.age_band, row.group)
            self.demand[cohort, row.course] = self.demand.get((cohort, row.course), 0) + row.persons
            willing[cohort] = willing.get(cohort, 0) + row.persons
        # A cohort that 劳动力 does not list has the sum of its 需求 rows.
        stated = {(row.township, row.age_band, row.group): row.persons for row in instance.cohorts}
        self.persons: dict[CohortKey, int] = willing | stated
        self._teams = {(row.provider, row.course): row.teams for row in instance.accreditations or ()}
        self._stated_minutes = travel.stated_minutes(instance)
        self._weeks: dict[tuple[str, Form, date], tuple[date, ...] | None] = {}
        self._busy: dict[tuple[str, date], float] = {}
        self._minutes: dict[tuple[str, str], float | None] = {}
        self._rates: dict[tuple[str, str, str], float] = {}
        self._past_rates = rates.PastRates(instance)

    def accredited_teams(self, provider: Provider, course: Course) -> int | None:
        """Most classes of the course the provider may run at once; ``None`` when it is not accredited for it."""
        if self.instance.accreditations is None:
            return provider.teams
        return self._teams.get((provider.name, course.name))

    def class_weeks(self, course: Course, form: Form, start_week: date) -> tuple[date, ...] | None:
        """Mondays a class takes; ``None`` when it does not fit the horizon."""
        key = (course.name, form, start_week)
        if key not in self._weeks:
            self._weeks[key] = calendar.class_weeks(self.instance, course, form, start_week)
        return self._weeks[key]

    def busy(self, township: Township, week: date) -> float:
        """Busy index (0..1) of the township's farming calendar in a week."""
        key = (township.calendar, week)
        if key not in self._busy:
            self._busy[key] = farming.busy_index(self.instance, *key)
        return self._busy[key]

    def minutes(self, origin: str, destination: str) -> float | None:
        """Travel minutes between two townships by name; ``None`` when unreachable."""
        key = (origin, destination)
        if key not in self._minutes:
            self._minutes[key] = travel.travel_minutes(
                self._stated_minutes, self.townships[origin], self.townships[destination]
            )
        return self._minutes[key]

    def rate(self, course: Course, age_band: str, group: str) -> float:
        """Conversion rate (0..1) of the objective before the provider's quality."""
        key = (course.name, age_band, group)
        if key not in self._rates:
            self._rates[key] = rates.conversion_rate(
                self.instance, course, self.age_bands[age_band], self.groups[group], self._past_rates
            )
        return self._rates[key]

    def busy_limit(self, form: Form) -> float:
        """Busy index from which a week is closed to classes of this form."""
        return self.settings.busy_ban if form is Form.FULL_TIME else self.settings.busy_ban_part_time

    def banned_weeks(self, option: ClassOption, township: str) -> tuple[date, ...]:
        """Weeks of the class in which the township's farming forbids it; none for a course with a season."""
        if option.course.season:
            return ()
        limit = self.busy_limit(option.form)
        return tuple(week for week in option.weeks if self.busy(self.townships[township], week) >= limit)

    def attendance(self, option: ClassOption, township: str) -> float:
        """Mean attendance factor (0..1) over the weeks of the class; 1 for a course with a season."""
        if option.course.season:
            return 1.0
        factors = [
            farming.attendance_factor(self.instance.attendance, option.form, self.busy(self.townships[township], week))
            for week in option.weeks
        ]
        return sum(factors) / len(factors)

    def is_near_enough(self, option: ClassOption, township: str) -> bool:
        """Whether people of the township may travel to the class."""
        minutes = self.minutes(township, option.venue.township)
        return minutes is not None and minutes <= self.settings.max_travel_minutes + travel.MINUTES_TOLERANCE

    def may_attend(self, option: ClassOption, cohort: CohortKey) -> bool:
        """Whether the cohort may send people: age, travel and farming."""
        township, age_band, _ = cohort
        fits = is_age_admitted(option.course.age_bands, age_band)
        return fits and self.is_near_enough(option, township) and not self.banned_weeks(option, township)

    def expected_jobs(self, option: ClassOption, cohort: CohortKey) -> float:
        """Expected jobs (0..1) of one head: min(1, rate · quality) · attendance · distance; 0 when unreachable."""
        township, age_band, group = cohort
        minutes = self.minutes(township, option.venue.township)
        if minutes is None:
            return 0.0
        employed = min(1.0, self.rate(option.course, age_band, group) * option.provider.quality)
        return employed * self.attendance(option, township) * travel.distance_factor(self.settings, minutes)


def is_form_allowed(course: Course, form: Form) -> bool:
    """Whether the course may be taught in this form."""
    return course.full_time if form is Form.FULL_TIME else course.part_time


def does_place_fit(course: Course, provider: Provider, venue: Venue) -> bool:
    """Whether the provider can teach the course there: at its base, or on the road with or to the equipment."""
    if provider.base is not None and venue.township == provider.base:
        return True
    return provider.mobile and (course.mobile or course.equipment <= venue.equipment)


def is_age_admitted(admitted: frozenset[str] | None, age_band: str) -> bool:
    """Whether a list of age bands (``None`` = all) holds this one."""
    return admitted is None or age_band in admitted


def is_pool_open(derivation: Derivation, pool: VacancyPool, end_week: date) -> bool:
    """Whether Monday of ``end_week`` to Sunday ``placement_weeks`` later meet the pool's days."""
    last = end_week + timedelta(weeks=derivation.settings.placement_weeks) + calendar.SUNDAY
    opened = pool.first_day is None or pool.first_day <= last
    return opened and (pool.last_day is None or pool.last_day >= end_week)
