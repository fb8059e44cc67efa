"""What one cell says: raw cell to domain value, by the kind of its column.

A raw cell is what a spreadsheet or csv reader hands over: ``str``, ``int``, ``float``, ``bool``, ``date``,
``datetime``, ``time``, ``timedelta`` or ``None``. Text is normalised first (full-width to half-width, NFKC;
white space collapsed and trimmed), and numbers are taken at the 15 significant digits a spreadsheet shows,
so that 0.1 + 0.2 from a formula is 0.3.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation

from planner.workbook.schema import ALL, Column, Kind

_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f]")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
_DATE = re.compile(
    r"(\d{4})(?:-(\d{1,2})-(\d{1,2})|/(\d{1,2})/(\d{1,2})|年(\d{1,2})月(\d{1,2})日?)(?:[ T]00:00(?::00(?:\.0+)?)?)?"
)
_MONTH_DAY = re.compile(r"(\d{1,2})(?:[-/](\d{1,2})|月(\d{1,2})日?)")
_RANGE = re.compile(r"\s*(?:~|至|到|—|–|〜)\s*")
_ERRORS = ("#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!")

_LARGEST_WHOLE = 10**9
_YEARS = range(1990, 2101)
_LARGEST_YUAN = Decimal(10) ** 12
_ORDINARY_YEAR = 2025
"""A year without 29 February: month-day values recur every year."""

MonthDay = tuple[int, int]
Window = tuple[MonthDay, MonthDay]


class CellFault(Exception):
    """One cell cannot be read; the parts of a :class:`planner.errors.Fault` that the cell itself knows."""

    def __init__(self, problem: str, allowed: str, remedy: str) -> None:
        self.problem, self.allowed, self.remedy = problem, allowed, remedy
        super().__init__(problem)


def normalised(raw: object) -> str:
    """Return a cell's text: half-width, without invisible characters, white space collapsed and trimmed."""
    if raw is None:
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        return str(int(raw))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(raw)))
    return " ".join(text.split())


def shown(raw: object) -> str:
    """Return a raw cell as the user sees it, shortened for a message."""
    if isinstance(raw, datetime) and raw.time() == time():
        raw = raw.date()
    text = normalised(raw)
    return text if len(text) <= 40 else text[:39] + "…"


_FORMULA = re.compile(r"[\t\r\n]|\s*[=+\-@＝＋－＠]")


def harmless(text: str) -> str:
    """Return a text that a spreadsheet program opening a .csv does not take for a formula.

    It is led by an apostrophe, as OWASP advises ("CSV Injection"): the cell shows it instead of doing it.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def is_blank(raw: object) -> bool:
    """Return whether the cell is empty or holds only white space."""
    return raw is None or (isinstance(raw, str) and not normalised(raw))


def split_list(text: str) -> list[str]:
    """Split at 、 , ; (half- or full-width) outside brackets; course names may hold commas inside brackets."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth = max(0, depth - 1)
        elif character in "、,;，；" and not depth:
            parts.append(text[start:position])
            start = position + 1
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def read_cell(column: Column, raw: object) -> object:
    """Return the domain value of a non-empty cell.

    Money comes in cents, month-days as ``(month, day)``, 全部 as ``None`` where the column has that word.

    Raises
    ------
    CellFault
        The cell does not hold what the column allows.
    """
    text = normalised(raw)
    if text.upper() in _ERRORS:
        raise CellFault("单元格是公式错误", "有效的值", "改正公式，或直接填写值")
    if column.all_word and text == ALL:
        return None
    return _READERS[column.kind](column, raw)


def allowed_text(column: Column) -> str:
    """Say in Chinese what the column allows, without a final stop."""
    if column.allowed:
        words = (*column.allowed, ALL) if column.all_word else column.allowed
        return "、".join(words)
    text = _KIND_WORDS[column.kind]
    low, high = _shown_limit(column.minimum), _shown_limit(column.maximum)
    if low and high:
        text += f"，{low} 到 {high}"
    elif low:
        text += f"，不小于 {low}"
    return text


def window_days(window: Window) -> frozenset[int]:
    """Return the days of an ordinary year (1..365) inside a month-day window, which may cross the new year."""
    first, last = (date(_ORDINARY_YEAR, *day).timetuple().tm_yday for day in window)
    if first <= last:
        return frozenset(range(first, last + 1))
    return frozenset(range(first, 366)) | frozenset(range(1, last + 1))


