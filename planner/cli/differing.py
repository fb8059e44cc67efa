"""The ``difference`` verb: what changed from an earlier plan to a plan, class by class and township by township."""

from __future__ import annotations

from pathlib import Path

from planner.errors import BadInput, Fault
from planner.explanations.difference import compare_plans
from planner.export.difference_record import (
    DIFFERENCE_FILE,
    DIFFERENCE_RECORD,
    write_difference_record,
    write_difference_workbook,
)
from planner.export.explanation_difference import difference_sentences
from planner.export.record import read_record, record_to_plan
from planner.workbook.read import read_workbook


def tell_difference(workbook: Path, plan: Path, earlier: Path, out_dir: Path) -> tuple[list[Path], str]:
    """Write what changed from ``earlier`` (made from any workbook) to ``plan``, made from ``workbook``.

    Returns the files written and the changes in total, in a sentence.

    Raises
    ------
    BadInput
        A file cannot be read, or the plan was made from another workbook.
    """
    read = read_workbook(workbook)
    now = record_to_plan(read_record(plan), plan.name)
    if now.input_sha256 != read.sha256:
        raise BadInput([Fault(
            plan.name, "", "", "方案不是由这份工作簿编制的（数据指纹不同）", now.input_sha256[:8], read.sha256[:8],
            "请选用编制方案时的工作簿；改过预算、口径或需求的方案，选用它旁边的 input.xlsx",
        )])  # fmt: skip
    before = record_to_plan(read_record(earlier), earlier.name)
    found = compare_plans(read.instance, now, before)
    out_dir.mkdir(parents=True, exist_ok=True)
    files = [out_dir / DIFFERENCE_FILE, out_dir / DIFFERENCE_RECORD]
    write_difference_workbook(read.instance, now, found, files[0])
    write_difference_record(found, files[1])
    return files, difference_sentences(found)[0]
