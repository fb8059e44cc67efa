"""Parse one .xls, .ods or .xlsb in a process of its own: ``python -P parse_child.py FILE > sheets.json``.

These formats cannot be looked into beforehand (:mod:`planner.workbook.prescan`), and a broken one can end
the parsing process or keep it busy for ever. The parent gives a time limit and reads JSON:
``{"sheets": [{"name": ..., "rows": [[cell, ...], ...]}]}`` or ``{"error": ..., "password": true|false}``.
Dates are written as ``{"date": "2026-01-05"}``, date-times as ``{"datetime": ...}``.
"""

import json
import sys
from collections.abc import Sequence
from datetime import date, datetime

import python_calamine

_MOST_MEMORY = 1 << 30


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit; the time limit still holds.
        return
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))


def _encoded(value: object) -> object:
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


def _trimmed(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Drop empty cells at the ends of rows and empty rows at the end."""
    short = []
    for row in rows:
        last = len(row)
        while last and row[last - 1] in ("", None):
            last -= 1
        short.append([_encoded(value) for value in row[:last]])
    while short and not short[-1]:
        short.pop()
    return short


def _parse(path: str) -> dict[str, object]:
    try:
        book = python_calamine.load_workbook(path)
        return {
            "sheets": [
                {"name": name, "rows": _trimmed(book.get_sheet_by_name(name).to_python(skip_empty_area=False))}
                for name in book.sheet_names
            ]
        }
    except python_calamine.PasswordError as error:
        return {"error": str(error), "password": True}
    except Exception as error:  # The parent must hear of whatever the parser stumbles over.
        return {"error": str(error), "password": False}


if __name__ == "__main__":
    _limit_memory()
    json.dump(_parse(sys.argv[1]), sys.stdout)
