"""The sheets that explain the plan: 假设与参数 (what was assumed) and 说明 (how good it is and how to read it)."""

from __future__ import annotations

import math

from planner.domain.instance import Instance, Settings
from planner.domain.plan import Plan
from planner.export.days import has_timetable
from planner.export.frame import BureauSheet, Column, Kind, Papers
from planner.export.wording import (
    capital_amount,
    jobs_note,
    outlook_words,
    rounded_up,
    rounds_words,
    timetable_quality,
    timetable_shortcomings,
    timetable_size,
    title_of,
    unplaced_words,
    verdict,
    yuan_words,
)

SENTENCES_ON_A_PAGE = 8
"""Sentences about classes that the timetable could not place on one page of the explanation."""


def write_assumptions(papers: Papers, instance: Instance, plan: Plan) -> None:
    """Write sheet 假设与参数: every setting of the workbook and every default that was used."""
    columns = [Column("序号", 6, Kind.LABEL), Column("参数", 22), Column("取值", 22), Column("含义", 94)]
    sheet = BureauSheet(papers, "假设与参数", title_of(instance, "方案参数与假设"), columns, unit="")
    sheet.rows([(number, *setting) for number, setting in enumerate(_settings(instance.settings), 1)])
    sheet.band("采用的假设（未提供的数据按下列默认值计算）", bold=True, bg_color="#F2F2F2")
    for number, assumption in enumerate(plan.assumptions, 1):
        sheet.band(f"{number}. {assumption}")
    if not plan.assumptions:
        sheet.band("（无）")


def write_explanation(papers: Papers, instance: Instance, plan: Plan) -> None:
    """Write sheet 说明: status, value, bound and gap in plain words, and where the plan comes from."""
    columns = [Column("项目", 26), Column("内容", 118)]
    sheet = BureauSheet(papers, "说明", title_of(instance, "方案说明"), columns, unit="", pages_high=_pages(plan))
    sheet.rows(_findings(instance, plan))
    sheet.band("怎样看这份方案", bold=True, bg_color="#F2F2F2")
    for number, sentence in enumerate(_reading_guide(instance), 1):
        sheet.band(f"{number}. {sentence}")


def _pages(plan: Plan) -> int:
    """Return how many pages the explanation may take: one, and more for many sentences about classes without days."""
    return 1 + (len(unplaced_words(plan.timetable)) // SENTENCES_ON_A_PAGE if plan.timetable else 0)


def _settings(settings: Settings) -> list[tuple[str, str, str]]:
    earliest = settings.earliest_start
    return [
        ("计划开始", settings.plan_start.isoformat(), "方案的第一个周一"),
        ("计划周数", f"{settings.weeks} 周", "开班和结业都在这些周内"),
        ("目标口径", settings.objective.value, "毛就业：参训后就业的人数；净增：因培训而多出的就业"),
        ("每人次数上限", f"{settings.trainings_per_person} 次", "一个人在计划期内最多参训次数"),
        ("农忙禁开", f"{settings.busy_ban:g}", "农忙指数达到此值的周，该乡镇的人不参加集中班（有季节窗口的课程除外）"),
        ("分散禁开", f"{settings.busy_ban_part_time:g}", "同上，用于分散班"),
        ("集中每周课日", f"{settings.days_full_time} 天", "集中班一周最多上课天数"),
        ("分散每周课日", f"{settings.days_part_time} 天", "分散班一周最多上课天数"),
        ("最大路程", f"{settings.max_travel_minutes:g} 分钟", "学员从本乡镇到培训地点的单程上限"),
        ("免折路程", f"{settings.free_travel_minutes:g} 分钟", "在此路程内不影响出勤"),
        ("路程折减", f"{settings.travel_loss:.0%}", "超出免折路程后，每 30 分钟减少的预计就业比例"),
        ("无岗系数", f"{settings.unlinked_factor:g}", "没有衔接到岗位的预计就业，每人按此折算"),
        ("岗位衔接周数", f"{settings.placement_weeks} 周", "结业后这些周内开放的岗位可以衔接"),
        ("生活补贴", f"{yuan_words(settings.living_allowance_cents)} 元/课日", "按实际课日发给符合条件的学员"),
        ("生活补贴标签", settings.allowance_tag, "带此标签的人员领取生活补贴"),
        ("督查员", f"{settings.inspectors} 人", "每班必查"),
        ("每员每日督查", f"{settings.visits_per_day} 班", "一名督查员一天最多督查的班数"),
        (
            "最早开班",
            earliest.isoformat() if earliest else "默认",
            "默认为计划开始后第 10 个工作日的次日（开班备案时间）",
        ),
    ]


def _findings(instance: Instance, plan: Plan) -> list[tuple[str, str]]:
    persons = sum(planned.size for planned in plan.classes)
    jobs = f"{plan.linked_jobs + plan.unlinked_jobs:,.1f} 人"
    if instance.pools is not None:
        jobs += f"，其中衔接到岗位 {plan.linked_jobs:,.1f} 人，未衔接 {plan.unlinked_jobs:,.1f} 人"
    missed = sum(1 for result in plan.targets if result.missing)
    return [
        ("方案结论", verdict(plan)),
        ("规模", f"{len(plan.classes)} 个班，{persons:,} 人"),
        ("预计就业", jobs),
        *zip(("两种口径", "就业范围"), outlook_words(plan.outlook) if plan.outlook else (), strict=False),
        ("方案得分", f"{plan.value:,.1f}（预计就业折算人数，减去未完成任务的扣分）"),
        ("得分上限", _bound(plan.bound)),
        ("总费用", f"{yuan_words(plan.total_cost_cents)} 元（人民币{capital_amount(plan.total_cost_cents)}）"),
        ("任务", f"{len(plan.targets)} 项，未完成 {missed} 项" if plan.targets else "未下达任务"),
        *_timetable(plan),
        ("编制程序", f"planner {plan.version}，随机种子 {plan.seed}"),
        ("数据指纹", f"{plan.input_sha256}（输入数据的 SHA-256；数据有任何改动，指纹就不同）"),
    ]


def _timetable(plan: Plan) -> list[tuple[str, str]]:
    """Return what there is to say of the timetable, each with its label."""
    if not has_timetable(plan):
        return [("课表", "尚未排课表：开班、结业日期只到周")]
    found = [("课表", timetable_size(plan))]
    outcome = plan.timetable
    if outcome is not None:
        found += [
            ("课表质量", timetable_quality(outcome)),
            ("课表中的不足", timetable_shortcomings(outcome)),
            ("方案与课表", rounds_words(outcome)),
            *(("课表排不出的", words) for words in unplaced_words(outcome)),
        ]
    return found


def _bound(bound: float) -> str:
    if not math.isfinite(bound):
        return "尚未证明"
    return f"{rounded_up(bound)}（已证明：任何方案的得分都不会超过它）"


def _reading_guide(instance: Instance) -> list[str]:
    return [
        jobs_note(instance.settings.objective),
        "差距指本方案与理论上限相差的比例，上限经过证明；真正的最优方案不超过上限，因此实际差距只会更小。",
        "在不降低得分的前提下尽量压低了费用。",
        "开班计划表用于报批和通知承训机构；班级生源用于通知乡镇组织学员；资金测算表用于财政对账。",
        "各表数字都由同一份方案生成，合计互相对应；改动任何一格后请重新编制，或用 planner check 核查。",
        "开班计划表列数较多，已设为一页宽；如需更大字号，打印时改用 A3 纸即可。",
        "预计人数带小数是平均意义上的期望值，不是对某个人的承诺。",
    ]
