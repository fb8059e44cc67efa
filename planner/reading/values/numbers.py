"""Counts, money, shares and days as people write them: 45人, 3.5万, 约50, 50余人, 30-40, ≥20, １,０００元, 64课时.

Where a cell leaves the figure open, one choice is taken and said in a warning: a range counts as its lower end, 约 and
余 and 以上 as the figure written. 无 is 0; a dash, 待定 and an empty cell are not. Numbers are taken at the 15
significant digits a spreadsheet keeps.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Final

from planner.reading.values.cell import CellValue, Remark, note, refused, warning
from planner.reading.values.numerals import NUMERAL, chinese_money, chinese_number
from planner.reading.values.text import NOTHING, formula_fault, nothing_said, shown, text_of
from planner.reading.values.units import Dimension, Unit, compatible, parse_unit

CLASS_HOURS_PER_DAY: Final = 8
"""Class hours of a day, as in the bundled course catalogue; 7 (湖南) to 10 (云嫂) occur."""

_LARGEST = Decimal(10) ** 15
_PLAIN = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE]\+?\d{1,2})?|\.\d+"
_FIGURE = rf"(?:{_PLAIN}|[{NUMERAL}]+)"
_ABOUT = r"约计?|大约|大概|近|将近|接近|≈|~"
_AT_LEAST = r"≥|>=|=>|>|≧|不少于|不低于|不小于|至少|最少|超过|超|逾"
_AT_MOST = r"≤|<=|=<|<|≦|不超过|不多于|不高于|不大于|至多|最多|不足|不到|少于|低于"
_MAGNITUDE = r"[十百千万亿]|[百千]万"
_DASH = r"-{1,2}|~|—{1,2}|–|―|−|至|到"
_TRAILING = r"左右|上下|以上|及以上|以下|以内|多|余|\+"

_AMOUNT = re.compile(
    rf"(?P<before>{_ABOUT}|{_AT_LEAST}|{_AT_MOST})?(?P<figure>{_FIGURE})(?P<more>[余多来])?(?P<magnitude>{_MAGNITUDE})?"
    rf"(?P<more2>[余多])?(?P<unit>[^\d()+]*?)(?P<after>{_TRAILING})?(?P<comment>\(.*\))?",
    re.ASCII,
)
_RANGE = re.compile(
    rf"(?P<low>{_PLAIN})(?P<magnitude1>{_MAGNITUDE})?(?P<unit1>[^\d()\-~—–―−至到]*?)(?:{_DASH})"
    rf"(?P<high>{_PLAIN})(?P<magnitude>{_MAGNITUDE})?(?P<unit>[^\d()+]*?)(?:左右|上下|之间)?(?P<comment>\(.*\))?",
    re.ASCII,
)
_SIGNED = re.compile(rf"(?P<sign>[-−+])(?P<rest>{_PLAIN})(?P<unit>[^\d()]*)", re.ASCII)
_LOOKALIKE = re.compile(r"(?=.*\d)[\dOoIl,.]+", re.ASCII)
_DIGITS = re.compile(r"\d[\d.]*", re.ASCII)
_MAGNITUDE_VALUES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_ONLY_A_NUMBER = "只写一个阿拉伯数字，例如 50"


@dataclass(frozen=True, slots=True)
class _Amount:
    """A figure with the unit its own cell names. ``scaled``: the cell itself says 万 or the like."""

    value: Decimal
    unit: Unit | None = None
    scaled: bool = False


def read_number(raw: object, expected: Dimension | None = None, unit: Unit | None = None) -> CellValue[Decimal]:
    """Return the number of a cell in the dimension's own unit.

    Parameters
    ----------
    raw
        The cell.
    expected
        What the column counts; ``None`` when any number will do.
    unit
        The unit the heading or the sheet declares; a bare figure is multiplied by its factor, a unit in the cell
        itself goes before.
    """
    amount = _amount(raw)
    if amount.value is None:
        return CellValue(None, amount.remarks)
    return _in_unit(amount.value, amount.remarks, expected, unit)


def read_count(raw: object, expected: Dimension = Dimension.PERSONS, unit: Unit | None = None) -> CellValue[int]:
    """Return a whole number, at least 0, of persons, classes, posts and so on; see :func:`read_number`."""
    found = read_number(raw, expected, unit)
    if found.value is None:
        return CellValue(None, found.remarks)
    if found.value < 0:
        return refused("数不能为负", "核对后改正")
    if found.value != found.value.to_integral_value():
        problem = f"{expected.value}数应为整数（现为 {found.value.normalize():f}）"
        return refused(problem, "改为整数；若单位是“万”，在表头注明")
    return CellValue(int(found.value), found.remarks)


def read_money(raw: object, unit: Unit | None = None) -> CellValue[int]:
    """Return an amount in cents, at least 0; a bare figure is in the column's unit, in yuan where it has none."""
    text = text_of(raw)
    capital = chinese_money(text)
    if capital is not None:
        return CellValue(int(capital * 100), (note(f"大写金额读为 {capital.normalize():f} 元"),))
    found = read_number(raw, Dimension.YUAN, unit)
    if found.value is None:
        return CellValue(None, found.remarks)
    if found.value < 0:
        return refused("金额不能为负", "核对后改正")
    cents = found.value * 100
    if cents != cents.to_integral_value():
        rounded = int(cents.quantize(Decimal(1)))
        return CellValue(rounded, (*found.remarks, warning(f"金额超过两位小数，按 {rounded / 100:.2f} 元计")))
    return CellValue(int(cents), found.remarks)


