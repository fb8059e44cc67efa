"""Each kind of change does what its sentence says, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.domain.instance import Fund, Instance, LockKind, Objective
from planner.model.weeks import busy_indices, earliest_start
from planner.scenarios.changes import KINDS, percent_words
from planner.scenarios.proportion import scaled_exactly
from planner.scenarios.scenario import Change, Scenario
from planner.workbook.cells import CellFault
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.checker.builders import a_small_instance
from tests.oracle.enumeration import a_tiny_instance


def changed_fields(before: Instance, after: Instance) -> set[str]:
    """Names of the instance's fields that differ, the assumptions apart."""
    names = {field.name for field in fields(Instance)} - {"assumptions"}
    return {name for name in names if getattr(before, name) != getattr(after, name)}


def money(instance: Instance) -> dict[str, int]:
    return {fund.name: fund.amount_cents for fund in instance.funds}


def floors(instance: Instance) -> dict[str | None, int]:
    """The least heads of each township that a change has added."""
    return {target.township: target.value for target in instance.targets if target.id.startswith("最低保障-")}


def willing(instance: Instance) -> dict[str, int]:
    """People by township, of each cohort at most as many as there are, and as wish for courses that suit their age."""
    suits = {course.name: course.age_bands for course in instance.courses}
    found: dict[str, int] = {}
    for cohort in instance.cohorts:
        wishes = sum(
            wish.persons for wish in instance.demand
            if (wish.township, wish.age_band, wish.group) == (cohort.township, cohort.age_band, cohort.group)
            and (suits[wish.course] is None or wish.age_band in (suits[wish.course] or ()))
        )
        people = min(cohort.persons * instance.settings.trainings_per_person, wishes)
        if people:
            found[cohort.township] = found.get(cohort.township, 0) + people
    return found


def by_id(instance: Instance) -> dict[str, Any]:
    return {target.id: target for target in instance.targets}


def as_read(instance: Instance) -> Instance:
    """The instance in the reader's canonical order."""
    with TemporaryDirectory() as folder:
        write_tables(Path(folder) / "county.xlsx", tables_of(instance))
        return read_workbook(Path(folder) / "county.xlsx").instance


COUNTY = as_read(a_small_instance())
FUND, TARGET = COUNTY.funds[0], COUNTY.targets[0]
POOLS = COUNTY.pools or ()

