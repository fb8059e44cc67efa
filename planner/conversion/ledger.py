"""New results for 历史: a 培训台账 with who was trained, passed and employed after one, three and six months.

A ledger row is a class, or a part of one: 工种 or 课程, 机构, 年龄段, 群体, 培训人数, 合格, 就业 after 1, 3 and 6
months. Courses and groups may stand under other names that surely mean the same, which is told; likely ones are named
in the fault. History takes the third month. Rows of 先就业后培训 are left out (their people had a job before the
class), rows without a third month too, and rows that history has already; each is told. Names and ID numbers are never
read.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl

from planner.domain.instance import Instance, PastOutcome
from planner.errors import BadInput, Fault
from planner.reading.files.addresses import cell_name
from planner.reading.words import CourseNames, GroupNames
from planner.workbook.cells import CellFault, is_blank, normalised, read_cell, shown
from planner.workbook.schema import ALL, HISTORY, PROVIDERS, Column, Kind, Sheet
from planner.workbook.sources import RawSheet, read_source

MONTHS = (1, 3, 6)
_HEADINGS = {
    "course": ("课程", "工种", "培训工种", "培训课程", "职业工种", "course"),
    "age_band": ("年龄段", "age_band"),
    "group": ("群体", "人员类别", "group"),
    "provider": ("机构", "培训机构", "承训机构", "provider"),
    "mode": ("培训模式", "模式"),
    "trained": ("参训", "培训人数", "参训人数", "trained"),
    "passed": ("合格", "合格人数", "passed"),
    "employed_1": ("1月就业", "一月就业", "就业1月", "就业(1月)", "1个月就业"),
    "employed": ("三月就业", "3月就业", "就业3月", "就业(3月)", "3个月就业", "employed"),
    "employed_6": ("6月就业", "六月就业", "就业6月", "就业(6月)", "6个月就业"),
}
_REQUIRED = ("course", "trained", "employed")
_COUNT = Column("人数", "count", Kind.WHOLE, "人数", minimum=0)
_EMPLOYED_FIRST = ("先就业后培训", "先就业、后培训", "岗前")
_SEARCHED_ROWS = 10


@dataclass(frozen=True, slots=True)
class Learnt:
    """Rows for 历史, what was left out, and (months, people, employed) over the rows that state all three months."""

    rows: tuple[PastOutcome, ...]
    notes: tuple[str, ...]
    months: tuple[tuple[int, int, int], ...]


def read_ledger(path: Path, instance: Instance) -> Learnt:
    """Read every sheet of a ledger that has the headings.

    Raises
    ------
    BadInput
        The file cannot be read, no sheet has the headings, or a cell is wrong: each with cell and remedy.
    """
    reader = _Reader(instance)
    for sheet in _sheets(path):
        reader.read(sheet)
    if reader.faults:
        raise BadInput(reader.faults)
    if not reader.tables:
        problem, allowed = "没有一张表有培训台账的表头", "课程（或工种）、培训人数、三月就业"
        raise BadInput([Fault(path.name, "", "", problem, "", allowed, "在前 10 行内补上表头")])
    return reader.learnt()


def _sheets(path: Path) -> tuple[RawSheet, ...]:
    """Sheets of a workbook, or the one table of a .csv file."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return read_source(path).sheets
    with tempfile.TemporaryDirectory() as folder:
        shutil.copyfile(path, Path(folder) / path.name)
        return read_source(Path(folder)).sheets


