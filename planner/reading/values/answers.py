"""Answers in a word: yes or no, man or woman."""

from __future__ import annotations

from planner.reading.values.cell import CellValue, note, refused
from planner.reading.values.text import formula_fault, nothing_said, shown, text_of

_PLAIN = {"是": True, "否": False}
_YES = ("√", "✓", "✔", "☑", "对", "有", "Y", "YES", "TRUE", "1")
_YES_TOO = ("愿意", "可以", "可", "能", "会", "已", "参加", "属于", "是的")
_NO = ("×", "✗", "✘", "X", "☒", "□", "没有", "无", "N", "NO", "FALSE", "0", "不愿意", "不愿", "不可以", "不可", "不能")
_NO_TOO = ("不会", "未", "不参加", "不属于", "不是", "非", "不")
_WORDS = dict.fromkeys((*_YES, *_YES_TOO), True) | dict.fromkeys((*_NO, *_NO_TOO), False)
_MEN = frozenset({"男", "男性", "1", "M", "MALE", "男士"})
_WOMEN = frozenset({"女", "女性", "2", "F", "FEMALE", "女士", "妇女"})


def read_yes_no(raw: object) -> CellValue[bool]:
    """Return yes or no; other words than 是 and 否 are noted, words for "not known" leave the cell blank."""
    if isinstance(raw, float) and raw not in (0.0, 1.0):
        return refused(f"只能填 是 或 否（现为 {shown(raw)}）", "填 是 或 否")
    text = text_of(raw).upper()
    silent = formula_fault(text) or nothing_said(text)
    if silent is not None:
        return CellValue(None, silent.remarks)
    if text in _PLAIN:
        return CellValue(_PLAIN[text])
    if text in _WORDS:
        return CellValue(_WORDS[text], (note(f"“{text}”读为“{'是' if _WORDS[text] else '否'}”"),))
    return refused(f"只能填 是 或 否（现为“{shown(text)}”）", "填 是 或 否")


def read_sex(raw: object) -> CellValue[str]:
    """Return 男 or 女."""
    text = text_of(raw).upper()
    silent = formula_fault(text) or nothing_said(text)
    if silent is not None:
        return CellValue(None, silent.remarks)
    if text in _MEN:
        return CellValue("男")
    if text in _WOMEN:
        return CellValue("女")
    return refused(f"性别只能填 男 或 女（现为“{shown(text)}”）", "填 男 或 女")
