"""Read one file in a process of its own: ``python -m planner.reading.child``, a request on standard input.

Parsers can be made to exhaust the memory, to run for ever or to end their process; here that hurts nobody. It is also
where names and ID numbers stay: a register leaves this process as counts and keyed hashes. Request and answer are one
JSON object each; :mod:`planner.reading.process` speaks the other end.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any

from planner.errors import BadInput
from planner.reading.files.grid import Row
from planner.reading.files.limits import CHILD_MEMORY_BYTES


def limit_memory() -> None:
    """Let this process have :data:`CHILD_MEMORY_BYTES` of address space; Windows has no such limit."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (CHILD_MEMORY_BYTES, CHILD_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """Do a task: ``names`` (of sheets), ``cells`` (of all), ``understand`` (a demand file), ``mark``, ``reword``."""
    from planner.reading.files.open import open_grids

    try:
        grids = open_grids(request["file"], Path(request["path"]))
        if request["task"] == "mark":
            from planner.reading.marked import mark

            mark(Path(request["path"]).with_suffix(".xlsx"), request["findings"], Path(request["out"]))
            return {}
        if request["task"] == "reword":
            from planner.reading.marked import reword

            reword(Path(request["path"]).with_suffix(".xlsx"), request["words"], Path(request["out"]))
            return {}
        if request["task"] == "names":
            return {"names": [grid.name for grid in grids]}
        if request["task"] == "cells":
            sheets = [{"name": grid.name, "rows": _trimmed(grid.rows)} for grid in grids]
            return {"sheets": sheets}
        from planner.reading.understand import understand

        return understand(grids, request).as_json()
    except BadInput as error:
        return {"faults": [asdict(fault) for fault in error.faults]}
    except MemoryError:
        return {"memory": True}
    except Exception as error:
        # The text of an exception may quote a cell, so only its kind and place leave this process.
        places = traceback.extract_tb(error.__traceback__)
        return {"broken": f"{type(error).__name__} {Path(places[-1].filename).name}:{places[-1].lineno}"}


def _trimmed(rows: Iterable[Row]) -> list[Row]:
    """Drop empty cells at the ends of rows and empty rows at the end."""
    short: list[Row] = []
    for row in rows:
        last = len(row)
        while last and row[last - 1] in ("", None):
            last -= 1
        short.append([_encoded(value) for value in row[:last]])
    while short and not short[-1]:
        short.pop()
    return short


def _encoded(value: object) -> object:
    """Dates become ``{"date": "2026-01-05"}``, date-times ``{"datetime": ...}``."""
    if isinstance(value, datetime):
        return {"datetime": value.isoformat()}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    if isinstance(value, (str, int, float, bool)) or value is None:
        return value
    return str(value)


if __name__ == "__main__":
    sys.stdin.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    limit_memory()
    sys.stdout.write(json.dumps(answer(json.load(sys.stdin))))  # json.dump would take the slow encoder.
