"""plan.xlsx: the plan as a bureau prints it, with totals that foot to the plan record.

Nothing in the file depends on the clock or on the run: equal plans give equal bytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Final

import xlsxwriter

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.class_sheets import write_class_plan, write_sources
from planner.export.figures import count_classes, count_funds, count_townships, count_unserved
from planner.export.files import whole_file
from planner.export.frame import Papers
from planner.export.money_sheet import write_money
from planner.export.notes_sheets import write_assumptions, write_explanation
from planner.export.people_sheets import write_placements, write_targets, write_townships, write_unserved
from planner.export.rate_sheet import write_rates
from planner.export.wording import bureau_of, title_of

HASH_CHARACTERS: Final = 8
"""Characters of the input hash in the page footer: enough to tell two prints apart."""


def write_plan_workbook(instance: Instance, plan: Plan, path: Path, expected_jobs: Mapping[str, float]) -> None:
    """Write the plan's printable workbook to ``path``, whole or not at all.

    Parameters
    ----------
    instance, plan
        The planning problem and a plan for it: names in the plan must exist in the instance.
    path
        The .xlsx file to write.
    expected_jobs
        For each class id, the expected jobs of its heads before the vacancy limit (sum of the conversion rates).

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    KeyError
        When the plan names something that the instance or ``expected_jobs`` lacks.
    """
    with whole_file(path) as draft:
        options = {"strings_to_formulas": False, "strings_to_urls": False}
        with xlsxwriter.Workbook(str(draft), options) as workbook:
            workbook.set_properties(
                {
                    "title": title_of(instance, "开班计划"),
                    "author": bureau_of(instance),
                    "created": datetime.combine(instance.settings.plan_start, time()),
                }
            )
            _write_sheets(
                Papers(workbook, bureau_of(instance), page_footer(plan), _has_cents(instance, plan)),
                instance,
                plan,
                expected_jobs,
            )


def _write_sheets(papers: Papers, instance: Instance, plan: Plan, expected_jobs: Mapping[str, float]) -> None:
    classes = count_classes(instance, plan, expected_jobs)
    write_class_plan(papers, instance, plan, classes)
    write_sources(papers, instance, classes)
    write_money(papers, instance, plan, count_funds(instance, plan))
    write_townships(papers, instance, plan, count_townships(instance, plan))
    write_placements(papers, instance, plan)
    write_targets(papers, instance, plan)
    write_unserved(papers, instance, count_unserved(instance, plan))
    if plan.rates:
        write_rates(papers, instance, plan.rates)
    write_assumptions(papers, instance, plan)
    write_explanation(papers, instance, plan)


def _has_cents(instance: Instance, plan: Plan) -> bool:
    amounts = [payment.amount_cents for payment in plan.payments] + [fund.amount_cents for fund in instance.funds]
    return any(amount % 100 for amount in amounts)


def page_footer(plan: Plan) -> str:
    """Return the footer of every page: version, seed, page numbers and the fingerprint of the input."""
    # "&" starts a code in a page footer; doubled, it is printed.
    version = plan.version.replace("&", "&&")
    fingerprint = plan.input_sha256[:HASH_CHARACTERS]
    return f"&L&8方案版本 {version} · 种子 {plan.seed}&C&8第 &P 页 共 &N 页&R&8数据指纹 {fingerprint}"
