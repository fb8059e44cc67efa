"""Decisions on classes: what a file may say, what it becomes in sheet 固定班, and what is wrong with it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from planner.domain.instance import Form, Lock, LockKind
from planner.errors import BadInput
from planner.replanning.decisions import Decision, option_words, read_decisions, with_decisions
from planner.workbook.read import read_workbook
from planner.workbook.write import tables_of, write_tables
from tests.oracle.enumeration import FIRST_WEEK, a_tiny_instance

OPTION: dict[str, Any] = {
    "course": "家政服务", "provider": "县职校", "venue": "东山站", "form": "集中", "start_week": FIRST_WEEK.isoformat(),
}  # fmt: skip


def a_decision(kind: LockKind = LockKind.REQUIRED, **changes: Any) -> Decision:
    return replace(Decision(kind, "家政服务", "县职校", "东山站", Form.FULL_TIME, FIRST_WEEK), **changes)


def written(folder: Path, *entries: Any) -> Path:
    path = folder / "decisions.json"
    path.write_text(json.dumps({"decisions": entries}, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_file_is_read_as_it_was_meant(tmp_path: Path) -> None:
    """Every part of an option is read; parts left out mean any; the id beside them is passed over."""
    path = written(
        tmp_path,
        OPTION | {"kind": "必须开", "note": "已通知", "class": "2026-0001"},
        {"kind": "禁止", "course": "家政服务"},
    )
    assert read_decisions(path) == (a_decision(note="已通知"), Decision(LockKind.FORBIDDEN, "家政服务"))


@pytest.mark.parametrize(("change", "said"), [
    ({"kind": "也许"}, "decisions[0].kind：不认识的要求（现为“也许”）；允许：必须开、禁止"),
    ({"course": ""}, "decisions[0].course：没有写课程"),
    ({"form": "夜校"}, "decisions[0].form：不认识的形式（现为“夜校”）；允许：集中、分散"),
    ({"start_week": "三月"}, "decisions[0].start_week：开班周看不懂（现为“三月”）"),
    ({"venue": 7}, "decisions[0].venue：应是文字（现为“7”）"),
    ({"note": "长" * 501}, "decisions[0].note：说明太长"),
    ({"teacher": "王"}, "decisions[0].teacher：不认识的项（现为“王”）"),
])  # fmt: skip
def test_a_faulty_entry_is_quoted_with_its_place(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    """Place, problem, value found, what is allowed."""
    with pytest.raises(BadInput) as raised:
        read_decisions(written(tmp_path, OPTION | {"kind": "必须开"} | change))
    assert said in str(raised.value)


@pytest.mark.parametrize("content", ["", "[1]", '{"decisions": 3}', "\x00"])
def test_a_file_that_is_no_list_of_decisions_gets_a_sentence(tmp_path: Path, content: str) -> None:
    """No trace, whatever the file holds."""
    path = tmp_path / "decisions.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(BadInput, match="决定文件"):
        read_decisions(path)


def test_two_decisions_on_one_option_demand_two_classes() -> None:
    """The lock's number is that of the decisions, its note holds both."""
    locked = with_decisions(a_tiny_instance(), (a_decision(note="甲"), a_decision(note="乙")), "d.json")
    (lock,) = locked.locks
    assert (lock.kind, lock.number, lock.note, lock.persons) == (LockKind.REQUIRED, 2, "甲；乙", None)
    assert any("锁定 2 个班" in sentence for sentence in locked.assumptions)


def test_a_decision_joins_the_workbook_s_own_row() -> None:
    """One row stays one row: the larger number, both notes."""
    own = Lock("家政服务", LockKind.REQUIRED, "县职校", "东山站", Form.FULL_TIME, FIRST_WEEK, None, 3, "原有")
    (lock,) = with_decisions(a_tiny_instance(locks=(own,)), (a_decision(note="新的"),), "d.json").locks
    assert (lock.number, lock.note) == (3, "原有；新的")


def test_the_locks_survive_in_the_workbook(tmp_path: Path) -> None:
    """What is written beside the plan reads back with the same locks."""
    decisions = (a_decision(), a_decision(LockKind.FORBIDDEN, venue="西河站", note="停电"))
    locked = with_decisions(a_tiny_instance(), decisions, "d.json")
    write_tables(tmp_path / "input.xlsx", tables_of(locked))
    assert set(read_workbook(tmp_path / "input.xlsx").instance.locks) == set(locked.locks)


@pytest.mark.parametrize(("decision", "said"), [
    (a_decision(course="航天"), "decisions[0].course：工作簿没有这个课程（现为“航天”）"),
    (a_decision(provider="某校"), "decisions[0].provider：工作簿没有这个机构（现为“某校”）"),
    (a_decision(venue="某站"), "decisions[0].venue：工作簿没有这个场地（现为“某站”）"),
    (a_decision(start_week=date(1999, 1, 4)), "decisions[0].start_week：不是计划期内的周一（现为“1999-01-04”）"),
    (a_decision(start_week=FIRST_WEEK + timedelta(days=1)), "不是计划期内的周一"),
])  # fmt: skip
def test_a_name_or_week_the_workbook_lacks_is_a_fault(decision: Decision, said: str) -> None:
    """The plan may be older than the workbook."""
    with pytest.raises(BadInput) as raised:
        with_decisions(a_tiny_instance(), (decision,), "d.json")
    assert said in str(raised.value)


def test_an_option_cannot_be_demanded_and_forbidden() -> None:
    """Also where the ban is wider than the demand; the option is quoted."""
    both = (a_decision(), Decision(LockKind.FORBIDDEN, "家政服务", "县职校"))
    with pytest.raises(BadInput) as raised:
        with_decisions(a_tiny_instance(), both, "d.json")
    assert f"同一种安排既锁定又禁止（现为“{option_words(both[0])}”）" in str(raised.value)


def test_no_decisions_change_nothing() -> None:
    """The instance itself comes back."""
    instance = a_tiny_instance()
    assert with_decisions(instance, (), "") is instance