EXPECTED: dict[str, tuple[Change, set[str], Callable[[Instance], bool]]] = {
    "total-money": (Change("total-money", None, 1_000_001), {"funds"}, lambda i: sum(money(i).values()) == 1_000_001),
    "total-money-factor": (
        Change("total-money-factor", None, 0.5), {"funds"},
        lambda i: sum(money(i).values()) == (sum(money(COUNTY).values()) + 1) // 2,
    ),
    "fund": (
        Change("fund", FUND.name, 12_345), {"funds"}, lambda i: money(i) == money(COUNTY) | {FUND.name: 12_345}
    ),
    "fund-factor": (
        Change("fund-factor", FUND.name, 2.0), {"funds"},
        lambda i: money(i) == money(COUNTY) | {FUND.name: 2 * FUND.amount_cents},
    ),
    "target-off": (
        Change("target-off", TARGET.id), {"targets"},
        lambda i: [t.id for t in i.targets] == [t.id for t in COUNTY.targets if t.id != TARGET.id],
    ),
    "target-value": (
        Change("target-value", TARGET.id, 77), {"targets"},
        lambda i: by_id(i) == by_id(COUNTY) | {TARGET.id: replace(TARGET, value=77)},
    ),
    "target-hardness": (
        Change("target-hardness", TARGET.id, not TARGET.hard), {"targets"},
        lambda i: by_id(i) == by_id(COUNTY) | {TARGET.id: replace(TARGET, hard=not TARGET.hard)},
    ),
    "busy-ban": (
        Change("busy-ban", "分散", 0.6), {"settings"},
        lambda i: i.settings == replace(COUNTY.settings, busy_ban_part_time=0.6),
    ),
    "busy-ban-off": (
        Change("busy-ban-off"), {"settings"},
        lambda i: min(i.settings.busy_ban, i.settings.busy_ban_part_time) > float(busy_indices(i).max()),
    ),
    "farming-ignored": (
        Change("farming-ignored"), {"settings", "attendance"},
        lambda i: i.settings.busy_ban > 1 and {step.factor for step in i.attendance} == {1.0},
    ),
    "township-floor": (
        Change("township-floor", None, 0.1), {"targets"},
        lambda i: floors(i) == {town: -(-people // 10) for town, people in willing(i).items()}
        and all(target.hard for target in i.targets if target.id.startswith("最低保障")),
    ),
    "township-floor-soft": (
        Change("township-floor-soft", None, 0.5), {"targets"},
        lambda i: floors(i) == {town: -(-people // 2) for town, people in willing(i).items()}
        and not any(target.hard for target in i.targets if target.id.startswith("最低保障")),
    ),
    "late-approval": (
        Change("late-approval", None, 3), {"settings"},
        lambda i: (earliest_start(i) - earliest_start(COUNTY)).days == 21,
    ),
    "farming-shift": (
        Change("farming-shift", None, 2), {"busy_weeks", "crop_activities", "courses"}, lambda i: True
    ),
    "least-size": (
        Change("least-size", "电工", 3), {"courses"},
        lambda i: {c.name: c.min_size for c in i.courses} == {c.name: c.min_size for c in COUNTY.courses} | {"电工": 3},
    ),
    "largest-size": (
        Change("largest-size", None, 9), {"courses"}, lambda i: {c.max_size for c in i.courses} == {9}
    ),
    "willingness": (
        Change("willingness", "家政服务", 0.5), {"demand"},
        lambda i: [d for d in i.demand if d.course != "家政服务"] == [
            d for d in COUNTY.demand if d.course != "家政服务"
        ],
    ),
    "vacancies": (
        Change("vacancies", None, 0.75), {"pools"},
        lambda i: sum(p.vacancies for p in i.pools or ()) == int(sum(p.vacancies for p in POOLS) * 0.75 + 0.5),
    ),
    "provider-lost": (
        Change("provider-lost", COUNTY.providers[0].name), {"providers"},
        lambda i: [p.teams for p in i.providers] == [0, *(p.teams for p in COUNTY.providers[1:])],
    ),
    "objective": (
        Change("objective", None, Objective.UPLIFT), {"settings"},
        lambda i: i.settings == replace(COUNTY.settings, objective=Objective.UPLIFT),
    ),
}


def test_every_kind_has_an_expectation_here() -> None:
    """A new kind of change without a test is noticed."""
    assert set(EXPECTED) == set(KINDS)


@pytest.mark.parametrize("key", EXPECTED)
def test_a_change_does_exactly_what_it_says(key: str) -> None:
    """The expected fields change in the expected way, all others stay."""
    change, touched, holds = EXPECTED[key]
    after = change.apply(COUNTY)
    assert changed_fields(COUNTY, after) <= touched
    assert changed_fields(COUNTY, after)
    assert holds(after)
    assert change.sentence


@pytest.mark.parametrize("key", EXPECTED)
def test_a_changed_county_reads_back_from_a_workbook(key: str, tmp_path: Path) -> None:
    """So a plan of the scenario can be checked against the workbook written beside it."""
    after = EXPECTED[key][0].apply(COUNTY)
    write_tables(tmp_path / "input.xlsx", tables_of(after))
    again = read_workbook(tmp_path / "input.xlsx").instance
    assert changed_fields(again, after) == set()


def test_farming_later_by_two_weeks_moves_busy_weeks_and_seasons() -> None:
    """Fourteen days for each busy week, for both ends of a crop's activity and of a season's window."""
    after = Change("farming-shift", None, 2).apply(COUNTY)
    assert [w.monday.toordinal() - 14 for w in after.busy_weeks] == [w.monday.toordinal() for w in COUNTY.busy_weeks]
    seasons = {c.name: c.season for c in after.courses if c.season}
    assert seasons == {"天麻种植": (((2, 15), (4, 14)),)}  # 02-01~03-31 before


def test_a_shift_goes_round_the_year() -> None:
    """A window from 20 December moved by two weeks begins on 3 January."""
    course = replace(COUNTY.courses[0], season=(((12, 20), (1, 10)),))
    county = replace(COUNTY, courses=(course, *COUNTY.courses[1:]))
    assert Change("farming-shift", None, 2).apply(county).courses[0].season == (((1, 3), (1, 24)),)


def test_a_lost_provider_takes_its_demanded_classes_along() -> None:
    """Forbidden classes and those that anybody may hold stay."""
    lost = next(lock.provider for lock in COUNTY.locks if lock.provider) if any(
        lock.provider for lock in COUNTY.locks) else COUNTY.providers[0].name
    locks = tuple(replace(lock, provider=lost) for lock in COUNTY.locks) + COUNTY.locks
    after = Change("provider-lost", lost).apply(replace(COUNTY, locks=locks))
    kept = [lock for lock in locks if lock.kind is LockKind.FORBIDDEN or lock.provider != lost]
    assert list(after.locks) == kept


def test_a_size_below_the_other_is_refused_with_both() -> None:
    """The fault names the course and both sizes."""
    course = COUNTY.courses[0]
    with pytest.raises(CellFault, match=f"“{course.name}”的最小班额 900 大于最大班额 {course.max_size}"):
        Change("least-size", course.name, 900).apply(COUNTY)


def test_no_vacancies_to_scale_is_refused() -> None:
    """A workbook without 岗位 counts every job fully; there is nothing to cut."""
    with pytest.raises(CellFault, match="没有“岗位”表"):
        Change("vacancies", None, 0.5).apply(replace(COUNTY, pools=None))


def test_money_from_nothing_has_no_proportion() -> None:
    """All funds at zero cannot be raised in proportion."""
    with pytest.raises(CellFault, match="各项资金都是 0"):
        Change("total-money", None, 100).apply(replace(COUNTY, funds=(Fund("甲", 0), Fund("乙", 0))))


def test_a_scenario_applies_its_changes_in_order_and_tells_them() -> None:
    """Half of an amount set before it, with one assumption for each change."""
    scenario = Scenario("减半", (Change("fund", FUND.name, 1_001), Change("fund-factor", FUND.name, 0.5)))
    after = scenario.apply(COUNTY)
    assert money(after)[FUND.name] == 501  # 500.5 rounded half up
    assert after.assumptions[len(COUNTY.assumptions):] == (
        f"情景“减半”：“{FUND.name}”改为 10.01 元",
        f"情景“减半”：“{FUND.name}”为原来的 50%（减 50%）",
    )


def test_a_scenario_without_changes_is_the_base() -> None:
    """Nothing changes, and it says so."""
    assert Scenario("基准").apply(COUNTY) == COUNTY
    assert "不作改变" in Scenario("基准").sentence


def test_late_approval_counts_from_the_default_start() -> None:
    """Without 最早开班 the ten working days of the application come first."""
    county = a_tiny_instance(settings=replace(a_tiny_instance().settings, earliest_start=None, weeks=8))
    assert Change("late-approval", None, 1).apply(county).settings.earliest_start == date(2026, 3, 21)


@pytest.mark.parametrize(
    ("factor", "words"), [(0.75, "75%（减 25%）"), (1.5, "150%（增 50%）"), (1.0, "100%"), (0.333, "33.3%（减 66.7%）")]
)
def test_factors_are_told_as_per_cent(factor: float, words: str) -> None:
    """What is left and what changes, without rounding noise."""
    assert percent_words(factor) == words


@given(st.lists(st.integers(0, 60), max_size=12), st.fractions(0, 3, max_denominator=100))
def test_scaled_counts_have_the_exact_total(counts: list[int], factor: Fraction) -> None:
    """Each within one of its share, all together the rounded total, and none grows by a factor below one."""
    scaled = scaled_exactly(counts, factor)
    assert sum(scaled) == int(sum(counts) * factor + Fraction(1, 2))
    assert all(abs(after - before * factor) < 1 for before, after in zip(counts, scaled, strict=True))
    if factor <= 1:
        assert all(after <= before for before, after in zip(counts, scaled, strict=True))
