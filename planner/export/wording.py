"""The office's words for what a plan says: titles, status, gap, amounts in capital figures.

Papers are read by people who plan training, not by people who know solvers; each sentence that the workbook, the
calendar and the printed summary share is written here once.
"""

from __future__ import annotations

import math
from decimal import ROUND_CEILING, Decimal

from planner.domain.instance import Instance, Measure, Objective, Sense, Target
from planner.domain.plan import CLASS_HOURS_PER_SESSION, JobOutlook, Plan, Status, TimetableOutcome

OFFICES = (("街道", "办事处"), ("镇", "人民政府"), ("乡", "人民政府"))
"""What the office of a township is called, by the end of its name."""

CAPITAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
CAPITAL_PLACES = ("", "拾", "佰", "仟")
CAPITAL_GROUPS = ("", "万", "亿", "万亿")

FIRST_VERDICT = {
    Status.OPTIMAL: "已证明最优：在现有参数和数据下，没有更好的方案",
    Status.FEASIBLE: "可行方案",
    Status.STOPPED: "提前停止（到达时限或人工停止），以下是停止前找到的最好方案",
    Status.INFEASIBLE: "没有能同时满足全部硬性要求的方案",
}
"""What each status means to the planner; the gap is added by :func:`verdict`."""

GROSS_IS_NOT_EFFECT = (
    "预计就业人数按毛就业率计算：参训后三个月内就业的人，其中一部分不参加培训也会就业，因此不等于培训带来的效果。"
)
UPLIFT_IS_EFFECT = "预计就业人数按净增就业率计算：只计因参加培训而多出的就业，比毛就业人数小得多，两者不可相比。"


def county_of(instance: Instance) -> str:
    """Return the county's name if all townships lie in one, else an empty text."""
    counties = {township.county for township in instance.townships}
    return counties.pop() if len(counties) == 1 else ""


def bureau_of(instance: Instance) -> str:
    """Return the name of the bureau that draws up the plan, empty when the county is not known."""
    county = county_of(instance)
    return f"{county}人力资源和社会保障局" if county else ""


def office_of(township: str) -> str:
    """Return the office that stamps a township's papers, such as ``可乐彝族苗族乡人民政府``."""
    return next((township + office for end, office in OFFICES if township.endswith(end)), township)


def title_of(instance: Instance, paper: str) -> str:
    """Return a paper's title, such as ``赫章县2026年职业技能培训开班计划表``."""
    return f"{county_of(instance)}{instance.settings.plan_start.year}年职业技能培训{paper}"


def gap_percent(gap: float) -> str | None:
    """Return a gap (a share of the bound) as a per cent text rounded up, so that it never claims too much.

    ``None`` when nothing is proved. One decimal from 0.1 % up, two below.
    """
    if not math.isfinite(gap):
        return None
    # Nine decimals first: a gap of exactly 0.4 % that carries rounding noise must not be shown as 0.5 %.
    percent = Decimal(repr(round(gap, 9))) * 100
    step = Decimal("0.1") if percent >= Decimal("0.1") else Decimal("0.01")
    return f"{max(percent, Decimal(0)).quantize(step, rounding=ROUND_CEILING).normalize():f}%"


def rounded_up(number: float) -> str:
    """Return a bound with one decimal, rounded up so that it stays a bound; ``未证明`` when it is infinite."""
    if not math.isfinite(number):
        return "未证明"
    return f"{Decimal(repr(round(number, 9))).quantize(Decimal('0.1'), rounding=ROUND_CEILING):,}"


def has_width(low: str, high: str) -> bool:
    """Whether the ends of a range show different numbers; a range without width is one number."""
    return low != high


def span_words(low: str, high: str, between: str = "—") -> str:
    """Return a range as it is read, or the one number that both its ends show."""
    return f"{low}{between}{high}" if has_width(low, high) else low


def upward(number: float) -> float:
    """Return a bound rounded up to one decimal, for a cell that shows one: what is said to be the most stays so."""
    return math.ceil(round(number * 10, 8)) / 10


def verdict(plan: Plan) -> str:
    """Return in one sentence how good the plan is known to be."""
    first = FIRST_VERDICT[plan.status]
    if plan.status in (Status.OPTIMAL, Status.INFEASIBLE):
        return first
    percent = gap_percent(plan.gap)
    return f"{first}；离理论最优的差距 ≤ {percent}（已证明）" if percent else f"{first}；离理论最优的差距尚未证明"


def outlook_words(outlook: JobOutlook) -> tuple[str, str]:
    """Return both counts of jobs with the one that was maximised, and the range with what it rests on."""
    both = (
        f"毛就业 {outlook.gross_jobs:,.1f} 人（不等于培训效果），净增就业 {outlook.uplift_jobs:,.1f} 人"
        f"（因培训而多出的）；本方案按“{outlook.maximised.value}”最大化"
    )
    rests = "、".join(f"{source.value} {share:.0%}" for source, share in outlook.source_shares if share > 0)
    spread = (
        f"按“{outlook.maximised.value}”，十次有八次在 {outlook.low:,.1f} 至 {outlook.high:,.1f} 人之间"
        f"（居中 {outlook.middle:,.1f}；就业率依据：{rests or '无'}；给定的就业率按准确计）"
    )
    if outlook.optimism > 0.0005:
        spread += f"；选优带来的乐观偏差估计不超过 {outlook.optimism:.1%}"
    return both, spread


