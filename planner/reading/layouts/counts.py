"""Tables of counts: townships down and courses, age bands or groups across, one sheet for each township, the long form.

Every number becomes a count of willing people or of wishes with the township, age band, group and course that its row
and its column name; what neither names stays open and is settled in :mod:`planner.reading.combine`. Totals are left
out and compared with what they total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from planner.reading.files.addresses import cell_name, column_letters
from planner.reading.files.grid import Grid, Row
from planner.reading.layouts.cells import NO_RESULT, SAVE_AGAIN, Remarks
from planner.reading.layouts.fields import COUNTS, Column, Field
from planner.reading.layouts.places import township_of_sheet
from planner.reading.layouts.yes_no import RowTags
from planner.reading.plausibility import SurveyRow, check_residents, check_survey
from planner.reading.report import Level, SheetReport
from planner.reading.tables.body import BodyRow, Part, body_rows
from planner.reading.tables.heading import Heading
from planner.reading.tables.texts import plain
from planner.reading.values import (
    Dimension,
    RowKind,
    Unit,
    check_columns_foot,
    parse_unit,
    read_count,
    read_number,
    text_of,
    unit_for,
    unit_of_heading,
    units_of_line,
)

_KEYS = (Field.TOWNSHIP, Field.VILLAGE, Field.AGE_BAND, Field.GROUP, Field.COURSE)
_FILLED_DOWN = (Field.TOWNSHIP, Field.AGE_BAND, Field.GROUP)
_KINDS = {Part.BODY: RowKind.BODY, Part.TOTAL: RowKind.TOTAL, Part.SUBTOTAL: RowKind.SUBTOTAL}


@dataclass(frozen=True, slots=True)
class Count:
    """A number of people as a table states it, with names as written; an empty name was not stated.

    With a ``course`` it counts wishes, without one willing people. ``other`` marks wishes for courses that the table
    does not name, ``apart`` a group that excludes every other one of its table.
    """

    township: str
    band: str
    group: str
    course: str
    persons: int
    cell: str
    other: bool = False
    labour: bool = False
    apart: bool = False


@dataclass(slots=True)
class _Line:
    """A body row with the names that hold for it, gaps filled."""

    row: BodyRow
    names: dict[Field, str]


def read_counts(
    grid: Grid,
    heading: Heading,
    columns: Sequence[Column],
    report: SheetReport,
    hidden_rows: bool = True,
    county: str | None = None,
) -> list[Count]:
    """Return the counts of one sheet and say in the report what was done.

    ``hidden_rows``: whether rows that the sender has hidden count. ``county``: whose places the rows are, empty where
    its name is not known, ``None`` for places of several.
    """
    remarks = Remarks(report)
    rows = [row for row in body_rows(grid, heading) if hidden_rows or row.row not in grid.hidden_rows]
    township = "" if _has(columns, Field.TOWNSHIP) else township_of_sheet(grid, heading)
    if township:
        report.say(Level.UNDERSTOOD, f"整张表按“{township}”计（表名、标题或填报单位）")
    lines = _lines(rows, columns, township, report)
    tags = RowTags(columns, rows, report)
    if tags:
        for line in lines:
            line.names[Field.GROUP] = tags.group_of(line.row, remarks) if line.row.part is Part.BODY else ""
    figures = _Figures(grid, heading, columns, remarks)
    counts: list[Count] = []
    footing: list[tuple[RowKind, dict[str, int | None]]] = []
    for line in lines:
        values = figures.of_row(line.row)
        if line.row.part in _KINDS:
            footing.append((_KINDS[line.row.part], {column_letters(c + 1): value for c, value in values.items()}))
        if line.row.part is Part.BODY:
            counts.extend(_counts_of(line, columns, values, apart=bool(tags)))
    _say_unused_figures(lines, heading, columns, report)
    _check_totals(lines, footing, report)
    _check_rows(lines, columns, figures, remarks)
    _doubt(lines, columns, figures, report, county)
    report.rows_read = sum(line.row.part is Part.BODY for line in lines)
    _say_left_out(lines, grid, report)
    remarks.close()
    return counts


def _has(columns: Sequence[Column], field: Field) -> bool:
    return any(column.field is field for column in columns)


def _lines(rows: list[BodyRow], columns: Sequence[Column], township: str, report: SheetReport) -> list[_Line]:
    positions = {column.field: column.heading.column for column in reversed(columns) if column.field in _KEYS}
    last: dict[Field, str] = {}
    lines: list[_Line] = []
    filled = 0
    for row in rows:
        names = {field: _name(row.cells, position) for field, position in positions.items()}
        if row.part is Part.BODY:
            if names.get(Field.TOWNSHIP) and names[Field.TOWNSHIP] != last.get(Field.TOWNSHIP):
                last = {}
            for field in _FILLED_DOWN:
                if field in names and not names[field] and last.get(field):
                    names[field] = last[field]
                    filled += 1
            last |= {field: text for field, text in names.items() if text}
        if township:
            names[Field.TOWNSHIP] = township
        lines.append(_Line(row, names))
    if filled:
        report.say(Level.UNDERSTOOD, f"{filled} 个空着的乡镇、年龄段或类别按上一行填充")
    return _without_township_totals(lines, report)


def _name(cells: Row, position: int) -> str:
    return text_of(cells[position]) if position < len(cells) else ""


def _without_township_totals(lines: list[_Line], report: SheetReport) -> list[_Line]:
    """Take the rows that repeat a township's villages as one sum for subtotals."""
    with_villages = {line.names[Field.TOWNSHIP] for line in lines if line.names.get(Field.VILLAGE)
                     and line.row.part is Part.BODY and line.names.get(Field.TOWNSHIP)}  # fmt: skip
    result = []
    for line in lines:
        own_sum = line.names.get(Field.TOWNSHIP) in with_villages and not line.names.get(Field.VILLAGE)
        if own_sum and line.row.part is Part.BODY:
            place = cell_name(line.row.row + 1, 1)
            report.say(Level.UNDERSTOOD, "有村一级的行，乡镇本级的行按小计处理，不重复计入", cell=place)
            line = _Line(BodyRow(line.row.row, Part.SUBTOTAL, line.row.cells, line.names[Field.TOWNSHIP]), line.names)
        result.append(line)
    return result


