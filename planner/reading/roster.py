"""A roster of the people in registers, for tracing a count back to its rows: codes in place of names and numbers.

The code of a person is a keyed hash whose key is drawn anew for each reading and kept nowhere, so codes of two rosters
cannot be compared and no code leads back to an ID number. The row leads back to the register, for whoever has it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from planner.reading.layouts.register import People
from planner.workbook.cells import harmless

HEADINGS = ("文件", "表", "行", "人员代码", "乡镇", "年龄", "年龄段", "群体", "意愿课程", "是否计入")
COUNTED, TWICE, NO_BAND, OPEN_NAME = "计入", "重复登记，不计入", "年龄不在任何年龄段内，不计入", "名称待确认，不计入"
_CODE_LENGTH = 10


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """The willing people of one register with the county's names (``None``: not known) and what became of each.

    ``townships``, ``groups`` and ``wishes`` are by position in the tables of ``people``, ``outcomes`` one for each
    person; ``bands`` gives the age band of an age.
    """

    file: str
    sheet: str
    people: People
    townships: Sequence[str | None]
    groups: Sequence[str | None]
    wishes: Sequence[Sequence[str]]
    bands: Mapping[int, str]
    outcomes: Sequence[str]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Yield a row for each person in the order of the register, as :data:`HEADINGS` name its cells."""
        people = self.people
        for position, (row, age, outcome) in enumerate(zip(people.rows, people.ages, self.outcomes, strict=True)):
            code = people.keys[position][:_CODE_LENGTH]
            place = self.townships[people.township[position]] or ""
            group = self.groups[people.group[position]] or ""
            wishes = "、".join(self.wishes[people.wish[position]])
            yield self.file, self.sheet, row, code, place, age, self.bands.get(age, ""), group, wishes, outcome


def write_roster(sheets: Sequence[RosterSheet], path: Path) -> None:
    """Write a roster as a .csv that Excel and WPS open in Chinese."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADINGS)
        for sheet in sheets:
            for row in sheet.rows():
                writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in row])
