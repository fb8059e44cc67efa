"""A county's own workbook and the files of its townships, read together to one instance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from planner.reading.choices import ReadingChoices
from planner.reading.counted import Counted, counted
from planner.reading.read import DemandReading, read_demand
from planner.workbook.read import ReadResult, read_known, read_workbook


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
    return with_counted(workbook, counted(reading))


def with_counted(workbook: Path, table: Counted, *, keep_tables: bool = False) -> ReadResult:
    """Put cohorts and wishes counted before into the county's workbook; what was said of them is assumed, too.

    With ``keep_tables`` the rows themselves are returned, too.

    Raises
    ------
    BadInput
        Something is wrong in the workbook, or it does not know a name of the table.
    """
    read = read_workbook(workbook, table.sheets, keep_tables=keep_tables)
    return replace(
        read, instance=replace(read.instance, assumptions=(*read.instance.assumptions, *table.sentences))
    )
