"""What one file says about who wants to learn what: each sheet's layout, its counts or its people, and a report.

Runs inside the child process; :mod:`planner.reading.read` puts the files of an upload together.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from typing import Any

from planner.reading.choices import ReadingChoices
from planner.reading.files.addresses import column_letters
from planner.reading.files.grid import Grid
from planner.reading.layouts.counts import Count, read_counts
from planner.reading.layouts.fields import COUNTS, Column, ColumnReader, Field
from planner.reading.layouts.register import People, holds_id_numbers, read_register
from planner.reading.layouts.yes_no import with_tag_columns
from planner.reading.report import ColumnReading, Level, SheetReport
from planner.reading.tables.heading import Heading, find_heading
from planner.reading.words import CourseNames

REGISTER, TABLE, NOTHING, SKIPPED = "实名台账", "汇总表", "未读", "不读"


@dataclass(slots=True)
class SheetReading:
    """What one sheet gave: counts or people (one of them empty), and the report on it."""

    report: SheetReport
    counts: list[Count] = field(default_factory=list)
    people: People = field(default_factory=People)


@dataclass(slots=True)
class FileReading:
    """The sheets of one file in its order."""

    sheets: list[SheetReading]

    def as_json(self) -> dict[str, Any]:
        """Return everything as plain values; no name and no ID number is among them."""
        return {
            "sheets": [
                {
                    "report": sheet.report.as_json(),
                    "counts": [astuple(count) for count in sheet.counts],
                    "people": sheet.people.as_json(),
                }
                for sheet in self.sheets
            ]
        }

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> FileReading:
        """Return the reading that :meth:`as_json` wrote."""
        return cls(
            [
                SheetReading(
                    SheetReport.from_json(sheet["report"]),
                    [Count(*count) for count in sheet["counts"]],
                    People.from_json(sheet["people"]),
                )
                for sheet in plain["sheets"]
            ]
        )


def understand(grids: Iterable[Grid], request: dict[str, Any]) -> FileReading:
    """Read every sheet of a file.

    Parameters
    ----------
    grids
        The sheets.
    request
        ``courses`` (known course names), ``tags`` (those of the county's groups), ``on`` (ISO date at which ages are
        reckoned), ``key`` (hexadecimal secret of this reading), ``choices`` (:class:`ReadingChoices` as JSON) and
        ``county`` (whose townships send the files, empty where not known, ``None`` for several counties).
    """
    choices = ReadingChoices.from_json(request["choices"])
    courses = CourseNames(request["courses"])
    confirmed = {*choices.names.get("课程", {})}
    reader = ColumnReader(
        lambda name: name in confirmed or courses.match(name).is_certain,
        choices.columns,
        lambda name: bool(courses.match(name).proposals),
        frozenset(request.get("tags", ())),
    )
    on, key = date.fromisoformat(request["on"]), bytes.fromhex(request["key"])
    sheets = _SheetReader(reader, choices, on, key, request.get("county", ""))
    return FileReading([sheets.read(grid) for grid in grids])


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads sheets of one upload; see :func:`understand`."""

    columns: ColumnReader
    choices: ReadingChoices
    on: date
    key: bytes
    county: str | None

    def read(self, grid: Grid) -> SheetReading:
        reading = SheetReading(SheetReport(grid.file, grid.name, NOTHING))
        report = reading.report
        report.personal = holds_id_numbers(grid)
        choice = self.choices.sheets.get(f"{grid.file}!{grid.name}")
        if choice == "skip":
            report.layout = SKIPPED
            report.say(Level.UNDERSTOOD, "按确认的选择不读此表")
            return reading
        if not grid.visible and choice != "read":
            report.layout = SKIPPED
            report.say(Level.UNDERSTOOD, "隐藏的工作表，未读", remedy="需要时取消隐藏")
            return reading
        heading = find_heading(grid, self.columns.knows)
        if heading is None:
            report.say(Level.UNDERSTOOD, "没有表格内容" if not len(grid.rows) else "找不到表头，未读")
            return reading
        person_columns = self.columns.person_columns(heading.columns)
        report.personal |= any(column.field in (Field.NAME, Field.ID_NUMBER) for column in person_columns)
        if self.columns.is_register(heading.columns):
            self._read_register(grid, heading, person_columns, reading)
        else:
            self._read_table(grid, heading, reading)
        return reading

    def _read_register(self, grid: Grid, heading: Heading, columns: Sequence[Column], reading: SheetReading) -> None:
        fields = {column.field for column in columns}
        report = reading.report
        _describe(report, grid, heading, columns)
        if not fields & {Field.WISH, Field.WILLING}:
            report.say(Level.UNDERSTOOD, "每行一人，但没有培训意愿或意愿工种的列，未读")
            return
        report.layout = REGISTER
        report.say(Level.DEFAULT, f"年龄按 {self.on.isoformat()} 计算")
        hidden = self.choices.hidden_rows
        reading.people = read_register(grid, heading, columns, report, on=self.on, key=self.key, hidden_rows=hidden)

    def _read_table(self, grid: Grid, heading: Heading, reading: SheetReading) -> None:
        report = reading.report
        columns = self.columns.count_columns(heading.columns)
        if any(column.field in COUNTS for column in columns):
            columns = with_tag_columns(grid, heading, columns, self.columns.tags, report)
        _describe(report, grid, heading, columns)
        if not any(column.field in COUNTS for column in columns):
            report.say(Level.UNDERSTOOD, "没有人数或意愿的列，未读")
            return
        report.layout = TABLE
        reading.counts = read_counts(grid, heading, columns, report, self.choices.hidden_rows, self.county)


def _describe(report: SheetReport, grid: Grid, heading: Heading, columns: Iterable[Column]) -> None:
    """Say where the heading is and how each column is read."""
    rows = [row + 1 for row in heading.rows]
    place = f"第 {rows[0]} 行" if len(rows) == 1 else f"第 {rows[0]}–{rows[-1]} 行"
    report.say(Level.UNDERSTOOD, f"{place}为表头，数据从第 {heading.body + 1} 行开始")
    for column in columns:
        letters = column_letters(column.heading.column + 1)
        names = "、".join(filter(None, (column.course, column.band, column.group, column.tag)))
        detail = names or (f"第 {column.rank} 意愿" if column.rank else "")
        told = ColumnReading(letters, column.heading.text, column.field.value, detail, column.proposed)
        report.columns.append(told)
        if column.proposed:
            report.say(
                Level.WARNING,
                f"列“{column.heading.text}”可能是“{column.proposed}”，未确认，暂不使用",
                cell=f"{letters}{rows[-1]}",
                remedy="是的话请确认这一列的含义",
            )
        if column.heading.column in grid.hidden_columns and column.field is not Field.IGNORED:
            text = f"列“{column.heading.text}”在表中被隐藏，仍读取"
            report.say(Level.WARNING, text, cell=f"{letters}{rows[-1]}")
