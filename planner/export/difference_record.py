"""方案变动表.xlsx and difference.json: what changed from an earlier plan to this one, to print and for programs.

Keys and units of the record are told in docs/scenarios.md. Equal plans give equal bytes.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan, PlannedClass
from planner.explanations.difference import ClassChange, Difference
from planner.export.blank_workbook import new_papers
from planner.export.explanation_difference import difference_sentences, write_difference
from planner.export.files import whole_file
from planner.export.record import yuan_text

DIFFERENCE_FILE: Final = "方案变动表.xlsx"
DIFFERENCE_RECORD: Final = "difference.json"
SCHEMA: Final = 1
"""Raised when a key changes its meaning or goes; new keys do not raise it."""


def difference_to_record(difference: Difference) -> dict[str, Any]:
    """Return the difference as a JSON object; a value that may not be compared is ``None``."""
    return {
        "schema": SCHEMA,
        "same_input": difference.same_input,
        "same_classes": difference.same,
        "persons": difference.persons,
        "cost": yuan_text(difference.cents),
        "value": round(difference.value, 9) + 0.0 if difference.same_input else None,
        "sentence": difference_sentences(difference)[0],
        "classes": [_change(one) for one in difference.classes],
        "townships": [
            {"township": one.township, "classes": one.classes, "persons": one.persons, "cost": yuan_text(one.cents)}
            for one in difference.townships
        ],
    }


def _change(one: ClassChange) -> dict[str, Any]:
    return {
        "change": one.change.value,
        "before": _class(one.before),
        "after": _class(one.after),
        "persons": one.persons,
        "cost": yuan_text(one.cents),
        "details": list(one.details),
        "why": one.why,
    }


def _class(planned: PlannedClass | None) -> dict[str, Any] | None:
    if planned is None:
        return None
    return {
        "id": planned.id, "course": planned.course, "provider": planned.provider, "venue": planned.venue,
        "form": planned.form.value, "start_week": planned.start_week.isoformat(), "persons": planned.size,
    }  # fmt: skip


def write_difference_record(difference: Difference, path: Path) -> None:
    """Write difference.json as UTF-8, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because another program holds it open.
    """
    text = json.dumps(difference_to_record(difference), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    with whole_file(path) as draft:
        draft.write_bytes(text.encode("utf-8"))


def write_difference_workbook(instance: Instance, plan: Plan, difference: Difference, path: Path) -> None:
    """Write 方案变动表.xlsx, whole or not at all.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    """
    with new_papers(path, instance, plan, "方案变动表") as papers:
        write_difference(papers, instance, difference)
