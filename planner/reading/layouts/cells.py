"""Reading single cells into a sheet's report: each remark at its address, private cells never quoted."""

from __future__ import annotations

from collections import Counter
from typing import TypeVar

from planner.reading.files.addresses import cell_name
from planner.reading.report import Level, SheetReport
from planner.reading.values import CellValue
from planner.reading.values import Level as RemarkLevel
from planner.workbook.cells import shown

T = TypeVar("T")
NO_RESULT = "公式没有保存结果"
SAVE_AGAIN = "用 Excel 或 WPS 打开文件，保存一次后再上传，或直接填写值"
_MOST_ALIKE = 200
_LEVELS = {RemarkLevel.FAULT: Level.ERROR, RemarkLevel.WARNING: Level.WARNING}


class Remarks:
    """Collects what is said about the cells of one sheet; beyond 200 alike, further ones are only counted."""

    def __init__(self, report: SheetReport) -> None:
        self._report = report
        self._alike: Counter[tuple[Level, str]] = Counter()
        self.rewritten = 0

    def take(self, value: CellValue[T], row: int, column: int, raw: object, *, private: bool = False) -> T | None:
        """Return the value of a cell (0-based address) after noting its remarks; ``private`` cells are not quoted."""
        for remark in value.remarks:
            level = _LEVELS.get(remark.level)
            if level is None:
                self.rewritten += 1
                continue
            found = "" if private else shown(raw)
            self.say(level, remark.text, row, column, found=found, remedy=remark.remedy)
        return value.value

    def say(self, level: Level, text: str, row: int, column: int, *, found: str = "", remedy: str = "") -> None:
        """Note one finding at a cell (0-based address)."""
        self._alike[level, text] += 1
        if self._alike[level, text] <= _MOST_ALIKE:
            self._report.say(level, text, cell=cell_name(row + 1, column + 1), found=found, remedy=remedy)

    def close(self) -> None:
        """Say how many findings were only counted, and how many cells were written differently."""
        for (level, text), times in self._alike.items():
            if times > _MOST_ALIKE:
                self._report.say(level, text, times=times - _MOST_ALIKE)
        if self.rewritten:
            text = f"{self.rewritten} 个单元格写法不同、含义明确（如“45人”“１２”），已按含义读取"
            self._report.say(Level.UNDERSTOOD, text)
