"""Collecting every fault of an input before it is refused."""

from __future__ import annotations

import re

from planner.errors import BadInput, Fault
from planner.reading.files.addresses import column_number
from planner.workbook.schema import SHEETS

_SHEET_ORDER = {sheet.name: position for position, sheet in enumerate(SHEETS)}
_ADDRESS = re.compile(r"([A-Z]+)(\d+)")


class FaultList:
    """The faults found so far."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}

    def add(
        self, file: str, sheet: str, cell: str, problem: str, *, found: str = "", allowed: str = "", remedy: str = ""
    ) -> None:
        """Add one fault; an exact repetition is dropped."""
        self._faults[Fault(file, sheet, cell, problem, found, allowed, remedy)] = None

    def raise_any(self) -> None:
        """Raise :class:`~planner.errors.BadInput` with every fault, in the order of sheets, rows and columns."""
        if self._faults:
            raise BadInput(sorted(self._faults, key=_position))


def _position(fault: Fault) -> tuple[int, str, int, int]:
    match = _ADDRESS.fullmatch(fault.cell)
    row, column = (int(match[2]), column_number(match[1])) if match else (0, 0)
    return _SHEET_ORDER.get(fault.sheet, len(_SHEET_ORDER)), fault.sheet, row, column
