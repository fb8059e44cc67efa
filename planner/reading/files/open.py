"""From the bytes of one file to its sheets. Runs only inside :mod:`planner.reading.child`: parsers can break."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, overload

import python_calamine

from planner.reading.files.delimited import read_delimited
from planner.reading.files.grid import Grid, Range, Row
from planner.reading.files.ods_marks import ods_marks
from planner.reading.files.prescan import Refused, SheetMarks, prescan_workbook, prescan_zip
from planner.reading.files.recognise import Form, damaged, form_of, form_of_archive, protected, refusal


def open_grids(file: str, path: Path) -> list[Grid]:
    """Return the sheets of a workbook or text table in the file's order, hidden sheets among them.

    Parameters
    ----------
    file
        The name to use in messages.
    path
        Where the bytes stand; the parser recognises protected files by the ending, so the file may be renamed.

    Raises
    ------
    BadInput
        The file cannot be read; one sentence says what it is and what to do.
    """
    content = path.read_bytes()
    form = form_of(file, content)
    if form is Form.TEXT:
        return [read_delimited(file, content)]
    marks: dict[str, SheetMarks] = {}
    if form is Form.ARCHIVE:
        form, marks = _look_into(file, path)
    return _parse(file, path.rename(path.with_suffix(form.value)), marks)


def _look_into(file: str, path: Path) -> tuple[Form, dict[str, SheetMarks]]:
    try:
        with zipfile.ZipFile(path) as archive:
            form = form_of_archive(file, archive)
            if form is Form.ARCHIVE:
                raise refusal(file, "是压缩包里的压缩包", remedy="先解压，再上传其中的表格")
            if form is Form.XLSB:
                prescan_zip(archive)
                return form, {}
            marks = prescan_workbook(archive)
            return form, marks if form is Form.XLSX else ods_marks(archive)
    except Refused as refused:
        raise refusal(file, refused.problem, refused.found, refused.allowed, refused.remedy) from refused
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise refusal(file, "已损坏，无法读取", remedy="重新导出或重新下载该文件") from error


def _parse(file: str, path: Path, marks: dict[str, SheetMarks]) -> list[Grid]:
    try:
        book = python_calamine.load_workbook(str(path))
        return [
            _grid(file, book.get_sheet_by_name(sheet.name), sheet, marks.get(sheet.name, SheetMarks()))
            for sheet in book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
        ]
    except python_calamine.PasswordError as error:
        raise protected(file) from error
    except BaseException as error:
        # A panic inside the parser is no Exception; nothing else of that rank is swallowed.
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        if path.suffix != Form.XLSX.value:
            raise damaged(file) from error
        return _parse_slowly(file, path, marks, error)


def _parse_slowly(file: str, path: Path, marks: dict[str, SheetMarks], reason: BaseException) -> list[Grid]:
    """Try the other parser, which takes some .xlsx that the fast one refuses, such as parts in UTF-16."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        grids = []
        for sheet in book.worksheets:
            sheet.reset_dimensions()
            rows = [list(row) for row in sheet.iter_rows(values_only=True)]
            hidden = marks.get(sheet.title, SheetMarks())
            rows_hidden = frozenset(row - 1 for row in hidden.hidden_rows)
            grids.append(Grid(file, sheet.title, rows, (), rows_hidden, visible=sheet.sheet_state == "visible"))
        return grids
    except Exception:
        raise damaged(file) from reason


def _grid(file: str, sheet: Any, metadata: Any, marks: SheetMarks) -> Grid:
    errors = {(row - 1, column - 1): text for (row, column), text in marks.errors.items()}
    merged = tuple(Range(*first, *last) for first, last in sheet.merged_cell_ranges or ()) or tuple(marks.merged)
    return Grid(
        file,
        sheet.name,
        ParsedRows(sheet, errors),
        merged,
        frozenset(row - 1 for row in marks.hidden_rows),
        frozenset(column - 1 for column in marks.hidden_columns),
        frozenset((row - 1, column - 1) for row, column in marks.unsaved),
        metadata.visible == python_calamine.SheetVisibleEnum.Visible,
    )


class ParsedRows(Sequence[Row]):
    """The rows of a parsed sheet, turned into Python values one at a time: a large register is never held twice."""

    _AHEAD = 200

    def __init__(self, sheet: Any, errors: dict[tuple[int, int], str]) -> None:
        self._sheet, self._errors = sheet, errors
        self._padding = [""] * sheet.start[1] if sheet.start else []
        self._length = sheet.total_height + 1 if sheet.start else 0
        self._first: list[Row] = [row for _, row in zip(range(self._AHEAD), self, strict=False)]

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Row]:
        if not self._length:
            return
        error_rows = {row for row, _ in self._errors}
        for number, cells in enumerate(self._sheet.iter_rows()):
            row = [*self._padding, *cells] if self._padding else cells
            if number in error_rows:
                self._restore_errors(number, row)
            yield row

    def _restore_errors(self, number: int, row: Row) -> None:
        """Put formula errors back as text where the parser left an empty cell."""
        for (error_row, column), text in self._errors.items():
            if error_row == number and column < len(row):
                row[column] = text

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """Return one row, or a slice of rows; quick for the first rows only."""
        if isinstance(index, slice):
            wanted = range(*index.indices(self._length))
            source = self._first if max(wanted, default=0) < len(self._first) else list(self)
            return [source[number] for number in wanted]
        if 0 <= index < len(self._first):
            return self._first[index]
        return next(row for number, row in enumerate(self) if number == index % self._length)
