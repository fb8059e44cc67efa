"""SCENARIOS.xlsx: sheet 情景, one row for each change; read with every fault at its cell, and a template to fill in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from planner.domain.instance import Instance
from planner.errors import BadInput, Fault
from planner.export.files import whole_file
from planner.scenarios.changes import KINDS, ChangeKind
from planner.scenarios.scenario import BASE_NAME, Change, Scenario
from planner.workbook.cells import CellFault, allowed_text, is_blank, normalised, read_cell
from planner.workbook.faults import FaultList
from planner.workbook.references import unknown_name_advice
from planner.workbook.schema import ALL, INSTRUCTIONS, Column, Kind, Sheet
from planner.workbook.sources import RawSheet, read_source
from planner.workbook.tables import Table, TableRow, heading_key, read_table
from planner.workbook.write import CREATED

MOST_SCENARIOS = 40
LONGEST_NAME = 20
"""Characters of a scenario's name: it heads a column and names a folder."""
_FORBIDDEN = frozenset('\\/:*?"<>|[]')
"""Characters that no folder of Windows may have in its name."""
_RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{n}{i}" for n in ("COM", "LPT") for i in range(1, 10))})

_KIND_OF_ITEM = {kind.item: kind for kind in KINDS.values()}

SCENARIO_SHEET = Sheet(
    "情景",
    "scenarios",
    (
        Column("情景", "scenario", Kind.TEXT, "情景的名称；同一情景的各行依次生效", required=True),
        Column("项目", "item", Kind.CHOICE, "改变什么", required=True, allowed=tuple(_KIND_OF_ITEM)),
        Column("对象", "subject", Kind.TEXT, "改变哪一项，见填写说明"),
        Column("数值", "value", Kind.ANY, "改为多少，见填写说明"),
        Column("说明", "note", Kind.TEXT, "自己的说明，可不填"),
    ),
    "每行一项改变；一个情景可占多行。",
    key=("scenario", "item", "subject"),
    noun="项改变",
    required=True,
)

EXAMPLES: tuple[tuple[str, str, str, Any, str], ...] = (
    ("资金增五成", "资金总额倍数", "", 1.5, "各项资金按比例增加"),
    ("订单减四分之一", "岗位数倍数", ALL, 0.75, "企业订单减少 25%"),
    ("不设农忙禁开", "农忙不禁", "", None, "看农忙禁开的代价"),
    ("推迟两周获批", "推迟审批", "", 2, ""),
    ("愿意人数少一成", "愿意人数倍数", ALL, 0.9, ""),
    ("按净增计", "目标口径", "", "净增", ""),
)
"""Rows of the template: they read as they stand for every workbook with vacancies."""


def read_scenarios(path: Path, instance: Instance) -> tuple[Scenario, ...]:
    """Return the scenarios of a file for this county, in the order of their first rows.

    Raises
    ------
    BadInput
        The file cannot be read, or anything in it is wrong; carries every fault with its cell.
    """
    faults = FaultList()
    source = read_source(path)
    table = _table(source.file, source.sheets, faults)
    if table is None or not table.complete:
        faults.raise_any()
    read = [] if table is None else [(row, _change(table, row, instance, faults)) for row in table.rows]
    if table is None or not table.rows:
        faults.add(source.file, SCENARIO_SHEET.name, "", "没有任何情景", allowed="至少一行",
                   remedy="每行填写 情景、项目、对象、数值")
        faults.raise_any()
        return ()
    found: dict[str, Scenario] = {}
    changed: dict[str, Instance] = {}
    for row, change in read:
        name = normalised(row.raw.get("scenario"))
        _check_name(table, row, name, faults)
        if change is None:
            continue
        before = found.get(name, Scenario(name))
        note = before.note or str(row.get("note") or "")
        found[name] = Scenario(name, (*before.changes, change), note)
        try:
            changed[name] = change.apply(changed.get(name, instance))
        except CellFault as fault:
            table.fault(faults, row, "value" if "value" in row.raw else "item", fault.problem, allowed=fault.allowed,
                        remedy=fault.remedy)
    _check_number(table, found, faults)
    faults.raise_any()
    return tuple(found.values())


