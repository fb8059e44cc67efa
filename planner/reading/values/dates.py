"""Dates and periods as people write them: serial numbers, 2026年3月1日, 26.3.5, 3月上旬, 3.1-3.15, 二季度, 长期.

A month, ten days or a quarter read as one day is its first day (its last in a column of ends), with a warning. A
date whose parts can be taken in more than one order is refused: nothing tells day and month apart afterwards.
"""

from __future__ import annotations

import calendar
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from planner.reading.values.cell import CellValue, Remark, note, refused, warning
from planner.reading.values.numerals import chinese_number
from planner.reading.values.text import formula_fault, nothing_said, shown, text_of

_YEARS = range(1900, 2101)
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)
_SERIALS = range(20_000, 80_000)
_LARGEST_NUMBER = 10**9
_PIVOT = 50
"""Two-digit years up to 50 are of this century."""

_OPEN = frozenset({"长期", "长期有效", "不限", "随时", "常年", "全年均可", "均可", "任意时间"})
_REMEDY = "写成 2026-03-01"

Period = tuple[date | None, date | None]


@dataclass(frozen=True, slots=True)
class _Span:
    """First and last day of what was written; ``remarks`` on how."""

    first: date
    last: date
    remarks: tuple[Remark, ...] = ()


def read_date(
    raw: object, *, date_1904: bool = False, year: int | None = None, last: bool = False
) -> CellValue[date]:
    """Return the day of a cell.

    Parameters
    ----------
    raw
        The cell; a number counts as a spreadsheet's serial number.
    date_1904
        Whether the workbook counts days from 1904, as old Mac files do.
    year
        Year of dates written without one (3月1日), usually the plan's; without it such dates are refused.
    last
        Take the last day of a month or quarter, for columns that say until when.
    """
    found = _span_of(raw, date_1904, year)
    if isinstance(found, CellValue):
        found = _range_of(raw, year) or found
    if isinstance(found, CellValue):
        return CellValue(None, found.remarks)
    if found.first == found.last:
        return CellValue(found.first, found.remarks)
    day = found.last if last else found.first
    which = "最后一天" if last else "第一天"
    doubt = warning(f"“{shown(raw)}”不是一天，按{which} {day} 计", _REMEDY)
    return CellValue(day, (*found.remarks, doubt))


def read_period(raw: object, *, date_1904: bool = False, year: int | None = None) -> CellValue[Period]:
    """Return the first and last day of a cell; ``None`` at an open end, both for 长期. See :func:`read_date`."""
    text = text_of(raw)
    if text in _OPEN:
        return CellValue((None, None), (note(f"“{text}”按不限日期计"),))
    found = _span_of(raw, date_1904, year)
    if isinstance(found, _Span):
        return CellValue((found.first, found.last), found.remarks)
    found = _range_of(raw, year) or found
    if isinstance(found, _Span):
        return CellValue((found.first, found.last), found.remarks)
    return CellValue(None, found.remarks)


def _span_of(raw: object, date_1904: bool, year: int | None) -> _Span | CellValue[date]:
    if isinstance(raw, bool):
        return refused("不是日期", _REMEDY)
    if isinstance(raw, datetime):
        return _of_datetime(raw)
    if isinstance(raw, date):
        return _checked(raw)
    if isinstance(raw, (time, timedelta)):
        return refused("只有时刻，没有日期", _REMEDY)
    if isinstance(raw, (int, float)):
        return _of_number(raw, date_1904, year)
    text = text_of(raw)
    silent = formula_fault(text) or nothing_said(text)
    if silent is not None:
        return CellValue(None, silent.remarks)
    if text in ("无", *_OPEN):
        return CellValue(None, (note(f"“{text}”按未填计"),))
    found = _of_text(text, date_1904, year)
    return found or refused(f"读不出日期（{shown(text)}）", _REMEDY)


def _checked(day: date, remarks: tuple[Remark, ...] = ()) -> _Span | CellValue[date]:
    if day.year not in _YEARS:
        return refused(f"年份不在 {_YEARS[0]}–{_YEARS[-1]}", "核对年份")
    return _Span(day, day, remarks)


def _of_datetime(raw: datetime) -> _Span | CellValue[date]:
    return _checked(raw.date(), () if raw.time() == time() else (note("时刻未用，只取日期"),))