class _Figures:
    """Reads the numbers of a table's count columns, each cell once."""

    def __init__(self, grid: Grid, heading: Heading, columns: Sequence[Column], remarks: Remarks) -> None:
        captions = [plain(cell) for row in heading.captions for cell in grid.rows[row] if plain(cell)]
        declared = [unit for text in captions for unit in units_of_line(text)]
        wanted = [column for column in columns if column.field in COUNTS or column.field is Field.LABOUR]
        self._units = {column.heading.column: _unit_of(column, declared) for column in wanted}
        self._aside = {column.heading.column: _unit_of(column, declared) for column in columns if column.aside}
        self._grid, self._remarks = grid, remarks
        self._read: dict[int, dict[int, int | None]] = {}

    def of_row(self, row: BodyRow) -> dict[int, int | None]:
        """Return the numbers of a row by 0-based column; ``None`` for an empty or unreadable cell."""
        if row.row not in self._read:
            quiet = row.part not in _KINDS
            self._read[row.row] = {} if quiet else {c: self._cell(row, c) for c in self._units}
        return self._read[row.row]

    def aside(self, row: BodyRow) -> dict[int, float]:
        """Return the readable numbers of the columns that are only looked at; nothing is said about their cells."""
        found = {}
        for column, unit in self._aside.items():
            value = read_number(row.cells[column], Dimension.PERSONS, unit).value if column < len(row.cells) else None
            if value is not None:
                found[column] = float(value)
        return found

    def _cell(self, row: BodyRow, column: int) -> int | None:
        raw = row.cells[column] if column < len(row.cells) else None
        if raw in ("", None):
            if (row.row, column) in self._grid.unsaved and row.part is Part.BODY:
                self._remarks.say(Level.ERROR, NO_RESULT, row.row, column, remedy=SAVE_AGAIN)
            return None
        unit = self._units[column]
        expected = unit.dimension if unit and unit.dimension is Dimension.PERSON_TIMES else Dimension.PERSONS
        value = read_count(raw, expected, unit)
        if row.part is not Part.BODY:
            return value.value
        return self._remarks.take(value, row.row, column, raw)


def _unit_of(column: Column, declared: list[Unit]) -> Unit | None:
    own = parse_unit(column.heading.unit) if column.heading.unit else unit_of_heading(column.heading.path[-1])
    return unit_for(Dimension.PERSONS, own, declared)


def _counts_of(
    line: _Line, columns: Sequence[Column], values: dict[int, int | None], *, apart: bool
) -> list[Count]:
    names = line.names
    counts = []
    for column in columns:
        persons = values.get(column.heading.column)
        if persons is None or (persons == 0 and column.field is not Field.PERSONS):
            continue
        counts.append(
            Count(
                names.get(Field.TOWNSHIP, ""),
                column.band or names.get(Field.AGE_BAND, ""),
                column.group or names.get(Field.GROUP, ""),
                column.course or names.get(Field.COURSE, ""),
                persons,
                cell_name(line.row.row + 1, column.heading.column + 1),
                other=column.field is Field.OTHER_COURSES,
                labour=column.field is Field.LABOUR,
                apart=apart and not column.group,
            )
        )
    return counts


