"""Small counties drawn by Hypothesis: every sheet of the contract, few enough people to try every plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from planner.domain.instance import (
    Accreditation,
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
    Objective,
    Provider,
    Sense,
    Settings,
    Target,
    Township,
    TravelTime,
    VacancyPool,
    Venue,
)
from tests.checker.builders import OLD, YOUNG, a_course

FIRST_WEEK = date(2026, 3, 2)
TOWNSHIPS = ("东山", "西河")
COURSES = ("家政服务", "电工")
PROVIDERS = ("县职校", "民校")
VENUES = ("东山站", "西河站")


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    """The strategy, or ``None``."""
    return st.none() | strategy


def some_of(*values: str) -> st.SearchStrategy[frozenset[str]]:
    """A set of at least one of the values."""
    return st.sets(st.sampled_from(values), min_size=1).map(frozenset)


@st.composite
def small_instances(draw: st.DrawFn, most_classes: int = 2) -> Instance:
    """Two townships, one or two courses, at most ``most_classes`` classes over two or three weeks."""
    weeks = draw(st.integers(2, 3))
    settings = Settings(
        plan_start=FIRST_WEEK,
        weeks=weeks,
        earliest_start=FIRST_WEEK,
        objective=draw(st.sampled_from(Objective)),
        trainings_per_person=draw(st.sampled_from((1, 1, 2))),
        travel_loss=draw(st.sampled_from((0.1, 0.5))),
        unlinked_factor=draw(st.sampled_from((0.0, 0.6, 1.0))),
        placement_weeks=draw(st.integers(0, 2)),
        living_allowance_cents=draw(st.sampled_from((0, 4_000))),
    )
    townships = (Township("东山", "甲县", "高山"), Township("西河", "乙县"))
    courses = draw(courses_taught())
    names = tuple(course.name for course in courses)
    cohorts, demand = draw(people(names))
    providers = draw(providers_within(most_classes))
    venues = tuple(
        Venue(name, town, draw(st.integers(1, 2)), draw(st.integers(2, 4)), draw(st.sampled_from(EQUIPMENT)))
        for name, town in zip(VENUES, TOWNSHIPS, strict=True)
    )
    funds, rules = draw(money())
    return Instance(
        settings=settings,
        townships=townships,
        busy_weeks=tuple(
            BusyWeek("高山", FIRST_WEEK + timedelta(weeks=week), draw(st.sampled_from((0.0, 0.3, 0.0, 0.5, 0.7))))
            for week in range(weeks)
        ),
        crop_activities=(),
        groups=(Group("一般"), Group("脱贫", frozenset({"脱贫"}))),
        age_bands=(AgeBand(YOUNG, 16, 39), AgeBand(OLD, 51, 60)),
        cohorts=cohorts,
        demand=demand,
        courses=courses,
        conversion=tuple(
            ConversionRate(name, draw(maybe(st.sampled_from((YOUNG, OLD)))), None, draw(RATES), draw(maybe(RATES)))
            for name in names
        ),
        history=(),
        providers=providers,
        accreditations=draw(maybe(accreditations([provider.name for provider in providers], names))),
        venues=venues,
        travel=draw(st.sampled_from(((), *((TravelTime("东山", "西河", minutes),) for minutes in (20, 36, 39, 45))))),
        pools=draw(maybe(st.lists(pools(names), max_size=2, unique_by=lambda pool: pool.id).map(tuple))),
        funds=funds,
        fund_rules=rules,
        targets=tuple(draw(st.lists(targets(names), max_size=2, unique_by=lambda target: target.id))),
        locks=tuple(draw(st.lists(locks(names), max_size=1))),
        days_off=draw(st.sampled_from((frozenset(), frozenset({date(2026, 3, 10), date(2026, 3, 11)})))),
    )


EQUIPMENT = (frozenset(), frozenset({"电工台"}))
RATES = st.sampled_from((0.3, 0.5, 0.8, 0.0))
MOSTLY = st.sampled_from((True, True, True, False))
"""Usually true: a county where nothing can be opened shows little."""

SEASONS = ((), (), (), (((3, 9), (3, 20)),), (((12, 1), (3, 13)),))


@st.composite
def courses_taught(draw: st.DrawFn) -> tuple:
    """One or two courses of three to six days for two to four people."""
    return tuple(
        a_course(
            name,
            occupation=draw(st.sampled_from(("服务", "电"))),
            training_type=draw(st.sampled_from(("项目", "双证"))),
            class_days=draw(st.sampled_from((3, 5, 6))),
            min_size=2,
            max_size=draw(st.integers(2, 4)),
            subsidy_cents=draw(st.sampled_from((10_000, 12_345))),
            exam_fee_cents=draw(st.sampled_from((0, 2_001))),
            class_cost_cents=draw(st.sampled_from((0, 5_000))),
            age_bands=draw(st.sampled_from((None, None, None, frozenset({YOUNG})))),
            part_time=draw(st.booleans()),
            mobile=draw(MOSTLY),
            equipment=draw(st.sampled_from(EQUIPMENT)),
            season=draw(st.sampled_from(SEASONS)),
        )
        for name in COURSES[: draw(st.integers(1, 2))]
    )


@st.composite
def people(draw: st.DrawFn, courses: tuple[str, ...]) -> tuple[tuple[Cohort, ...], tuple[Demand, ...]]:
    """Two cohorts, each with two or three people, and what they wish for."""
    keys = draw(
        st.lists(
            st.tuples(st.sampled_from(TOWNSHIPS), st.sampled_from((YOUNG, OLD)), st.sampled_from(("一般", "脱贫"))),
            min_size=2, max_size=2, unique=True,
        )
    )
    cohorts = tuple(Cohort(*key, draw(st.integers(2, 3))) for key in keys)
    wishes = st.sampled_from((3, 2, 3, 2, 1, 0))
    return cohorts, tuple(Demand(*key, course, draw(wishes)) for key in keys for course in courses)


@st.composite
def providers_within(draw: st.DrawFn, most_classes: int) -> tuple[Provider, ...]:
    """One or two providers whose yearly limits together allow ``most_classes`` classes."""
    number = draw(st.integers(1, min(2, most_classes)))
    limits = [most_classes - number + 1] + [1] * (number - 1)
    return tuple(
        Provider(
            name,
            base=draw(st.sampled_from((*TOWNSHIPS, *TOWNSHIPS, None))),
            teams=draw(st.integers(1, 2)),
            annual_classes=limit,
            quality=draw(st.sampled_from((0.9, 1.0, 2.0))),
            mobile=draw(MOSTLY),
            outreach_cost_cents=draw(st.sampled_from((0, 2_000))),
        )
        for name, limit in zip(PROVIDERS[:number], limits, strict=True)
    )


@st.composite
def accreditations(draw: st.DrawFn, providers: list[str], courses: tuple[str, ...]) -> tuple[Accreditation, ...]:
    """Most of the pairs, with one or two teams."""
    pairs = [(provider, course) for provider in providers for course in courses]
    left_out = draw(st.sampled_from([None, *pairs]))
    return tuple(Accreditation(*pair, draw(st.integers(1, 2))) for pair in pairs if pair != left_out)


@st.composite
def money(draw: st.DrawFn) -> tuple[tuple[Fund, ...], tuple[FundRule, ...] | None]:
    """One or two funds; rules for them, or none at all."""
    names = ("就业资金", "衔接资金")[: draw(st.integers(1, 2))]
    days = maybe(st.sampled_from((date(2026, 3, 6), date(2026, 3, 9))))
    funds = []
    for name in names:
        fund = Fund(name, draw(st.sampled_from((100_000, 60_000, 35_000))))
        # At most one open side, so that no window is empty.
        side = draw(st.sampled_from(("first_day", "last_day")))
        funds.append(replace(fund, **{side: draw(days)}))
    rule = st.builds(
        FundRule,
        fund=st.sampled_from(names),
        kind=maybe(st.sampled_from(CostKind)),
        tag=maybe(st.just("脱贫")),
        training_type=maybe(st.just("项目")),
        county=maybe(st.just("甲县")),
    ).map(lambda one: replace(one, tag=None) if one.kind is CostKind.CLASS_COST else one)
    rules = draw(maybe(st.lists(rule, max_size=2, unique=True)))
    general = FundRule(names[0])
    return tuple(funds), None if rules is None else tuple(dict.fromkeys((general, *rules)))


@st.composite
def pools(draw: st.DrawFn, courses: tuple[str, ...]) -> VacancyPool:
    """One or two vacancies of an occupation, open from or until some day."""
    return VacancyPool(
        draw(st.sampled_from(("岗甲", "岗乙"))),
        draw(st.sampled_from(("服务", "电"))),
        "县内",
        draw(st.integers(0, 2)),
        draw(maybe(st.sampled_from((date(2026, 3, 16), date(2026, 3, 30))))),
        None,
        draw(maybe(some_of(YOUNG, OLD))),
    )


@st.composite
def targets(draw: st.DrawFn, courses: tuple[str, ...]) -> Target:
    """A soft target of any kind, or a hard limit that an empty plan meets."""
    measure = draw(st.sampled_from(Measure))
    hard = draw(st.sampled_from((False, False, True)))
    of_heads = measure is Measure.PERSONS
    return Target(
        draw(st.sampled_from(("甲", "乙", "丙"))),
        measure,
        Sense.AT_MOST if hard else draw(st.sampled_from(Sense)),
        draw(st.sampled_from((3, 2, 4, 1, 0))),
        hard,
        draw(st.sampled_from((0.05, 0.2, 0.7))),
        county=draw(maybe(st.just("甲县"))),
        township=draw(maybe(st.just("西河"))),
        tag=draw(maybe(st.just("脱贫"))) if of_heads else None,
        age_band=draw(maybe(st.just(YOUNG))) if of_heads else None,
        training_type=draw(maybe(st.just("双证"))),
        course=draw(maybe(st.sampled_from(courses))),
        provider=draw(maybe(st.just("县职校"))),
    )


@st.composite
def locks(draw: st.DrawFn, courses: tuple[str, ...]) -> Lock:
    """A class demanded, perhaps with a number of heads, or forbidden; it may make the county infeasible."""
    kind = draw(st.sampled_from(LockKind))
    return Lock(
        draw(st.sampled_from(courses)),
        kind,
        provider=draw(maybe(st.just("县职校"))),
        venue=draw(maybe(st.sampled_from(VENUES))),
        form=draw(maybe(st.sampled_from(Form))),
        start_week=draw(maybe(st.just(FIRST_WEEK))),
        persons=draw(maybe(st.integers(2, 3))) if kind is LockKind.REQUIRED else None,
    )