def read_share(raw: object, unit: Unit | None = None) -> CellValue[Decimal]:
    """Return a share 0..1 from 80%, 0.8, 八成 or a bare 80, which counts as per cent with a warning."""
    text = text_of(raw)
    tenths = re.fullmatch(r"([\d一二两三四五六七八九]+)成", text)
    if tenths is not None:
        value = Decimal(chinese_number(tenths[1]) or _digits(tenths[1])) / 10
        return _checked_share(value, (note(f"“{shown(text)}”读为 {value:%}"),))
    amount = _amount(raw)
    if amount.value is None:
        return CellValue(None, amount.remarks)
    value, own = amount.value.value, amount.value.unit
    if own is not None and own.dimension is Dimension.PERCENT:
        return _checked_share(value / 100, amount.remarks)
    if own is not None:
        return refused(f"应为比例，现带单位“{own.word}”", "写成 80% 或 0.8")
    if unit is not None and unit.dimension is Dimension.PERCENT:
        return _checked_share(value / 100, amount.remarks)
    if value > 1:
        doubt = warning(f"{value.normalize():f} 按百分数计", "写成 80% 或 0.8")
        return _checked_share(value / 100, (*amount.remarks, doubt))
    return _checked_share(value, amount.remarks)


def _digits(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 99


def _checked_share(value: Decimal, remarks: tuple[Remark, ...]) -> CellValue[Decimal]:
    if not 0 <= value <= 1:
        return refused("比例不在 0 到 100% 之间", "写成 80% 或 0.8")
    return CellValue(value, remarks)


def read_days(raw: object, unit: Unit | None = None, hours_per_day: int = CLASS_HOURS_PER_DAY) -> CellValue[int]:
    """Return class days, at least 0; class hours are divided by ``hours_per_day`` and rounded up, with a warning."""
    amount = _amount(raw)
    if amount.value is None:
        return CellValue(None, amount.remarks)
    own = amount.value.unit or unit
    if own is None or own.dimension is not Dimension.HOURS:
        return read_count(raw, Dimension.DAYS, unit)
    hours = amount.value.value * (own.factor if amount.value.unit is None else 1)
    if hours < 0:
        return refused("课时不能为负", "核对后改正")
    days = math.ceil(hours / hours_per_day)
    text = f"{hours.normalize():f} 课时按每天 {hours_per_day} 课时计为 {days} 天"
    return CellValue(days, (*amount.remarks, warning(text, "核对每天课时数，或直接写课日")))


def _amount(raw: object) -> CellValue[_Amount]:
    """Return the figure and the unit written in a cell."""
    if isinstance(raw, bool):
        return refused("应为数字，现为“是”或“否”", _ONLY_A_NUMBER)
    if isinstance(raw, (date, time, timedelta)):
        return refused(
            f"应为数字，现为日期或时间（{shown(raw)}）：“3-5”一类的写法会被表格软件改成日期",
            "把单元格格式改为“文本”或“数值”后重新填写",
        )
    if isinstance(raw, (int, float)):
        return _of_number(raw)
    text = text_of(raw)
    broken = formula_fault(text)
    if broken is not None:
        return CellValue(None, broken.remarks)
    silent = nothing_said(text)
    if silent is not None:
        return CellValue(None, silent.remarks)
    if text in NOTHING:
        return CellValue(_Amount(Decimal(0)), () if text == "0" else (note(f"“{text}”按 0 计"),))
    if isinstance(raw, str) and _annotated(raw):
        return refused(f"数字旁有上标、带圈数字或分数（{shown(raw)}）", "去掉注码，" + _ONLY_A_NUMBER)
    return _of_text(text.replace(" ", ""))


def _of_number(raw: int | float) -> CellValue[_Amount]:
    if isinstance(raw, float) and not math.isfinite(raw):
        return refused("不是有限的数", _ONLY_A_NUMBER)
    return _limited(_Amount(Decimal(raw) if isinstance(raw, int) else Decimal(f"{raw:.15g}")), ())


def _limited(amount: _Amount, remarks: tuple[Remark, ...]) -> CellValue[_Amount]:
    if abs(amount.value) > _LARGEST:
        return refused("数值过大", "核对数字；号码请放在号码列")
    return CellValue(amount, remarks)


def _annotated(raw: str) -> bool:
    """Return whether NFKC would turn a footnote mark or a fraction into digits of the number."""
    marks = ("<super>", "<sub>", "<circle>", "<fraction>")
    return any(unicodedata.decomposition(character).startswith(marks) for character in raw if ord(character) > 127)


def _of_text(text: str) -> CellValue[_Amount]:
    signed = _SIGNED.fullmatch(text)
    if signed is not None:
        return _of_signed(signed)
    match = _RANGE.fullmatch(text)
    if match is not None:
        return _of_range(text, match)
    match = _AMOUNT.fullmatch(text)
    amount = _of_match(text, match) if match is not None else None
    if amount is not None:
        return amount
    if len(_DIGITS.findall(text)) > 1 and not _LOOKALIKE.fullmatch(text):
        return refused(f"一格里有不止一个数（{shown(text)}）", "一格只写一个数，其余另列")
    if _LOOKALIKE.fullmatch(text):
        return refused(f"数字里混有字母 O、I 或 l（{shown(text)}），或千位分隔位置不对", _ONLY_A_NUMBER)
    return refused(f"读不出一个数（{shown(text)}）", _ONLY_A_NUMBER)


def _of_signed(match: re.Match[str]) -> CellValue[_Amount]:
    value, unit = _figure(match["rest"]), parse_unit(match["unit"]) if match["unit"] else None
    if value is None or (match["unit"] and unit is None):
        return refused("读不出一个数", _ONLY_A_NUMBER)
    return _limited(_Amount(value if match["sign"] == "+" else -value, unit), ())


def _of_range(text: str, match: re.Match[str]) -> CellValue[_Amount]:
    low, high = _figure(match["low"]), _figure(match["high"])
    unit = _scaled_unit(match["magnitude"], match["unit"])
    if low is None or high is None or (match["unit"] and unit is None):
        return refused(f"读不出一个数（{shown(text)}）", _ONLY_A_NUMBER)
    scale = _MAGNITUDE_VALUES.get(match["magnitude"] or "", 1)
    low *= _MAGNITUDE_VALUES[match["magnitude1"]] if match["magnitude1"] else scale
    high *= scale
    if low > high:
        return refused(f"范围的前一个数大于后一个数（{shown(text)}）", "核对后只写一个数")
    doubt = warning(f"“{shown(text)}”是一个范围，按下限 {low.normalize():f} 计", "核对后只写一个数")
    return _limited(_Amount(low, unit, scaled=bool(match["magnitude"])), (doubt,))


def _of_match(text: str, match: re.Match[str]) -> CellValue[_Amount] | None:
    figure, unit = _figure(match["figure"]), _scaled_unit(match["magnitude"], match["unit"])
    if figure is None or (match["unit"] and unit is None):
        return None
    value = figure * (unit.factor if unit else _MAGNITUDE_VALUES.get(match["magnitude"] or "", 1))
    remarks = _vagueness(text, value, match)
    if match["comment"]:
        remarks = (*remarks, warning(f"括号里的内容未读（{shown(match['comment'])}），按 {value.normalize():f} 计"))
    if any(character in NUMERAL for character in match["figure"]):
        remarks = (*remarks, note(f"“{shown(text)}”读为 {value.normalize():f}"))
    return _limited(_Amount(value, unit, scaled=bool(match["magnitude"])), remarks)


def _scaled_unit(magnitude: str | None, word: str) -> Unit | None:
    """Return the unit of a cell with its magnitude: 万 and 元 give 万元 with factor 10000."""
    unit = parse_unit(word) if word else None
    if unit is None or not magnitude:
        return unit
    return Unit(magnitude + word, unit.dimension, unit.factor * _MAGNITUDE_VALUES[magnitude], unit.per)


def _vagueness(text: str, value: Decimal, match: re.Match[str]) -> tuple[Remark, ...]:
    if any(match[part] for part in ("before", "more", "more2", "after")):
        return (warning(f"“{shown(text)}”不是确数，按 {value.normalize():f} 计", "核对后写确数"),)
    return ()


def _figure(text: str) -> Decimal | None:
    chinese = chinese_number(text)
    if chinese is not None:
        return Decimal(chinese)
    if any(character in NUMERAL for character in text):
        return None
    value = Decimal(text.replace(",", ""))
    return value if value.adjusted() < 40 else None


def _in_unit(
    amount: _Amount, remarks: tuple[Remark, ...], expected: Dimension | None, column: Unit | None
) -> CellValue[Decimal]:
    """Bring a figure to the dimension's own unit, the cell's word before the heading's."""
    if amount.unit is not None:
        return _with_own_unit(amount, remarks, expected, column)
    if column is None or column.factor == 1:
        return CellValue(amount.value, remarks)
    if amount.scaled:
        text = f"表头单位是“{column.word}”，格内又写了数量级，按格内的写法计为 {amount.value.normalize():f}"
        return CellValue(amount.value, (*remarks, warning(text)))
    value = amount.value * column.factor
    return CellValue(value, (*remarks, note(f"按表头单位“{column.word}”换算为 {value.normalize():f}")))


def _with_own_unit(
    amount: _Amount, remarks: tuple[Remark, ...], expected: Dimension | None, column: Unit | None
) -> CellValue[Decimal]:
    own = amount.unit
    assert own is not None
    if expected is not None and not compatible(expected, own.dimension):
        if {expected, own.dimension} == {Dimension.PERSONS, Dimension.PERSON_TIMES}:
            doubt = warning(f"格内单位是“{own.word}”，这里需要“{expected.value}”，按同数计", "核对是人数还是人次")
            return CellValue(amount.value, (*remarks, doubt))
        return refused(f"格内单位是“{own.word}”，这里需要“{expected.value}”", "核对填写的是不是这一列的数")
    if column is not None and column.factor != own.factor:
        text = f"表头单位是“{column.word}”，格内写的是“{own.word}”，按格内的写法计为 {amount.value.normalize():f}"
        remarks = (*remarks, warning(text))
    return CellValue(amount.value, remarks)
