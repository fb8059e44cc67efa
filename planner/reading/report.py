"""What was understood of the files of a county, said by file and sheet: errors, warnings, columns, proposals."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from planner.errors import Fault

UPLOAD = "乡镇报表"
"""What faults of all files together are said of."""


class Level(StrEnum):
    """How much a finding matters: an error stops planning, a warning does not, the rest is information."""

    ERROR = "错误"
    WARNING = "提醒"
    UNDERSTOOD = "读法"
    DEFAULT = "默认"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence about a file, a sheet (empty: the whole file) and a cell such as ``E12`` (empty: the whole sheet).

    ``found`` quotes the cell, never a name or an ID number. ``times`` counts further cells with the same finding.
    """

    level: Level
    file: str
    sheet: str
    cell: str
    text: str
    found: str = ""
    remedy: str = ""
    times: int = 1

    def __str__(self) -> str:
        place = "!".join(part for part in (self.sheet, self.cell) if part)
        text = f"{place}：{self.text}" if place else self.text
        text += f"（现为“{self.found}”）" if self.found else ""
        text += f"，同样的共 {self.times} 处" if self.times > 1 else ""
        return f"{text}；{self.remedy}" if self.remedy else text

    def as_fault(self) -> Fault:
        """Return the finding as a fault of the input."""
        return Fault(self.file or UPLOAD, self.sheet, self.cell, self.text, self.found, "", self.remedy)


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """How one column was read: its letters, its heading as it stands, the field it was taken for, and details.

    ``proposed`` is a meaning that is likely but was not applied.
    """

    column: str
    heading: str
    field: str
    detail: str = ""
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A name that is not known but resembles one: ``kind`` is 乡镇, 课程, 群体 or 年龄段; ``score`` lies in 0..1.

    ``target`` empty: nothing resembles it. Nothing is done with the name until somebody confirms it.
    """

    kind: str
    found: str
    target: str
    score: float
    persons: int = 0

    def __str__(self) -> str:
        weight = f"（涉及 {self.persons} 人次）" if self.persons else ""
        if not self.target:
            return f"{self.kind}“{self.found}”不认识{weight}"
        return f"{self.kind}“{self.found}”是否就是“{self.target}”？相似度 {self.score:.2f}{weight}"


@dataclass(slots=True)
class SheetReport:
    """What one sheet was taken for (``layout``), how its columns were read, and how many rows gave people.

    ``personal``: it holds names or ID numbers of people.
    """

    file: str
    sheet: str
    layout: str = ""
    columns: list[ColumnReading] = field(default_factory=list)
    rows_read: int = 0
    findings: list[Finding] = field(default_factory=list)
    personal: bool = False

    def say(
        self, level: Level, text: str, *, cell: str = "", found: str = "", remedy: str = "", times: int = 1
    ) -> None:
        """Add a finding about this sheet."""
        self.findings.append(Finding(level, self.file, self.sheet, cell, text, found, remedy, times))

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> SheetReport:
        """Return the report that :meth:`as_json` wrote."""
        return cls(
            plain["file"],
            plain["sheet"],
            plain["layout"],
            [ColumnReading(**column) for column in plain["columns"]],
            plain["rows_read"],
            [Finding(**finding | {"level": Level(finding["level"])}) for finding in plain["findings"]],
            plain["personal"],
        )


@dataclass(slots=True)
class ReadingReport:
    """Everything said about an upload. ``findings`` are those that belong to no single sheet."""

    sheets: list[SheetReport] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)

    def all_findings(self, *levels: Level) -> list[Finding]:
        """Return the findings of these levels (none given: all), by file and sheet."""
        every = [*self.findings, *(finding for sheet in self.sheets for finding in sheet.findings)]
        return [finding for finding in every if not levels or finding.level in levels]

    def faults(self) -> list[Fault]:
        """Return what stops planning: errors and names that nobody has confirmed."""
        errors = [finding.as_fault() for finding in self.all_findings(Level.ERROR)]
        return errors + [
            Fault(UPLOAD, "", "", str(proposal), "", "", "确认或改正后重新读取（见 --choices）")
            for proposal in self.proposals
        ]

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain values, for the web form and for programs."""
        return {
            "sheets": [sheet.as_json() for sheet in self.sheets],
            "findings": [asdict(finding) for finding in self.findings],
            "proposals": [asdict(proposal) for proposal in self.proposals],
        }