def timetable_size(plan: Plan) -> str:
    """Return how many classes have days, in how many sessions, exams and visits."""
    placed = len({session.class_id for session in plan.sessions})
    classes = f"{placed:,} 个班" if placed == len(plan.classes) else f"{placed:,} 个班（共 {len(plan.classes):,} 个）"
    return (
        f"已排 {classes}、{len(plan.sessions):,} 节（每节半天，{CLASS_HOURS_PER_SESSION} 课时），"
        f"考核 {len(plan.exams):,} 场，督查 {len(plan.inspections):,} 班次"
    )


def timetable_quality(outcome: TimetableOutcome) -> str:
    """Return the points of a timetable and their proved bound, which holds for the classes and weeks of the plan."""
    if outcome.cost == outcome.bound:
        return f"课表质量分 {outcome.cost:,}（越低越好），已证明没有更好的课表"
    return f"课表质量分 {outcome.cost:,}（越低越好），理论下限 {outcome.bound:,}（已证明）"


def timetable_shortcomings(outcome: TimetableOutcome) -> str:
    """Return what the points of a timetable count (:mod:`planner.timetable.goals`), each with its weight."""
    moved = f"；与已公布的课表不同 {outcome.moved:,} 处（每处 6 分）" if outcome.moved else ""
    return (
        f"安排在赶集日的上午 {outcome.market_mornings:,} 个（每个 4 分）；教师多于必需 {outcome.extra_teachers:,} 人次"
        f"（每人次 2 分）；教师授课天数超出平均 {outcome.uneven_days:,} 天（每天 1 分）；"
        f"集中班中途停课 {outcome.idle_days:,} 个工作日（每个 1 分）{moved}"
    )


def rounds_words(outcome: TimetableOutcome) -> str:
    """Return how often plan and timetable were asked until they agreed."""
    return f"方案与课表协调 {outcome.rounds:,} 轮"


def unplaced_words(outcome: TimetableOutcome) -> list[str]:
    """Return what the timetable could not do: ids of classes and the sentence of what clashes, each sentence once."""
    classes: dict[str, list[str]] = {}
    for entry in outcome.unplaced:
        classes.setdefault(entry.sentence, []).append(entry.class_id)
    return [f"{'、'.join(ids)}：{sentence}" for sentence, ids in classes.items()]


def jobs_note(objective: Objective) -> str:
    """Return what the expected jobs are and are not."""
    return UPLIFT_IS_EFFECT if objective is Objective.UPLIFT else GROSS_IS_NOT_EFFECT


def target_scope(target: Target) -> str:
    """Return a target's filters in words, ``全部`` when it has none."""
    filters = (
        target.county,
        target.township,
        target.tag,
        target.age_band,
        target.industry,
        target.training_type,
        target.course,
        target.provider,
    )
    return "、".join(filter(None, filters)) or "全部"


def target_demand(target: Target) -> str:
    """Return what a target asks, such as ``不少于 7200 人``."""
    sense = "不少于" if target.sense is Sense.AT_LEAST else "不多于"
    return f"{sense} {target.value} {'人' if target.measure is Measure.PERSONS else '个班'}"


def yuan_words(cents: int) -> str:
    """Return an amount in yuan with thousands separators, with cents only if there are any."""
    return f"{cents // 100:,}" if cents % 100 == 0 else f"{Decimal(cents) / 100:,.2f}"


def capital_amount(cents: int) -> str:
    """Return an amount in the capital figures of Chinese accounts, such as ``壹万零伍拾元整``.

    Follows 中国人民银行《支付结算办法》附一《正确填写票据和结算凭证的基本规定》: 整 after 元 or 角, one 零 for a run
    of zeros, 零 between 元 and 分 when there are no 角.
    """
    sign = "负" if cents < 0 else ""
    yuan, rest = divmod(abs(cents), 100)
    jiao, fen = divmod(rest, 10)
    text = _capital_whole(yuan) + "元" if yuan or not rest else ""
    if jiao:
        text += f"{CAPITAL_DIGITS[jiao]}角"
    elif fen and yuan:
        text += "零"
    return f"{sign}{text}{CAPITAL_DIGITS[fen]}分" if fen else f"{sign}{text}整"


def _capital_whole(number: int) -> str:
    """Return a whole number below 10^16, groups of four digits at a time."""
    if not number:
        return "零"
    text = ""
    for place in reversed(range(len(CAPITAL_GROUPS))):
        group = number // 10_000**place % 10_000
        if not group:
            continue
        if text and (group < 1_000 or number // 10_000 ** (place + 1) % 10_000 == 0):
            text += "零"
        text += _capital_group(group) + CAPITAL_GROUPS[place]
    return text


def _capital_group(group: int) -> str:
    """Return 1 to 9999 without leading or trailing zeros."""
    text, gap = "", False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + CAPITAL_DIGITS[digit] + CAPITAL_PLACES[place]
        gap = not digit
    return text