class _Reader:
    """Collects the rows, faults and notes of a ledger's sheets."""

    def __init__(self, instance: Instance) -> None:
        self._known = {
            "course": {course.name for course in instance.courses},
            "age_band": {band.name for band in instance.age_bands},
            "group": {group.name for group in instance.groups},
            "provider": {provider.name for provider in instance.providers},
        }
        self._names: dict[str, CourseNames | GroupNames] = {
            "course": CourseNames(sorted(self._known["course"])), "group": GroupNames(instance.groups)
        }  # fmt: skip
        self._occupations: dict[str, list[str]] = {}
        for course in instance.courses:
            self._occupations.setdefault(course.occupation, []).append(course.name)
        self._past = set(instance.history)
        self.faults: list[Fault] = []
        self.tables = 0
        self._rows: list[PastOutcome] = []
        self._notes: list[str] = []
        self._months = {month: [0, 0] for month in MONTHS}

    def learnt(self) -> Learnt:
        months = tuple((m, self._months[m][0], self._months[m][1]) for m in MONTHS if self._months[m][0])
        return Learnt(tuple(self._rows), tuple(dict.fromkeys(self._notes)), months)

    def read(self, sheet: RawSheet) -> None:
        """Read one sheet; without the headings it is passed over with a note."""
        header = _header(sheet)
        if header is None:
            self._notes.append(f"{sheet.name}：没有培训台账的表头，未读")
            return
        self.tables += 1
        top, columns = header
        for number, cells in enumerate(sheet.rows[top + 1 :], start=top + 2):
            raw = {key: cells[column] for key, column in columns.items() if column < len(cells)}
            first = normalised(next((cell for cell in cells if normalised(cell)), ""))
            if not normalised(raw.get("course")) or first.startswith(("合计", "小计", "总计")):
                continue
            self._read_row(sheet, number, columns, raw)

    def _read_row(self, sheet: RawSheet, number: int, columns: dict[str, int], raw: dict[str, Any]) -> None:
        place = f"{sheet.name}!{cell_name(number, columns['course'] + 1)}"
        if normalised(raw.get("mode")).startswith(_EMPLOYED_FIRST):
            self._notes.append(f"{place}：先就业后培训不是培训效果，未计入")
            return
        before = len(self.faults)

        def fault(key: str, problem: str, found: object, allowed: str, remedy: str) -> None:
            cell = cell_name(number, columns[key] + 1)
            self.faults.append(Fault(sheet.file, sheet.name, cell, problem, shown(found), allowed, remedy))

        names = {key: self._name(key, raw.get(key), fault) for key in ("course", "age_band", "group", "provider")}
        counts: dict[str, int | None] = {}
        for key in ("trained", "passed", "employed_1", "employed", "employed_6"):
            try:
                counts[key] = int(str(read_cell(_COUNT, raw[key]))) if normalised(raw.get(key)) else None
            except CellFault as wrong:
                counts[key] = None
                fault(key, wrong.problem, raw[key], wrong.allowed, wrong.remedy)
        trained = counts["trained"]
        if trained is None and len(self.faults) == before:
            fault("trained", "培训人数未填", "", "0 或正整数", "补填此格，或删去整行")
        for key, count in counts.items():
            if trained is not None and count is not None and count > trained:
                fault(key, "人数多于培训人数", raw[key], f"0 到 {trained}", "核对人数")
        if len(self.faults) > before or trained is None:
            return
        self._count_months(trained, counts)
        employed = counts["employed"]
        if employed is None:
            self._notes.append(f"{place}：三个月就业未填，暂不计入，填好后再载入")
            return
        passed = counts["passed"] if counts["passed"] is not None else trained
        row = PastOutcome(str(names["course"]), names["age_band"], names["group"], names["provider"], trained, passed,
                          employed)
        if row in self._past:
            self._notes.append(f"{place}：与“历史”中已有的一行完全相同，视为已载入，未重复计入")
        else:
            self._rows.append(row)

    def _count_months(self, trained: int, counts: dict[str, int | None]) -> None:
        stated = [counts[key] for key in ("employed_1", "employed", "employed_6")]
        for month, count in zip(MONTHS, stated, strict=True):
            if count is not None and None not in stated:
                self._months[month][0] += trained
                self._months[month][1] += count

    def _name(self, key: str, raw: object, fault: Any) -> str | None:
        name = normalised(raw)
        if key != "course" and name in ("", ALL):
            return None
        if name in self._known[key]:
            return name
        alike = self._occupations.get(name, []) if key == "course" else []
        if len(alike) == 1:
            return alike[0]
        match = self._names[key].match(name) if key in self._names and not alike else None
        if match is not None and match.meaning is not None:
            self._notes.append(match.remark)
            return match.meaning
        alike = alike or ([proposal.name for proposal in match.proposals] if match else [])
        what = {"course": "课程", "age_band": "年龄段", "group": "群体", "provider": "机构"}[key]
        known = alike or sorted(self._known[key])
        listed = "、".join(known[:8]) + ("……" if len(known) > 8 else "")
        remedy = f"改成“{what}”表中的名称" + ("" if key == "course" else "，或填“全部”")
        fault(key, f"工作簿里没有这个{what}", raw, listed, remedy)
        return None