def _table(file: str, sheets: Iterable[RawSheet], faults: FaultList) -> Table | None:
    """Return the rows of sheet 情景, or of the only sheet that is no page of instructions."""
    candidates = [raw for raw in sheets if raw.name != INSTRUCTIONS]
    names = {heading_key(SCENARIO_SHEET.name), SCENARIO_SHEET.alias}
    named = [raw for raw in candidates if heading_key(raw.name) in names]
    chosen = named or candidates
    if len(chosen) != 1:
        found = "、".join(raw.name for raw in chosen) or "没有任何表"
        faults.add(file, SCENARIO_SHEET.name, "", "找不到唯一的“情景”表", found=found, allowed="一张名为“情景”的表",
                   remedy="把填写情景的表命名为“情景”，或用 planner compare --template 生成模板")
        return None
    return read_table(SCENARIO_SHEET, chosen[0], faults, [])


def _change(table: Table, row: TableRow, instance: Instance, faults: FaultList) -> Change | None:
    """Return the row's change; ``None`` after a fault."""
    if row.faulty & {"scenario", "item"}:
        return None
    kind = _KIND_OF_ITEM[str(row.get("item"))]
    before = len(row.faulty)
    subject = _subject(table, row, kind, instance, faults)
    value = _value(table, row, kind, faults)
    return None if len(row.faulty) > before else Change(kind.key, subject, value)


def _subject(table: Table, row: TableRow, kind: ChangeKind, instance: Instance, faults: FaultList) -> str | None:
    name = row.get("subject")
    if kind.names is None:
        if name not in (None, ALL):
            table.fault(faults, row, "subject", f"“{kind.item}”不需要对象", allowed="留空", remedy="清空此格")
        return None
    known = frozenset(kind.names(instance))
    if name in (None, ALL):
        if not kind.optional:
            allowed, _ = unknown_name_advice("对象", "", known)
            where = "subject" if "subject" in row.raw else "item"
            table.fault(faults, row, where, f"“{kind.item}”需要填写对象", allowed=allowed, remedy="补填对象")
        return None
    if name not in known:
        allowed, remedy = unknown_name_advice("对象", str(name), known)
        remedy = remedy.removesuffix("改正名称，或在表“对象”中补上") + "改正名称"
        table.fault(faults, row, "subject", f"工作簿中没有“{name}”（{kind.meaning}）", allowed=allowed, remedy=remedy)
    return str(name)


def _value(table: Table, row: TableRow, kind: ChangeKind, faults: FaultList) -> Any:
    raw = row.raw.get("value")
    if kind.value is None:
        if not is_blank(raw):
            table.fault(faults, row, "value", f"“{kind.item}”不需要数值", allowed="留空", remedy="清空此格")
        return None
    if is_blank(raw):
        table.fault(faults, row, "item", f"“{kind.item}”未填数值", allowed=allowed_text(kind.value),
                    remedy="补填数值")
        return None
    try:
        return read_cell(kind.value, raw)
    except CellFault as fault:
        table.fault(faults, row, "value", f"“{kind.item}”的{fault.problem}", allowed=fault.allowed,
                    remedy=fault.remedy)
        return None


def _check_name(table: Table, row: TableRow, name: str, faults: FaultList) -> None:
    """A name heads a column of the comparison and names a folder."""
    allowed = f"{LONGEST_NAME} 字以内，不含 {' '.join(sorted(_FORBIDDEN))}，不以点结尾"
    problem = ""
    if name == BASE_NAME:
        problem = f"“{BASE_NAME}”是工作簿原样的名称"
    elif len(name) > LONGEST_NAME:
        problem = f"情景名称有 {len(name)} 字，过长"
    elif _FORBIDDEN & set(name) or name.endswith(".") or name.startswith(".") or name.upper() in _RESERVED:
        problem = "情景名称不能用作文件夹名"
    if problem and "scenario" not in row.faulty:
        table.fault(faults, row, "scenario", problem, allowed=allowed, remedy="改用别的名称")


