"""Citizen ID numbers: birth date, sex and age; digits lost in a spreadsheet, old numbers, failing check digits.

GB 11643-1999: six digits of the place, birth date, three digits whose last is odd for men, and a check character by
ISO 7064 MOD 11-2. Numbers are shown in no remark and in no ``repr``.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import mul

from planner.reading.values.cell import CellValue, Remark, note, refused, warning
from planner.reading.values.text import formula_fault, nothing_said, text_of

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_WEIGHT_OF_ZEROS = ord("0") * sum(_WEIGHTS)
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for code in range(first, last + 1)
)
"""First two digits in use: provinces, Taiwan (71) and residence permits of Hong Kong, Macao and Taiwan (81–83)."""
_EIGHTEEN = re.compile(r"\d{17}[\dX]", re.ASCII)
_FIFTEEN = re.compile(r"\d{15}", re.ASCII)
_MASKED = re.compile(r"[\dX]*(?:[*×●•]|\.{3})[\dX*×●•.]*", re.ASCII)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?E\+?\d+", re.ASCII)
_LOST_DIGITS = "身份证号码以数字保存，第 16 位起已丢失"
_TYPE_AS_TEXT = "把该列格式设为“文本”，从原始登记重新填写 18 位号码"
_CHECK_AGAIN = "对照身份证核对"


@dataclass(frozen=True, slots=True)
class Identity:
    """A person as an 18-digit ID number tells: place code, birth date and sex (男 or 女). The number is not shown."""

    number: str = field(repr=False)
    place: str
    born: date
    sex: str

    def age_on(self, day: date) -> int:
        """Return the full years on a day; who was born on 29 February is a year older on 1 March."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))

    @property
    def masked(self) -> str:
        """The number with birth date and sequence hidden, for rosters."""
        return f"{self.number[:6]}********{self.number[-4:]}"

    def token(self, key: bytes) -> str:
        """Return a keyed hash (HMAC-SHA-256, hexadecimal) that tells persons apart without their numbers."""
        return hmac.digest(key, self.number.encode(), "sha256").hex()


def check_character(first_seventeen: str) -> str:
    """Return the 18th character that belongs to 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[(sum(map(mul, first_seventeen.encode("ascii"), _WEIGHTS)) - _WEIGHT_OF_ZEROS) % 11]


@lru_cache(maxsize=50_000)
def _birth_date(digits: str) -> date | None:
    """Return the date of eight digits (yyyymmdd), ``None`` when there is no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def read_identity(raw: object, on: date) -> CellValue[Identity]:
    """Return who an ID number says a person is; ``on`` is the day at which nobody may be unborn or older than 120."""
    if isinstance(raw, str) and _EIGHTEEN.fullmatch(raw):
        return _of_eighteen(raw, on)
    if isinstance(raw, float) and abs(raw) >= 1e15:
        return refused(_LOST_DIGITS, _TYPE_AS_TEXT)
    if isinstance(raw, (bool, float)):
        return refused("不是身份证号码", _TYPE_AS_TEXT)
    if isinstance(raw, int) and raw >= 10**15 and raw % 1000 == 0:
        return refused(_LOST_DIGITS, _TYPE_AS_TEXT)
    text = re.sub(r"[\s\-.·'’`]", "", text_of(raw).upper())
    silent = formula_fault(text) or nothing_said(text_of(raw))
    if silent is not None:
        return CellValue(None, silent.remarks)
    if text in ("无", "没有"):
        return CellValue(None)
    if _FIFTEEN.fullmatch(text):
        return _of_fifteen(text, on)
    if _EIGHTEEN.fullmatch(text):
        return _of_eighteen(text, on)
    return _wrong_form(text_of(raw).upper(), text)


def _wrong_form(shown_text: str, text: str) -> CellValue[Identity]:
    if _SCIENTIFIC.fullmatch(shown_text.replace(" ", "")):
        return refused("身份证号码成了科学计数法，末几位已丢失", _TYPE_AS_TEXT)
    if _MASKED.fullmatch(shown_text):
        return refused("身份证号码被遮盖，读不出年龄", "提供完整号码，或补填年龄、性别两列")
    if re.search("[^0-9X]", text):
        return refused("身份证号码里有数字和 X 以外的字符", _CHECK_AGAIN)
    return refused(f"身份证号码是 {len(text)} 位，应为 18 位", _CHECK_AGAIN)


def _of_fifteen(text: str, on: date) -> CellValue[Identity]:
    body = f"{text[:6]}19{text[6:]}"
    found = _of_eighteen(body + check_character(body), on)
    return found.also(note("15 位旧号码已补为 18 位")) if found.value else found


def _of_eighteen(text: str, on: date) -> CellValue[Identity]:
    if text[:2] not in _PROVINCES:
        return refused("身份证号码的地区代码不存在", _CHECK_AGAIN)
    born = _birth_date(text[6:14])
    if born is None:
        return refused("身份证号码里的出生日期不存在", _CHECK_AGAIN)
    if check_character(text[:17]) != text[17]:
        if text.endswith("000"):
            return refused("身份证号码末三位是 000 且校验不符，多半是以数字保存时丢失", _TYPE_AS_TEXT)
        return refused("身份证号码校验位不符，至少有一位写错", _CHECK_AGAIN)
    found = Identity(text, text[:6], born, "男" if text[16] in "13579" else "女")
    if born > on or found.age_on(on) > 120:
        return refused("身份证号码里的出生日期不可能", _CHECK_AGAIN)
    return CellValue(found)


def compare_age(identity: Identity, typed_age: int | None, on: date) -> Remark | None:
    """Return what to say when an age typed beside an ID number differs from it; the number goes before.

    One year of difference is noted only: registers are filled over a year and some count 虚岁.
    """
    age = identity.age_on(on)
    if typed_age is None or typed_age == age:
        return None
    text = f"填写的年龄 {typed_age} 与身份证号码不符，按号码计为 {age} 岁"
    return note(text) if abs(typed_age - age) == 1 else warning(text, "核对年龄和号码")
