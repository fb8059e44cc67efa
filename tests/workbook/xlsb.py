"""A writer of small .xlsb files for tests: nothing that runs here saves that form, only Excel and WPS do.

After the published structure of the format ([MS-XLSB]): records of a type and a length, both in groups of seven bits,
texts in UTF-16 after their length. Numbers, texts and blanks; no styles. LibreOffice opens what it writes.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>{}</Types>'
)
_SHEET_TYPE = '<Override PartName="/xl/worksheets/sheet{}.bin" ContentType="application/vnd.ms-excel.worksheet"/>'
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
)
_RELATION = (
    '<Relationship Id="rId{0}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{1}" '
    'Target="{2}"/>'
)


def as_xlsb(workbook: Path, target: Path) -> Path:
    """Write the cells of an .xlsx as an .xlsb; merged ranges are lost."""
    book = openpyxl.load_workbook(workbook)
    return write_xlsb(target, {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets})


def write_xlsb(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """Write rows to sheets; dates are written as texts."""
    bundle = b"".join(
        _record(156, struct.pack("<II", 0, number) + _text(f"rId{number}") + _text(name))
        for number, name in enumerate(sheets, start=1)
    )
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES.format("".join(map(_SHEET_TYPE.format, numbers))))
        archive.writestr("_rels/.rels", _RELATIONS.format(_RELATION.format(1, "officeDocument", "xl/workbook.bin")))
        of_sheets = (_RELATION.format(number, "worksheet", f"worksheets/sheet{number}.bin") for number in numbers)
        archive.writestr("xl/_rels/workbook.bin.rels", _RELATIONS.format("".join(of_sheets)))
        archive.writestr("xl/workbook.bin", _record(131) + _record(143) + bundle + _record(144) + _record(132))
        for number, rows in enumerate(sheets.values(), start=1):
            archive.writestr(f"xl/worksheets/sheet{number}.bin", _sheet(rows))
    return path


def _sheet(rows: Sequence[Sequence[object]]) -> bytes:
    last_row, last_column = max(len(rows), 1) - 1, max((len(row) for row in rows), default=1) - 1
    cells = b"".join(_row(number, row) for number, row in enumerate(rows))
    size = struct.pack("<IIII", 0, last_row, 0, last_column)
    return _record(129) + _record(148, size) + _record(145) + cells + _record(146) + _record(130)


def _row(number: int, row: Sequence[object]) -> bytes:
    header = struct.pack("<IIH", number, 0, 300) + bytes(3) + struct.pack("<III", 1, 0, max(len(row), 1) - 1)
    cells = [_cell(column, value) for column, value in enumerate(row) if value not in ("", None)]
    return _record(0, header) + b"".join(cells)


def _cell(column: int, value: object) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, int | float):
        return _record(5, place + struct.pack("<d", float(value)))
    return _record(6, place + _text(str(value)))


def _text(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def _record(kind: int, content: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    length, size = b"", len(content)
    while True:
        length += bytes([size & 127 | (128 if size > 127 else 0)])
        size >>= 7
        if not size:
            return head + length + content