def _header(sheet: RawSheet) -> tuple[int, dict[str, int]] | None:
    names = {name: key for key, headings in _HEADINGS.items() for name in headings}
    for number, cells in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        columns: dict[str, int] = {}
        for column, cell in enumerate(cells):
            text = normalised(cell).replace(" ", "")
            key = names.get(text) or names.get(text.removesuffix("(人)"))
            if key is not None:
                columns.setdefault(key, column)
        if all(key in columns for key in _REQUIRED):
            return number, columns
    return None


def append_history(workbook: Path, rows: tuple[PastOutcome, ...], out: Path) -> None:
    """Write a copy of an .xlsx workbook with the rows added to its sheet 历史; everything else stays as it is.

    Raises
    ------
    BadInput
        The workbook is no .xlsx file.
    """
    if workbook.suffix.lower() != ".xlsx":
        problem, remedy = "只能在 .xlsx 工作簿里追加历史", "用 Excel 或 WPS 打开，另存为 .xlsx 后重试"
        raise BadInput([Fault(workbook.name, "", "", problem, workbook.suffix, ".xlsx", remedy)])
    book = openpyxl.load_workbook(workbook)
    names = {normalised(name): name for name in book.sheetnames}
    found = names.get(HISTORY.name) or names.get(HISTORY.alias)
    headings = [column.heading for column in HISTORY.columns]
    if found is None:
        sheet, top = book.create_sheet(HISTORY.name), 1
        sheet.append(headings)
    else:
        sheet = book[found]
        top = _heading_row(sheet)
    columns = _written_columns(sheet, top)
    line = max(top, _last_row(sheet)) + 1
    for row in rows:
        for column in HISTORY.columns:
            value = getattr(row, column.attribute)
            sheet.cell(line, columns[column.alias], ALL if value is None else value)
        line += 1
    book.save(out)


def write_quality(workbook: Path, factors: Mapping[str, float]) -> list[str]:
    """Write 质量系数 of providers (hundredths) into an .xlsx where the cell is empty; return whose value was kept.

    A heading that is missing is added. A workbook without a sheet 机构 keeps every provider's 1.0.
    """
    book = openpyxl.load_workbook(workbook)
    names = {normalised(name): name for name in book.sheetnames}
    found = names.get(PROVIDERS.name) or names.get(PROVIDERS.alias)
    if found is None:
        return []
    sheet = book[found]
    top = _heading_row(sheet, PROVIDERS)
    headings = {normalised(cell.value): cell.column for cell in sheet[top] if normalised(cell.value)}
    name_column = headings.get("机构") or headings["provider"]
    column = headings.get("质量系数") or headings.get("quality")
    if column is None:
        column = max(headings.values()) + 1
        sheet.cell(top, column, "质量系数")
    kept = []
    for row in range(top + 1, _last_row(sheet) + 1):
        name = normalised(sheet.cell(row, name_column).value)
        if name in factors and is_blank(sheet.cell(row, column).value):
            sheet.cell(row, column, round(factors[name], 2))
        elif name in factors:
            kept.append(name)
    book.save(workbook)
    return kept


def _heading_row(sheet: Any, of: Sheet = HISTORY) -> int:
    known = {name for column in of.columns for name in (column.heading, column.alias)}
    rows = {row: sum(normalised(cell.value) in known for cell in sheet[row]) for row in range(1, _SEARCHED_ROWS + 1)}
    return max(rows, key=lambda row: (rows[row], -row))


def _written_columns(sheet: Any, top: int) -> dict[str, int]:
    """Column of each alias of 历史; headings that are missing are added on the right."""
    found = {normalised(cell.value): cell.column for cell in sheet[top] if normalised(cell.value)}
    columns = {}
    last = max(found.values(), default=0)
    for column in HISTORY.columns:
        place = found.get(column.heading) or found.get(column.alias)
        if place is None:
            last += 1
            place = last
            sheet.cell(top, place, column.heading)
        columns[column.alias] = place
    return columns


def _last_row(sheet: Any) -> int:
    """Last row with anything in it; formatted empty rows below do not count."""
    return max((cell.row for row in sheet.iter_rows() for cell in row if cell.value is not None), default=0)