_KIND_WORDS = {
    Kind.TEXT: "文字",
    Kind.WHOLE: "整数",
    Kind.NUMBER: "数字",
    Kind.MONEY: "金额（元，最多两位小数）",
    Kind.DATE: "日期，例如 2026-01-05",
    Kind.MONTH_DAY: "月-日，例如 03-15",
    Kind.YES_NO: "是、否",
    Kind.CHOICE: "规定的词",
    Kind.NAMES: "名称，用、分隔",
    Kind.SEASON: "MM-DD~MM-DD，多段用、分隔",
    Kind.DAY_RANGES: "日期或日期~日期，用、分隔",
    Kind.ANY: "参数的值",
}


def _shown_limit(limit: float | None) -> str:
    return "" if limit is None else f"{limit:g}"


def _fault(column: Column, problem: str, remedy: str) -> CellFault:
    return CellFault(f"{column.heading}{problem}", allowed_text(column), remedy)


def _read_text(column: Column, raw: object) -> str:
    if isinstance(raw, datetime):
        raw = raw.date() if raw.time() == time() else raw
    return normalised(raw)


def _read_decimal(column: Column, raw: object) -> Decimal:
    if isinstance(raw, (bool, date, time, timedelta)):
        raise _fault(column, "应为数字", "把单元格格式改为“数值”后重新填写数字")
    if isinstance(raw, (int, float)):
        if not math.isfinite(raw):
            raise _fault(column, "不是有限的数", "填写一个确定的数字")
        return Decimal(f"{raw:.15g}")
    text = normalised(raw).replace("−", "-")
    percent = text.endswith("%")
    digits = text.removesuffix("%").strip()
    if _THOUSANDS.fullmatch(digits):
        digits = digits.replace(",", "")
    if not _NUMBER.fullmatch(digits):
        raise _fault(column, "应为数字", "只写数字，不写单位、约数或说明，例如 50")
    try:
        value = Decimal(digits)
    except InvalidOperation as error:
        raise _fault(column, "应为数字", "只写数字，例如 50") from error
    return value.scaleb(-2) if percent else value


def _check_limits(column: Column, value: Decimal) -> None:
    if column.minimum is not None and value < Decimal(str(column.minimum)):
        problem = "不能为负" if column.minimum == 0 else f"不能小于 {column.minimum:g}"
        raise _fault(column, problem, column.limit_remedy or "改为允许范围内的数")
    if column.maximum is not None and value > Decimal(str(column.maximum)):
        hint = "；百分之三十写作 0.3 或 30%" if column.maximum == 1 else ""
        raise _fault(column, f"不能大于 {column.maximum:g}", column.limit_remedy or f"改为允许范围内的数{hint}")


def _read_whole(column: Column, raw: object) -> int:
    value = _read_decimal(column, raw)
    _check_limits(column, value)
    if abs(value) > _LARGEST_WHOLE:
        raise _fault(column, "数值过大", "核对数字")
    if value != value.to_integral_value():
        raise _fault(column, "应为整数", "改为整数，不带小数")
    return int(value)


def _read_number(column: Column, raw: object) -> float:
    value = _read_decimal(column, raw)
    _check_limits(column, value)
    if abs(value) > _LARGEST_WHOLE:
        raise _fault(column, "数值过大", "核对数字")
    return float(value)


def _read_money(column: Column, raw: object) -> int:
    value = _read_decimal(column, raw)
    _check_limits(column, value)
    if abs(value) > _LARGEST_YUAN:
        raise _fault(column, "金额过大", "核对数字，单位是元")
    cents = value.scaleb(2)
    if cents != cents.to_integral_value():
        raise _fault(column, "超过两位小数", "金额以元为单位，最多保留到分")
    return int(cents)


def _date_of_text(text: str) -> date | None:
    match = _DATE.fullmatch(text)
    if not match:
        return None
    try:
        return date(*(int(part) for part in match.groups() if part is not None))
    except ValueError:
        return None