def _of_number(raw: int | float, date_1904: bool, year: int | None) -> _Span | CellValue[date]:
    if abs(raw) > _LARGEST_NUMBER or math.isnan(raw):
        return refused("不是日期", _REMEDY)
    whole = int(raw)
    if whole in _SERIALS:
        day = (_EPOCH_1904 if date_1904 else _EPOCH) + timedelta(days=whole)
        remarks = (note(f"{whole} 按日期序列号读为 {day}"),)
        return _checked(day, remarks if raw == whole else (*remarks, note("时刻未用，只取日期")))
    if raw == whole:
        return _of_text(str(whole), date_1904, year) or refused(f"{shown(raw)} 不是日期", _REMEDY)
    return _of_decimal(f"{raw:.15g}", date_1904, year)


def _of_decimal(text: str, date_1904: bool, year: int | None) -> _Span | CellValue[date]:
    """A date typed with one stop became a number: 3.15 is 3月15日, but 3.1 was 3.1 or 3.10."""
    tail = text.partition(".")[2]
    found = _of_text(text, date_1904, year)
    if found is None or isinstance(found, CellValue):
        return found or refused(f"{shown(text)} 不是日期", _REMEDY)
    limit = 3 if found.first == found.last else 1
    if len(tail) == 1 and int(tail) <= limit:
        return refused(f"{text} 被当作小数，分不清是 {text} 还是 {text}0", _REMEDY)
    return found


def _of_text(text: str, date_1904: bool, year: int | None) -> _Span | CellValue[date] | None:
    compact = _with_arabic_digits(text).replace(" ", "")
    for pattern, build in _FORMS:
        match = pattern.fullmatch(compact)
        if match is not None:
            try:
                return build(match, year)
            except ValueError:
                return refused(f"没有这一天（{shown(text)}）", "核对年月日")
    stamped = _STAMP.fullmatch(text)
    if stamped is not None:
        found = _of_text(stamped[1], date_1904, year)
        if isinstance(found, _Span):
            return _Span(found.first, found.last, (*found.remarks, note("时刻未用，只取日期")))
    if _SERIAL_TEXT.fullmatch(compact) and int(float(compact)) in _SERIALS:
        return _of_number(float(compact), date_1904, year)
    return None


def _with_arabic_digits(text: str) -> str:
    """Turn 二〇二六年三月 into 2026年3月."""

    def digits(match: re.Match[str]) -> str:
        value = chinese_number(match[0])
        return match[0] if value is None else str(value)

    return re.sub("[〇零○一二三四五六七八九十]+(?=[年月日号])", digits, text)


def _full_year(text: str) -> int:
    if len(text) == 4:
        return int(text)
    return int(text) + (2000 if int(text) <= _PIVOT else 1900)


def _year_notes(text: str) -> tuple[Remark, ...]:
    return () if len(text) == 4 else (note(f"两位年份 {text} 读为 {_full_year(text)}"),)


def _month_span(year: int, first: int, last: int, remarks: tuple[Remark, ...] = ()) -> _Span:
    return _Span(date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1]), remarks)


