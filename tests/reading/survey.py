"""Survey tables and registers as townships fill them in, made for the tests."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import xlsxwriter

from planner.domain.instance import Group
from planner.reading.values.identity import check_character
from planner.workbook.known import KnownCounty

YOUNG, MIDDLE, OLD = "40岁以下", "40-50岁", "50岁以上"
PLAIN, POOR, MOVED, BOTH = "一般", "脱贫", "易迁", "脱贫易迁"
GROUPS = (
    Group(PLAIN),
    Group(POOR, frozenset({"脱贫"})),
    Group(MOVED, frozenset({"易迁"})),
    Group(BOTH, frozenset({"脱贫", "易迁"})),
)
COUNTY = KnownCounty(
    townships=(("河镇", "某县"), ("山乡", "某县"), ("可乐彝族苗族乡", "某县")),
    courses={"焊工": frozenset({YOUNG, MIDDLE}), "家政服务员": None, "养老护理员": None},
    groups=GROUPS,
    plan_start=date(2026, 1, 5),
)

Cells = Sequence[Sequence[object]]
Merges = Sequence[tuple[str, object]]


def write_sheets(path: Path, sheets: dict[str, Cells], merges: dict[str, Sequence[str]] | None = None) -> Path:
    """Write rows to sheets; ``merges`` are ranges such as ``A1:C1`` whose value is that of their first cell."""
    with xlsxwriter.Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                for column, value in enumerate(row):
                    if value not in ("", None):
                        sheet.write(number, column, value)
            for area in (merges or {}).get(name, ()):
                first = area.partition(":")[0]
                column, row = ord(first[0]) - 65, int(first[1:]) - 1
                sheet.merge_range(area, rows[row][column])
    return path


SURVEY_TOP: Cells = [
    ["附件1"],
    ["某县2026年职业技能培训需求摸底表"],
    ["填报单位（盖章）：某县人社局", "", "", "", "", "填报时间：2025年12月   单位：人"],
    ["序号", "乡镇(街道)", "有培训意愿人数", "年龄段", "", "", "意愿工种及人数", "", "", "备注"],
    ["", "", "", "40岁以下", "40-50岁", "50岁以上", "电焊工", "家政", "其他(注明)", ""],
]
SURVEY_MERGES = ("A2:J2", "A4:A5", "B4:B5", "C4:C5", "D4:F4", "G4:I4", "J4:J5")


def id_number(born: str, sequence: int) -> str:
    """Return a valid, invented ID number."""
    body = f"530627{born}{sequence:03d}"
    return body + check_character(body)


REGISTER_TOP = (
    *("序号", "乡(镇)", "行政村", "姓名", "18位身份证号", "手机号码", "户编号", "脱贫属性", "是否易地搬迁户"),
    *("培训意愿", "意愿培训工种", "意愿培训工种2", "意愿培训工种3", "培训工种"),
)


def register_rows(people: int, seed: int = 1) -> list[list[object]]:
    """Return the rows of a register of invented people, all of them willing."""
    dice = random.Random(seed)
    courses = ("电焊工", "家政", "养老护理", "")
    rows: list[list[object]] = [list(REGISTER_TOP)]
    for number in range(people):
        born = f"{dice.randint(1967, 2007)}{dice.randint(1, 12):02d}{dice.randint(1, 28):02d}"
        wishes = [dice.choice(courses) for _ in range(3)]
        rows.append(
            [number + 1, dice.choice(("河镇", "山乡", "可乐乡")), "一村", f"姓名{number}"]
            + [
                id_number(born, number % 1000),
                f"139{number:08d}",
                f"H{number // 4}",
                dice.choice(("脱贫户", "一般户")),
                dice.choice(("是", "否", "")),
            ]
            + ["是", *wishes, ""]
        )
    return rows
