"""Person-level registers: people become cohorts and wishes; names and numbers stay where they were."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from planner.reading.choices import ReadingChoices
from planner.reading.process import ask_child
from planner.reading.read import DemandReading, read_demand
from planner.reading.report import Level
from tests.reading.survey import (
    BOTH,
    COUNTY,
    MIDDLE,
    OLD,
    PLAIN,
    POOR,
    REGISTER_TOP,
    YOUNG,
    id_number,
    register_rows,
    write_sheets,
)

TITLE = [["某县农村劳动力实名制登记台账"], ["填报单位：某县人社局"]]
_AT = {heading: position for position, heading in enumerate(REGISTER_TOP)}
_PLACE, _ID = _AT["乡(镇)"], _AT["18位身份证号"]


def person(born: str = "19900101", number: int = 1, **cells: object) -> list[object]:
    """Return a row of a register: a willing person of 河镇 who wishes 家政."""
    row: list[object] = [""] * len(REGISTER_TOP)
    filled = {"乡_镇": "河镇", "姓名": "张某某", "18位身份证号": id_number(born, number), "手机号码": "13900000000"}
    filled |= {"培训意愿": "是", "意愿培训工种": "家政"}
    for heading, value in (filled | cells).items():
        row[_AT["乡(镇)" if heading == "乡_镇" else heading.removeprefix("_")]] = value
    return row


def register(tmp_path: Path, *people: list[object], name: str = "台账.xlsx", **sheets: list[list[object]]) -> Path:
    rows = [*TITLE, list(REGISTER_TOP), *people]
    return write_sheets(tmp_path / name, {"台账": rows, **sheets})


def read(*paths: Path, **choices) -> DemandReading:
    return read_demand(paths, COUNTY, ReadingChoices(**choices))


def said(reading: DemandReading, *levels: Level) -> str:
    return "\n".join(map(str, reading.report.all_findings(*levels)))


def test_age_comes_from_the_number_on_the_day_the_plan_starts(tmp_path: Path):
    """The plan starts on 2026-01-05: who was born on 1986-01-05 is forty, a day later thirty-nine."""
    people = [person("19860105", 1), person("19860106", 2), person("19700101", 3)]
    assert read(register(tmp_path, *people)).people.cohorts == {
        ("河镇", MIDDLE, PLAIN): 1,
        ("河镇", YOUNG, PLAIN): 1,
        ("河镇", OLD, PLAIN): 1,
    }


def test_ranked_wishes_all_count_and_ranks_can_be_fewer(tmp_path: Path):
    row = person(意愿培训工种="电焊工", 意愿培训工种2="家政", 意愿培训工种3="养老护理")
    path = register(tmp_path, row)
    assert {key[3] for key in read(path).people.demand} == {"焊工", "家政服务员", "养老护理员"}
    assert {key[3] for key in read(path, ranks=1).people.demand} == {"焊工"}


def test_one_course_under_two_names_is_one_wish(tmp_path: Path):
    row = person(意愿培训工种="电焊工", 意愿培训工种2="焊工")
    assert sum(read(register(tmp_path, row)).people.demand.values()) == 1


def test_tags_make_the_group(tmp_path: Path):
    people = [
        person(number=1, 脱贫属性="脱贫户", 是否易地搬迁户="是"),
        person(number=2, 脱贫属性="建档立卡贫困户", 是否易地搬迁户="否"),
        person(number=3, 脱贫属性="一般户"),
    ]
    assert {key[2]: n for key, n in read(register(tmp_path, *people)).people.cohorts.items()} == {
        BOTH: 1, POOR: 1, PLAIN: 1,
    }  # fmt: skip


def test_a_person_in_two_townships_counts_once_and_is_found(tmp_path: Path):
    people = [person(number=1), person(number=2), person(number=1, 乡_镇="山乡")]
    reading = read(register(tmp_path, *people))
    assert reading.people.cohorts == {("河镇", YOUNG, PLAIN): 2}
    sentence = "台账!A6：与第 4 行是同一人（身份证号相同）（河镇、山乡两地都有），不重复计入"
    assert sentence in said(reading, Level.WARNING)


def test_a_person_in_two_files_counts_once(tmp_path: Path):
    paths = [register(tmp_path, person(行政村=name), name=f"{name}.xlsx") for name in ("河镇", "山乡")]
    reading = read(*paths)
    assert reading.people.persons == 1
    assert "与“河镇.xlsx 台账”第 4 行是同一人" in said(reading, Level.WARNING)


def test_a_training_already_taken_is_not_wished_again(tmp_path: Path):
    path = register(tmp_path, person(意愿培训工种="家政", 意愿培训工种2="电焊工", 培训工种="家政服务"))
    reading = read(path)
    assert {key[3] for key in reading.people.demand} == {"焊工"}
    assert "1 人次意愿与本人已参加过的培训相同，不计入" in said(reading, Level.WARNING)
    assert len(read(path, repeated_training=True).people.demand) == 2


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ({"培训意愿": "否"}, "不愿参加培训"),
        ({"培训意愿": "", "意愿培训工种": ""}, "没有填写培训意愿"),
        ({"_18位身份证号": id_number("19400101", 9)}, "年龄不在任何年龄段内"),
    ],
)
def test_who_is_left_out_is_said(tmp_path: Path, cells: dict[str, str], why: str):
    reading = read(register(tmp_path, person(number=1), person(number=2, **cells)))
    assert reading.people.persons == 1
    assert why in said(reading, Level.UNDERSTOOD)


def test_a_number_typed_as_a_number_has_lost_digits_and_is_an_error(tmp_path: Path):
    reading = read(register(tmp_path, person(_18位身份证号=530627199001010000)))
    (fault,) = [f for f in reading.report.faults() if f.cell]
    assert fault.place == "台账!E4"
    assert "已丢失" in fault.problem and fault.found == "" and "文本" in fault.remedy


SECRETS = ("张某某", "13912345678", "赵六")


def test_no_name_and_no_number_leaves_the_child_process(tmp_path: Path):
    """Good rows, faulty rows and duplicates: neither the answer of the process nor the report holds any of it."""
    numbers = [id_number("19900101", 7), "530627199013990011", "53062719900101", "1.5E+17"]
    people = [person(_18位身份证号=number, 姓名="赵六", 手机号码="13912345678") for number in (*numbers, numbers[0])]
    path = register(tmp_path, *people)
    request = {"task": "understand", "courses": [], "on": "2026-01-05", "key": "ab" * 16}
    answer = ask_child(path.name, path.read_bytes(), request | {"choices": ReadingChoices().as_json()})
    reading = read(path)
    told = json.dumps([answer, reading.report.as_json()], ensure_ascii=False)
    told += "".join(map(str, reading.report.faults()))
    assert len(reading.report.all_findings(Level.ERROR)) == 3
    for secret in (*SECRETS, *numbers):
        assert secret not in told


def test_a_number_in_a_shifted_cell_does_not_leave_either(tmp_path: Path):
    number = id_number("19900101", 7)
    path = register(tmp_path, person(乡_镇=number, 意愿培训工种=f"家政{number}", 脱贫属性=number))
    request = {"task": "understand", "courses": [], "on": "2026-01-05", "key": "ab" * 16}
    answer = ask_child(path.name, path.read_bytes(), request | {"choices": ReadingChoices().as_json()})
    assert answer["sheets"][0]["people"]["townships"] == ["…"]
    assert number[:17] not in json.dumps(answer)


def test_hashes_of_two_readings_cannot_be_compared(tmp_path: Path):
    path = register(tmp_path, person())
    request = {"task": "understand", "courses": [], "on": "2026-01-05", "choices": ReadingChoices().as_json()}
    keys = {
        ask_child(path.name, path.read_bytes(), request | {"key": key * 16})["sheets"][0]["people"]["keys"][0]
        for key in ("ab", "cd")
    }
    assert len(keys) == 2


def test_a_hundred_columns_read_the_same(tmp_path: Path):
    rows = register_rows(60)
    plain = write_sheets(tmp_path / "a.xlsx", {"台账": rows})
    extra = [f"其他信息{n}" for n in range(100 - len(rows[0]))]
    filled = [[*row, *["无"] * len(extra)] for row in rows[1:]]
    wide = write_sheets(tmp_path / "b.xlsx", {"台账": [rows[0] + extra, *filled]})
    first, second = read(plain), read(wide)
    assert first.people.persons > 50
    assert (first.people.cohorts, first.people.demand) == (second.people.cohorts, second.people.demand)


def test_a_roster_with_typed_ages_needs_no_numbers(tmp_path: Path):
    person = [1, "张某某", "45岁", "河镇", "脱贫户", "家政、电焊工"]
    rows = [["序号", "姓名", "年龄", "乡镇", "人员类别", "意愿工种1"], person]
    reading = read(write_sheets(tmp_path / "花名册.xlsx", {"花名册": rows}))
    assert {key[1:3] for key in reading.people.cohorts} == {(MIDDLE, POOR)}
    assert {key[3] for key in reading.people.demand} == {"家政服务员", "焊工"}
    assert "无法查重" in said(reading, Level.WARNING)