def _check_number(table: Table, found: dict[str, Scenario], faults: FaultList) -> None:
    folders: dict[str, str] = {}
    for name in found:
        if folders.setdefault(name.casefold(), name) != name:
            faults.add(table.file, table.sheet.name, "", f"情景“{name}”与“{folders[name.casefold()]}”只有大小写不同",
                       found=name, allowed="不同的名称", remedy="改用别的名称")
    if len(found) > MOST_SCENARIOS:
        faults.add(table.file, table.sheet.name, "", f"有 {len(found)} 个情景", allowed=f"最多 {MOST_SCENARIOS} 个",
                   remedy="分成几个文件")


ExampleRow = tuple[str, str, str, Any, str]
"""Scenario, 项目, 对象, 数值 and 说明 of one row."""


def write_scenario_template(path: Path, rows: Sequence[ExampleRow] = EXAMPLES) -> None:
    """Write a SCENARIOS.xlsx with these rows (six example scenarios) and a page that lists every kind of change.

    Raises
    ------
    BadInput
        The file cannot be written.
    """
    if path.suffix.lower() != ".xlsx":
        raise BadInput([_wrong_suffix(path)])
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    with whole_file(path) as draft, xlsxwriter.Workbook(str(draft), options) as book:
        book.set_properties({"created": CREATED})
        _write_rows(book, rows)
        _write_instructions(book)


def _wrong_suffix(path: Path) -> Fault:
    found = path.suffix or "没有扩展名"
    return Fault(path.name, "", "", "模板应为 .xlsx 文件", found, ".xlsx", "改用以 .xlsx 结尾的文件名")


def _write_rows(book: xlsxwriter.Workbook, rows: Sequence[ExampleRow]) -> None:
    sheet = book.add_worksheet(SCENARIO_SHEET.name)
    required = book.add_format({"bold": True, "bg_color": "#9DC3E6", "border": 1})
    optional = book.add_format({"bold": True, "bg_color": "#E7E6E6", "border": 1})
    text = book.add_format({"num_format": "@"})
    for position, (column, width) in enumerate(zip(SCENARIO_SHEET.columns, (22, 16, 24, 14, 34), strict=True)):
        sheet.write_string(0, position, column.heading, required if column.required else optional)
        sheet.set_column(position, position, width, None if column.kind is Kind.ANY else text)
    sheet.data_validation(1, 1, 500, 1, {"validate": "list", "source": f"='{INSTRUCTIONS}'!$A$7:$A${6 + len(KINDS)}",
                                         "error_title": "不在规定的词中", "error_message": "见“填写说明”"})
    for number, (name, item, subject, value, note) in enumerate(rows, start=1):
        for position, words in ((0, name), (1, item), (2, subject), (4, note)):
            if words:
                sheet.write_string(number, position, words, text)
        if isinstance(value, str):
            sheet.write_string(number, 3, value, text)
        elif value is not None:
            sheet.write_number(number, 3, value)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)


def _write_instructions(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet(INSTRUCTIONS)
    title = book.add_format({"bold": True, "font_size": 14})
    heading = book.add_format({"bold": True, "bg_color": "#E7E6E6", "border": 1})
    wrap = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(2)
    sheet.write_string(0, 0, "情景表填写说明", title)
    sheet.write_string(1, 0, "“情景”表每行一项改变；同名的各行合成一个情景，从上到下依次生效。示例各行可删改。")
    sheet.write_string(2, 0, f"工作簿原样就是“{BASE_NAME}”，不必填写；各情景都与它比较。")
    sheet.write_string(3, 0, "倍数 0.75 也可写作 75%；按倍数调整的人数和岗位取整，合计等于原合计乘以倍数（四舍五入）。")
    for position, (words, width) in enumerate(zip(("项目", "含义", "对象", "数值"), (18, 52, 40, 36), strict=True)):
        sheet.write_string(5, position, words, heading)
        sheet.set_column(position, position, width)
    for number, kind in enumerate(KINDS.values(), start=6):
        cells = (kind.item, kind.meaning, _subject_words(kind), allowed_text(kind.value) if kind.value else "留空")
        for position, words in enumerate(cells):
            sheet.write_string(number, position, words, wrap)


def _subject_words(kind: ChangeKind) -> str:
    if kind.names is None:
        return "留空"
    return "工作簿中的名称，或“全部”（可不填）" if kind.optional else "工作簿中的名称，必填"
