"""Mutations of the valid plan (or of its county), each named for its fault, with the rule that must reject it."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from planner.domain.instance import Instance, Provider, Settings
from tests.checker.builders import OLD, YOUNG, a_small_instance, a_timetabled_record, heads, payment

Record = dict[str, Any]
Change = Callable[[Record, Instance], Instance | None]


@dataclass(frozen=True)
class Mutation:
    """A fault: the rule that must name it, a text its message must hold, and the change that makes it.

    ``change`` edits the record in place and returns the instance, changed where the fault lies in the county.
    """

    rule: str
    message: str
    change: Change

    @property
    def name(self) -> str:
        """The fault's name, from the function that makes it."""
        return self.change.__name__

    def apply(self) -> tuple[Instance, Record]:
        """The county and the plan with the fault in it."""
        record, instance = deepcopy(a_timetabled_record()), a_small_instance()
        return self.change(record, instance) or instance, record


MUTATIONS: list[Mutation] = []


def breaks(rule: str, message: str) -> Callable[[Change], Change]:
    """Register the decorated change as a mutation that breaks ``rule``, with ``message`` in the violation."""

    def register(change: Change) -> Change:
        MUTATIONS.append(Mutation(rule, message, change))
        return change

    return register


def with_settings(instance: Instance, **changes: Any) -> Instance:
    """The county with other settings."""
    settings: Settings = replace(instance.settings, **changes)
    return replace(instance, settings=settings)


def with_provider(instance: Instance, name: str, **changes: Any) -> Instance:
    """The county with one provider changed."""
    providers: tuple[Provider, ...] = tuple(
        replace(provider, **changes) if provider.name == name else provider for provider in instance.providers
    )
    return replace(instance, providers=providers)


def add_copy(record: Record, number: int, **changes: Any) -> None:
    """Append a copy of a class under the id K9."""
    record["classes"].append(deepcopy(record["classes"][number]) | {"id": "K9"} | changes)


# --- the record itself ---


@breaks("record-shape", "缺少这个字段")
def missing_key(record: Record, _: Instance) -> None:
    del record["bound"]


@breaks("record-shape", "应为列表")
def classes_as_text(record: Record, _: Instance) -> None:
    record["classes"] = "三个班"


@breaks("record-shape", "应为一个 JSON 对象")
def class_as_text(record: Record, _: Instance) -> None:
    record["classes"].append("K4")


@breaks("record-shape", "应为下列之一：集中、分散")
def unknown_form(record: Record, _: Instance) -> None:
    record["classes"][0]["form"] = "夜校"


@breaks("record-shape", "应为形如 2026-01-05 的日期")
def date_that_does_not_exist(record: Record, _: Instance) -> None:
    record["classes"][0]["start_week"] = "2026-02-30"


@breaks("record-shape", "应为文字")
def assumption_as_number(record: Record, _: Instance) -> None:
    record["assumptions"] = [5]


@breaks("record-shape", "应为非空文字")
def class_without_id(record: Record, _: Instance) -> None:
    record["classes"][0]["id"] = ""


@breaks("contract-version", "契约版本为 2")
def later_contract(record: Record, _: Instance) -> None:
    record["contract"] = 2


@breaks("record-numbers", "应为有限数值，现为 nan")
def value_not_a_number(record: Record, _: Instance) -> None:
    record["value"] = float("nan")


@breaks("record-numbers", "过大的整数")
def bound_too_long_for_a_float(record: Record, _: Instance) -> None:
    record["bound"] = 10**400


@breaks("record-numbers", "应为不小于 0 的有限数值")
def negative_jobs_in_a_pool(record: Record, _: Instance) -> None:
    record["placements"][0]["jobs"] = -1.0


@breaks("week-monday", "应为周一的日期")
def start_on_a_tuesday(record: Record, _: Instance) -> None:
    record["classes"][0]["start_week"] = "2026-01-20"


