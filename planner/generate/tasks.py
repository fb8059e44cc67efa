"""What the plan must keep to: settings, farming calendars, funds and their rules, targets and locks.

Amounts per person of the target follow the published figures of the seed county (docs/facts.md): 7.2 million yuan
for 7,200 people, 2.5 million of living allowance; the two other funds are assumed parts of real programmes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from planner.generate.facts import CourseFact, counties, crops_of
from planner.generate.people import DrawnCohort, apportion, wishes_by_course
from planner.generate.places import Place
from planner.generate.scale import Scale

EMPLOYMENT = "就业补助资金"
ALLOWANCE = "培训生活补贴专项"
COOPERATION = "东西部协作资金"
REVITALISATION = "衔接推进乡村振兴补助资金"
_GRADE = "数额A"
_CITY_SHARE = 0.4
_ROUND_YUAN = 1000

_HEADCOUNT_PENALTY = 0.3
_TOWNSHIP_PENALTY = 0.2
_POOR_SHARE = 0.35
_TOWNSHIP_SHARE = 0.10
_NEW_BUSINESS_SHARE = 0.02
_FARMING_CAP_SHARE = 0.20
_TWO_CERTIFICATES_SHARE = 0.06
_REMOTE_TARGETS = 2
_SURE_CLASSES = 3

_WANTED_CLASSES = (
    ("JZ01", "劳务品牌年度任务（示例）"),
    ("DS01", "电商服务点年度任务（示例）"),
    ("CY01", "劳务品牌年度任务（示例）"),
)
_UNBROKEN_PRACTICE = (("GY04", "实操须连续（示例）"), ("CY01", "灶台须连续使用（示例）"))


def setting_rows(scale: Scale) -> list[dict[str, object]]:
    """Return the rows of sheet 参数: every setting, so that nothing is left to a default."""
    values = {
        "计划开始": scale.plan_start,
        "计划周数": scale.weeks,
        "目标口径": "毛就业",
        "每人次数上限": 1,
        "农忙禁开": 0.5,
        "分散禁开": 0.7,
        "集中每周课日": 5,
        "分散每周课日": 3,
        "最大路程": 40,
        "免折路程": 30,
        "路程折减": 0.10,
        "无岗系数": 0.6,
        "岗位衔接周数": 13,
        "生活补贴": 40,
        "生活补贴标签": "脱贫",
        "督查员": max(2, scale.target // 3_600),
        "每员每日督查": 2,
        "最早开班": scale.earliest_start,
    }
    return [{"参数": key, "值": value} for key, value in values.items()]


def farming_rows(places: Sequence[Place]) -> list[dict[str, object]]:
    """Return the rows of sheet 农时 in crop form, for the calendars that the townships follow."""
    return [
        {
            "农时类型": crop.calendar,
            "作物": crop.crop,
            "环节": crop.activity,
            "开始": crop.start,
            "结束": crop.end,
            "占用": crop.intensity,
            "参与率": crop.adoption,
            "来源": crop.source,
            "等级": f"日期{crop.grade}，占用与参与率A",
        }
        for calendar in sorted({place.calendar for place in places})
        for crop in crops_of(calendar)
    ]


def fund_tables(scale: Scale) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the rows of sheets 资金 and 资金用途.

    One county has four funds. A prefecture shares city funds and gives every county its own employment and
    revitalisation fund, which pay only for classes held in that county.
    """
    employment, allowance, cooperation, revitalisation = (_rounded(scale.target * yuan) for yuan in scale.yuan_per_head)
    if len(scale.counties) == 1:
        funds = [
            (EMPLOYMENT, employment, _EMPLOYMENT_RULES, ""),
            (ALLOWANCE, allowance, _ALLOWANCE_RULES, ""),
            (COOPERATION, cooperation, _COOPERATION_RULES, ""),
            (REVITALISATION, revitalisation, _REVITALISATION_RULES, ""),
        ]
    else:
        residents = np.array([counties()[county].residents for county in scale.counties], float)
        city = _rounded(employment * _CITY_SHARE)
        funds = [
            (f"{EMPLOYMENT}（市级统筹）", city, _EMPLOYMENT_RULES, ""),
            (f"{ALLOWANCE}（市级）", allowance, _ALLOWANCE_RULES, ""),
            (f"{COOPERATION}（市级）", cooperation, _COOPERATION_RULES, ""),
        ]
        parts = zip(
            scale.counties,
            apportion((employment - city) // _ROUND_YUAN, residents),
            apportion(revitalisation // _ROUND_YUAN, residents),
            strict=True,
        )
        for county, share, aid in parts:
            funds.append((f"{EMPLOYMENT}（{county}）", int(share) * _ROUND_YUAN, _EMPLOYMENT_RULES, county))
            funds.append((f"{REVITALISATION}（{county}）", int(aid) * _ROUND_YUAN, _REVITALISATION_RULES, county))
    amounts = [{"资金": name, "金额": amount, "说明": "数额为示例", "等级": _GRADE} for name, amount, _, _ in funds]
    rules: list[dict[str, object]] = [
        {"资金": name, "费用": kind, "标签": tag, "培训类型": training_type, "区县": county or "全部"}
        for name, _, fund_rules, county in funds
        for kind, tag, training_type in fund_rules
    ]
    return amounts, rules


_EMPLOYMENT_RULES = (("培训补贴", "全部", "全部"), ("考证费", "全部", "全部"), ("办班费", "全部", "全部"))
_ALLOWANCE_RULES = (("生活补贴", "脱贫", "全部"),)
_COOPERATION_RULES = (
    ("培训补贴", "脱贫", "订单"),
    ("培训补贴", "脱贫", "项目"),
    ("生活补贴", "脱贫", "订单"),
    ("考证费", "脱贫", "订单"),
)
_REVITALISATION_RULES = (
    ("培训补贴", "脱贫", "全部"),
    ("生活补贴", "脱贫", "全部"),
    ("办班费", "全部", "全部"),
)


def _rounded(yuan: float) -> int:
    return round(yuan / _ROUND_YUAN) * _ROUND_YUAN


def target_rows(
    scale: Scale, places: Sequence[Place], cohorts: Sequence[DrawnCohort], courses: Sequence[CourseFact]
) -> list[dict[str, object]]:
    """Return the rows of sheet 任务. Hard ones are modest, so that a plan always exists."""
    industries = {course.row["产业"] for course in courses}
    two_certificates = [course for course in courses if course.row["培训类型"] == "双证"]
    rows = [
        _target("T-总人数", "人数", ">=", scale.target, "尽量", _HEADCOUNT_PENALTY),
        _target("T-脱贫", "人数", ">=", math.ceil(_POOR_SHARE * scale.target), "必须", 标签="脱贫"),
    ]
    if "新业态" in industries:
        number = math.ceil(_NEW_BUSINESS_SHARE * scale.target)
        sure = any(course.row["产业"] == "新业态" for course in _surely_opened(courses, cohorts))
        rows.append(_target("T-新业态", "人数", ">=", number, "必须" if sure else "尽量", 产业="新业态"))
    if "农业" in industries:
        number = math.floor(_FARMING_CAP_SHARE * scale.target)
        rows.append(_target("T-农业上限", "人数", "<=", number, "必须", 产业="农业"))
    if len(two_certificates) > 1:
        number = math.ceil(_TWO_CERTIFICATES_SHARE * scale.target)
        rows.append(_target("T-双证", "人数", ">=", number, "尽量", _HEADCOUNT_PENALTY, 培训类型="双证"))
    if len(scale.counties) > 1:
        rows += _county_targets(scale, cohorts)
    persons: dict[str, int] = {}
    for cohort in cohorts:
        persons[cohort.place.name] = persons.get(cohort.place.name, 0) + cohort.persons
    rows += [
        _target(
            f"T-{place.name}",
            "人数",
            ">=",
            math.ceil(_TOWNSHIP_SHARE * persons[place.name]),
            "尽量",
            _TOWNSHIP_PENALTY,
            乡镇=place.name,
        )
        for place in places
    ]
    remote = [place for place in places if place.remote][:_REMOTE_TARGETS]
    rows += [_target(f"T-送教-{place.name}", "班数", ">=", 1, "尽量", 5.0, 乡镇=place.name) for place in remote]
    return rows


def _county_targets(scale: Scale, cohorts: Sequence[DrawnCohort]) -> list[dict[str, object]]:
    persons = np.array(
        [sum(cohort.persons for cohort in cohorts if cohort.place.fact.county == county) for county in scale.counties],
        float,
    )
    floors = apportion(round(0.8 * scale.target), persons)
    return [
        _target(f"T-{county}", "人数", ">=", int(floor), "尽量", _TOWNSHIP_PENALTY, 区县=county)
        for county, floor in zip(scale.counties, floors, strict=True)
    ]


def _target(
    name: str, measure: str, sense: str, value: int, strength: str, penalty: float | None = None, **filters: str
) -> dict[str, object]:
    row: dict[str, object] = {"任务": name, "指标": measure, "关系": sense, "数值": value, "性质": strength}
    return row | filters | ({"每缺一代价": penalty} if penalty is not None else {})


def lock_rows(courses: Sequence[CourseFact], cohorts: Sequence[DrawnCohort]) -> list[dict[str, object]]:
    """Return the rows of sheet 固定班: one or two classes that must be held and one form that is forbidden."""
    sure = {course.code for course in _surely_opened(courses, cohorts)}
    required = [(code, note) for code, note in _WANTED_CLASSES if code in sure][:2]
    forbidden = [(code, note) for code, note in _UNBROKEN_PRACTICE if code in {course.code for course in courses}][:1]
    name = {course.code: course.name for course in courses}
    return [{"课程": name[code], "要求": "必须开", "班数": 1, "说明": note} for code, note in required] + [
        {"课程": name[code], "形式": "分散", "要求": "禁止", "说明": note} for code, note in forbidden
    ]


def _surely_opened(courses: Sequence[CourseFact], cohorts: Sequence[DrawnCohort]) -> list[CourseFact]:
    """Return the courses with so many wishes that a class of them can be filled somewhere, whatever the seed."""
    wishes = wishes_by_course(cohorts)
    return [course for course in courses if wishes[course.name] >= _SURE_CLASSES * int(course.row["最小班额"])]