def _say_unused_figures(
    lines: list[_Line], heading: Heading, columns: Sequence[Column], report: SheetReport
) -> None:
    """Warn of columns that hold figures in most rows while nothing is known of their heading."""
    body = [line.row.cells for line in lines if line.row.part is Part.BODY]
    for column in columns:
        at = column.heading.column
        if column.field is not Field.IGNORED or not column.unknown or column.proposed or not column.heading.text:
            continue
        figures = sum(at < len(cells) and read_number(cells[at], Dimension.PERSONS).value is not None for cells in body)
        if 2 * figures > len(body):
            report.say(
                Level.WARNING,
                f"列“{column.heading.text}”多是数字，但不知道含义，没有使用",
                cell=cell_name(heading.rows[-1] + 1, at + 1),
                remedy="是课程或人数的，请指明这一列的含义；无关的不必理会",
            )


def _check_totals(
    lines: list[_Line], footing: list[tuple[RowKind, dict[str, int | None]]], report: SheetReport
) -> None:
    summed = [line for line in lines if line.row.part in _KINDS]
    for doubt in check_columns_foot(footing):
        row = summed[doubt.row].row
        stated, found = f"{doubt.stated.normalize():f}", f"{doubt.found.normalize():f}"
        text = f"{row.part.value}写的是 {stated}，各行相加为 {found}，按各行计"
        report.say(Level.WARNING, text, cell=f"{doubt.column}{row.row + 1}", remedy="核对合计和各行")


def _check_rows(lines: list[_Line], columns: Sequence[Column], figures: _Figures, remarks: Remarks) -> None:
    """Warn where the age bands of a row do not add up to its people, or where a part exceeds the whole."""
    whole = next((column for column in columns if column.field is Field.PERSONS), None)
    bands = [column.heading.column for column in columns if column.field is Field.BAND_COUNT]
    for line in lines:
        if line.row.part is not Part.BODY or whole is None:
            continue
        values, row, at = figures.of_row(line.row), line.row.row, whole.heading.column
        willing = values.get(at)
        parts = [value for value in map(values.get, bands) if value is not None]
        if willing is None:
            continue
        if len(parts) == len(bands) > 1 and sum(parts) != willing:
            text = f"各年龄段相加为 {sum(parts)}，与有意愿人数 {willing} 不符，年龄按各段的比例计"
            remarks.say(Level.WARNING, text, row, at, remedy="核对这一行")
        for column in columns:
            wishes = values.get(column.heading.column)
            if column.field in (Field.COURSE_COUNT, Field.GROUP_COUNT) and wishes is not None and wishes > willing:
                text = f"{column.course or column.group} {wishes} 人，多于有意愿人数 {willing}"
                remarks.say(Level.WARNING, text, row, column.heading.column, remedy="核对这一行")


def _doubt(
    lines: list[_Line], columns: Sequence[Column], figures: _Figures, report: SheetReport, county: str | None
) -> None:
    """Add the doubts about figures that are improbable: above all labour, ten times the usual, above all residents."""
    plain_words = {Field.LABOUR: "labour", Field.PERSONS: "willing_total"}
    rows = []
    for line in lines:
        if line.row.part is Part.BODY:
            place = line.names.get(Field.VILLAGE) or line.names.get(Field.TOWNSHIP, "")
            values = {**figures.of_row(line.row), **figures.aside(line.row)}
            named = {column.aside or plain_words.get(column.field, column.heading.text):
                     values.get(column.heading.column) for column in columns}  # fmt: skip
            rows.append(SurveyRow(place, {name: value for name, value in named.items() if value is not None}))
    doubts = [*check_survey(rows, report.sheet)]
    if county is not None:
        doubts += check_residents(rows, county, report.sheet)
    for doubt in doubts:
        report.say(Level.WARNING, doubt.text, remedy=doubt.remedy)


def _say_left_out(lines: list[_Line], grid: Grid, report: SheetReport) -> None:
    parts = Counter(line.row.part for line in lines if line.row.part is not Part.BODY)
    for part, number in parts.items():
        rows = [str(line.row.row + 1) for line in lines if line.row.part is part]
        listed = "、".join(rows[:8]) + ("等" if len(rows) > 8 else "")
        report.say(Level.UNDERSTOOD, f"第 {listed} 行是{part.value}（{number} 行），不计入")
    hidden = [line for line in lines if line.row.row in grid.hidden_rows and line.row.part is Part.BODY]
    if hidden:
        rows_hidden = "、".join(str(line.row.row + 1) for line in hidden[:8])
        report.say(
            Level.WARNING,
            f"第 {rows_hidden} 行{'等' if len(hidden) > 8 else ''}在表中被隐藏（{len(hidden)} 行），仍计入",
            remedy="不该计入的请删去该行",
        )