def _read_date(column: Column, raw: object) -> date:
    if isinstance(raw, datetime):
        if raw.time() != time():
            raise _fault(column, "带有时刻", "只填日期")
        raw = raw.date()
    found = _date_of_text(normalised(raw)) if isinstance(raw, str) else raw
    if isinstance(found, date):
        if found.year not in _YEARS:
            raise _fault(column, f"年份不在 {_YEARS[0]}–{_YEARS[-1]}", "核对年份")
        return found
    remedy = "填写真正的日期，或写成 2026-01-05、2026/1/5、2026年1月5日"
    if isinstance(raw, (int, float)) and not isinstance(raw, bool) and 1 <= raw < 80_000 and float(raw).is_integer():
        remedy = f"把单元格格式改为“日期”（此数字按日期显示为 {date(1899, 12, 30) + timedelta(days=int(raw))}）"
    raise _fault(column, "不是日期", remedy)


def _month_day_of_text(column: Column, text: str) -> MonthDay:
    match = _MONTH_DAY.fullmatch(text)
    if not match:
        raise _fault(column, "不是月-日", "写成 MM-DD，例如 03-15")
    month, day = (int(part) for part in match.groups() if part is not None)
    try:
        date(_ORDINARY_YEAR, month, day)
    except ValueError as error:
        raise _fault(column, "不是每年都有的日期", "写成每年都有的月-日；2 月最后一天写 02-28") from error
    return month, day


def _read_month_day(column: Column, raw: object) -> MonthDay:
    # A spreadsheet turns a typed 03-15 into a date of this year.
    if isinstance(raw, date):
        return _month_day_of_text(column, f"{raw.month}-{raw.day}")
    return _month_day_of_text(column, normalised(raw))


def _read_yes_no(column: Column, raw: object) -> bool:
    words = {"是": True, "否": False, "1": True, "0": False, "√": True, "×": False}
    words |= {"TRUE": True, "FALSE": False, "Y": True, "N": False, "YES": True, "NO": False}
    text = normalised(raw).upper()
    if text not in words:
        raise _fault(column, "只能填 是 或 否", "填 是 或 否")
    return words[text]


def _read_choice(column: Column, raw: object) -> object:
    text = normalised(raw)
    text = dict(column.synonyms).get(text, text)
    if text not in column.allowed:
        raise _fault(column, "不在规定的词中", "改为允许的词之一")
    if column.attribute == "hard":
        return text == "必须"
    return column.enum(text) if column.enum else text


def _read_names(column: Column, raw: object) -> object:
    names = split_list(_read_text(column, raw))
    if column.all_word and ALL in names:
        return None
    return tuple(dict.fromkeys(names)) if column.alias == "courses" else frozenset(names)


def _read_season(column: Column, raw: object) -> tuple[Window, ...]:
    windows = []
    for part in split_list(normalised(raw)):
        ends = _RANGE.split(part)
        if len(ends) != 2:
            raise _fault(column, "写法不对", "写成 MM-DD~MM-DD，例如 02-01~03-15、04-10~05-25")
        windows.append((_month_day_of_text(column, ends[0]), _month_day_of_text(column, ends[1])))
    windows.sort()
    seen: set[int] = set()
    for window in windows:
        days = window_days(window)
        if seen & days:
            raise _fault(column, "各段互相重叠", "合并或错开重叠的日期范围")
        seen |= days
    return tuple(windows)


def _read_day_ranges(column: Column, raw: object) -> tuple[tuple[date, date], ...]:
    if isinstance(raw, date):
        day = _read_date(column, raw)
        return ((day, day),)
    ranges = []
    for part in split_list(normalised(raw)):
        ends = _RANGE.split(part)
        first, last = _date_of_text(ends[0]), _date_of_text(ends[-1])
        if len(ends) > 2 or first is None or last is None:
            raise _fault(column, "写法不对", "写成 2026-03-01 或 2026-03-01~2026-03-10，多个用、分隔")
        if first > last:
            raise _fault(column, "开始晚于截止", "把较早的日期写在前面")
        ranges.append((first, last))
    return tuple(sorted(ranges))


_READERS: dict[Kind, Callable[[Column, object], object]] = {
    Kind.TEXT: _read_text,
    Kind.WHOLE: _read_whole,
    Kind.NUMBER: _read_number,
    Kind.MONEY: _read_money,
    Kind.DATE: _read_date,
    Kind.MONTH_DAY: _read_month_day,
    Kind.YES_NO: _read_yes_no,
    Kind.CHOICE: _read_choice,
    Kind.NAMES: _read_names,
    Kind.SEASON: _read_season,
    Kind.DAY_RANGES: _read_day_ranges,
    Kind.ANY: lambda column, raw: raw,
}
