"""What the papers count: heads, days, yuan and jobs of a plan, by class, township, fund and unserved wish.

Every figure is added up from the plan's own entries, so that each table foots to the plan; nothing is planned or
estimated here.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from planner.domain.instance import CostKind, Course, Instance, Lock, LockKind, Venue
from planner.domain.plan import Heads, Plan, PlannedClass, Unserved

CLASS_HOURS_PER_DAY = 8
"""A morning and an afternoon session of four class hours each (planning contract, section 3)."""

FRIDAY = timedelta(days=4)
"""From the Monday of a week to its Friday."""

FIRST_TAGS = ("脱贫", "易迁")
"""Tags that stand first in every table; others follow in alphabetical order."""


@dataclass(frozen=True, slots=True)
class HeadCount:
    """People in total, by policy tag (a person may carry several) and by age band."""

    persons: int
    by_tag: Mapping[str, int]
    by_band: Mapping[str, int]

    def tag_cells(self, instance: Instance) -> list[int]:
        """Return the people of each tag, in the order of :func:`tags_of`."""
        return [self.by_tag.get(tag, 0) for tag in tags_of(instance)]

    def band_cells(self, instance: Instance) -> list[int]:
        """Return the people of each age band, in the order of the workbook's 年龄段 sheet."""
        return [self.by_band.get(band.name, 0) for band in instance.age_bands]

    def cells(self, instance: Instance) -> list[int]:
        """Return total, tags and age bands as the papers list them."""
        return [self.persons, *self.tag_cells(instance), *self.band_cells(instance)]


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """One line of the class plan. Jobs are expected people, costs are in cents.

    ``term`` numbers the classes of a course in order of their start. ``linked_jobs`` is the class's share of the
    jobs found in vacancy pools, ``None`` when no pools are known. ``finish`` is the Friday of the last week.
    """

    planned: PlannedClass
    course: Course
    term: int
    township: str
    outreach: bool
    finish: date
    heads: HeadCount
    sources: tuple[tuple[str, int], ...]
    cost_cents: Mapping[CostKind, int]
    funds: tuple[str, ...]
    expected_jobs: float
    linked_jobs: float | None
    remark: str

    @property
    def name(self) -> str:
        """Course and term, such as ``育婴员第3期``."""
        return f"{self.planned.course}第{self.term}期"

    @property
    def place(self) -> str:
        """The venue, with its township in front where its name does not tell it."""
        venue = self.planned.venue
        return venue if self.township in venue else f"{self.township} {venue}"

    @property
    def hours(self) -> int:
        """Class hours, eight a day."""
        return self.course.class_days * CLASS_HOURS_PER_DAY

    @property
    def theory_hours(self) -> int:
        """Class hours of theory, eight a day."""
        return self.course.theory_days * CLASS_HOURS_PER_DAY


@dataclass(frozen=True, slots=True)
class TownshipFigures:
    """One line of the township table. ``willing`` counts wishes: one person may wish for several courses."""

    township: str
    county: str
    trainable: int
    willing: int
    trained: HeadCount
    classes_held: int


@dataclass(frozen=True, slots=True)
class FundFigures:
    """What one fund has and what it pays, in cents."""

    fund: str
    amount_cents: int
    paid_cents: Mapping[CostKind, int]

    @property
    def used_cents(self) -> int:
        """Everything the fund pays, in cents."""
        return sum(self.paid_cents.values())


@dataclass(frozen=True, slots=True)
class UnservedFigures:
    """Unserved wishes of one township for one course that share a reason."""

    township: str
    course: str
    reason: str
    heads: HeadCount


def tags_of(instance: Instance) -> tuple[str, ...]:
    """Return the policy tags that any group carries, 脱贫 and 易迁 first."""
    tags = {tag for group in instance.groups for tag in group.tags}
    return tuple(tag for tag in FIRST_TAGS if tag in tags) + tuple(sorted(tags.difference(FIRST_TAGS)))


def count_heads(instance: Instance, entries: Iterable[Heads | Unserved]) -> HeadCount:
    """Return the people in ``entries``, in total, by tag of their group and by age band."""
    tags = {group.name: group.tags for group in instance.groups}
    by_tag: Counter[str] = Counter()
    by_band: Counter[str] = Counter()
    for entry in entries:
        by_band[entry.age_band] += entry.persons
        by_tag.update(dict.fromkeys(tags[entry.group], entry.persons))
    return HeadCount(by_band.total(), by_tag, by_band)


def count_classes(instance: Instance, plan: Plan, expected_jobs: Mapping[str, float]) -> tuple[ClassFigures, ...]:
    """Return the classes of the plan in order of start (first day, or Monday while a class has none), township, id.

    ``expected_jobs`` gives for each class id the expected jobs of its heads before the vacancy limit.
    """
    courses = {course.name: course for course in instance.courses}
    venues = {venue.name: venue for venue in instance.venues}
    bases = {provider.name: provider.base for provider in instance.providers}
    order = {township.name: number for number, township in enumerate(instance.townships)}
    paid = _paid_by_class(plan)
    linked = _linked_by_class(instance, plan, courses, expected_jobs)
    starts = _starts(plan)
    terms: Counter[str] = Counter()
    figures = []
    for planned in sorted(plan.classes, key=lambda c: (starts[c.id], order[venues[c.venue].township], c.id)):
        terms[planned.course] += 1
        venue = venues[planned.venue]
        costs = paid[planned.id]
        figures.append(
            ClassFigures(
                planned=planned,
                course=courses[planned.course],
                term=terms[planned.course],
                township=venue.township,
                outreach=bases[planned.provider] != venue.township,
                finish=planned.end_week + FRIDAY,
                heads=count_heads(instance, planned.heads),
                sources=_sources(planned, order),
                cost_cents={kind: sum(costs[kind].values()) for kind in CostKind},
                funds=tuple(f.name for f in instance.funds if any(costs[kind][f.name] for kind in CostKind)),
                expected_jobs=expected_jobs[planned.id],
                linked_jobs=linked[planned.id] if linked is not None else None,
                remark=_lock_notes(instance.locks, planned),
            )
        )
    return tuple(figures)


