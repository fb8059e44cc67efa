"""Conversion rates: given rows, past classes, defaults; by hand and against the checker."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from planner.checker import rates as checker_rates
from planner.conversion import RateTable, Source, conversion_rates
from planner.conversion.defaults import default_rate
from planner.conversion.hierarchy import level_strength
from planner.domain.instance import (
    TRAINING_TYPES,
    AgeBand,
    ConversionRate,
    Group,
    Instance,
    Objective,
    PastOutcome,
    Settings,
)
from tests.checker.builders import OLD, YOUNG, a_course, an_instance

COURSE = "家政服务"


def a_rated_instance(*conversion: ConversionRate, objective: Objective = Objective.GROSS, **changes: Any) -> Instance:
    """One course of the default rate 0.50 / 0.02, bands 40岁以下 and 50岁以上, groups 一般 and 脱贫."""
    base = an_instance()
    values: dict[str, Any] = {
        "settings": replace(base.settings, objective=objective),
        "age_bands": (AgeBand(YOUNG, 16, 39), AgeBand(OLD, 51, 60)),
        "groups": (Group("一般"), Group("脱贫", frozenset({"脱贫"}))),
        "conversion": conversion,
    }
    return an_instance(**(values | changes))


def rates_of(instance: Instance) -> dict[tuple[str, str], float]:
    """Rates of the first course by age band and group."""
    found = conversion_rates(instance)[0]
    return {
        (band.name, group.name): float(found[a, g])
        for a, band in enumerate(instance.age_bands)
        for g, group in enumerate(instance.groups)
    }


# --- given rows ---


def test_the_most_specific_row_wins() -> None:
    """Course + age + group, then course + age, then course + group, then course; the order of rows is no matter."""
    rows = (
        ConversionRate(COURSE, None, None, 0.1, None),
        ConversionRate(COURSE, None, "脱贫", 0.2, None),
        ConversionRate(COURSE, YOUNG, None, 0.3, None),
        ConversionRate(COURSE, YOUNG, "脱贫", 0.4, None),
    )
    expected = {(YOUNG, "脱贫"): 0.4, (YOUNG, "一般"): 0.3, (OLD, "脱贫"): 0.2, (OLD, "一般"): 0.1}
    assert rates_of(a_rated_instance(*rows)) == expected
    assert rates_of(a_rated_instance(*reversed(rows))) == expected


def test_age_outranks_group() -> None:
    """A row for the age and a row for the group both match: the one for the age wins."""
    rows = (ConversionRate(COURSE, None, "脱贫", 0.2, None), ConversionRate(COURSE, YOUNG, None, 0.3, None))
    assert rates_of(a_rated_instance(*rows))[YOUNG, "脱贫"] == 0.3


def test_a_row_without_the_wanted_column_is_passed_over() -> None:
    """The specific row gives gross only, so the uplift comes from the general one."""
    rows = (ConversionRate(COURSE, None, None, 0.5, 0.03), ConversionRate(COURSE, YOUNG, None, 0.7, None))
    assert rates_of(a_rated_instance(*rows))[YOUNG, "一般"] == 0.7
    assert rates_of(a_rated_instance(*rows, objective=Objective.UPLIFT))[YOUNG, "一般"] == 0.03


def test_a_given_zero_is_a_rate() -> None:
    """Nought is what the bureau wrote, not a gap."""
    assert rates_of(a_rated_instance(ConversionRate(COURSE, None, None, 0.0, None)))[YOUNG, "一般"] == 0.0


def test_a_given_row_beats_history() -> None:
    """Even the most general row."""
    past = PastOutcome(COURSE, YOUNG, "一般", None, 1000, 1000, 900)
    instance = a_rated_instance(ConversionRate(COURSE, None, None, 0.1, None), history=(past,))
    assert rates_of(instance)[YOUNG, "一般"] == 0.1


# --- history ---


USUAL = level_strength([]).centre
"""Strength of a level of which past classes say nothing: the prior's geometric mean, about 100 people."""


def worth(people: float) -> float:
    """Effective people one level up, at the usual strength."""
    return people * (USUAL + 1) / (people + USUAL)


