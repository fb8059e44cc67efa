"""Registers for provincial training systems (.csv): classes, sessions, exams and the frame of the pupils' register.

Each register is written twice, with Chinese headings and with the systems' field codes, one heading row each, so that
either can be mapped to a system's template by machine. Where no code is known, the Chinese heading stands in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.csv_file import Cell, write_csv
from planner.export.days import count_days
from planner.export.figures import count_classes
from planner.export.folders import PaperFolders
from planner.export.register_fields import (
    CLASSES,
    EXAMS,
    SEATS,
    SESSIONS,
    ClassRow,
    ExamRow,
    Register,
    Row,
    SeatRow,
    SessionRow,
)

CHINESE, CODES = "中文表头", "字段代码"
"""Folders of the two kinds of heading."""

FIELD_LIST: Final = "字段说明.csv"


def write_registers(instance: Instance, plan: Plan, folders: PaperFolders) -> tuple[Path, ...]:
    """Write the registers and the list of their fields below ``folders.registers``, making it, and return the files.

    Sessions and exams have a register only when the plan has any.

    Raises
    ------
    BadInput
        When a file cannot be written.
    """
    classes = _class_rows(instance, plan)
    files: list[Path] = []
    told: list[Sequence[Cell]] = [("文件", "列", "中文表头", "字段代码", "填写", "说明")]

    def write(register: Register[Row], rows: Sequence[Row]) -> None:
        if not rows:
            return
        lines = register.lines(rows)
        headings = [field.name for field in register.fields]
        codes = [field.code or field.name for field in register.fields]
        for folder, first in ((CHINESE, headings), (CODES, codes)):
            files.append(write_csv(folders.registers / folder / register.file, [first, *lines]))
        told.extend(
            (register.file, number, field.name, field.code, "已填" if field.value else "留空", field.note)
            for number, field in enumerate(register.fields, 1)
        )

    write(CLASSES, classes)
    write(SESSIONS, [SessionRow(row, day, one) for row in classes for day in row.days for one in day.sessions])
    write(EXAMS, [ExamRow(row, row.exam) for row in classes if row.exam])
    write(SEATS, [seat for row in classes for seat in _seats(row)])
    files.append(write_csv(folders.registers / FIELD_LIST, told))
    return tuple(files)


def _seats(row: ClassRow) -> list[SeatRow]:
    heads = [entry for entry in row.figures.planned.heads for _ in range(entry.persons)]
    return [SeatRow(row, number, entry) for number, entry in enumerate(heads, 1)]


def _class_rows(instance: Instance, plan: Plan) -> list[ClassRow]:
    counties = {township.name: township.county for township in instance.townships}
    days = count_days(plan)
    # The registers show no jobs; zero for every class leaves the other figures as they are.
    return [
        ClassRow(figures, counties[figures.township], days[figures.planned.id].by_day, days[figures.planned.id].exam)
        for figures in count_classes(instance, plan, dict.fromkeys((c.id for c in plan.classes), 0.0))
    ]
