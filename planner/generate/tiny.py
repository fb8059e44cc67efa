"""Instances small enough to solve by hand. ``instances/README.md`` derives each optimum step by step.

All plan four weeks from Monday 2026-03-09, which hold no holiday, and may start at once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from planner.generate import provenance

Tables = dict[str, list[dict[str, object]]]

_START = date(2026, 3, 9)
_BAND = "40岁以下"


def money_for_one_and_a_half() -> Tables:
    """Two courses, one fund of 5,000 yuan: a full cheap class and a small dear one beat the full dear class.

    Optimum 2.8 expected jobs at 5,000 yuan: 家政 with 4 people, 电工 with 2.
    """
    return {
        "参数": _settings(),
        "劳动力": [_cohort("甲镇", "一般", 6)],
        "需求": [_demand("甲镇", "一般", "电工", 4), _demand("甲镇", "一般", "家政", 4)],
        "课程": [
            _course("电工", class_days=5, sizes=(2, 4), subsidy=1000, class_cost=500),
            _course("家政", class_days=5, sizes=(2, 4), subsidy=500, class_cost=500),
        ],
        "转化率": [_rate("电工", 0.6), _rate("家政", 0.4)],
        "机构": [_provider(teams=2)],
        "场地": [{"场地": "甲镇教室", "乡镇": "甲镇", "同时班数": 2, "座位": 20}],
        "资金": [{"资金": "培训资金", "金额": 5000}],
    }


def jobs_roads_and_fields() -> Tables:
    """One class from two townships: five vacancies that close early, a long road and busy weeks decide the week.

    Optimum 6.5168 expected jobs at 9,000 yuan: ten people in the first week.
    """
    busy = {"2026-03-09": 0.4, "2026-03-16": 0.6, "2026-03-23": 0.6, "2026-03-30": 0.3}
    return {
        "参数": _settings(),
        "乡镇": [{"乡镇": "甲镇"}, {"乡镇": "乙镇", "农时类型": "乙镇农时"}],
        "农时": [
            {"农时类型": "乙镇农时", "周一日期": date.fromisoformat(monday), "农忙指数": index}
            for monday, index in busy.items()
        ],
        "劳动力": [_cohort("甲镇", "一般", 5), _cohort("乙镇", "一般", 5)],
        "需求": [_demand("甲镇", "一般", "电工", 5), _demand("乙镇", "一般", "电工", 5)],
        "课程": [_course("电工", class_days=5, sizes=(6, 10), subsidy=800, class_cost=1000) | {"可分散": "否"}],
        "转化率": [_rate("电工", 0.8)],
        "机构": [_provider(teams=1)],
        "场地": [{"场地": "甲镇教室", "乡镇": "甲镇", "同时班数": 1, "座位": 20}],
        "路程": [{"起": "甲镇", "到": "乙镇", "分钟": 36}],
        "岗位": [
            {
                "岗位": "电工岗",
                "工种": "电工",
                "去向": "县内",
                "岗位数": 5,
                "开始": date(2026, 3, 1),
                "截止": date(2026, 3, 20),
            }
        ],
        "资金": [{"资金": "培训资金", "金额": 20000}],
    }


def target_against_allowance() -> Tables:
    """One class of eight: the soft target wants six 脱贫 people, the allowance fund can pay for four.

    Optimum 3.0 (4 expected jobs less a penalty of 1) at 3,080 yuan: four people of each group.
    """
    return {
        "参数": _settings(),
        "群体": [{"群体": "一般", "脱贫": "否"}, {"群体": "脱贫", "脱贫": "是"}],
        "劳动力": [_cohort("甲镇", "一般", 6), _cohort("甲镇", "脱贫", 6)],
        "需求": [_demand("甲镇", "一般", "保洁", 6), _demand("甲镇", "脱贫", "保洁", 6)],
        "课程": [_course("保洁", class_days=3, sizes=(4, 8), subsidy=300, class_cost=200)],
        "转化率": [_rate("保洁", 0.5)],
        "机构": [_provider(teams=1) | {"年度班数上限": 1}],
        "场地": [{"场地": "甲镇教室", "乡镇": "甲镇", "同时班数": 1, "座位": 20}],
        "资金": [{"资金": "就业补助", "金额": 10000}, {"资金": "生活补贴专项", "金额": 480}],
        "资金用途": [
            {"资金": "就业补助", "费用": "培训补贴", "标签": "全部"},
            {"资金": "就业补助", "费用": "办班费", "标签": "全部"},
            {"资金": "生活补贴专项", "费用": "生活补贴", "标签": "脱贫"},
        ],
        "任务": [
            {
                "任务": "T-脱贫",
                "指标": "人数",
                "标签": "脱贫",
                "关系": ">=",
                "数值": 6,
                "性质": "尽量",
                "每缺一代价": 0.5,
            }
        ],
    }


TINY: dict[str, Callable[[], Tables]] = {
    "money": money_for_one_and_a_half,
    "jobs": jobs_roads_and_fields,
    "target": target_against_allowance,
}
"""The hand-solved instances by file name."""


def tiny_tables(name: str) -> Tables:
    """Return the tables of a hand-solved instance with a sheet 来源说明 that says they are invented."""
    tables = TINY[name]()
    note = "手算示例：地名、机构、人数、金额全部虚构，最优值的推导见 instances/README.md"
    tables[provenance.SHEET] = [{"工作表": "（全簿）", "来源": note, "等级": "A", "说明": ""}]
    return tables


def _settings() -> list[dict[str, object]]:
    return [
        {"参数": "计划开始", "值": _START},
        {"参数": "计划周数", "值": 4},
        {"参数": "最早开班", "值": _START},
    ]


def _cohort(township: str, group: str, persons: int) -> dict[str, object]:
    return {"乡镇": township, "年龄段": _BAND, "群体": group, "可参训人数": persons}


def _demand(township: str, group: str, course: str, persons: int) -> dict[str, object]:
    return {"乡镇": township, "年龄段": _BAND, "群体": group, "课程": course, "愿意人数": persons}


def _course(name: str, *, class_days: int, sizes: tuple[int, int], subsidy: int, class_cost: int) -> dict[str, object]:
    return {
        "课程": name,
        "课日": class_days,
        "最小班额": sizes[0],
        "最大班额": sizes[1],
        "每人补贴": subsidy,
        "每班固定费": class_cost,
    }


def _rate(course: str, gross: float) -> dict[str, object]:
    return {"课程": course, "年龄段": "全部", "群体": "全部", "毛就业率": gross}


def _provider(teams: int) -> dict[str, object]:
    return {"机构": "甲镇培训学校（虚构）", "驻地": "甲镇", "同时开班上限": teams}
