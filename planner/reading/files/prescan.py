"""Looking into a zipped workbook before a parser unpacks it, so that no file can exhaust the machine.

A few kilobytes of .xlsx can claim a cell in the last row and column, expand to gigabytes, or nest XML
entities; the spreadsheet parser then ends the whole process instead of raising an error. This module
streams through every XML part, unpacks nothing to disk, and refuses such files with a sentence that says
why. It also notes what the parser does not tell: cells that hold a formula error, formulas that were saved
without a value, hidden rows and hidden columns.

Parts of ordinary size go through expat, element by element. Large ones in plain UTF-8 are scanned in pieces
with regular expressions (:mod:`.quick_scan`), seven times faster, which matters for a register of 100,000 people.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat

from planner.reading.files.addresses import cell_name, column_number
from planner.reading.files.grid import Range
from planner.reading.files.limits import (
    LARGE_PART_BYTES,
    LAST_COLUMN,
    LAST_ROW,
    MOST_CELLS,
    MOST_ENTRIES,
    MOST_SHARED_TEXT,
    MOST_SQUEEZED,
    MOST_UNPACKED_BYTES,
)
from planner.reading.files.quick_scan import quick_lengths, quick_scan, quick_uses

_CHUNK = 1 << 16
_LARGE_ENOUGH = 1 << 20
"""Unpacked size from which a part is looked through quickly; the slow way takes a tenth of a second for it."""
_SHORT_TEXT = 200
_ROOT_WITHIN = 1 << 12
_ROOT = re.compile(rb"\s*(?:<\?xml[^>]*\?>)?\s*<(worksheet|sst)[\s>]")
_REFERENCE = re.compile(r"([A-Za-z]{1,7})(\d{1,9})")


class Refused(Exception):
    """The file must not be parsed; the message says why and the remedy what to do, both in Chinese."""

    def __init__(self, problem: str, found: str, allowed: str, remedy: str) -> None:
        self.problem, self.found, self.allowed, self.remedy = problem, found, allowed, remedy
        super().__init__(problem)


def prescan_zip(archive: zipfile.ZipFile) -> None:
    """Refuse an archive with too many entries or too much behind them.

    Raises
    ------
    Refused
        A limit of this module is exceeded.
    """
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        raise Refused("压缩包内的文件过多", f"{len(entries)} 个", f"不超过 {MOST_ENTRIES} 个", "重新导出文件")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED_BYTES:
        raise Refused(
            "解压后过大", _megabytes(unpacked), f"不超过 {_megabytes(MOST_UNPACKED_BYTES)}", "删去无关的表和图片后另存"
        )
    for entry in entries:
        if entry.file_size > LARGE_PART_BYTES and entry.file_size > MOST_SQUEEZED * max(entry.compress_size, 1):
            raise Refused(
                "压缩比异常，疑似损坏或恶意文件",
                f"{entry.filename} {_megabytes(entry.compress_size)} 解压为 {_megabytes(entry.file_size)}",
                f"压缩比不超过 {MOST_SQUEEZED}",
                "用 Excel 或 WPS 打开后另存为新的 .xlsx",
            )


def prescan_workbook(archive: zipfile.ZipFile) -> dict[str, SheetMarks]:
    """Check every XML part of an .xlsx or .ods and return what the parser will not tell, by sheet name.

    Raises
    ------
    Refused
        A limit is exceeded, a part declares a document type, or a part is not XML.
    """
    prescan_zip(archive)
    parts = {}
    for entry in archive.infolist():
        path = entry.filename.replace("\\", "/")
        if path.lower().endswith((".xml", ".rels")):
            parts[path] = _quickly(archive, entry) or _scan_part(archive, entry)
    names = _sheet_names(parts)
    shared = next((path for path, part in parts.items() if part.root == "sst"), "")
    marks = {}
    for path, part in parts.items():
        if part.root == "worksheet":
            name = names.get(path, path)
            _check_extent(name, part)
            if shared and _shared_text_at_most(part, parts[shared]) > MOST_SHARED_TEXT:
                _check_shared_text(archive, name, part, parts[shared])
            marks[name] = part.marks
    return marks


def _shared_text_at_most(part: _Part, shared: _Part) -> int:
    """Return a length that all shared texts a sheet shows do not pass; 0 where no text is long.

    A cell that uses a text takes some thirty bytes itself, so short texts blow nothing up.
    """
    uses = part.texts_used or sum(part.shared_uses.values())
    longest = shared.longest_text or max(shared.text_lengths, default=0)
    return uses * longest if longest > _SHORT_TEXT else 0


def _check_shared_text(archive: zipfile.ZipFile, name: str, part: _Part, shared: _Part) -> None:
    """Add up the texts a sheet shows: quickly and rather too long first, exactly where that is too much."""
    if part.quick and shared.quick:
        with archive.open(part.path) as cells, archive.open(shared.path) as texts:
            if _text_shown(quick_uses(cells), quick_lengths(texts)) <= MOST_SHARED_TEXT:
                return
    if _text_shown(_slowly(archive, part).shared_uses, _slowly(archive, shared).text_lengths) > MOST_SHARED_TEXT:
        raise Refused("重复引用的文字过多", name, "正常的表格内容", "用 Excel 或 WPS 打开后另存为新的 .xlsx")


def _text_shown(uses: Mapping[int, int], lengths: Sequence[int]) -> int:
    return sum(times * lengths[index] for index, times in uses.items() if index < len(lengths))


def _slowly(archive: zipfile.ZipFile, part: _Part) -> _Part:
    return _scan_part(archive, archive.getinfo(part.path)) if part.quick else part


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _check_extent(name: str, part: _Part) -> None:
    last = cell_name(part.last_row, part.last_column) if part.last_row and part.last_column else ""
    if part.last_row > LAST_ROW or part.last_column > LAST_COLUMN or part.last_row * part.last_column > MOST_CELLS:
        raise Refused(
            f"表“{name}”的内容范围过大",
            f"最远到 {last}",
            f"不超过 {LAST_ROW} 行、{LAST_COLUMN} 列",
            "删去表格以外的多余内容后另存",
        )


def _sheet_names(parts: dict[str, _Part]) -> dict[str, str]:
    """Map the path of each sheet part to the sheet's name, as far as the workbook says."""
    names = {}
    for path, part in parts.items():
        if part.root != "workbook":
            continue
        folder = PurePosixPath(path).parent
        relations = parts.get(str(folder / "_rels" / f"{PurePosixPath(path).name}.rels"))
        for relation, name in part.sheets.items():
            target = relations.targets.get(relation, "") if relations else ""
            full = target.lstrip("/") if target.startswith("/") else str(folder / target)
            names[full] = name
    return names


