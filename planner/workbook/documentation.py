"""The reference page ``docs/workbook.md``, generated from the schema.

Run ``python -m planner.workbook.documentation docs/workbook.md`` after a change of the schema; a test fails
while the page is out of date.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from planner.workbook.cells import allowed_text
from planner.workbook.schema import SETTINGS, SETTINGS_SHEET, SHEETS, Column, Sheet
from planner.workbook.template import default_words

_INTRODUCTION = """\
# 培训计划工作簿

<!-- 由 planner/workbook/schema.py 生成：python -m planner.workbook.documentation docs/workbook.md -->

一个 .xlsx（也接受 .xls、.ods，或者每张表一个 .csv 的文件夹或 .zip；csv 可用 UTF-8、GB18030、UTF-16）。

- 只有 **需求** 和 **资金** 必须提供；其余每张表、每一列都有默认值，用到的默认值写进计划的假设。
- 只有表头、没有数据行的表，视同没有提供。
- 表名和表头可用中文，也可用括号中的英文名；列的顺序、行的顺序都不影响结果；多余的列和表只提示、不使用。
- 日期可以是真正的日期单元格，也可以是 2026-01-05、2026/1/5、2026年1月5日 这样的文字；周写其周一。
- 金额以元为单位，最多两位小数；比例在 0 到 1 之间，也可写 30%；人数是不带小数的非负整数。
- 一格多个名称用、分隔，也接受逗号、分号；括号内的逗号不算分隔。
- 全角数字、全角符号按半角读；首尾空白不计。
- 所有错误一次列出：表、单元格、现在的值、允许的值和改法。
"""


def workbook_markdown() -> str:
    """Return the whole page as Markdown."""
    return "\n".join([_INTRODUCTION, *(_section(sheet) for sheet in SHEETS)])


def _section(sheet: Sheet) -> str:
    lines = [f"## {sheet.name}（{sheet.alias}）", "", sheet.description]
    if sheet.required:
        lines.append("必须提供。")
    if sheet.default_text:
        lines.append(f"不提供时：{sheet.default_text}。")
    if sheet.key:
        lines.append(f"不可重复：{'、'.join(sheet.key_headings)}。")
    lines += ["", *_table(sheet.columns)]
    if sheet is SETTINGS_SHEET:
        lines += ["", "参数名：", "", *_table(SETTINGS)]
    return "\n".join(lines) + "\n"


def _table(columns: Iterable[Column]) -> list[str]:
    rows = ["| 列 | 英文名 | 含义 | 单位 | 允许 | 不填时 |", "|---|---|---|---|---|---|"]
    for column in columns:
        cells = (
            column.heading,
            f"`{column.alias}`",
            column.description,
            column.unit,
            allowed_text(column),
            default_words(column),
        )
        rows.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return rows


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(workbook_markdown(), encoding="utf-8")
