"""Conversion rates: given rows, past classes, defaults; by hand and against the checker."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from planner.checker import rates as checker_rates
from planner.conversion import conversion_rates
from planner.conversion.rates import default_rate
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


def test_thin_cells_are_shrunk_level_by_level() -> None:
    """Default 0.5 and weight 20, worked down the levels.

    Course: 30 of 60 here and 10 of 20 there: (40 + 20 · 0.5) / (80 + 20) = 0.5, the old band's 0.5 included.
    Band 40岁以下 has 30 of 60 with 一般 and 脱贫; 脱贫 alone 18 of 20: (30 + 10) / 80 = 0.5; (18 + 10) / 40 = 0.7.
    一般: 12 of 40: (12 + 10) / 60.
    """
    history = (
        PastOutcome(COURSE, YOUNG, "脱贫", None, 20, 19, 18),
        PastOutcome(COURSE, YOUNG, "一般", None, 40, 30, 12),
        PastOutcome(COURSE, OLD, None, None, 20, 15, 10),
    )
    found = rates_of(a_rated_instance(history=history))
    assert found[YOUNG, "脱贫"] == pytest.approx(0.7)
    assert found[YOUNG, "一般"] == pytest.approx(22 / 60)
    # 50岁以上: default 0.40; course (40 + 8) / 100 = 0.48; band (10 + 9.6) / 40 = 0.49.
    assert found[OLD, "一般"] == found[OLD, "脱贫"] == pytest.approx(0.49)


def test_a_row_for_everyone_counts_for_the_course_only() -> None:
    """(12 + 20 · 0.5) / 40 = 0.55 for the young, (12 + 20 · 0.4) / 40 = 0.5 for the old; a lone group is no level."""
    for group in (None, "脱贫"):
        found = rates_of(a_rated_instance(history=(PastOutcome(COURSE, None, group, None, 20, 15, 12),)))
        assert found[YOUNG, "一般"] == found[YOUNG, "脱贫"] == pytest.approx(0.55)
        assert found[OLD, "一般"] == pytest.approx(0.5)


def test_providers_are_summed_and_empty_rows_change_nothing() -> None:
    """6 of 10 twice is 12 of 20; a row of nobody is no evidence."""
    history = (
        PastOutcome(COURSE, None, None, "甲校", 10, 8, 6),
        PastOutcome(COURSE, None, None, "乙校", 10, 8, 6),
        PastOutcome(COURSE, YOUNG, "一般", None, 0, 0, 0),
    )
    assert rates_of(a_rated_instance(history=history))[YOUNG, "一般"] == pytest.approx(0.55)


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
    assert default_rate(a_course(**changes), AgeBand("某段", min_age, 60)) == expected


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
