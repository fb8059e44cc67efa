"""What an upload comes to without anybody in it: a workbook of cohorts, wishes and the sentences said about them.

It is what a plan needs of the files of townships, so these need not be kept: registers hold names and ID numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from planner.errors import BadInput, Fault
from planner.reading.read import DemandReading
from planner.reading.report import Level
from planner.workbook.sources import RawSheet, read_source
from planner.workbook.write import write_tables

_SENTENCES, _SENTENCE = "读取说明", "说明"
_SHEETS = ("劳动力", "需求")
_MOST_TOLD = 20
"""So many warnings about whole sheets stand in the plan's assumptions."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Sheets 劳动力 and 需求 in the form of the planning workbook, and what a plan must say about them."""

    sheets: tuple[RawSheet, ...]
    sentences: tuple[str, ...]


def counted(reading: DemandReading) -> Counted:
    """Return what a reading comes to.

    Raises
    ------
    BadInput
        Something in the files is wrong or not confirmed.
    """
    faults = reading.report.faults()
    if faults:
        raise BadInput(faults)
    said = [f"需求：{finding}" for finding in reading.report.all_findings(Level.DEFAULT)]
    warnings = reading.report.all_findings(Level.WARNING)
    said += [f"需求：{finding}" for finding in warnings if not finding.cell][:_MOST_TOLD]
    if warnings:
        said.append(f"需求：读取乡镇报表时共有 {len(warnings)} 条提醒，全部见读取报告的核对清单")
    return Counted(reading.sheets(), tuple(dict.fromkeys(said)))


def write_counted(table: Counted, path: Path) -> None:
    """Write a counted table as .xlsx; equal tables give equal bytes."""
    tables: dict[str, list[Mapping[str, Any]]] = {}
    for sheet in table.sheets:
        headings, *rows = sheet.rows
        tables[sheet.name] = [dict(zip(headings, row, strict=True)) for row in rows] or [dict.fromkeys(headings)]
    tables[_SENTENCES] = [{_SENTENCE: sentence} for sentence in table.sentences] or [{_SENTENCE: None}]
    write_tables(path, tables)


def read_counted(path: Path) -> Counted:
    """Read a table that :func:`write_counted` wrote.

    Raises
    ------
    BadInput
        The file cannot be read or is none.
    """
    found = {sheet.name: sheet for sheet in read_source(path).sheets}
    if not {*_SHEETS, _SENTENCES} <= found.keys():
        allowed = f"有 {'、'.join((*_SHEETS, _SENTENCES))} 三张表的 .xlsx"
        remedy = "用 planner inspect --counts 重新写出"
        raise BadInput([Fault(path.name, "", "", "不是乡镇报表的汇总表", "、".join(found), allowed, remedy)])
    sentences = [str(row[0]) for row in found[_SENTENCES].rows[1:] if row and row[0] not in ("", None)]
    return Counted(tuple(found[name] for name in _SHEETS), tuple(sentences))
