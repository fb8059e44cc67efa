"""A record that is wrong anywhere gives violations, never an exception."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest

from planner.checker import check_plan, format_report
from tests.checker.builders import a_small_instance, a_timetabled_record, a_valid_record, unplaced, without_days

NASTY: tuple[object, ...] = (
    None,
    True,
    "",
    "\ud800",
    "９９.００",
    "9999-12-27",
    "0001-01-01",
    "2026-W05-1",
    -1,
    0.5,
    10**5000,
    float("nan"),
    float("-inf"),
    1e308,
    [],
    {},
    [[]],
)

Path = tuple[str | int, ...]


def paths(node: Any, path: Path = ()) -> Iterator[Path]:
    """Every place below the top of a parsed JSON value."""
    entries = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in entries:
        yield (*path, key)
        yield from paths(child, (*path, key))


def a_record_with_everything() -> dict[str, Any]:
    """The timetabled plan in which K2 has two days and K3 none, since every field of it is spoilt in turn."""
    record = without_days(a_timetabled_record(), "K3")
    record["timetable"]["unplaced"] = [unplaced("K3", "K2")]
    first_days = ("2026-02-10", "2026-02-14")
    record["sessions"] = [each for each in record["sessions"] if each["date"] in first_days]
    return record


def parent_of(record: Any, path: Path) -> Any:
    """The object or list that holds the last step of a path."""
    for step in path[:-1]:
        record = record[step]
    return record


@pytest.mark.parametrize("nasty", NASTY, ids=lambda nasty: repr(nasty)[:20] if not isinstance(nasty, int) else "int")
def test_a_nasty_value_anywhere_is_survived(nasty: object) -> None:
    """Every field of the valid record in turn holds the value; the check ends with a report."""
    instance, record = a_small_instance(), a_record_with_everything()
    for path in list(paths(record)):
        broken = deepcopy(record)
        parent_of(broken, path)[path[-1]] = nasty
        report = check_plan(instance, broken)
        assert all(violation.message for violation in report.violations), path


def test_a_missing_field_anywhere_is_named() -> None:
    """Every field of every object in turn is dropped; the report says which is missing. Only timetable may be."""
    instance, record = a_small_instance(), a_record_with_everything()
    for path in [path for path in paths(record) if isinstance(path[-1], str) and path != ("timetable",)]:
        broken = deepcopy(record)
        del parent_of(broken, path)[path[-1]]
        faults = [found for found in check_plan(instance, broken).violations if found.rule == "record-shape"]
        assert any(str(path[-1]) in found.where and "缺少" in found.message for found in faults), path


@pytest.mark.parametrize("record", [None, [], "方案", 5, {}])
def test_something_that_is_no_plan_is_rejected(record: Any) -> None:
    """Not even an object, or an empty one."""
    assert any(found.rule == "record-shape" for found in check_plan(a_small_instance(), record).violations)


def test_fields_the_contract_does_not_know_are_ignored() -> None:
    """A later version may add fields."""
    record = a_valid_record() | {"备注": {"任意": [1]}}
    assert check_plan(a_small_instance(), record).violations == ()


def test_a_record_written_and_read_as_json_is_accepted() -> None:
    """The checker reads what json.loads gives."""
    assert check_plan(a_small_instance(), json.loads(json.dumps(a_valid_record()))).violations == ()


def test_the_printed_report_can_always_be_encoded() -> None:
    """Half a surrogate pair in a name must not break the output."""
    record = a_valid_record()
    record["classes"][0]["course"] = "\ud800"
    assert "没有名为“?”的课程" in format_report(check_plan(a_small_instance(), record)).encode("utf-8").decode("utf-8")
