"""The ``evaluate`` verb: what a plan or a bureau's own draft is worth, and how far that may lie off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.checker import check_plan
from planner.domain.instance import Instance
from planner.errors import BadInput, Fault
from planner.evaluation import Evaluation, evaluate_classes, who_cannot_come
from planner.evaluation.draft import read_draft
from planner.export.record import read_record
from planner.export.wording import outlook_words
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook


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
    broken = len(check_plan(instance, read_record(plan)).violations) if plan.suffix.lower() == ".json" else None
    persons = sum(one.size for one in classes)
    size = (len(classes), persons)
    return _figures(evaluation, size, broken), _lines(instance, evaluation, size, broken)


def _figures(evaluation: Evaluation, size: tuple[int, int], broken: int | None) -> dict[str, Any]:
    outlook = evaluation.outlook
    return {
        "classes": size[0], "persons": size[1], "broken_rules": broken,
        "maximised": outlook.maximised.value, "gross_jobs": outlook.gross_jobs, "uplift_jobs": outlook.uplift_jobs,
        "jobs": {"10": outlook.low, "50": outlook.middle, "90": outlook.high}, "optimism": outlook.optimism,
        "value": evaluation.value, "values": dict(zip(("10", "50", "90"), evaluation.value_points, strict=True)),
        "sources": {source.value: share for source, share in outlook.source_shares},
    }  # fmt: skip


def _lines(instance: Instance, evaluation: Evaluation, size: tuple[int, int], broken: int | None) -> list[str]:
    both, spread = outlook_words(evaluation.outlook)
    low, middle, high = evaluation.value_points
    lines = [
        f"规模：{size[0]:,} 个班，{size[1]:,} 人",
        f"两种口径：{both}",
        f"就业范围：{spread}",
        f"得分：按工作簿的就业率 {evaluation.value:,.1f}；就业率变动时十次有八次在 {low:,.1f} 至 {high:,.1f} 之间"
        f"（居中 {middle:,.1f}）",
    ]
    if broken is None:
        lines.append("规则：未核对（只有 plan.json 可用 planner check 核对）")
    else:
        lines.append(f"规则：违反 {broken} 处，详见 planner check" if broken else "规则：全部符合")
    if instance.pools is None:
        lines.append("说明：工作簿没有岗位表，得分未按岗位折算")
    return lines
