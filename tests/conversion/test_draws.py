"""Drawn rates: their means and spreads, that they move together, and caution."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from planner.checker import rates as checker_rates
from planner.conversion import RateTable
from planner.conversion.caution import with_caution
from planner.conversion.draws import DEFAULT_PEOPLE, RateDraws
from planner.conversion.estimate import cell_of
from planner.domain.instance import ConversionRate, Instance, Objective, PastOutcome
from tests.checker.builders import OLD, YOUNG, a_course
from tests.conversion.test_rates import COURSE, a_rated_instance

MANY = 20_000


def a_table(*conversion: ConversionRate, objective: Objective = Objective.GROSS, **changes: object) -> RateTable:
    return RateTable(a_rated_instance(*conversion, objective=objective, **changes))


PAST = (PastOutcome(COURSE, YOUNG, "脱贫", None, 60, 60, 40), PastOutcome(COURSE, OLD, None, None, 50, 50, 12))


def test_draws_have_the_posteriors_mean_and_variance() -> None:
    """Down the hierarchy by sampling against the moments in closed form."""
    table = a_table(history=PAST)
    instance = table.instance
    course, young, poor = instance.courses[0], instance.age_bands[0], instance.groups[1]
    drawn = RateDraws(table, MANY).rate(course, young, poor)
    posterior = table.past.hierarchy.posterior(cell_of(course, young.name, poor.name))
    assert drawn.mean() == pytest.approx(posterior.mean, abs=4 * drawn.std() / MANY**0.5 + 0.002)
    assert drawn.var() == pytest.approx(posterior.variance, rel=0.1)
    low, high = posterior.interval(0.8)
    assert np.mean((low <= drawn) & (drawn <= high)) == pytest.approx(0.8, abs=0.03)


def test_rates_that_rest_on_the_same_people_move_together() -> None:
    """Two groups nobody was seen of share the age band's doubt; other people's do not."""
    table = a_table(history=PAST)
    instance = table.instance
    draws = RateDraws(table, MANY)
    course, (young, old), (plain, poor) = instance.courses[0], instance.age_bands, instance.groups
    one, other = draws.rate(course, old, plain), draws.rate(course, old, poor)
    assert np.corrcoef(one, other)[0, 1] > 0.2
    assert np.corrcoef(one, draws.rate(course, young, poor))[0, 1] < np.corrcoef(one, other)[0, 1]


def test_given_rates_are_certain_and_defaults_share_their_mode() -> None:
    """A given rate has no spread; two short courses have one and the same draw of the default."""
    courses = (a_course("甲"), a_course("乙"), a_course("丙"))
    table = a_table(ConversionRate("甲", None, None, 0.7, None), courses=courses)
    draws, band, group = RateDraws(table, MANY), table.instance.age_bands[0], table.instance.groups[0]
    assert set(draws.rate(courses[0], band, group)) == {0.7}
    default = draws.rate(courses[1], band, group)
    assert np.array_equal(default, draws.rate(courses[2], band, group))
    assert default.var() == pytest.approx(0.25 / (DEFAULT_PEOPLE + 1), rel=0.05)


def test_default_uplifts_lie_between_the_literatures_low_and_high() -> None:
    """Eight in ten draws of 0.02 lie in 0.00 to 0.04."""
    table = a_table(objective=Objective.UPLIFT)
    instance = table.instance
    drawn = RateDraws(table, MANY).rate(instance.courses[0], instance.age_bands[0], instance.groups[0])
    assert np.percentile(drawn, (10, 50, 90)) == pytest.approx((0.0, 0.02, 0.04), abs=0.001)


def test_equal_seeds_give_equal_draws_whatever_else_is_asked() -> None:
    """A cell's stream is its own."""
    table = a_table(history=PAST)
    course, (young, old), (plain, _) = table.instance.courses[0], table.instance.age_bands, table.instance.groups
    alone, after = RateDraws(table, 50, 3), RateDraws(table, 50, 3)
    after.rate(course, old, plain)
    assert np.array_equal(alone.rate(course, young, plain), after.rate(course, young, plain))
    assert not np.array_equal(alone.rate(course, young, plain), RateDraws(table, 50, 4).rate(course, young, plain))


def cautious(instance: Instance, quantile: float) -> list[float]:
    changed = with_caution(instance, quantile)
    return [
        checker_rates.conversion_rate(changed, changed.courses[0], band, group)
        for band in changed.age_bands
        for group in changed.groups
    ]


def test_caution_lowers_what_is_not_given_and_states_it() -> None:
    """The lower the quantile the lower the rate; given rates and the median stay; the assumption is said."""
    instance = a_rated_instance(ConversionRate(COURSE, OLD, None, 0.3, 0.02), history=PAST)
    mean = RateTable(instance)
    means = [mean.gross(instance.courses[0], b, g).value for b in instance.age_bands for g in instance.groups]
    tenth, third, half = (cautious(instance, q) for q in (0.1, 0.3, 0.5))
    assert half == pytest.approx(means)
    assert tenth[:2] < third[:2] < half[:2]
    assert tenth[2:] == [0.3, 0.3]
    assert "10%" in with_caution(instance, 0.1).assumptions[-1]
    uplift = replace(instance, settings=replace(instance.settings, objective=Objective.UPLIFT))
    assert cautious(uplift, 0.1)[:2] == pytest.approx([0.0, 0.0], abs=1e-9)


def test_a_cautious_quantile_is_passed_by_that_share_of_draws() -> None:
    """One in five drawn rates lies below the quantile 0.2."""
    instance = a_rated_instance(history=PAST)
    table = RateTable(instance)
    drawn = RateDraws(table, MANY).rate(instance.courses[0], instance.age_bands[0], instance.groups[1])
    assert np.mean(drawn < cautious(instance, 0.2)[1]) == pytest.approx(0.2, abs=0.03)