def count_townships(instance: Instance, plan: Plan) -> tuple[TownshipFigures, ...]:
    """Return one line for each township, in the order of the workbook's 乡镇 sheet."""
    venues: dict[str, Venue] = {venue.name: venue for venue in instance.venues}
    trainable: Counter[str] = Counter()
    for cohort in instance.cohorts:
        trainable[cohort.township] += cohort.persons
    willing: Counter[str] = Counter()
    for wish in instance.demand:
        willing[wish.township] += wish.persons
    held = Counter(venues[planned.venue].township for planned in plan.classes)
    heads: defaultdict[str, list[Heads]] = defaultdict(list)
    for planned in plan.classes:
        for entry in planned.heads:
            heads[entry.township].append(entry)
    return tuple(
        TownshipFigures(
            township=township.name,
            county=township.county,
            trainable=trainable[township.name],
            willing=willing[township.name],
            trained=count_heads(instance, heads[township.name]),
            classes_held=held[township.name],
        )
        for township in instance.townships
    )


def count_funds(instance: Instance, plan: Plan) -> tuple[FundFigures, ...]:
    """Return one line for each fund, in the order of the workbook's 资金 sheet."""
    paid: Counter[tuple[str, CostKind]] = Counter()
    for payment in plan.payments:
        paid[payment.fund, payment.kind] += payment.amount_cents
    return tuple(
        FundFigures(fund.name, fund.amount_cents, {kind: paid[fund.name, kind] for kind in CostKind})
        for fund in instance.funds
    )


def count_unserved(instance: Instance, plan: Plan) -> tuple[UnservedFigures, ...]:
    """Return the unserved wishes by township, course and reason, townships in the workbook's order."""
    order = {township.name: number for number, township in enumerate(instance.townships)}
    entries: defaultdict[tuple[str, str, str], list[Unserved]] = defaultdict(list)
    for entry in plan.unserved:
        entries[entry.township, entry.course, entry.reason].append(entry)
    keys = sorted(entries, key=lambda key: (order[key[0]], key[1], key[2]))
    return tuple(UnservedFigures(*key, count_heads(instance, entries[key])) for key in keys)


def _starts(plan: Plan) -> dict[str, date]:
    """Return the first day of each class, the Monday of its first week while it has no days."""
    starts = {planned.id: planned.start_week for planned in plan.classes}
    days: dict[str, date] = {}
    for session in plan.sessions:
        days[session.class_id] = min(session.day, days.get(session.class_id, session.day))
    return starts | days


def _paid_by_class(plan: Plan) -> defaultdict[str, defaultdict[CostKind, Counter[str]]]:
    paid: defaultdict[str, defaultdict[CostKind, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for payment in plan.payments:
        paid[payment.class_id][payment.kind][payment.fund] += payment.amount_cents
    return paid


def _linked_by_class(
    instance: Instance, plan: Plan, courses: Mapping[str, Course], expected_jobs: Mapping[str, float]
) -> dict[str, float] | None:
    """Share the jobs found in pools among the classes of the same occupation and last week.

    The plan links an occupation's graduates of a week, not single classes; each class gets a part in proportion to
    its expected jobs, so that the shares add up to the jobs linked.
    """
    if instance.pools is None:
        return None
    linked: defaultdict[tuple[str, date], float] = defaultdict(float)
    for placement in plan.placements:
        linked[placement.occupation, placement.end_week] += placement.jobs
    expected: defaultdict[tuple[str, date], float] = defaultdict(float)
    for planned in plan.classes:
        expected[courses[planned.course].occupation, planned.end_week] += expected_jobs[planned.id]
    shares = {}
    for planned in plan.classes:
        key = courses[planned.course].occupation, planned.end_week
        shares[planned.id] = linked[key] * expected_jobs[planned.id] / expected[key] if expected[key] else 0.0
    return shares


def _sources(planned: PlannedClass, order: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return where the class's people come from, most people first."""
    persons: Counter[str] = Counter()
    for heads in planned.heads:
        persons[heads.township] += heads.persons
    return tuple(sorted(persons.items(), key=lambda item: (-item[1], order[item[0]])))


def _lock_notes(locks: Iterable[Lock], planned: PlannedClass) -> str:
    notes = [lock.note or "固定班" for lock in locks if lock.kind is LockKind.REQUIRED and _demands(lock, planned)]
    return "；".join(dict.fromkeys(notes))


def _demands(lock: Lock, planned: PlannedClass) -> bool:
    return (
        lock.course == planned.course
        and lock.provider in (None, planned.provider)
        and lock.venue in (None, planned.venue)
        and lock.form in (None, planned.form)
        and lock.start_week in (None, planned.start_week)
        and lock.persons in (None, planned.size)
    )
