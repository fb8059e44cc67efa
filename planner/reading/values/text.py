"""Text of a cell: invisible characters and odd spaces gone, damage told, and the words that stand for nothing.

Source of the kinds of dirt: the catalogue of real forms in ``docs/reading-values.md``.
"""

from __future__ import annotations

import re
import unicodedata

from planner.reading.values.cell import CellValue, Remark, note, refused, warning
from planner.workbook.cells import normalised
from planner.workbook.cells import shown as shown_whole

_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff]) +(?=[\u3400-\u9fff])")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_DAMAGED = re.compile("\ufffd|锟斤拷|烫烫烫|[\ud800-\udfff]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\??|NUM!|NULL!|SPILL!|CALC!|FIELD!|BLOCKED!|GETTING_DATA)")
_HASHES = re.compile(r"#{3,}")
_FORMULA = re.compile(r"=[A-Za-z(+\-'\u4e00-\u9fff]")
_LARGEST_SHOWN = 10**40
_PERSONAL_NUMBER = re.compile(r"\d[\d\s-]{8,}\d[Xx]?")

NOTHING = frozenset({"无", "没有", "零", "〇", "0"})
"""Words that state zero where a count is asked."""

NOT_STATED = frozenset({"-", "--", "---", "—", "——", "–", "―", "_", "/", "\\", "//", "不适用", "不涉及", "N/A", "NA"})
"""Marks that leave a cell blank: they do not state zero."""

UNKNOWN = frozenset(
    ("待定", "未定", "待核", "待核实", "待统计", "未统计", "不详", "未知", "不清楚", "暂无", "另行通知")
    + ("?", "??", "...", "......")
)
"""Words that say that the figure is not known yet."""


def text_of(raw: object) -> str:
    """Return a cell's text: half-width, no invisible characters, no spaces between Chinese characters, no leading '.

    Never raises; a whole number too long to show becomes its sign and the word for it.
    """
    if isinstance(raw, int) and not isinstance(raw, bool) and abs(raw) > _LARGEST_SHOWN:
        return "过长的数"
    if isinstance(raw, str) and "_x" in raw:
        raw = _ESCAPED.sub(_unescaped, raw)
    text = _BETWEEN_CHINESE.sub("", normalised(raw))
    return text[1:].strip() if text.startswith("'") else text


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return " " if unicodedata.category(character).startswith("C") else character


def shown(raw: object) -> str:
    """Return a cell as a remark may quote it: shortened, long numbers cut, for they may be ID or telephone numbers."""
    return _PERSONAL_NUMBER.sub(lambda match: f"{match[0][:3]}…", shown_whole(raw))


def formula_fault(text: str) -> CellValue[str] | None:
    """Return the refusal of a formula error or of a formula nobody has worked out, ``None`` for other text."""
    if _ERROR.fullmatch(text.upper()):
        return refused(f"单元格是公式错误 {text}", "改正公式，或直接填写值")
    if _HASHES.fullmatch(text):
        return refused("单元格只有 ###，列太窄时的显示被当作内容复制了", "从原表重新复制，或填写值")
    if _FORMULA.match(text):
        return refused("公式没有算出的值", "用 Excel 或 WPS 打开文件，保存一次后再上传，或直接填写值")
    return None


def read_text(raw: object) -> CellValue[str]:
    """Return a cell's text; blank, 无 and dashes as nothing, damage and characters outside the standards told."""
    text = text_of(raw)
    broken = formula_fault(text)
    if broken is not None:
        return broken
    if not text or text in NOT_STATED:
        return CellValue(None)
    if _DAMAGED.search(text):
        readable = shown(text.encode("utf-8", "replace").decode())
        return refused(f"文字已损坏（{readable}）", "从原文件重新导出，编码选 UTF-8")
    remarks: tuple[Remark, ...] = ()
    if _PRIVATE.search(text):
        remarks = (warning("含有造字区的字，别的电脑上显示不同", "改用标准汉字（可用输入法的生僻字）"),)
    return CellValue(text, remarks)


def nothing_said(text: str) -> CellValue[object] | None:
    """Return the blank value of an empty cell, a dash or a word for "not known"; ``None`` for other text."""
    if not text:
        return CellValue(None)
    if text.upper() in NOT_STATED:
        return CellValue(None, (note(f"“{text}”按未填计，不当作 0"),))
    if text in UNKNOWN:
        return CellValue(None, (warning(f"“{text}”按未填计，不当作 0", "确定后补填"),))
    return None
