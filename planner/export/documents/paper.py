"""What every document carries: its title, its bureau and, in the footer, what it was made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.wording import bureau_of

FINGERPRINT_CHARACTERS: Final = 8
"""Characters of the input hash in the footer: enough to tell two prints apart."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a printed table: ``mm`` wide, or a part ``share`` of what the others leave.

    ``group`` is the first level of a two-level header; ``align`` is left, center or right. Entries of a list in a cell
    (separated by 、) of up to ``whole`` characters are not broken over lines; they must fit the column.
    """

    heading: str
    mm: float = 0.0
    share: float = 0.0
    align: str = "left"
    group: str = ""
    whole: int = 0

    def content(self) -> dict[str, Any]:
        """Return the column as the templates read it."""
        return {
            "heading": self.heading,
            "mm": self.mm,
            "share": self.share,
            "align": self.align,
            "group": self.group,
            "whole": self.whole,
        }


def frame(instance: Instance, plan: Plan, title: str) -> dict[str, Any]:
    """Return the content that every template needs."""
    settings = instance.settings
    return {
        "title": title,
        "bureau": bureau_of(instance),
        "origin": {
            "version": f"方案版本 {plan.version} · 种子 {plan.seed}",
            "basis": f"数据指纹 {plan.input_sha256[:FINGERPRINT_CHARACTERS]} · "
            f"计划期 {settings.plan_start.isoformat()} 起 {settings.weeks} 周",
        },
    }


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    totals: Sequence[Sequence[str]] = (),
    points: float = 8.5,
    across_mm: float = 180.0,
    text_mm: float = 0.0,
) -> dict[str, Any]:
    """Return a table as the templates read it; every row has a text for each column.

    Type of ``points`` and columns measured in millimetres shrink together until ``text_mm`` of the table's
    ``across_mm`` are left to the columns that share the rest.
    """
    measured = sum(column.mm for column in columns)
    shrink = min(1.0, (across_mm - text_mm) / measured) if measured else 1.0
    return {
        "columns": [replace(column, mm=column.mm * shrink).content() for column in columns],
        "rows": [list(row) for row in rows],
        "totals": [list(row) for row in totals],
        "points": points * shrink,
    }
