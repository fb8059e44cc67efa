"""Totals typed by hand: which rows are totals, and whether they add up. Nothing is corrected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from planner.reading.values.text import text_of

Figure = int | float | Decimal
Row = Mapping[str, Figure | None]
"""Figures of a row by column; ``None`` for a cell without one."""

_TOLERANCE = Decimal("0.005")
_TOTAL = re.compile(r"(?:全[县市区省州])?(?:合计|总计|共计|累计|总数|汇总|总)(?:数|\(.*\))?|全[县市区省州]")
_SUBTOTAL = re.compile(r".{0,12}(?:小计|分计)|本页(?:小|合)?计")
_DECORATION = re.compile(r"[\s:*]+$|^[\s*]+")


class RowKind(Enum):
    """What a row is for adding up."""

    BODY = "数据"
    SUBTOTAL = "小计"
    TOTAL = "合计"


@dataclass(frozen=True, slots=True)
class FootingDoubt:
    """A total that is not the sum of its parts: row position, column, the total as typed and the sum."""

    row: int
    column: str
    stated: Decimal
    found: Decimal

    def __str__(self) -> str:
        return f"“{self.column}”写的是 {self.stated.normalize():f}，各项相加为 {self.found.normalize():f}"


def row_kind_of_label(label: object) -> RowKind:
    """Return what the first text of a row makes it: 合计, 小计 (本页小计, 昭阳区小计) or data."""
    text = _DECORATION.sub("", text_of(label).replace(" ", ""))
    if _SUBTOTAL.fullmatch(text):
        return RowKind.SUBTOTAL
    if _TOTAL.fullmatch(text):
        return RowKind.TOTAL
    return RowKind.BODY


def check_columns_foot(rows: Sequence[tuple[RowKind, Row]]) -> tuple[FootingDoubt, ...]:
    """Return every total that is not the sum of its rows.

    A 合计 is compared with all data rows, wherever it stands. 小计 rows close the block above them or open the one
    below: the side on which more of them add up is taken. A column without any figure in the data rows is left alone.
    """
    body = [row for kind, row in rows if kind is RowKind.BODY]
    doubts = [
        doubt
        for position, (kind, row) in enumerate(rows)
        if kind is RowKind.TOTAL
        for doubt in _compare(position, row, body)
    ]
    subtotals = min(
        ([_doubts_of_blocks(blocks)] for blocks in (_blocks_above(rows), _blocks_below(rows))),
        key=lambda found: len(found[0]),
    )[0]
    return tuple(sorted([*doubts, *subtotals], key=lambda doubt: (doubt.row, doubt.column)))


_Block = tuple[int, Row, list[Row]]


def _doubts_of_blocks(blocks: list[_Block]) -> list[FootingDoubt]:
    return [doubt for position, row, parts in blocks for doubt in _compare(position, row, parts)]


def _blocks_above(rows: Sequence[tuple[RowKind, Row]]) -> list[_Block]:
    blocks: list[_Block] = []
    parts: list[Row] = []
    for position, (kind, row) in enumerate(rows):
        if kind is RowKind.BODY:
            parts.append(row)
        elif kind is RowKind.SUBTOTAL:
            blocks.append((position, row, parts))
            parts = []
    return blocks


def _blocks_below(rows: Sequence[tuple[RowKind, Row]]) -> list[_Block]:
    turned = list(reversed(list(enumerate(rows))))
    blocks: list[_Block] = []
    parts: list[Row] = []
    for position, (kind, row) in turned:
        if kind is RowKind.BODY:
            parts.append(row)
        elif kind is RowKind.SUBTOTAL:
            blocks.append((position, row, parts))
            parts = []
    return blocks


def _compare(position: int, total: Row, parts: Sequence[Row]) -> list[FootingDoubt]:
    doubts = []
    for column, stated in total.items():
        figures = [_decimal(row.get(column)) for row in parts]
        known = [figure for figure in figures if figure is not None]
        typed = _decimal(stated)
        if typed is None or not known:
            continue
        if abs(typed - sum(known)) > _TOLERANCE:
            doubts.append(FootingDoubt(position, column, typed, Decimal(sum(known))))
    return doubts


def check_rows_foot(rows: Sequence[Row], total: str, parts: Sequence[str]) -> tuple[FootingDoubt, ...]:
    """Return the rows whose ``total`` column is not the sum of its ``parts`` (合计 = 男 + 女).

    Only for parts that exclude each other: 其中 columns such as 脱贫 and 易迁 overlap and add up to nothing. A row with
    no part at all, or with an empty total, is left alone.
    """
    doubts = []
    for position, row in enumerate(rows):
        typed = _decimal(row.get(total))
        known = [figure for figure in (_decimal(row.get(part)) for part in parts) if figure is not None]
        if typed is not None and known and abs(typed - sum(known)) > _TOLERANCE:
            doubts.append(FootingDoubt(position, total, typed, Decimal(sum(known))))
    return tuple(doubts)


def _decimal(figure: Figure | None) -> Decimal | None:
    if figure is None or isinstance(figure, bool):
        return None
    if isinstance(figure, float):
        return Decimal(f"{figure:.15g}") if abs(figure) < 1e300 else None
    value = Decimal(figure)
    return value if value.is_finite() else None