@breaks("persons-whole", "应为正整数人数，现为 -1")
def negative_persons(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["persons"] = -1


@breaks("persons-whole", "应为正整数人数，现为 1.5")
def fractional_persons(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["persons"] = 1.5


@breaks("persons-whole", "应为正整数人数，现为 True")
def persons_as_truth_value(record: Record, _: Instance) -> None:
    record["unserved"][0]["persons"] = True


@breaks("money-form", "应为两位小数的元数文字")
def amount_as_number(record: Record, _: Instance) -> None:
    record["payments"][0]["amount"] = 2000.0


@breaks("money-form", "现为 '-1.00'")
def negative_amount(record: Record, _: Instance) -> None:
    record["payments"][0]["amount"] = "-1.00"


@breaks("names-known", "没有名为“厨艺”的课程")
def unknown_course(record: Record, _: Instance) -> None:
    record["classes"][0]["course"] = "厨艺"


@breaks("names-known", "没有名为“某校”的机构")
def unknown_provider(record: Record, _: Instance) -> None:
    record["classes"][0]["provider"] = "某校"


@breaks("names-known", "没有名为“礼堂”的场地")
def unknown_venue(record: Record, _: Instance) -> None:
    record["classes"][0]["venue"] = "礼堂"


@breaks("names-known", "没有名为“北岭”的乡镇")
def unknown_township_of_heads(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["township"] = "北岭"


@breaks("names-known", "没有名为“K7”的班级")
def payment_of_unknown_class(record: Record, _: Instance) -> None:
    record["payments"][0]["class"] = "K7"


@breaks("names-known", "没有名为“私房钱”的资金")
def payment_from_unknown_fund(record: Record, _: Instance) -> None:
    record["payments"][0]["fund"] = "私房钱"


@breaks("names-known", "没有名为“党员”的群体")
def payment_for_unknown_group(record: Record, _: Instance) -> None:
    record["payments"][0]["group"] = "党员"


@breaks("names-known", "没有名为“保安岗”的岗位")
def placement_in_unknown_pool(record: Record, _: Instance) -> None:
    record["placements"][0]["pool"] = "保安岗"


@breaks("names-known", "没有名为“总人数”的任务")
def report_of_unknown_target(record: Record, _: Instance) -> None:
    record["targets"].append({"id": "总人数", "value": 0, "missing": 0})


@breaks("names-known", "没有名为“60岁以上”的年龄段")
def unserved_of_unknown_age_band(record: Record, _: Instance) -> None:
    record["unserved"][0]["age_band"] = "60岁以上"


@breaks("class-id-unique", "这个编号用了不止一次")
def id_used_twice(record: Record, _: Instance) -> None:
    record["classes"][2]["id"] = "K1"


@breaks("heads-unique", "东山/40岁以下/一般 写了不止一行")
def cohort_written_twice(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["persons"] = 1
    record["classes"][0]["heads"].append(heads("东山", YOUNG, "一般", 1))


@breaks("class-empty", "班里没有学员")
def class_without_heads(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"] = []


# --- class options ---


@breaks("accreditation", "机构“民校”不承训课程“电工”")
def provider_without_accreditation(record: Record, _: Instance) -> None:
    record["classes"][1]["provider"] = "民校"


@breaks("form-allowed", "课程“电工”不可集中开班")
def form_not_allowed(record: Record, _: Instance) -> None:
    record["classes"][1]["form"] = "集中"


@breaks("earliest-start", "最早只能 2026-01-17 开班")
def start_before_the_tenth_working_day(record: Record, _: Instance) -> None:
    record["classes"][0] |= {"start_week": "2026-01-12", "end_week": "2026-01-19"}


@breaks("horizon", "开班周 2026-03-30 不在计划期内")
def start_after_the_horizon(record: Record, _: Instance) -> None:
    record["classes"][2] |= {"start_week": "2026-03-30", "end_week": "2026-03-30"}


@breaks("horizon", "到计划期末上不满 10 个课日")
def end_after_the_horizon(record: Record, _: Instance) -> None:
    record["classes"][0] |= {"start_week": "2026-03-23", "end_week": "2026-03-30"}


@breaks("place-fits", "机构“民校”不下乡")
def immobile_provider_on_the_road(record: Record, _: Instance) -> None:
    record["classes"][0]["venue"] = "西河中心"


@breaks("place-fits", "场地“东山站”缺少设备：电工台")
def immobile_course_without_its_equipment(record: Record, _: Instance) -> None:
    record["classes"][1]["venue"] = "东山站"


@breaks("end-week", "要 2 周，应为 2026-01-26")
def end_a_week_early(record: Record, _: Instance) -> None:
    record["classes"][0]["end_week"] = "2026-01-19"


@breaks("end-week", "要 3 周，应为 2026-02-23")
def end_as_if_spring_festival_were_worked(record: Record, _: Instance) -> None:
    record["classes"][1]["end_week"] = "2026-02-16"


@breaks("season", "不全在课程“天麻种植”的季节窗口内（02-01~03-31）")
def class_before_its_season(record: Record, _: Instance) -> None:
    record["classes"][2] |= {"start_week": "2026-01-26", "end_week": "2026-01-26"}


# --- people ---


@breaks("farming-ban", "乡镇“东山” 2026-02-02 这周农忙指数 0.6，集中班须低于 0.5")
def class_in_the_farming_peak(record: Record, _: Instance) -> None:
    record["classes"][0] |= {"start_week": "2026-01-26", "end_week": "2026-02-02"}


@breaks("farming-ban", "分散班须低于 0.4")
def part_time_class_at_the_limit(_: Record, instance: Instance) -> Instance:
    return with_settings(instance, busy_ban_part_time=0.4)


@breaks("age-fits", "不适合课程“电工”，允许：40岁以下")
def age_band_not_admitted(record: Record, _: Instance) -> None:
    record["classes"][1]["heads"].append(heads("西河", OLD, "一般", 1))


@breaks("travel", "乡镇“东山”到“南坪”没有路程也没有坐标")
def heads_from_an_unreachable_township(record: Record, _: Instance) -> None:
    record["classes"][2]["heads"].append(heads("东山", YOUNG, "一般", 1))


@breaks("travel", "需 36 分钟，最多 35 分钟")
def heads_from_too_far_away(_: Record, instance: Instance) -> Instance:
    return with_settings(instance, max_travel_minutes=35)


@breaks("class-size", "共 5 人，应为 2 至 4 人")
def class_beyond_the_seats(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["persons"] = 3


@breaks("class-size", "共 1 人，应为 2 至 6 人")
def class_too_small(record: Record, _: Instance) -> None:
    record["classes"][1]["heads"] = [heads("西河", YOUNG, "脱贫", 1)]


@breaks("class-size", "共 7 人，应为 2 至 6 人")
def class_beyond_the_course_limit(record: Record, _: Instance) -> None:
    record["classes"][1]["heads"] = [heads("西河", YOUNG, "脱贫", 7)]


@breaks("cohort-persons", "共安排 4 人次，最多 3 人次")
def more_trainings_than_persons(record: Record, _: Instance) -> None:
    record["classes"][0]["heads"][0]["persons"] = 1
    record["classes"][0]["heads"][1]["persons"] = 2


@breaks("demand", "共安排 4 人，愿意参加的只有 3 人")
def more_heads_than_demand(record: Record, _: Instance) -> None:
    record["classes"][1]["heads"][1]["persons"] = 4


@breaks("demand", "愿意参加的只有 0 人")
def heads_of_a_cohort_that_wants_nothing(record: Record, _: Instance) -> None:
    record["classes"][2]["heads"][1] = heads("南坪", OLD, "一般", 2)


# --- capacity ---


@breaks("provider-teams", "同时开 2 个班，最多 1 个")
def more_classes_than_provider_teams(record: Record, _: Instance) -> None:
    add_copy(record, 0, start_week="2026-01-26", end_week="2026-02-02")


@breaks("accreditation-teams", "机构 县职校·课程 电工")
def more_classes_than_accredited_teams(record: Record, _: Instance) -> None:
    add_copy(record, 1)


@breaks("venue-rooms", "场地 东山站")
def more_classes_than_rooms(record: Record, _: Instance) -> None:
    add_copy(record, 0, provider="县职校")


@breaks("annual-classes", "全年开 2 个班，最多 1 个")
def more_classes_than_a_year_allows(_: Record, instance: Instance) -> Instance:
    return with_provider(instance, "县职校", annual_classes=1)


# --- obligations ---


@breaks("target-hard", "人数为 8，必须 >= 9")
def hard_target_missed(_: Record, instance: Instance) -> Instance:
    return replace(instance, targets=(replace(instance.targets[0], value=9), *instance.targets[1:]))


@breaks("target-hard", "班数为 2，必须 <= 1")
def hard_limit_exceeded(_: Record, instance: Instance) -> Instance:
    return replace(
        instance, targets=(*instance.targets[:2], replace(instance.targets[2], value=1), instance.targets[3])
    )


@breaks("target-report", "报告了 0 次")
def target_not_reported(record: Record, _: Instance) -> None:
    del record["targets"][0]


@breaks("target-report", "报告了 2 次")
def target_reported_twice(record: Record, _: Instance) -> None:
    record["targets"].append(dict(record["targets"][0]))


@breaks("target-report", "完成数写为 3，应为 2")
def target_reported_wrong(record: Record, _: Instance) -> None:
    record["targets"][1]["value"] = 3


@breaks("target-report", "差额写为 0，应为 2")
def shortfall_hidden(record: Record, _: Instance) -> None:
    record["targets"][1]["missing"] = 0


@breaks("lock-required", "符合条件、恰好 4 人的班有 0 个，必须开 1 个（符合其他条件的班的人数：3）")
def demanded_class_of_another_size(record: Record, _: Instance) -> None:
    record["classes"][2]["heads"][0]["persons"] = 1


@breaks("lock-required", "必须开 2 个")
def fewer_classes_than_demanded(_: Record, instance: Instance) -> Instance:
    return replace(instance, locks=(replace(instance.locks[0], number=2), instance.locks[1]))


@breaks("lock-forbidden", "禁止开这个班")
def forbidden_class(record: Record, _: Instance) -> None:
    add_copy(record, 0, provider="县职校", venue="西河中心", start_week="2026-02-02", end_week="2026-02-09")


# --- money ---


@breaks("payment-unique", "记了 2 笔")
def payment_split_in_two_entries(record: Record, _: Instance) -> None:
    record["payments"][0]["amount"] = "1000.00"
    record["payments"].append(payment("K1", "就业资金", "培训补贴", "一般", "1000.00"))


@breaks("payment-unique", "金额为 0.00 元")
def payment_of_nothing(record: Record, _: Instance) -> None:
    record["payments"].append(payment("K2", "衔接资金", "考证费", "脱贫", "0.00"))


@breaks("payment-full", "班级 K1 的办班费：只付了 0.00 元，应付 300.00 元")
def class_cost_not_paid(record: Record, _: Instance) -> None:
    del record["payments"][5]


@breaks("payment-full", "只付了 1999.99 元，应付 2000.00 元")
def cent_not_paid(record: Record, _: Instance) -> None:
    record["payments"][0]["amount"] = "1999.99"


@breaks("payment-full", "办班费：只付了 150.50 元，应付 650.50 元")
def outreach_cost_forgotten(record: Record, _: Instance) -> None:
    record["payments"][12]["amount"] = "150.50"
    record["total_cost"] = "12530.50"


@breaks("payment-excess", "付了 2000.01 元，费用只有 2000.00 元")
def cent_too_much(record: Record, _: Instance) -> None:
    record["payments"][0]["amount"] = "2000.01"


@breaks("payment-excess", "班级 K1 的生活补贴（一般）：付了 10.00 元，费用只有 0.00 元")
def living_allowance_without_the_tag(record: Record, _: Instance) -> None:
    record["payments"].append(payment("K1", "就业资金", "生活补贴", "一般", "10.00"))


@breaks("payment-excess", "班级 K1 的办班费（脱贫）")
def class_cost_for_a_group(record: Record, _: Instance) -> None:
    record["payments"][5]["group"] = "脱贫"


@breaks("fund-rules", "资金“衔接资金”的用途不许支付（培训类型 双证，场地区县“甲县”）")
def fund_pays_for_another_training_type(record: Record, _: Instance) -> None:
    record["payments"][0]["fund"] = "衔接资金"


@breaks("fund-rules", "资金“衔接资金”的用途不许支付")
def fund_pays_for_heads_without_its_tag(record: Record, _: Instance) -> None:
    record["payments"][2]["fund"] = "衔接资金"


@breaks("fund-rules", "班级 K3 的办班费：资金“就业资金”的用途不许支付（培训类型 项目，场地区县“乙县”）")
def fund_pays_in_another_county(record: Record, _: Instance) -> None:
    record["payments"][12]["fund"] = "就业资金"


@breaks("fund-rules", "班级 K3 的办班费：资金“衔接资金”的用途不许支付")
def fund_with_a_tag_pays_for_the_class(_: Record, instance: Instance) -> Instance:
    return replace(instance, fund_rules=(instance.fund_rules or ())[:-1])


@breaks("fund-dates", "最后一周 2026-01-26 至 2026-01-30 不在资金“衔接资金”的 2026-02-20 至 2026-12-31 之内")
def fund_pays_before_it_opens(record: Record, _: Instance) -> None:
    record["payments"][4]["fund"] = "衔接资金"


@breaks("fund-dates", "不在资金“就业资金”的")
def fund_pays_after_it_closed(record: Record, _: Instance) -> None:
    record["payments"][9]["fund"] = "就业资金"


@breaks("fund-dates", "最后一周 2026-02-23 至 2026-02-27")
def fund_that_opens_on_the_saturday(_: Record, instance: Instance) -> Instance:
    return replace(instance, funds=(instance.funds[0], replace(instance.funds[1], first_day=date(2026, 2, 28))))


@breaks("fund-amount", "共付 6700.00 元，最多 6699.99 元")
def fund_overdrawn_by_a_cent(_: Record, instance: Instance) -> Instance:
    return replace(instance, funds=(replace(instance.funds[0], amount_cents=669_999), instance.funds[1]))


@breaks("total-cost", "写为 13030.00 元，应为 13030.50 元")
def total_cost_rounded(record: Record, _: Instance) -> None:
    record["total_cost"] = "13030.00"


# --- jobs ---


@breaks("placement-without-pools", "记了 2 条")
def placements_without_pools(_: Record, instance: Instance) -> Instance:
    return replace(instance, pools=None)


@breaks("placement-unique", "记了 2 条")
def placement_split_in_two_entries(record: Record, _: Instance) -> None:
    record["placements"][0]["jobs"] = 0.5
    record["placements"].append(dict(record["placements"][0]))


@breaks("placement-occupation", "岗位的工种是“电工”，不能接收“家政”")
def placement_in_another_occupation(record: Record, _: Instance) -> None:
    record["placements"][0] |= {"pool": "电工岗"}


@breaks("placement-age", "不接收年龄段“50岁以上”，允许：40岁以下")
def placement_of_an_age_band_not_admitted(record: Record, _: Instance) -> None:
    record["placements"].append(
        {"occupation": "种植", "end_week": "2026-03-02", "age_band": OLD, "pool": "种植岗", "jobs": 1.0}
    )


@breaks("placement-window", "岗位 2026-12-01 至 不限 招人，与 2026-01-26 起 13 周的衔接期不相交")
def placement_in_a_pool_not_yet_open(record: Record, _: Instance) -> None:
    record["placements"][0]["pool"] = "岁末家政岗"


@breaks("placement-window", "与 2026-02-23 起 12 周的衔接期不相交")
def placement_window_a_week_shorter(_: Record, instance: Instance) -> Instance:
    return with_settings(instance, placement_weeks=12)


@breaks("placement-window", "不在计划期内")
def placement_in_a_week_outside_the_plan(record: Record, _: Instance) -> None:
    record["placements"][0]["end_week"] = "9999-12-27"


@breaks("pool-vacancies", "共接收 1.500000，岗位数只有 1")
def more_jobs_than_vacancies(record: Record, _: Instance) -> None:
    record["placements"][0]["jobs"] = 1.5


@breaks("placement-source", "衔接合计 2.600000，预计就业只有 2.484038")
def more_jobs_than_the_source_has(record: Record, instance: Instance) -> Instance:
    record["placements"][1]["jobs"] = 2.6
    pools = instance.pools or ()
    return replace(instance, pools=(pools[0], replace(pools[1], vacancies=9), *pools[2:]))


@breaks("linked-jobs", "写为 3.100000，应为 3.000000")
def linked_jobs_overstated(record: Record, _: Instance) -> None:
    record["linked_jobs"] = 3.1


@breaks("unlinked-jobs", "写为 3.352000，应为 3.352038")
def unlinked_jobs_that_do_not_add_up(record: Record, _: Instance) -> None:
    record["unlinked_jobs"] = 3.352


@breaks("value", "写为 5.011223，应为 4.611223（任务代价 0.400000）")
def value_without_penalties(record: Record, _: Instance) -> None:
    record["value"] = 5.011223


@breaks("value", "应为 4.611223")
def value_off_in_the_fourth_decimal(record: Record, _: Instance) -> None:
    record["value"] = 4.6113


# --- claims of the result ---


@breaks("bound", "上界 4.600000 低于记录的方案值 4.611223")
def bound_below_the_value(record: Record, _: Instance) -> None:
    record |= {"bound": 4.6, "gap": (4.6 - 4.611223) / 4.6}


@breaks("gap", "写为 0.010000，按上界 5.000000 和方案值 4.611223 应为 0.077755")
def gap_understated(record: Record, _: Instance) -> None:
    record["gap"] = 0.01


@breaks("gap", "没有上界（null）时差距也应为 null")
def gap_to_no_bound(record: Record, _: Instance) -> None:
    record["bound"] = None


@breaks("status", "状态为 optimal，但方案值 4.611223 不等于上界 inf")
def optimal_without_a_bound(record: Record, _: Instance) -> None:
    record |= {"status": "optimal", "bound": None, "gap": None}


@breaks("status", "状态为 optimal，但方案值 4.611223 不等于上界 5.000000")
def optimal_with_a_gap(record: Record, _: Instance) -> None:
    record["status"] = "optimal"


@breaks("status", "状态为 infeasible 的记录不是方案")
def infeasible_with_a_plan(record: Record, _: Instance) -> None:
    record["status"] = "infeasible"


@breaks("unserved", "写为 4 人未满足，愿意而未安排的只有 3 人")
def unserved_beyond_the_demand_left(record: Record, _: Instance) -> None:
    record["unserved"][0]["persons"] = 4
