"""Which raw sheets a planning workbook holds, whatever its form.

Accepted: .xlsx, .xls, .ods (and their siblings), a folder of .csv and a zip of .csv, one file per sheet. How the bytes
become cells is told in :mod:`planner.reading.files`.
"""

from __future__ import annotations

import hashlib
import html
import io
import re
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from planner.reading.files.delimited import read_delimited
from planner.reading.files.grid import Grid
from planner.reading.files.recognise import Form, damaged, form_of, form_of_archive, refusal
from planner.reading.files.unpack import SourceFile, entry_name, files_of_archive, is_table
from planner.reading.process import cells_of, sheet_names_of

_ACCEPTED = ".xlsx、.xls、.ods，或者装有 .csv 的文件夹或 .zip"
_ONE_EACH = "每张表一个 .csv，文件名即表名"
_PUT_IN = "放入 需求.csv、资金.csv 等"
_LIST_OF_SHEETS = "xl/workbook.xml"
_LONGEST_LIST_BYTES = 1_000_000
_NAME_OF_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*?\bname=\"([^\"]*)\"")


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A sheet as read: ``rows[r][c]`` is the raw cell in row r + 1, column c + 1. ``file`` names its file."""

    file: str
    name: str
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class RawWorkbook:
    """All sheets of an input, its name and the SHA-256 of its bytes (folder: of sorted names and bytes)."""

    file: str
    sheets: tuple[RawSheet, ...]
    sha256: str


def read_source(path: Path) -> RawWorkbook:
    """Read the raw cells of every sheet.

    Raises
    ------
    BadInput
        The file is absent, empty, protected, damaged, oversized or of another kind.
    """
    path = Path(path)
    try:
        if path.is_dir():
            return _read_folder(path)
        content = path.read_bytes()
    except OSError as error:
        raise refusal(path.name, "打不开", error.strerror or "", "一个可读的文件", "核对路径和权限") from error
    grids = _grids_of(path.name, content)
    return RawWorkbook(path.name, tuple(map(_raw, grids)), hashlib.sha256(content).hexdigest())


def sheet_names(path: Path) -> list[str]:
    """Return the names of the sheets. Cells are parsed, in a process of their own, only where the form demands it.

    An .xlsx lists its sheets in a part of its own, a folder or a zip of .csv has them as names of files; a single text
    table has no sheets.

    Raises
    ------
    BadInput
        The file is absent, empty, protected, damaged, oversized or of another kind.
    """
    try:
        if path.is_dir():
            return [entry.stem for entry in _tables_of(path)]
        content = path.read_bytes()
    except OSError as error:
        raise refusal(path.name, "打不开", error.strerror or "", "一个可读的文件", "核对路径和权限") from error
    return sheet_names_in(path.name, content)


def sheet_names_in(file: str, content: bytes) -> list[str]:
    """Return the names of the sheets of one file, as :func:`sheet_names` does.

    Raises
    ------
    BadInput
        As for :func:`sheet_names`.
    """
    form = form_of(file, content)
    if form is Form.TEXT:
        return []
    listed = sheet_names_listed(file, content)
    return sheet_names_of(file, content) if listed is None else listed


def sheet_names_listed(file: str, content: bytes) -> list[str] | None:
    """Return the names that a file tells without its cells being parsed, ``None`` when it does not.

    Raises
    ------
    BadInput
        The file is damaged.
    """
    if not content.startswith(b"PK"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            form = form_of_archive(file, archive)
            if form is Form.ARCHIVE:
                names = [PurePosixPath(entry_name(entry)) for entry in archive.infolist()]
                tables = [name for name in names if is_table(name)]
                # With spreadsheets among them it is a folder of files: they would be lost if it were one workbook.
                return [name.stem for name in tables] if all(name.suffix.lower() == ".csv" for name in tables) else []
            if form is not Form.XLSX or _LIST_OF_SHEETS not in archive.namelist():
                return None
            with archive.open(_LIST_OF_SHEETS) as part:
                text = part.read(_LONGEST_LIST_BYTES)
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError) as error:
        raise damaged(file) from error
    return [html.unescape(name.decode("utf-8", "replace")) for name in _NAME_OF_SHEET.findall(text)] or None


def _tables_of(folder: Path) -> list[Path]:
    """Return the .csv files of a folder by name; hidden ones are leavings of other programs."""
    return [
        entry for entry in sorted(folder.iterdir())
        if entry.is_file() and entry.suffix.lower() == ".csv" and not entry.name.startswith(".")
    ]  # fmt: skip


def _read_folder(folder: Path) -> RawWorkbook:
    contents = {entry.name: entry.read_bytes() for entry in _tables_of(folder)}
    if not contents:
        raise refusal(folder.name, "文件夹里没有 .csv 文件", allowed=_ONE_EACH, remedy=_PUT_IN)
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
    sheets = tuple(_raw(read_delimited(name, content)) for name, content in contents.items())
    return RawWorkbook(folder.name, sheets, digest.hexdigest())


def _grids_of(file: str, content: bytes) -> list[Grid]:
    form = form_of(file, content)
    if form is Form.TEXT:
        raise refusal(
            file,
            "是单个文本表，一个 csv 只能装一张表",
            allowed=_ACCEPTED,
            remedy="把每张表各存为一个 .csv（文件名即表名，如 需求.csv、资金.csv），放进一个文件夹或 .zip",
        )
    if form is Form.ARCHIVE:
        files = list(files_of_archive(file, content))
        if files != [SourceFile(file, content)]:
            return _read_csv_files(file, files)
    return cells_of(file, content)


def _read_csv_files(file: str, files: list[SourceFile]) -> list[Grid]:
    texts = [source for source in files if source.name.lower().endswith(".csv")]
    if not texts:
        raise refusal(file, "压缩包里没有 .csv 文件", allowed=_ONE_EACH, remedy=f"{_PUT_IN}；电子表格请先解压")
    return [read_delimited(source.name, source.content) for source in texts]


def _raw(grid: Grid) -> RawSheet:
    return RawSheet(grid.file, grid.name, list(grid.rows))
