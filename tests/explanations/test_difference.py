"""Differences of two plans: nothing is lost, everything adds up, and reasons are the checker's."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from planner.cli import main
from planner.domain.instance import BusyWeek, Instance, Provider, Venue
from planner.domain.plan import Plan
from planner.engine.solve import Options
from planner.explanations.difference import Change, compare_plans
from planner.export.explanation_difference import difference_sentences
from planner.export.record import write_record
from planner.model import weeks as timeline
from planner.workbook.read import read_workbook
from tests.explanations.builders import explained, recorded

INSTANCES = Path(__file__).parents[2] / "instances"


@pytest.fixture(scope="module")
def demo() -> tuple[Instance, Plan]:
    """The bundled three-township county and a quick plan of it."""
    instance = read_workbook(INSTANCES / "demo.xlsx").instance
    plan = explained(instance, Options(effort=0.01, fixing_options=0))
    return instance, recorded(plan.problem, plan.classes)


def another(demo: tuple[Instance, Plan], seed: int) -> Plan:
    """Another quick plan of the same county."""
    plan = explained(demo[0], Options(effort=0.005, seed=seed, fixing_options=0))
    return recorded(plan.problem, plan.classes)


def test_a_plan_does_not_differ_from_itself(demo: tuple[Instance, Plan]) -> None:
    """Every class is the same, every township at nought."""
    instance, plan = demo
    found = compare_plans(instance, plan, plan)
    assert found.same == len(plan.classes) and found.classes == ()
    assert all((one.classes, one.persons, one.cents) == (0, 0, 0) for one in found.townships)
    assert (found.persons, found.cents, found.value, found.same_input) == (0, 0, 0.0, True)


def test_a_dropped_and_an_added_class_are_told_from_each_side(demo: tuple[Instance, Plan]) -> None:
    """What one direction calls dropped the other calls added, with the opposite sign."""
    instance, plan = demo
    courses = [one.course for one in plan.classes]
    single = next(one for one in plan.classes if courses.count(one.course) == 1)
    shorter = replace(plan, classes=tuple(one for one in plan.classes if one is not single))
    (dropped,) = compare_plans(instance, shorter, plan).classes
    (added,) = compare_plans(instance, plan, shorter).classes
    assert (dropped.change, dropped.before, dropped.persons) == (Change.DROPPED, single, -single.size)
    assert (added.change, added.after, added.persons) == (Change.ADDED, single, single.size)
    assert dropped.cents == -added.cents < 0


def test_a_move_names_what_moved_and_a_head_more_is_no_move(demo: tuple[Instance, Plan]) -> None:
    """A later start, and one person fewer in another class."""
    instance, plan = demo
    first, second = plan.classes[0], plan.classes[1]
    later = replace(first, start_week=first.start_week + timedelta(weeks=1))
    smaller = replace(second, heads=(replace(second.heads[0], persons=second.heads[0].persons - 1), *second.heads[1:]))
    changed = replace(plan, classes=(later, smaller, *plan.classes[2:]))
    found = {one.change: one for one in compare_plans(instance, changed, plan).classes}
    assert set(found) == {Change.MOVED, Change.RESIZED}
    assert found[Change.MOVED].details == (f"开班 {first.start_week} → {later.start_week}",)
    assert found[Change.RESIZED].persons == -1 and found[Change.RESIZED].details == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_changes_add_up_to_the_difference_of_the_plans(demo: tuple[Instance, Plan], seed: int) -> None:
    """People, money and classes, over the classes and over the townships."""
    instance, plan = demo
    other = another(demo, seed)
    found = compare_plans(instance, plan, other)
    assert sum(one.persons for one in found.classes) == found.persons
    assert sum(one.cents for one in found.classes) == found.cents == plan.total_cost_cents - other.total_cost_cents
    assert sum(one.persons for one in found.townships) == found.persons
    assert sum(one.cents for one in found.townships) == found.cents
    assert sum(one.classes for one in found.townships) == len(plan.classes) - len(other.classes)
    paired = sum(one.change in (Change.MOVED, Change.RESIZED) for one in found.classes)
    added = sum(one.change is Change.ADDED for one in found.classes)
    assert found.same + paired + added == len(plan.classes)


def test_a_class_that_cannot_be_held_any_more_is_told_with_the_rule(demo: tuple[Instance, Plan]) -> None:
    """Farming now covers the year: the earlier class would break the ban, in the checker's words."""
    instance, plan = demo
    calendars = {township.calendar for township in instance.townships}
    busy = tuple(BusyWeek(name, monday, 1.0) for name in sorted(calendars) for monday in timeline.mondays(instance))
    seasonless = tuple(replace(course, season=()) for course in instance.courses)
    banned = replace(instance, busy_weeks=busy, crop_activities=(), courses=seasonless)
    empty = replace(plan, classes=(), payments=())
    for one in compare_plans(banned, empty, plan).classes:
        assert one.change is Change.DROPPED and one.why.startswith("按现在的工作簿不能开") and "农忙" in one.why


