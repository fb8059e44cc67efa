"""The county plan for signature: conclusion on one page, then the tables it rests on, notes and the signatures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Final

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.days import ClassDays
from planner.export.documents.conclusion import conclusion
from planner.export.documents.county_tables import class_table, fund_table, reason_table, target_table, township_table
from planner.export.documents.paper import frame
from planner.export.figures import CLASS_HOURS_PER_DAY, ClassFigures, count_funds
from planner.export.wording import (
    capital_amount,
    jobs_note,
    timetable_quality,
    timetable_shortcomings,
    title_of,
    unplaced_words,
    yuan_words,
)

SIGNERS: Final = ("编制人", "审核人", "批准人")


def county_plan(
    instance: Instance, plan: Plan, classes: Sequence[ClassFigures], days: Mapping[str, ClassDays]
) -> dict[str, Any]:
    """Return the content of template ``county_plan``."""
    content = frame(instance, plan, title_of(instance, "开班计划"))
    return {
        **content,
        "conclusion": conclusion(instance, plan, classes, days),
        "classes": class_table(instance, plan, classes, days),
        "class_notes": _class_notes(instance, plan, classes),
        "unplaced": unplaced_words(plan.timetable) if plan.timetable else [],
        "funds": fund_table(instance, plan),
        "fund_words": _fund_words(instance, plan),
        "targets": target_table(instance, plan) if instance.targets else None,
        "reasons": reason_table(instance, plan) if plan.unserved else None,
        "township_reasons": township_table(instance, plan) if plan.unserved else None,
        "township_notes": _township_notes(plan),
        "assumptions": list(plan.assumptions),
        "explanations": _explanations(instance, plan),
        "signers": list(SIGNERS),
        "seal": content["bureau"] or "编制单位",
        "date": "年    月    日",
    }


def _class_notes(instance: Instance, plan: Plan, classes: Sequence[ClassFigures]) -> list[str]:
    dates = (
        "开班、结业为课表的首日和末日；“未排出”的班只有周次，为首周周一和末周周五。"
        if plan.sessions
        else "尚未排课表：开班为首周周一，结业为末周周五，具体上课日期以课表为准。"
    )
    remarks: defaultdict[str, list[str]] = defaultdict(list)
    for number, figures in enumerate(classes, 1):
        if figures.remark:
            remarks[figures.remark].append(str(number))
    funds = "；".join(f"{number} {fund.name}" for number, fund in enumerate(instance.funds, 1))
    return [
        f"资金渠道：{funds}。",
        f"{dates}每天 {CLASS_HOURS_PER_DAY} 课时。各类人员可重复计（如既脱贫又易迁）。",
        f"{jobs_note(instance.settings.objective)}本表按班级计，未扣除岗位不足的影响。",
        *(f"固定班（{remark}）：序号 {'、'.join(numbers)}。" for remark, numbers in remarks.items()),
    ]


def _fund_words(instance: Instance, plan: Plan) -> list[str]:
    used = sum(figures.used_cents for figures in count_funds(instance, plan))
    agrees = "一致" if used == plan.total_cost_cents else "不一致，请用 planner check 核查"
    return [
        f"合计（大写）：人民币{capital_amount(used)}",
        f"与方案总费用 {yuan_words(plan.total_cost_cents)} 元核对：{agrees}。",
    ]


def _township_notes(plan: Plan) -> list[str]:
    if not plan.unserved:
        return []
    return [
        "按意愿计人次：一人报了多个工种而已参训其一的，其余意愿也计在内。",
        "每个乡镇、每门课程的明细见工作簿“未满足需求”。",
    ]


def _timetable_words(plan: Plan) -> list[str]:
    """Return how good the timetable is and what its points count."""
    outcome = plan.timetable
    if outcome is None:
        return []
    return [f"课表：{timetable_quality(outcome)}。{timetable_shortcomings(outcome)}。"]


def _explanations(instance: Instance, plan: Plan) -> list[str]:
    factor = instance.settings.unlinked_factor
    if instance.pools is None:
        score = "得分是预计就业人数减去未完成任务的扣分；没有岗位表，不区分是否有岗位衔接。"
    else:
        score = f"得分是预计就业折算人数：衔接到岗位的计 1，没有衔接的按 {factor:g} 折算，再减去未完成任务的扣分。"
    return [
        jobs_note(instance.settings.objective),
        "差距是本方案与理论上限相差的比例。只写经过证明的上限；真正的最优方案不超过上限，实际差距只会更小。",
        score,
        "预计人数带小数是平均意义上的期望值，不是对某个人的承诺。",
        "在不降低得分的前提下尽量压低了费用。",
        *_timetable_words(plan),
        f"编制依据：数据指纹 {plan.input_sha256}，程序版本 {plan.version}，随机种子 {plan.seed}。",
        "各表由同一份方案生成，合计互相对应；改动任何数据后请重新编制。",
    ]
