"""From a raw cell of a sheet nobody designed to a typed value, with a remark on every change of meaning.

Each ``read_`` function takes what a spreadsheet reader hands over (text, number, bool, date, time or ``None``) and
returns a :class:`CellValue`; none raises on any input. The kinds of dirt and the choice taken for each stand in
``docs/reading-values.md``.
"""

from planner.reading.values.ages import read_age, read_age_range
from planner.reading.values.answers import read_sex, read_yes_no
from planner.reading.values.cell import CellValue, Level, Remark
from planner.reading.values.dates import read_date, read_period
from planner.reading.values.identity import Identity, compare_age, read_identity
from planner.reading.values.numbers import read_count, read_days, read_money, read_number, read_share
from planner.reading.values.phones import read_phones
from planner.reading.values.text import read_text, text_of
from planner.reading.values.totals import (
    FootingDoubt,
    RowKind,
    check_columns_foot,
    check_rows_foot,
    row_kind_of_label,
)
from planner.reading.values.units import (
    Dimension,
    Unit,
    column_unit_doubt,
    parse_unit,
    unit_for,
    unit_of_heading,
    units_of_line,
)

__all__ = [
    "CellValue",
    "Dimension",
    "FootingDoubt",
    "Identity",
    "Level",
    "Remark",
    "RowKind",
    "Unit",
    "check_columns_foot",
    "check_rows_foot",
    "column_unit_doubt",
    "compare_age",
    "parse_unit",
    "read_age",
    "read_age_range",
    "read_count",
    "read_date",
    "read_days",
    "read_identity",
    "read_money",
    "read_number",
    "read_period",
    "read_phones",
    "read_sex",
    "read_share",
    "read_text",
    "read_yes_no",
    "row_kind_of_label",
    "text_of",
    "unit_for",
    "unit_of_heading",
    "units_of_line",
]
