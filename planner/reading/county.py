"""A county's own workbook and the files of its townships, read together to one instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from planner.errors import BadInput
from planner.reading.choices import ReadingChoices
from planner.reading.read import DemandReading, read_demand
from planner.reading.report import Level
from planner.workbook.read import ReadResult, read_known, read_workbook

_MOST_TOLD = 20
"""So many warnings about whole sheets stand in the plan's assumptions."""


def read_with_demand(workbook: Path, demand: Sequence[Path], choices: ReadingChoices | None = None) -> ReadResult:
    """Read a planning workbook whose sheets 劳动力 and 需求 come from other files.

    Parameters
    ----------
    workbook
        The county's workbook: courses, providers, venues, money and so on. Its own 劳动力 and 需求 are not used,
        except that its 劳动力 says how people split where the files leave it open.
    demand
        Survey tables and registers; without any the workbook is read as it is.
    choices
        What has been confirmed about the files.

    Raises
    ------
    BadInput
        Something is wrong in the workbook or in the files, or a name in them is not confirmed; every fault is named.
    """
    if not demand:
        return read_workbook(workbook)
    return with_reading(workbook, read_demand(demand, read_known(workbook), choices))


def with_reading(workbook: Path, reading: DemandReading) -> ReadResult:
    """Put what the files of townships say into the county's workbook.

    Raises
    ------
    BadInput
        As for :func:`read_with_demand`.
    """
    faults = reading.report.faults()
    if faults:
        raise BadInput(faults)
    read = read_workbook(workbook, reading.sheets())
    said = [f"需求：{finding}" for finding in reading.report.all_findings(Level.DEFAULT)]
    warnings = reading.report.all_findings(Level.WARNING)
    said += [f"需求：{finding}" for finding in warnings if not finding.cell][:_MOST_TOLD]
    if warnings:
        said.append(f"需求：读取乡镇报表时共有 {len(warnings)} 条提醒，全部见 inspect 的核对清单")
    assumptions = (*read.instance.assumptions, *dict.fromkeys(said))
    return replace(read, instance=replace(read.instance, assumptions=assumptions))
