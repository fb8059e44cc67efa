"""方案说明.xlsx: why the plan is as it is, one sheet a question, ready to print.

Nothing in the file depends on the clock or on the run: equal explanations give equal bytes.
"""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

import xlsxwriter

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.explanations.explanation import Explanation
from planner.export.explanation_baselines import write_gains
from planner.export.explanation_unserved import write_reasons
from planner.export.files import whole_file
from planner.export.frame import Papers
from planner.export.wording import bureau_of, title_of
from planner.export.workbook import page_footer


def write_explanation_workbook(instance: Instance, plan: Plan, explanation: Explanation, path: Path) -> None:
    """Write the explanation of ``plan`` to ``path``, whole or not at all; parts that are ``None`` are left out.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    """
    with whole_file(path) as draft:
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(draft), options) as workbook:
            workbook.set_properties({
                "title": title_of(instance, "方案说明"),
                "author": bureau_of(instance),
                "created": datetime.combine(instance.settings.plan_start, time()),
            })  # fmt: skip
            papers = Papers(workbook, bureau_of(instance), page_footer(plan), with_cents=False)
            _write_sheets(papers, instance, plan, explanation)


def _write_sheets(papers: Papers, instance: Instance, plan: Plan, explanation: Explanation) -> None:
    if explanation.gains is not None:
        write_gains(papers, instance, plan, explanation.gains)
    if explanation.unserved is not None:
        write_reasons(papers, instance, explanation.unserved)
