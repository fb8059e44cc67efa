"""方案说明.xlsx: why the plan is as it is, one sheet a question, ready to print.

Nothing in the file depends on the clock or on the run: equal explanations give equal bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.domain.plan import Plan
from planner.explanations.explanation import Explanation
from planner.export.blank_workbook import new_papers
from planner.export.explanation_baselines import write_gains
from planner.export.explanation_difference import write_difference
from planner.export.explanation_rules import write_rule_prices
from planner.export.explanation_unserved import write_reasons
from planner.export.explanation_worth import write_answers, write_worths
from planner.export.frame import BureauSheet, Column, Kind, Papers
from planner.export.wording import jobs_note, title_of, verdict
from planner.model.problem import Problem


def write_explanation_workbook(
    problem: Problem, plan: Plan, explanation: Explanation, findings: Sequence[str], path: Path
) -> None:
    """Write the explanation of ``plan`` to ``path``, whole or not at all; parts that are ``None`` are left out.

    ``findings`` are the sentences of the first sheet.

    Raises
    ------
    BadInput
        When the file cannot be written, for example because a spreadsheet program holds it open.
    """
    with new_papers(path, problem.instance, plan, "方案说明") as papers:
        _write_findings(papers, plan, problem, findings)
        _write_sheets(papers, plan, problem, explanation)


def _write_findings(papers: Papers, plan: Plan, problem: Problem, findings: Sequence[str]) -> None:
    """Write sheet 结论: what can be read aloud, and where the details stand."""
    instance = problem.instance
    columns = [Column("序号", 6, Kind.LABEL), Column("结论", 140)]
    sheet = BureauSheet(papers, "结论", title_of(instance, "方案说明"), columns, unit="")
    persons = sum(planned.size for planned in plan.classes)
    first = f"本方案 {len(plan.classes)} 个班、{persons:,} 人，得分 {plan.value:,.1f}；{verdict(plan)}。"
    sheet.rows(list(enumerate([first, *findings], 1)))
    sheet.note("备注：得分是预计就业折算人数，是期望值。" + jobs_note(instance.settings.objective))
    sheet.sign()


def _write_sheets(papers: Papers, plan: Plan, problem: Problem, explanation: Explanation) -> None:
    instance = problem.instance
    if explanation.gains is not None:
        write_gains(papers, instance, plan, explanation.gains)
    if explanation.rules is not None:
        write_rule_prices(papers, instance, plan, explanation.rules)
    if explanation.unserved is not None:
        write_reasons(papers, instance, explanation.unserved)
    if explanation.townships is not None:
        write_answers(papers, instance, problem, explanation.townships)
    if explanation.worths is not None:
        write_worths(papers, instance, plan, problem, explanation.worths)
    if explanation.difference is not None:
        write_difference(papers, instance, explanation.difference)
