"""Reading a planning workbook: any accepted file to an instance, or every fault it has.

The way through: :mod:`.sources` (which file, which raw cells), :mod:`.tables` (typed rows), :mod:`.settings`,
:mod:`.references` (do the names exist), :mod:`.checks` (does it fit together), :mod:`.assemble` (records and
defaults). Faults are collected all along and raised together at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from planner.domain.instance import Instance
from planner.errors import BadInput
from planner.reading.plausibility import doubts_of
from planner.workbook import schema
from planner.workbook.assemble import Reading, assemble
from planner.workbook.assumptions import Assumptions, Default
from planner.workbook.checks import check_rows
from planner.workbook.faults import FaultList
from planner.workbook.known import KnownCounty, known_county
from planner.workbook.references import check_references, known_names
from planner.workbook.schema import Sheet
from planner.workbook.settings import read_settings
from planner.workbook.sources import RawSheet, RawWorkbook, read_source, sheet_names
from planner.workbook.tables import Table, heading_key, read_table

_SHEETS = {heading_key(name): sheet for sheet in schema.SHEETS for name in (sheet.name, sheet.alias)}


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What was read: the instance, the SHA-256 of the input's bytes, notes on what was left aside and what is odd.

    ``defaults`` are those that filled single cells; the instance's assumptions tell of them, too. ``tables`` are the
    sheets as read, by name, where they were asked for.
    """

    instance: Instance
    sha256: str
    notes: tuple[str, ...]
    defaults: tuple[Default, ...] = ()
    tables: Mapping[str, Table] = field(default_factory=dict, repr=False)


def sheet_named(name: str) -> Sheet | None:
    """Return the sheet of the contract that bears this name or alias."""
    return _SHEETS.get(heading_key(name))


def read_workbook(path: Path, instead: Sequence[RawSheet] = (), *, keep_tables: bool = False) -> ReadResult:
    """Read a planning workbook (contract, section 1).

    Parameters
    ----------
    path
        An .xlsx, .xls or .ods file, a folder of .csv files or a .zip of them (one per sheet, named as the sheet).
    instead
        Sheets to read in place of the workbook's own of the same name, as demand read from other files.
    keep_tables
        Whether the rows themselves are wanted, too.

    Returns
    -------
    ReadResult
        The instance in canonical order, with every default that was used listed in its ``assumptions``.
        Shuffled rows and columns give an equal instance.

    Raises
    ------
    BadInput
        The file cannot be read, or anything in it is wrong; carries every fault with sheet, cell, value found,
        what is allowed and how to mend it.
    """
    source = _with_sheets(read_source(Path(path)), instead)
    faults, assumptions = FaultList(), Assumptions()
    notes: list[str] = []
    tables = _read_tables(source, faults, notes)
    _check_indispensable(source, tables, faults)
    settings = read_settings(tables.get("参数"), assumptions, faults)
    names = known_names(tables)
    check_references(tables, names, faults)
    check_rows(tables, settings, names, faults)
    faults.raise_any()
    instance = assemble(Reading(tables, settings, assumptions))
    notes.extend(_unused_occupations(instance))
    notes.extend(f"请核对 {doubt}" for doubt in doubts_of(instance))
    instance = replace(instance, assumptions=assumptions.sentences())
    kept = tables if keep_tables else {}
    return ReadResult(instance, source.sha256, tuple(notes), assumptions.defaults(), kept)


def read_known(path: Path) -> KnownCounty:
    """Return the names and figures a planning workbook gives, whatever is wrong or missing in it otherwise.

    Raises
    ------
    BadInput
        The file cannot be read at all.
    """
    faults = FaultList()
    tables = _read_tables(read_source(Path(path)), faults, [])
    settings = read_settings(tables.get("参数"), Assumptions(), faults)
    return known_county(tables, settings.plan_start)


def is_planning_workbook(path: Path) -> bool:
    """Return whether a file has a sheet of the contract besides demand, by its names; ``False`` if it cannot be read.

    A folder or archive is taken for what its file names say.
    """
    try:
        return are_of_a_workbook(sheet_names(Path(path)))
    except BadInput:
        return False


def are_of_a_workbook(names: Iterable[str]) -> bool:
    """Return whether among the names of a file's sheets is one of the contract besides demand and cohorts."""
    sheets = {_SHEETS.get(heading_key(name)) for name in names}
    return bool(sheets - {None, schema.DEMAND, schema.COHORTS})


def _with_sheets(source: RawWorkbook, instead: Sequence[RawSheet]) -> RawWorkbook:
    """Return the workbook with some sheets taken from elsewhere."""
    replaced = {_SHEETS[heading_key(sheet.name)] for sheet in instead}
    kept = [raw for raw in source.sheets if _SHEETS.get(heading_key(raw.name)) not in replaced]
    return replace(source, sheets=(*kept, *instead))


def _read_tables(source: RawWorkbook, faults: FaultList, notes: list[str]) -> dict[str, Table]:
    """Return the sheets that have rows, by Chinese name; an empty sheet counts as an absent one."""
    tables: dict[str, Table] = {}
    seen: dict[str, str] = {}
    for raw in sorted(source.sheets, key=_contract_order):
        sheet = _SHEETS.get(heading_key(raw.name))
        if sheet is None:
            if raw.name != schema.INSTRUCTIONS:
                notes.append(f"未使用的表 {raw.name}")
            continue
        if sheet.name in seen:
            faults.add(
                raw.file,
                raw.name,
                "",
                f"与表“{seen[sheet.name]}”重复，都是“{sheet.name}”",
                allowed="每种表只有一张",
                remedy="合并或删去其中一张",
            )
            continue
        seen[sheet.name] = raw.name
        table = read_table(sheet, raw, faults, notes)
        if table is not None and table.rows:
            tables[sheet.name] = table
    return tables


def _contract_order(raw: RawSheet) -> tuple[int, str]:
    sheet = _SHEETS.get(heading_key(raw.name))
    return schema.SHEETS.index(sheet) if sheet else len(schema.SHEETS), raw.name


def _check_indispensable(source: RawWorkbook, tables: dict[str, Table], faults: FaultList) -> None:
    found = "、".join(raw.name for raw in source.sheets) or "没有任何表"
    present = {_SHEETS[heading_key(raw.name)].name for raw in source.sheets if heading_key(raw.name) in _SHEETS}
    for sheet in schema.SHEETS:
        if not sheet.required or sheet.name in tables:
            continue
        headings = "、".join(column.heading for column in sheet.columns)
        if sheet.name in present:
            faults.add(
                source.file,
                sheet.name,
                "",
                f"表“{sheet.name}”没有数据行",
                allowed="至少一行",
                remedy=f"填写 {headings}",
            )
        else:
            faults.add(
                source.file,
                sheet.name,
                "",
                f"缺少表“{sheet.name}”",
                found=found,
                allowed=f"“{sheet.name}”或“{sheet.alias}”",
                remedy=f"加一张表“{sheet.name}”，表头为 {headings}",
            )


def _unused_occupations(instance: Instance) -> list[str]:
    trained = {course.occupation for course in instance.courses}
    unused = sorted({pool.occupation for pool in instance.pools or ()} - trained)
    return [f"岗位：没有课程对应的工种 {'、'.join(unused)}，这些岗位不参与衔接"] if unused else []