def test_one_past_cell_moves_every_level_by_its_effective_people() -> None:
    """60 of 80 young people, default 0.5 at every level, worked down by hand.

    Each level hands on n (m + 1)/(n + m) people at 75 %; the top weighs its 0.5 as two people; then each level down is
    (0.75 n + m · above)/(n + m). The band without history takes the course's rate at the odds ratio of the defaults.
    """
    found = rates_of(a_rated_instance(history=(PastOutcome(COURSE, YOUNG, None, None, 80, 70, 60),)))
    people = [80.0]
    for _ in range(3):
        people.append(worth(people[-1]))
    # The course's default is the mean of 0.5 and 0.4: its share of 75 % is odds 3 times (0.45/0.55).
    at_course = 3 * (0.45 / 0.55) / (1 + 3 * (0.45 / 0.55))
    rate = (0.75 * people[3] + 2 * 0.5) / (people[3] + 2)
    rate = (0.75 * people[2] + USUAL * rate) / (people[2] + USUAL)
    odds = rate / (1 - rate) * (0.45 / 0.55)
    course = (at_course * people[1] + USUAL * odds / (1 + odds)) / (people[1] + USUAL)
    young_odds, old_odds = (course / (1 - course) / (0.45 / 0.55) * default for default in (1.0, 2 / 3))
    young = (60 + USUAL * young_odds / (1 + young_odds)) / (80 + USUAL)
    assert found[YOUNG, "一般"] == found[YOUNG, "脱贫"] == pytest.approx(young, abs=1e-12)
    assert found[OLD, "一般"] == found[OLD, "脱贫"] == pytest.approx(old_odds / (1 + old_odds), abs=1e-12)


def test_a_row_for_everyone_counts_for_the_course_only() -> None:
    """A group without an age band is no cell: the row counts at the course, equally for all its groups."""
    everyone, lone = (
        rates_of(a_rated_instance(history=(PastOutcome(COURSE, None, group, None, 20, 15, 12),)))
        for group in (None, "脱贫")
    )
    assert everyone == lone
    assert everyone[YOUNG, "一般"] == everyone[YOUNG, "脱贫"] > 0.5
    assert 0.4 < everyone[OLD, "一般"] < everyone[YOUNG, "一般"]


def test_providers_are_summed_and_empty_rows_change_nothing() -> None:
    """6 of 10 twice is 12 of 20; a row of nobody is no evidence."""
    split = (
        PastOutcome(COURSE, YOUNG, None, "甲校", 10, 8, 6),
        PastOutcome(COURSE, YOUNG, None, "乙校", 10, 8, 6),
        PastOutcome(COURSE, OLD, "一般", None, 0, 0, 0),
    )
    whole = (PastOutcome(COURSE, YOUNG, None, None, 20, 16, 12),)
    assert rates_of(a_rated_instance(history=split)) == rates_of(a_rated_instance(history=whole))


def test_a_course_without_past_classes_learns_from_others_of_its_type_first() -> None:
    """Much history of a 品牌 course lifts another 品牌 course more than a 项目 course, both above the default."""
    names = {"甲": "品牌", "乙": "品牌", "丙": "项目"}
    courses = tuple(a_course(name, training_type=kind) for name, kind in names.items())
    history = (PastOutcome("甲", YOUNG, None, None, 400, 400, 320),)
    rates = conversion_rates(a_rated_instance(courses=courses, history=history))[:, 0, 0]
    assert 0.79 < rates[0] < 0.8
    assert rates[0] > rates[1] > rates[2] > 0.5


def test_in_firm_training_says_nothing_about_other_training() -> None:
    """先就业后培训: people who had a job before the class are no evidence for those who had none, nor the other way."""
    courses = (a_course("岗前", training_type="自主"), a_course("厨师", training_type="项目"))
    for own, other, other_rate in (("岗前", 1, 0.5), ("厨师", 0, 0.5)):
        history = (PastOutcome(own, YOUNG, None, None, 300, 300, 290),)
        rates = conversion_rates(a_rated_instance(courses=courses, history=history))[:, 0, 0]
        assert rates[other] == other_rate
        assert rates[1 - other] > 0.9


def test_much_history_outweighs_the_default() -> None:
    """Of 20,000 people 18,000: within a thousandth of 0.9."""
    history = (PastOutcome(COURSE, YOUNG, "一般", None, 20_000, 19_000, 18_000),)
    assert rates_of(a_rated_instance(history=history))[YOUNG, "一般"] == pytest.approx(0.9, abs=1e-3)


def test_uplift_is_never_estimated_from_history() -> None:
    """Past classes have no control group: the default stays."""
    history = (PastOutcome(COURSE, YOUNG, "一般", None, 1000, 1000, 900),)
    assert rates_of(a_rated_instance(history=history, objective=Objective.UPLIFT))[YOUNG, "一般"] == 0.02


# --- defaults ---


