"""The JSON record: the contract's shape, the way back, equal bytes and refused files."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest

from planner.domain.plan import Plan
from planner.errors import BadInput
from planner.export.record import plan_to_record, read_record, record_to_plan, write_record, yuan_text

from .builders import a_plan, an_instance, with_days


def test_record_has_the_contracts_keys_in_its_order() -> None:
    """The top-level keys are those of the contract's section 4, in its order."""
    keys = " ".join(plan_to_record(a_plan()))
    assert keys == (
        "contract input_sha256 version seed status value bound gap linked_jobs unlinked_jobs total_cost seconds "
        "classes payments placements targets sessions exams inspections unserved assumptions"
    )


def test_entries_have_the_contracts_keys_in_its_order() -> None:
    """The entries of each list are shaped as the contract's example."""
    record = plan_to_record(a_plan())
    shapes = {key: list(record[key][0]) for key in ("classes", "payments", "placements", "targets", "unserved")}
    assert shapes == {
        "classes": ["id", "course", "provider", "venue", "form", "start_week", "end_week", "heads"],
        "payments": ["class", "fund", "kind", "group", "amount"],
        "placements": ["occupation", "end_week", "age_band", "pool", "jobs"],
        "targets": ["id", "value", "missing"],
        "unserved": ["township", "age_band", "group", "course", "persons", "reason"],
    }
    assert list(record["classes"][0]["heads"][0]) == ["township", "age_band", "group", "persons"]


def test_words_weeks_and_money_are_written_as_the_contract_shows() -> None:
    """Forms and kinds are the field's words, weeks ISO Mondays, money yuan with two decimals."""
    record = plan_to_record(a_plan())
    assert record["classes"][0]["form"] == "集中"
    assert record["classes"][0]["start_week"] == "2026-03-02"
    assert record["payments"][0] == {
        "class": "K001", "fund": "就业补助资金", "kind": "培训补贴", "group": "一般", "amount": "26400.00",
    }  # fmt: skip
    assert record["status"] == "feasible"


@pytest.mark.parametrize(("cents", "text"), [(0, "0.00"), (5, "0.05"), (123_450, "1234.50"), (-105, "-1.05")])
def test_amounts_have_two_decimals(cents: int, text: str) -> None:
    """An amount in cents becomes yuan with exactly two decimals."""
    assert yuan_text(cents) == text


def test_a_timetable_has_the_contracts_keys_and_reads_back() -> None:
    """Sessions, exams and inspections are shaped as the contract's example and survive the way out and back."""
    plan = with_days(an_instance(), a_plan(gap=0.004))
    record = plan_to_record(plan)
    assert record["sessions"][0] == {
        "class": "K001", "date": "2026-03-02", "half": "上午", "room": 1, "kind": "理论",
        "teachers": ["赫章县中等职业学校教师1"],
    }  # fmt: skip
    assert record["exams"][0] == {"class": "K001", "date": "2026-03-16"}
    assert record["inspections"][0] == {"class": "K001", "date": "2026-03-03", "inspector": "督查员1"}
    assert record_to_plan(record) == plan


def test_record_reads_back_as_the_same_plan(tmp_path: Path) -> None:
    """Written and read back, a plan is equal to itself, apart from digits beyond the ninth."""
    plan = replace(a_plan(), gap=0.004032258)
    write_record(plan, tmp_path / "plan.json")
    assert record_to_plan(read_record(tmp_path / "plan.json")) == plan


def test_equal_plans_give_equal_bytes(tmp_path: Path) -> None:
    """Two equal plans whose jobs differ only by rounding noise give the same file."""
    write_record(a_plan(value=24.7, linked_jobs=0.0), tmp_path / "one.json")
    write_record(a_plan(value=24.7 + 1e-13, linked_jobs=-0.0), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()


def test_file_is_plain_utf8_with_a_final_newline(tmp_path: Path) -> None:
    """Chinese stands in the file as it is read, and the file ends with one newline."""
    write_record(a_plan(), tmp_path / "plan.json")
    text = (tmp_path / "plan.json").read_bytes().decode("utf-8")
    assert "可乐彝族苗族乡" in text
    assert text.endswith("}\n")
    assert "\r" not in text


def test_nothing_proved_is_null_and_comes_back_as_infinite() -> None:
    """A bound that is not proved has no number in JSON."""
    record = plan_to_record(a_plan(bound=math.inf, gap=math.inf))
    assert (record["bound"], record["gap"]) == (None, None)
    assert record_to_plan(record).bound == math.inf


def test_writing_leaves_no_draft_behind(tmp_path: Path) -> None:
    """After writing, the folder holds the record alone."""
    write_record(a_plan(), tmp_path / "plan.json")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


def test_failed_writing_keeps_the_old_file(tmp_path: Path) -> None:
    """A plan that cannot be recorded leaves the record of before untouched."""
    path = tmp_path / "plan.json"
    path.write_text("old", encoding="utf-8")
    unrecordable: Plan = a_plan(assumptions=(object(),))
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_record(unrecordable, path)
    assert [(found.name, found.read_text(encoding="utf-8")) for found in tmp_path.iterdir()] == [("plan.json", "old")]


def test_folder_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    """Writing into a missing folder names the file and what to do."""
    with pytest.raises(BadInput, match=r"plan\.json：无法写入该文件.*换一个输出文件夹"):
        write_record(a_plan(), tmp_path / "missing" / "plan.json")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "方案文件不完整或不是 JSON（现为“空文件”）"),
        (b'{"contract": 1, "classes": [', "方案文件不完整或不是 JSON（现为“第 1 行第 29 个字符处读不下去”）"),
        (b"PK\x03\x04\xff\xfe", "方案文件不是 UTF-8 编码的文本"),
        (b"[1, 2]", "方案文件的内容不是一份方案（现为“[1, 2]”）"),
        (b"[" * 200_000, "方案文件不完整或不是 JSON"),
    ],
    ids=["empty", "truncated", "not-text", "not-an-object", "too-deep"],
)
def test_unreadable_record_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """A file that is no whole JSON object is refused with a sentence that names the file."""
    (tmp_path / "plan.json").write_bytes(content)
    with pytest.raises(BadInput) as refusal:
        read_record(tmp_path / "plan.json")
    assert f"plan.json：{message}" in str(refusal.value)


def test_missing_record_is_refused(tmp_path: Path) -> None:
    """A missing file is said to be missing."""
    with pytest.raises(BadInput, match=r"plan\.json：找不到方案文件"):
        read_record(tmp_path / "plan.json")


def test_record_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """A record saved again by a Windows editor is still read."""
    (tmp_path / "plan.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(plan_to_record(a_plan())).encode())
    assert read_record(tmp_path / "plan.json")["seed"] == 7


def test_every_fault_of_a_record_is_found_at_once() -> None:
    """Missing and misread values are reported together, each at its place."""
    record = plan_to_record(a_plan())
    del record["seed"]
    record["total_cost"] = "12.345"
    record["status"] = "好"
    record["classes"][1]["start_week"] = "3月上旬"
    record["classes"][0]["heads"][1]["persons"] = 2.5
    record["targets"] = "无"
    record["payments"][0] = None
    with pytest.raises(BadInput) as refusal:
        record_to_plan(record)
    places = {fault.place for fault in refusal.value.faults}
    assert places >= {
        "seed",
        "total_cost",
        "status",
        "classes[1].start_week",
        "classes[0].heads[1].persons",
        "targets",
        "payments[0]",
    }
    assert 'total_cost：这一项的值读不懂（现为“"12.345"”）；允许：以元计、至多两位小数的金额文字' in str(refusal.value)
