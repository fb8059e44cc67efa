"""Ages and age ranges: 35岁, 40岁以下, 41—50周岁, 50岁以上.

By law 以上, 以下 and 以内 include the number, 不满 and 超过 do not (民法典第1259条); bureaus often mean that 40岁以下
ends where 40-50岁 begins. Where 以上 or 以下 leaves the boundary open, the range counts the number in and a warning
says so.
"""

from __future__ import annotations

import re

from planner.reading.values.cell import CellValue, refused, warning
from planner.reading.values.numbers import read_count
from planner.reading.values.text import formula_fault, nothing_said, shown, text_of
from planner.reading.values.units import Dimension

YOUNGEST, OLDEST = 16, 100
_YEARS = r"(?:周?岁)?"
_BETWEEN = re.compile(rf"(\d{{1,3}}){_YEARS}\(?含?\)?(?:-|~|—+|–|−|至|到)(\d{{1,3}}){_YEARS}(?:\(?含?\)?)", re.ASCII)
_BELOW = re.compile(
    rf"(?:(?P<strict>不满|未满|小于|低于|<)(?P<a>\d{{1,3}}){_YEARS}|(?P<b>\d{{1,3}}){_YEARS}(?P<with>\(?含\)?)?"
    rf"(?:及?以下|以内|及以内)|≤(?P<c>\d{{1,3}}){_YEARS})(?P<outside>\(不含[^)]*\))?",
    re.ASCII,
)
_ABOVE = re.compile(
    rf"(?:(?P<strict>超过|大于|>)(?P<a>\d{{1,3}}){_YEARS}|(?P<b>\d{{1,3}}){_YEARS}(?P<with>\(?含\)?)?(?:及?以上)"
    rf"|≥(?P<c>\d{{1,3}}){_YEARS})(?P<outside>\(不含[^)]*\))?",
    re.ASCII,
)


def read_age(raw: object) -> CellValue[int]:
    """Return an age in full years, 0 to 120."""
    text = text_of(raw)
    if "虚岁" in text:
        return refused("写的是虚岁", "写周岁，或补填身份证号码")
    found = read_count(raw, Dimension.YEARS_OF_AGE)
    if found.value is not None and found.value > 120:
        if 1900 <= found.value <= 2100:
            return refused(f"年龄一格写的像出生年份（{found.value}）", "写周岁，或把这一列当作出生年份")
        return refused(f"年龄不在 0–120 之间（{found.value}）", "核对年龄")
    return found


def read_age_range(raw: object) -> CellValue[tuple[int, int]]:
    """Return the lowest and highest age, both inclusive, of words such as 40岁以下; open ends are 16 and 100."""
    text = text_of(raw).replace(" ", "")
    silent = formula_fault(text) or nothing_said(text)
    if silent is not None:
        return CellValue(None, silent.remarks)
    between = _BETWEEN.fullmatch(text)
    if between is not None:
        return _range(text, int(between[1]), int(between[2]), open_boundary=False)
    for pattern, below in ((_BELOW, True), (_ABOVE, False)):
        match = pattern.fullmatch(text)
        if match is not None:
            return _half_open(text, match, below)
    return refused(f"读不出年龄范围（{shown(text)}）", "写成 16-40岁")


def _half_open(text: str, match: re.Match[str], below: bool) -> CellValue[tuple[int, int]]:
    age = int(match["a"] or match["b"] or match["c"])
    outside = bool(match["strict"] or match["outside"])
    unsaid = match["b"] is not None and not match["with"] and not match["outside"] and "及" not in text
    if below:
        return _range(text, YOUNGEST, age - outside, open_boundary=unsaid)
    return _range(text, age + outside, OLDEST, open_boundary=unsaid)


def _range(text: str, low: int, high: int, *, open_boundary: bool) -> CellValue[tuple[int, int]]:
    if not low <= high <= 120:
        return refused(f"年龄范围不成立（{shown(text)}）", "写成 16-40岁")
    if open_boundary:
        doubt = warning(f"“{shown(text)}”是否含本数不明，按含本数计", "写明起止年龄，例如 16-39岁")
        return CellValue((low, high), (doubt,))
    return CellValue((low, high))
