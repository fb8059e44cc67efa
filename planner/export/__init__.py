"""Papers made from a plan: the JSON record, the printed workbook, the calendar and the summary in plain words."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.calendar import write_calendar
from planner.export.county_workbook import write_plan_workbook
from planner.export.files import unwritable
from planner.export.record import write_record

__all__ = ["write_all"]


def write_all(instance: Instance, plan: Plan, out_dir: Path, expected_jobs: Mapping[str, float]) -> tuple[Path, ...]:
    """Write plan.json, plan.xlsx and calendar.ics into ``out_dir`` and return their paths.

    The folder is made if it does not exist. All three are complete before the first takes its place, so a failure
    in making one leaves the files of an earlier plan as they were.

    Parameters
    ----------
    expected_jobs
        For each class id, the expected jobs of its heads before the vacancy limit.

    Raises
    ------
    BadInput
        When the folder or a file cannot be written, for example because a spreadsheet program holds it open.
    """
    record, workbook, calendar = (out_dir / name for name in ("plan.json", "plan.xlsx", "calendar.ics"))
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".planner-", dir=out_dir) as drafts:
            draft_dir = Path(drafts)
            write_record(plan, draft_dir / record.name)
            write_plan_workbook(instance, plan, draft_dir / workbook.name, expected_jobs)
            write_calendar(instance, plan, draft_dir / calendar.name)
            # The workbook first: it is the one that somebody may have open, and then nothing has changed yet.
            for path in (workbook, calendar, record):
                try:
                    os.replace(draft_dir / path.name, path)
                except OSError as error:
                    raise unwritable(path, error) from error
    except OSError as error:
        raise unwritable(out_dir, error) from error
    return record, workbook, calendar
