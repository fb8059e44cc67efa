"""Telephone numbers: read as numbers (13800000000.0), with spaces and hyphens, two in one cell."""

from __future__ import annotations

import re

from planner.reading.values.cell import CellValue, note, refused
from planner.reading.values.text import formula_fault, nothing_said, text_of

_SEPARATORS = re.compile(r"[/、,，;；|\\]|\s{1,}或\s*|和")
_MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
_LANDLINE = re.compile(r"0\d{2,3}\d{7,8}", re.ASCII)
_LOCAL = re.compile(r"[2-8]\d{6,7}", re.ASCII)
_DECIMAL = re.compile(r"(?<=\d{7})\.0+$")
"""A number of a spreadsheet turned into text: 13800000000.0."""
_REMEDY = "手机号为 11 位数字，座机写成 0857-1234567；两个号码用“/”隔开"


def read_phones(raw: object) -> CellValue[tuple[str, ...]]:
    """Return the numbers of a cell as digits, at least one; remarks never repeat them."""
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        raw = int(raw)
    text = text_of(raw)
    silent = formula_fault(text) or nothing_said(text)
    if silent is not None:
        return CellValue(None, silent.remarks)
    if text in ("无", "没有"):
        return CellValue(None)
    numbers = []
    for part in _SEPARATORS.split(text):
        part = _DECIMAL.sub("", part.strip())
        digits = re.sub(r"[\s\-—–().·]|^\+?86(?=1\d{10}$)", "", part).removesuffix("转")
        digits = re.sub(r"^(\+|00)?86(?=1\d{10}$)", "", digits)
        if not digits:
            continue
        if not (_MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits) or _LOCAL.fullmatch(digits)):
            return refused(_what_is_wrong(digits), _REMEDY)
        numbers.append(digits)
    if not numbers:
        return refused("不是电话号码", _REMEDY)
    remarks = (note(f"一格里有 {len(numbers)} 个号码"),) if len(numbers) > 1 else ()
    return CellValue(tuple(dict.fromkeys(numbers)), remarks)


def _what_is_wrong(digits: str) -> str:
    if re.search(r"\d[eE]\+?\d", digits):
        return "号码成了科学计数法，末几位已丢失"
    if not (digits.isascii() and digits.isdecimal()):
        return "电话号码里有数字以外的字符"
    return f"电话号码是 {len(digits)} 位数字，位数不对"