def test_a_class_of_a_vanished_venue_and_provider_is_told_and_counted_apart(demo: tuple[Instance, Plan]) -> None:
    """Names that the workbook has no more are a reason, not an error."""
    instance, plan = demo
    gone = replace(plan.classes[0], venue="旧校区", provider="旧机构")
    found = compare_plans(instance, replace(plan, classes=plan.classes[1:]), replace(plan, classes=(gone,)))
    dropped = [one for one in found.classes if one.change in (Change.DROPPED, Change.MOVED)]
    assert any("旧校区" in (one.why + "".join(one.details)) for one in dropped)
    assert any("旧校区" in one.township for one in found.townships)


def test_a_class_that_others_crowd_out_is_told_as_such() -> None:
    """One room, taken by the plan's own class in the same week."""
    from tests.oracle.enumeration import a_tiny_instance

    instance = a_tiny_instance(
        settings=replace(a_tiny_instance().settings, weeks=1), venues=(Venue("东山站", "东山"),),
        providers=(Provider("县职校", base="东山", teams=2),),
    )  # fmt: skip
    plan = explained(instance)
    record = recorded(plan.problem, plan.classes)
    (held,) = record.classes
    earlier = replace(record, classes=(held, replace(held, id="旧", heads=held.heads)))
    dropped = [one for one in compare_plans(instance, record, earlier).classes if one.change is Change.DROPPED]
    assert len(dropped) == 1 and dropped[0].why.startswith("现在还能开，但与本方案的班冲突")


def test_values_of_different_workbooks_are_not_compared(demo: tuple[Instance, Plan]) -> None:
    """The sentence says so instead of a number."""
    instance, plan = demo
    other = replace(plan, input_sha256="1" * 64, value=plan.value - 5)
    assert "不能直接相比" in difference_sentences(compare_plans(instance, plan, other))[0]
    assert "+5.0" in difference_sentences(compare_plans(instance, plan, replace(plan, value=plan.value - 5)))[0]


def test_explain_against_an_earlier_plan(demo: tuple[Instance, Plan], tmp_path: Path) -> None:
    """The verb reads the earlier plan and writes both sheets."""
    import openpyxl

    from planner.workbook.write import tables_of, write_tables
    from tests.oracle.enumeration import a_tiny_instance

    write_tables(tmp_path / "book.xlsx", tables_of(a_tiny_instance()))
    runner = CliRunner()
    solved = runner.invoke(main, ["solve", str(tmp_path / "book.xlsx"), "--out", str(tmp_path)])
    assert solved.exit_code == 0, solved.output
    write_record(demo[1], tmp_path / "old.json")
    words = ["explain", str(tmp_path / "book.xlsx"), str(tmp_path / "plan.json"), "--out", str(tmp_path)]
    result = runner.invoke(main, [*words, "--against", str(tmp_path / "old.json")])
    assert result.exit_code == 0, result.output
    assert "与原方案相比" in result.output
    names = openpyxl.load_workbook(tmp_path / "方案说明.xlsx").sheetnames
    assert {"两案差别", "两案差别（乡镇）"} <= set(names)
