"""Looking into a zipped workbook before a parser unpacks it, so that no file can exhaust the machine.

A few kilobytes of .xlsx can claim a cell in the last row and column, expand to gigabytes, or nest XML
entities; the spreadsheet parser then ends the whole process instead of raising an error. This module
streams through every XML part with expat, unpacks nothing to disk, and refuses such files with a sentence
that says why. It also notes cells that hold a formula error, which the parser hands over as empty.
"""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from xml.parsers import expat

MOST_ENTRIES = 5_000
MOST_UNPACKED_BYTES = 300_000_000
MOST_SQUEEZED = 200
"""Highest ratio of unpacked to packed size of a large part; real sheets stay below 50."""
LARGE_PART_BYTES = 20_000_000
LAST_ROW = 200_000
LAST_COLUMN = 1_000
MOST_CELLS = 10_000_000
"""Highest rows x columns of one sheet: a parser lays a sheet out as a full rectangle."""
MOST_SHARED_TEXT = 300_000_000
_CHUNK = 1 << 16
_REFERENCE = re.compile(r"([A-Za-z]{1,7})(\d{1,9})")


class Refused(Exception):
    """The file must not be parsed; the message says why and the remedy what to do, both in Chinese."""

    def __init__(self, problem: str, found: str, allowed: str, remedy: str) -> None:
        self.problem, self.found, self.allowed, self.remedy = problem, found, allowed, remedy
        super().__init__(problem)


def column_number(letters: str) -> int:
    """Return 1 for A, 26 for Z, 27 for AA."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Return A for 1, Z for 26, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return the address of a cell from its 1-based row and column, such as E12."""
    return f"{column_letters(column)}{row}"


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


def prescan_workbook(archive: zipfile.ZipFile) -> dict[str, dict[tuple[int, int], str]]:
    """Check every XML part of an .xlsx or .ods and return the formula errors by sheet name.

    Returns
    -------
    dict
        For each sheet with formula errors, the error text by (row, column), both counted from 1.

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
            parts[path] = _scan_part(archive, entry)
    names = _sheet_names(parts)
    shared = next((part.text_lengths for part in parts.values() if part.root == "sst"), [])
    errors: dict[str, dict[tuple[int, int], str]] = {}
    for path, part in parts.items():
        if part.root == "worksheet":
            name = names.get(path, path)
            _check_extent(name, part)
            if (
                sum(times * shared[index] for index, times in part.shared_uses.items() if index < len(shared))
                > MOST_SHARED_TEXT
            ):
                raise Refused("重复引用的文字过多", name, "正常的表格内容", "用 Excel 或 WPS 打开后另存为新的 .xlsx")
            errors[name] = part.errors
    return {name: found for name, found in errors.items() if found}


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
class _Part:
    """What one XML part showed while streaming through it."""

    path: str
    root: str = ""
    last_row: int = 0
    last_column: int = 0
    sheets: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    text_lengths: list[int] = field(default_factory=list)
    shared_uses: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    _row: int = 0
    _column: int = 0
    _type: str = ""
    _in_value: bool = False
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
        elif local in ("v", "is", "f"):
            self.last_row = max(self.last_row, self._row)
            self.last_column = max(self.last_column, self._column)
            self._in_value = local == "v" and self._type in ("s", "e")
            self._text.clear()

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column += 1
        self._type = attributes.get("t", "")
        match = _REFERENCE.fullmatch(attributes.get("r", "").replace("$", ""))
        if match:
            self._column, self._row = column_number(match[1]), int(match[2])

    def text(self, data: str) -> None:
        if self._in_value:
            self._text.append(data)
        elif self.root == "sst" and self.text_lengths:
            self.text_lengths[-1] += len(data)

    def end(self, name: str) -> None:
        if self._in_value:
            value = "".join(self._text).strip()
            if self._type == "e":
                self.errors[self._row, self._column] = value
            elif value.isdigit() and len(value) < 10:
                self.shared_uses[int(value)] += 1
            self._in_value = False

    def refuse_doctype(self, *_: object) -> None:
        raise Refused(
            "文件内含 XML 文档类型声明，不安全", self.path, "普通的电子表格", "用 Excel 或 WPS 打开后另存为新的 .xlsx"
        )


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