@dataclass(slots=True)
class SheetMarks:
    """What the parser does not tell of a sheet; rows and columns count from 1.

    ``errors`` holds the text of formula errors by (row, column), ``unsaved`` the cells whose formula was saved
    without a value. ``merged`` are ranges, from 0, where the parser does not give them.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    unsaved: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    merged: list[Range] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """What one XML part showed while streaming through it."""

    path: str
    root: str = ""
    last_row: int = 0
    last_column: int = 0
    quick: bool = False
    texts_used: int = 0
    longest_text: int = 0
    sheets: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    text_lengths: list[int] = field(default_factory=list)
    shared_uses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    marks: SheetMarks = field(default_factory=SheetMarks)
    _row: int = 0
    _column: int = 0
    _type: str = ""
    _in_value: bool = False
    _formula_open: bool = False
    _result_open: bool = False
    _text: list[str] = field(default_factory=list)

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if not self.root:
            self.root = local
        if self.root == "worksheet":
            self._start_in_sheet(local, attributes)
        elif self.root == "sst":
            if local == "si":
                self.text_lengths.append(0)
        elif local == "sheet" and self.root == "workbook":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            self.sheets[relation] = attributes.get("name", "")
        elif local == "Relationship":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _start_in_sheet(self, local: str, attributes: dict[str, str]) -> None:
        if local == "c":
            self._start_cell(attributes)
        elif local == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdigit() and len(number) < 10 else self._row + 1
            self._column = 0
            if attributes.get("hidden") in ("1", "true"):
                self.marks.hidden_rows.add(self._row)
        elif local == "col" and attributes.get("hidden") in ("1", "true"):
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if first.isdigit() and last.isdigit():
                self.marks.hidden_columns.update(range(int(first[:9]), min(int(last[:9]), LAST_COLUMN) + 1))
        elif local in ("v", "is", "f"):
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)
            self._in_value = local == "v" and self._type in ("s", "e")
            self._formula_open = local == "f" or (local == "v" and self._formula_open)
            self._result_open = local == "v"
            self._text.clear()

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        self._formula_open = False
        self._type = attributes.get("t", "")
        match = _REFERENCE.fullmatch(attributes.get("r", "").replace("$", ""))
        if match:
            self._column, self._row = column_number(match[1]), int(match[2])

    def text(self, data: str) -> None:
        if self._formula_open and self._result_open and data.strip():
            self._formula_open = False
        if self._in_value:
            self._text.append(data)
        elif self.root == "sst" and self.text_lengths:
            self.text_lengths[-1] += len(data)

    def end(self, name: str) -> None:
        if self._in_value:
            value = "".join(self._text).strip()
            if self._type == "e":
                self.marks.errors[self._row, self._column] = value
            elif value.isdigit() and len(value) < 10:
                self.shared_uses[int(value)] += 1
            self._in_value = False
        elif self._formula_open and name.rpartition(":")[2] == "c":
            self.marks.unsaved.add((self._row, self._column))
        self._result_open = False

    def refuse_doctype(self, *_: object) -> None:
        raise Refused(
            "文件内含 XML 文档类型声明，不安全", self.path, "普通的电子表格", "用 Excel 或 WPS 打开后另存为新的 .xlsx"
        )


def _quickly(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _Part | None:
    """Return what a quick look at a large part finds; ``None`` where only the slow way tells."""
    if entry.file_size < _LARGE_ENOUGH:
        return None
    try:
        with archive.open(entry) as stream:
            start = stream.read(_ROOT_WITHIN)
            root = _ROOT.match(start)
        if root is None or (b"encoding=" in root[0] and b'encoding="utf-8"' not in root[0].lower()):
            return None
        with archive.open(entry) as stream:
            found = quick_scan(stream, root[1].decode())
    except Exception:  # The slow way says what is wrong with the part.
        return None
    if found is None or found.last_row > LAST_ROW or found.last_row * found.last_column > MOST_CELLS:
        return None
    marks = SheetMarks(found.errors, found.unsaved, found.hidden_rows, found.hidden_columns)
    part = _Part(entry.filename, root[1].decode(), found.last_row, found.last_column, marks=marks)
    part.quick, part.texts_used, part.longest_text = True, found.texts_used, found.longest_text
    return part


def _scan_part(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> _Part:
    part = _Part(entry.filename)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = part.start
    parser.EndElementHandler = part.end
    parser.CharacterDataHandler = part.text
    parser.StartDoctypeDeclHandler = part.refuse_doctype
    try:
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                parser.Parse(chunk)
        parser.Parse(b"", True)
    except Refused:
        raise
    except Exception as error:
        # Broken XML, a wrong checksum, an unknown encoding or an encrypted entry: all mean the part is unreadable.
        raise Refused(
            "文件已损坏，无法读取", entry.filename, "完整的电子表格", "用 Excel 或 WPS 打开并修复后另存"
        ) from error
    return part