def _year_month_day(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    y, separator, month, day = match["y"], match["s"], int(match["m"]), int(match["d"])
    if len(y) == 2 and separator in "/-" and int(y) <= 12:
        return refused(f"分不清年、月、日（{shown(match[0])}）", _REMEDY)
    return _checked(date(_full_year(y), month, day), _year_notes(y))


def _month_day_year(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    first, second, y = int(match["a"]), int(match["b"]), int(match["y"])
    if first <= 12 and second <= 12 and first != second:
        return refused(f"分不清哪个是月、哪个是日（{shown(match[0])}）", _REMEDY)
    month, day = (first, second) if first <= 12 else (second, first)
    return _checked(date(y, month, day), (note(f"“{match[0]}”读为 {y}-{month:02}-{day:02}"),))


def _compact_day(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    return _checked(date(int(match["y"]), int(match["m"]), int(match["d"])))


def _month(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    y = _full_year(match["y"])
    return _month_span(y, int(match["m"]), int(match["m"]), _year_notes(match["y"]))


def _quarter(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    number = {"一": 1, "二": 2, "三": 3, "四": 4}.get(match["q"]) or int(match["q"])
    return _yearly(match, year, lambda y: _month_span(y, 3 * number - 2, 3 * number))


def _half_year(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    months = (1, 6) if match["h"] == "上" else (7, 12)
    return _yearly(match, year, lambda y: _month_span(y, *months))


def _whole_year(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    return _yearly(match, year, lambda y: _month_span(y, 1, 12))


def _ten_days(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    month = int(match["m"])
    first, last = {"上": (1, 10), "中": (11, 20), "下": (21, 31), "初": (1, 10), "底": (21, 31)}[match["t"]]
    return _yearly(
        match,
        year,
        lambda y: _Span(date(y, month, first), date(y, month, min(last, calendar.monthrange(y, month)[1]))),
    )


def _months(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    first, last = int(match["m"]), int(match["n"])
    if first > last:
        return refused(f"月份倒置（{shown(match[0])}）", _REMEDY)
    return _yearly(match, year, lambda y: _month_span(y, first, last))


def _month_of_year(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    return _yearly(match, year, lambda y: _month_span(y, int(match["m"]), int(match["m"])))


def _day_of_year(match: re.Match[str], year: int | None) -> _Span | CellValue[date]:
    def day(y: int) -> _Span:
        found = date(y, int(match["m"]), int(match["d"]))
        return _Span(found, found)

    return _yearly(match, year, day)


def _yearly(match: re.Match[str], year: int | None, span: Callable[[int], _Span]) -> _Span | CellValue[date]:
    """Place a span in the year written with it, or in the year of the plan with a warning."""
    written = match.groupdict().get("y")
    if written:
        found = span(_full_year(written))
        return _Span(found.first, found.last, _year_notes(written))
    if year is None or year not in _YEARS:
        return refused(f"没有写年份（{shown(match[0])}）", _REMEDY)
    found = span(year)
    return _Span(found.first, found.last, (warning(f"“{shown(match[0])}”没有写年份，按 {year} 年计", _REMEDY),))


_Y = r"(?P<y>\d{4}|\d{2})"
_YOPT = r"(?:(?P<y>\d{4}|\d{2})年?)?"
_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int | None], _Span | CellValue[date]]], ...] = tuple(
    (re.compile(pattern, re.ASCII), build)
    for pattern, build in (
        (rf"{_Y}(?P<s>[-/.、])(?P<m>\d{{1,2}})(?P=s)(?P<d>\d{{1,2}})[.日]?", _year_month_day),
        (rf"{_Y}(?P<s>年)(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})[日号]?", _year_month_day),
        (r"(?P<a>\d{1,2})[-/](?P<b>\d{1,2})[-/](?P<y>\d{4})", _month_day_year),
        (r"(?P<y>19\d\d|20\d\d)(?P<m>\d\d)(?P<d>\d\d)", _compact_day),
        (rf"{_Y}年(?P<m>\d{{1,2}})月份?", _month),
        (r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})", _month),
        (r"(?P<y>19\d\d|20\d\d)(?P<m>0[1-9]|1[0-2])", _month),
        (rf"{_YOPT}第?(?P<q>[一二三四1-4])季度?", _quarter),
        (rf"{_YOPT}(?P<h>[上下])半年", _half_year),
        (r"(?P<y>\d{4})年度?|全年", _whole_year),
        (rf"{_YOPT}(?P<m>\d{{1,2}})月份?(?P<t>[上中下])旬", _ten_days),
        (rf"{_YOPT}(?P<m>\d{{1,2}})月(?P<t>[初底])", _ten_days),
        (rf"{_YOPT}(?P<m>\d{{1,2}})月?份?[-~—–至到]+(?P<n>\d{{1,2}})月份?", _months),
        (r"(?P<m>\d{1,2})月份?", _month_of_year),
        (r"(?P<m>\d{1,2})月(?P<d>\d{1,2})[日号]?", _day_of_year),
        (r"(?P<m>\d{1,2})[./](?P<d>\d{1,2})", _day_of_year),
    )
)
_STAMP = re.compile(r"(.+?)[ T]\d{1,2}[:时]\d{1,2}.*")
_SERIAL_TEXT = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)
_SPLITS = (re.compile(r"至|到|~|—+|–|--"), re.compile(r"-"))
_ONLY_DAY = re.compile(r"(\d{1,2})[日号]?", re.ASCII)


def _range_of(raw: object, year: int | None) -> _Span | CellValue[date] | None:
    """Read two dates joined by 至, ~ or a dash; the second may leave out what the first says."""
    if not isinstance(raw, str):
        return None
    text = _with_arabic_digits(text_of(raw)).replace(" ", "")
    for split in _SPLITS:
        parts = split.split(text)
        first = _of_text(parts[0], False, year) if len(parts) == 2 else None
        if not isinstance(first, _Span):
            continue
        last = _second(parts[1], first)
        if isinstance(last, _Span):
            if first.first > last.last:
                return refused(f"开始晚于截止（{shown(text)}）", "把较早的日期写在前面")
            return _Span(first.first, last.last, tuple(dict.fromkeys((*first.remarks, *last.remarks))))
    return None


def _second(text: str, first: _Span) -> _Span | CellValue[date] | None:
    day = _ONLY_DAY.fullmatch(text)
    if day is not None:
        text = f"{first.first.year}-{first.first.month}-{day[1]}"
    found = _of_text(text, False, first.first.year)
    if isinstance(found, _Span):
        return _Span(found.first, found.last, ())
    return found
