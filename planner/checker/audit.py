"""A recorded plan laid beside its instance: the classes resolved by name and the sums that several rules need."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from planner.checker import money
from planner.checker.derivation import ClassOption, CohortKey, Derivation
from planner.checker.record import PlanRecord
from planner.checker.timetable import TimetabledClass, timetabled_classes
from planner.domain.instance import Instance, Measure, Sense, Target
from planner.domain.plan import Heads, PlannedClass

Source = tuple[str, date, str]
"""Occupation, end week (Monday) and age band: where expected jobs come from."""


@dataclass(frozen=True, slots=True)
class CheckedClass:
    """A recorded class whose names are known, and its heads of known townships, age bands and groups.

    The weeks of ``option`` are derived; ``fits_horizon`` is False when the class does not end inside the horizon, and
    then they run to the horizon's end.
    """

    entry: PlannedClass
    option: ClassOption
    heads: tuple[Heads, ...]
    fits_horizon: bool

    @property
    def where(self) -> str:
        """The class as a violation names it."""
        return f"班级 {self.entry.id}"

    @property
    def persons_of_group(self) -> Counter[str]:
        """Heads by group."""
        persons: Counter[str] = Counter()
        for head in self.heads:
            persons[head.group] += head.persons
        return persons


def cohort_of(head: Heads) -> CohortKey:
    """The cohort these heads come from."""
    return (head.township, head.age_band, head.group)


def cohort_text(cohort: CohortKey) -> str:
    """A cohort as a violation names it."""
    return "/".join(cohort)


class Audit:
    """One plan under check: ``derivation`` of the instance, ``record`` as read, ``classes`` resolved."""

    def __init__(self, instance: Instance, record: PlanRecord) -> None:
        self.instance = instance
        self.record = record
        self.derivation = Derivation(instance)
        self.classes = tuple(found for entry in record.classes if (found := self._resolve(entry)) is not None)

    def _resolve(self, entry: PlannedClass) -> CheckedClass | None:
        """The class with its names looked up; ``None`` when one is unknown or it starts outside the horizon."""
        derivation = self.derivation
        course = derivation.courses.get(entry.course)
        provider = derivation.providers.get(entry.provider)
        venue = derivation.venues.get(entry.venue)
        if course is None or provider is None or venue is None or entry.start_week not in derivation.weeks:
            return None
        weeks = derivation.class_weeks(course, entry.form, entry.start_week)
        to_the_end = derivation.weeks[derivation.weeks.index(entry.start_week) :]
        heads = tuple(head for head in entry.heads if self.is_cohort_known(cohort_of(head)))
        return CheckedClass(
            entry, ClassOption(course, provider, venue, entry.form, weeks or to_the_end), heads, bool(weeks)
        )

    def is_cohort_known(self, cohort: CohortKey) -> bool:
        """Whether township, age band and group all exist."""
        township, age_band, group = cohort
        derivation = self.derivation
        return township in derivation.townships and age_band in derivation.age_bands and group in derivation.groups

    @cached_property
    def class_of_id(self) -> dict[str, CheckedClass]:
        """Classes by id, in the order of the plan; of two with the same id the first."""
        found: dict[str, CheckedClass] = {}
        for checked in self.classes:
            found.setdefault(checked.entry.id, checked)
        return found

    @cached_property
    def timetabled(self) -> tuple[TimetabledClass, ...]:
        """Classes that have at least one session, in the order of the plan; none in a plan without a timetable."""
        return timetabled_classes(self.class_of_id, self.record)

    @cached_property
    def trained(self) -> Counter[tuple[CohortKey, str]]:
        """Heads by cohort and course over all classes."""
        persons: Counter[tuple[CohortKey, str]] = Counter()
        for checked in self.classes:
            for head in checked.heads:
                persons[cohort_of(head), checked.entry.course] += head.persons
        return persons

    @cached_property
    def costs(self) -> dict[str, dict[money.CostItem, int]]:
        """Cents by class id, kind and group."""
        return {
            class_id: money.cost_items(self.derivation, checked.option, checked.persons_of_group)
            for class_id, checked in self.class_of_id.items()
        }

    @cached_property
    def total_cost_cents(self) -> int:
        """What all classes cost."""
        return sum(sum(items.values()) for items in self.costs.values())

    @cached_property
    def expected_jobs(self) -> dict[Source, float]:
        """E[o, e, a]: expected jobs by occupation, end week and age band."""
        jobs: defaultdict[Source, float] = defaultdict(float)
        for checked in self.classes:
            option = checked.option
            for head in checked.heads:
                source = (option.course.occupation, option.end_week, head.age_band)
                jobs[source] += self.derivation.expected_jobs(option, cohort_of(head)) * head.persons
        return dict(jobs)

    @cached_property
    def linked_jobs(self) -> float:
        """Jobs in recorded placements; all expected jobs when no 岗位 are given."""
        if self.instance.pools is None:
            return sum(self.expected_jobs.values())
        return sum(placement.jobs for placement in self.record.placements)

    @cached_property
    def unlinked_jobs(self) -> float:
        """Expected jobs outside recorded placements; 0 when no 岗位 are given."""
        if self.instance.pools is None:
            return 0.0
        return sum(self.expected_jobs.values()) - self.linked_jobs

    def reached(self, target: Target) -> int:
        """Heads or classes of the plan that a target counts."""
        if target.measure is Measure.CLASSES:
            return sum(self._counts_class(target, checked) for checked in self.classes)
        return sum(
            head.persons
            for checked in self.classes
            if _counts_course_and_provider(target, checked)
            for head in checked.heads
            if self._counts_head(target, head)
        )

    def _counts_class(self, target: Target, checked: CheckedClass) -> bool:
        """A class counts by its own filters and the township and county of its venue."""
        township = checked.option.venue.township
        return _counts_course_and_provider(target, checked) and self._counts_place(target, township)

    def _counts_head(self, target: Target, head: Heads) -> bool:
        """A head counts by its tags, age band, and its own township and county."""
        return (
            self._counts_place(target, head.township)
            and target.age_band in (None, head.age_band)
            and (target.tag is None or target.tag in self.derivation.groups[head.group].tags)
        )

    def _counts_place(self, target: Target, township: str) -> bool:
        county = self.derivation.townships[township].county
        return target.township in (None, township) and target.county in (None, county)

    def missing(self, target: Target) -> int:
        """Units short of (>=) or beyond (<=) a target, at least 0."""
        reached = self.reached(target)
        short = target.value - reached if target.sense is Sense.AT_LEAST else reached - target.value
        return max(0, short)

    @cached_property
    def penalties(self) -> float:
        """Expected jobs lost to soft targets."""
        return sum(target.penalty * self.missing(target) for target in self.instance.targets if not target.hard)

    @cached_property
    def value(self) -> float:
        """Linked jobs + factor × unlinked jobs − penalties."""
        factor = self.instance.settings.unlinked_factor
        return self.linked_jobs + factor * self.unlinked_jobs - self.penalties


def _counts_course_and_provider(target: Target, checked: CheckedClass) -> bool:
    course = checked.option.course
    return (
        target.course in (None, course.name)
        and target.industry in (None, course.industry)
        and target.training_type in (None, course.training_type)
        and target.provider in (None, checked.option.provider.name)
    )
