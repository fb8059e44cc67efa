"""The office's words for what the pages of a result call by the planner's own names."""

from __future__ import annotations

from flask_babel import gettext, lazy_gettext

from web import figures
from web.result_class import Option
from web.result_decisions import Decision, DecisionKind
from web.result_explained import WORKBOOK
from web.wording import FORMS

EXPLANATION_WORKBOOK = WORKBOOK

DECISIONS = {
    DecisionKind.LOCK: lazy_gettext("锁定"),
    DecisionKind.FORBID: lazy_gettext("禁止"),
}
"""What was decided on a class."""

BASELINES = {
    "乡镇平均分配": lazy_gettext("乡镇平均分配"),
    "按成本排队": lazy_gettext("按成本排队"),
    "原草案": lazy_gettext("原草案"),
    "原草案中符合规则的部分": lazy_gettext("原草案中符合规则的部分"),
}
"""Usual ways that a plan is compared with, by the planner's name."""

RULE_FAMILIES = {
    "必须任务": lazy_gettext("必须任务"),
    "尽量任务": lazy_gettext("尽量任务"),
    "固定班": lazy_gettext("固定班"),
    "农忙禁开": lazy_gettext("农忙禁开"),
    "资金用途": lazy_gettext("资金用途"),
    "最大路程": lazy_gettext("最大路程"),
    "班额": lazy_gettext("班额"),
    "年度班数上限": lazy_gettext("年度班数上限"),
}
"""Kinds of rules that have a price."""

ALTERNATIVES = {
    "换周次": lazy_gettext("换周次"),
    "换机构": lazy_gettext("换机构"),
    "换场地": lazy_gettext("换场地"),
}
"""What an alternative to a class changes."""

EXPLAIN_STAGES = {
    "读入并核对方案": lazy_gettext("读入并核对方案"),
    "核实未满足需求的原因": lazy_gettext("核实未满足需求的原因"),
    "与常规做法对比": lazy_gettext("与常规做法对比"),
    "测算资金和班次的价格": lazy_gettext("测算资金和班次的价格"),
    "逐班测算少开的损失": lazy_gettext("逐班测算少开的损失"),
    "逐乡镇测算补班的代价": lazy_gettext("逐乡镇测算补班的代价"),
    "逐条测算规则的代价": lazy_gettext("逐条测算规则的代价"),
    "查找互相冲突的硬性要求": lazy_gettext("查找互相冲突的硬性要求"),
    "写出说明": lazy_gettext("写出说明"),
}
"""What the planner is doing while it explains, by its own name of the part."""

_OUTLINE_FAULTS = {
    "too_large": lazy_gettext("文件太大（%(found)s）。不能超过 4 MB：请简化边界，或减少小数位后再上传。"),
    "no_json": lazy_gettext("文件不是 GeoJSON（读不出 JSON）。请从制图软件导出 GeoJSON 格式，编码 UTF-8。"),
    "no_features": lazy_gettext("文件里没有图形（FeatureCollection）。请导出乡镇面图层。"),
    "no_polygons": lazy_gettext("文件里没有多边形。请导出乡镇面图层，不要点或线。"),
    "bad_coordinates": lazy_gettext("坐标看不懂（%(found)s）。应是经度、纬度，单位度，例如 104.72, 27.12。"),
    "too_many_points": lazy_gettext("边界的点太多（超过 %(found)s 个）。请简化边界后再上传。"),
    "no_names": lazy_gettext("没有一个名称对得上本方案的乡镇（文件里是：%(found)s）。请在属性里写上乡镇全名。"),
}


def outline_fault(key: str, found: str) -> str:
    """Say what is wrong with a file of outlines and what to do."""
    return str(_OUTLINE_FAULTS[key]) % {"found": found}


def option_words(option: Option) -> str:
    """Say which class option a decision is about."""
    course, provider, venue, form, week = option
    return str(
        gettext(
            "%(provider)s，在%(venue)s，%(week)s 当周，%(form)s，开“%(course)s”",
            provider=provider,
            venue=venue,
            week=week,
            form=FORMS.get(form, form),
            course=course,
        )
    )


def contradiction_words(option: Option) -> str:
    """Say that an option is locked and forbidden at once."""
    course, provider, venue, _, week = option
    return str(
        gettext(
            "“%(course)s”（%(provider)s，%(venue)s，%(week)s 当周）既锁定又禁止，请取消其中一项。",
            course=course,
            provider=provider,
            venue=venue,
            week=week,
        )
    )


def frozen_words() -> str:
    """Say that a final version takes no decisions, and what to do."""
    return str(gettext("这一版已定稿，不能再锁定或禁止。请先撤销定稿，或另建一版再改。"))


def short_option_words(option: Option) -> str:
    """Say the same in a list: course, venue, week."""
    return " · ".join((option[0], option[2], option[4]))


def alternative_words(one: dict[str, str]) -> str:
    """Say what an alternative changes to."""
    if one["kind"] == "换周次":
        form = FORMS.get(one["form"], one["form"])
        return str(gettext("%(week)s 当周，%(form)s", week=one["start_week"], form=form))
    return one["provider"] if one["kind"] == "换机构" else one["venue"]


def decided_words(one: Decision) -> str:
    """Say whose a decision is and since when: （王芳，2026-03-02 09:30）; empty when it is not known."""
    if not one.by or not one.at:
        return ""
    return str(gettext("（%(by)s，%(at)s）", by=one.by, at=figures.moment(one.at)))
