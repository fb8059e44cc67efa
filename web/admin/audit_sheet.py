"""The audit log as a workbook. Nothing in it is a formula or a link, whatever somebody typed as a name."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime

import xlsxwriter
from flask_babel import gettext

from planner.export.frame import FORMULA_STARTS
from web.store.audit import Entry

MOST_ROWS = 100_000
"""Lines in one download; the newest ones."""

_WIDTHS = (20, 16, 26, 40, 60)


def audit_sheet(entries: list[Entry], name_of: Callable[[str], str]) -> bytes:
    """Return a workbook with a line for each entry; ``name_of`` gives what an action is called."""
    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as workbook:
        sheet = workbook.add_worksheet(gettext("操作记录"))
        base = {"font_name": "宋体", "font_size": 11, "valign": "top", "text_wrap": True, "border": 1}
        head = workbook.add_format(base | {"bold": True, "bg_color": "#EEF1F4"})
        text = workbook.add_format(base | {"num_format": "@"})
        quoted = workbook.add_format(base | {"num_format": "@", "quote_prefix": True})
        moment = workbook.add_format(base | {"num_format": "yyyy-mm-dd hh:mm:ss"})
        headings = (gettext("时间"), gettext("登录名"), gettext("操作"), gettext("对象"), gettext("说明"))
        for column, (heading, width) in enumerate(zip(headings, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, heading, head)
        for row, entry in enumerate(entries, start=1):
            sheet.write_datetime(row, 0, datetime.fromtimestamp(entry.at), moment)
            detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True) if entry.detail else ""
            for column, value in enumerate((entry.login, name_of(entry.action), entry.subject, detail), start=1):
                sheet.write_string(row, column, value, quoted if value.startswith(FORMULA_STARTS) else text)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(len(entries), 1), len(headings) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer("&C&P / &N")
    return file.getvalue()
