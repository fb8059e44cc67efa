"""English beside the workbook's own headings: the names that the reader accepts in their place."""

from __future__ import annotations

from functools import cache

from planner.workbook.schema import SETTINGS, SHEETS
from web.language import current_language


def english_name(sheet: str, heading: str = "") -> str:
    """Return the English name of a sheet of the workbook, or of its column; without a sheet, of a setting.

    Empty on Chinese pages and for what has none.
    """
    return "" if current_language() == "zh" else _names().get((sheet, heading), "").replace("_", " ")


@cache
def _names() -> dict[tuple[str, str], str]:
    names = {(sheet.name, ""): sheet.alias for sheet in SHEETS}
    names |= {(sheet.name, column.heading): column.alias for sheet in SHEETS for column in sheet.columns}
    return names | {("", one.heading): one.alias for one in SETTINGS}
