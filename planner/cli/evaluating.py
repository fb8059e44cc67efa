"""The ``evaluate`` verb: what a plan or a bureau's own draft is worth, and how far that may lie off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.domain.plan import PlannedClass
from planner.errors import BadInput, Fault
from planner.evaluation import Evaluation, evaluate_classes, who_cannot_come
from planner.evaluation.draft import read_draft
from planner.explanations.planned import broken_rules, classes_of
from planner.export.record import read_record
from planner.export.wording import outlook_words
from planner.model.problem import Problem, build_problem
from planner.workbook.read import read_workbook

_MOST_BROKEN = 20
"""Broken rules that are printed; the others are counted."""


def evaluated(workbook: Path, plan: Path, seed: int) -> tuple[dict[str, Any], list[str]]:
    """Figures and Chinese sentences on the plan in ``plan`` (plan.json or a workbook) at the rates of ``workbook``.

    Raises
    ------
    BadInput
        Either file cannot be read, or the plan names what the workbook lacks.
    """
    instance = read_workbook(workbook).instance
    classes = read_draft(plan, instance)
    problem = build_problem(instance)
    unable = who_cannot_come(problem, classes)
    if unable:
        raise BadInput([Fault(plan.name, "", "", words, remedy="改开班周、场地或学员后再评价") for words in unable])
    evaluation = evaluate_classes(problem, classes, seed)
    broken = _broken(problem, plan, classes)
    persons = sum(one.size for one in classes)
    size = (len(classes), persons)
    return _figures(evaluation, size, broken), _lines(instance, evaluation, size, broken)


def _broken(problem: Problem, plan: Path, classes: Sequence[PlannedClass]) -> tuple[str, ...]:
    """What the checker objects to: of a plan.json in all it records, of a draft in its classes and their cost."""
    if plan.suffix.lower() == ".json":
        report = check_plan(problem.instance, read_record(plan))
        return tuple(f"{one.where}：{one.message}" for one in report.violations)
    return broken_rules(problem, classes_of(problem, classes))


def _figures(evaluation: Evaluation, size: tuple[int, int], broken: Sequence[str]) -> dict[str, Any]:
    outlook = evaluation.outlook
    return {
        "classes": size[0], "persons": size[1], "broken_rules": len(broken), "broken": list(broken),
        "maximised": outlook.maximised.value, "gross_jobs": outlook.gross_jobs, "uplift_jobs": outlook.uplift_jobs,
        "jobs": {"10": outlook.low, "50": outlook.middle, "90": outlook.high}, "optimism": outlook.optimism,
        "value": evaluation.value, "values": dict(zip(("10", "50", "90"), evaluation.value_points, strict=True)),
        "sources": {source.value: share for source, share in outlook.source_shares},
    }  # fmt: skip


def _lines(instance: Instance, evaluation: Evaluation, size: tuple[int, int], broken: Sequence[str]) -> list[str]:
    both, spread = outlook_words(evaluation.outlook)
    low, middle, high = evaluation.value_points
    lines = [
        f"规模：{size[0]:,} 个班，{size[1]:,} 人",
        f"两种口径：{both}",
        f"就业范围：{spread}",
        f"得分：按工作簿的就业率 {evaluation.value:,.1f}；就业率变动时十次有八次在 {low:,.1f} 至 {high:,.1f} 之间"
        f"（居中 {middle:,.1f}）",
    ]
    lines.append(f"规则：违反 {len(broken)} 处" if broken else "规则：全部符合")
    lines += [f"  {sentence}" for sentence in broken[:_MOST_BROKEN]]
    if len(broken) > _MOST_BROKEN:
        lines.append(f"  ……另有 {len(broken) - _MOST_BROKEN} 处，见 --json")
    if instance.pools is None:
        lines.append("说明：工作簿没有岗位表，得分未按岗位折算")
    return lines