@pytest.mark.parametrize(
    ("changes", "min_age", "expected"),
    [
        ({"training_type": "订单"}, 16, (0.75, 0.08)),
        ({"training_type": "订单", "industry": "农业种植"}, 51, (0.75, 0.08)),
        ({"industry": "创业", "training_type": "双证"}, 50, (0.40, 0.02)),
        ({"industry": "创业", "training_type": "双证"}, 49, (0.15, 0.01)),
        ({"industry": "农业种植", "training_type": "双证"}, 16, (0.35, 0.01)),
        ({"industry": "涉农加工"}, 16, (0.50, 0.02)),
        ({"training_type": "双证"}, 16, (0.60, 0.05)),
        ({"training_type": "自主"}, 16, (0.50, 0.01)),
        ({"training_type": "品牌"}, 16, (0.50, 0.02)),
        ({"training_type": "项目"}, 16, (0.50, 0.02)),
    ],
)
def test_the_first_match_of_the_table_of_defaults(
    changes: dict[str, str], min_age: int, expected: tuple[float, float]
) -> None:
    """Orders first, then age from 50, then industry, then training type."""
    found = default_rate(a_course(**changes), AgeBand("某段", min_age, 60))
    assert (found.gross, found.uplift) == expected
    assert found.uplift_low <= found.uplift <= found.uplift_high


# --- against the checker ---


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("objective", Objective)
def test_rates_agree_with_the_checkers_own(seed: int, objective: Objective) -> None:
    """Drawn rows and past classes on every level; the checker works them out without this package."""
    draw = random.Random(seed)
    courses = tuple(
        a_course(name, training_type=draw.choice(TRAINING_TYPES), industry=draw.choice(("服务业", "农业种植", "创业")))
        for name in ("电工", "厨师", "天麻", "家政服务")
    )
    bands, groups = (YOUNG, OLD, None), ("一般", "脱贫", None)
    cells = [(course.name, band, group) for course in courses for band in bands for group in groups]
    maybe = (None, 0.0, 0.2, 0.55, 1.0)
    conversion = tuple(
        ConversionRate(*cell, gross=draw.choice(maybe), uplift=draw.choice(maybe)) for cell in draw.sample(cells, 8)
    )
    history = []
    for cell in draw.choices(cells, k=20):
        trained = draw.choice((0, 3, 40))
        history.append(PastOutcome(*cell, None, trained, trained, draw.randint(0, trained)))
    instance = a_rated_instance(*conversion, objective=objective, courses=courses, history=tuple(history))
    found = conversion_rates(instance)
    for c, course in enumerate(courses):
        for a, band in enumerate(instance.age_bands):
            for g, group in enumerate(instance.groups):
                own = checker_rates.conversion_rate(instance, course, band, group)
                assert found[c, a, g] == pytest.approx(own, abs=1e-12)


def test_settings_choose_the_column() -> None:
    """Gross by default, uplift when the bureau asks for it."""
    row = ConversionRate(COURSE, None, None, 0.6, 0.04)
    assert Settings(plan_start=an_instance().settings.plan_start).objective is Objective.GROSS
    assert rates_of(a_rated_instance(row))[YOUNG, "一般"] == 0.6
    assert rates_of(a_rated_instance(row, objective=Objective.UPLIFT))[YOUNG, "一般"] == 0.04


# --- sources ---


def test_every_rate_says_where_it_comes_from() -> None:
    """Given, estimated from the finest past cell with people, default; gross and uplift each for themselves."""
    history = (
        PastOutcome(COURSE, YOUNG, "脱贫", None, 30, 30, 20),
        PastOutcome(COURSE, YOUNG, None, "甲校", 12, 12, 6),
    )
    instance = a_rated_instance(
        ConversionRate(COURSE, OLD, None, 0.35, None), ConversionRate(COURSE, None, None, None, 0.03), history=history
    )
    table, course, (young, old), (plain, poor) = (
        RateTable(instance), instance.courses[0], instance.age_bands, instance.groups,
    )
    assert (table.gross(course, old, plain).source, table.gross(course, old, plain).value) == (Source.GIVEN, 0.35)
    finest, coarser = table.gross(course, young, poor), table.gross(course, young, plain)
    assert (finest.source, finest.people, finest.basis) == (Source.ESTIMATED, 30, "课程×年龄段×群体")
    assert (coarser.source, coarser.people, coarser.basis) == (Source.ESTIMATED, 42, "课程×年龄段")
    assert finest.low is not None and finest.high is not None and finest.low < finest.value < finest.high
    assert table.uplift(course, young, poor).source is Source.GIVEN
    bare = RateTable(a_rated_instance(history=()))
    assert bare.gross(course, young, plain).source is Source.DEFAULT
    assert (bare.uplift(course, young, plain).low, bare.uplift(course, young, plain).high) == (0.0, 0.04)


def test_the_maximised_rate_is_the_settings() -> None:
    """The table holds both numbers; the plan takes one of them."""
    row = ConversionRate(COURSE, None, None, 0.6, 0.04)
    for objective, value in ((Objective.GROSS, 0.6), (Objective.UPLIFT, 0.04)):
        instance = a_rated_instance(row, objective=objective)
        table = RateTable(instance)
        assert table.rate(instance.courses[0], instance.age_bands[0], instance.groups[0]).value == value
