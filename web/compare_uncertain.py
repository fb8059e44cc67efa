"""What a comparison says of uncertainty, in the page's language: from the record's figures, not from its sentences.

On Chinese pages the planner's own sentences stand as they are. What an older record does not tell stays Chinese.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask_babel import gettext, lazy_gettext
from markupsafe import Markup, escape

from web import figures
from web.compare_words import change_words, signed, tenths, tenths_up
from web.language import current_language

Record = Mapping[str, Any]

FACTORS = {
    "就业率": lazy_gettext("就业率"),
    "到课率": lazy_gettext("到课率"),
    "岗位": lazy_gettext("岗位"),
    "个人偶然": lazy_gettext("个人偶然"),
}
"""What is drawn, by the planner's word."""

_NAMES: tuple[tuple[re.Pattern[str], Callable[[str], str]], ...] = (
    (re.compile("基准方案()"), lambda _: str(gettext("基准方案"))),
    (re.compile("相近方案 (\\d+)"), lambda number: str(gettext("相近方案 %(number)s", number=number))),
    (re.compile("按最差年景的平均安排（(\\d+)）"),
     lambda number: str(gettext("按最差年景的平均安排（%(number)s）", number=number))),
    (re.compile("按谨慎就业率安排()"), lambda _: str(gettext("按谨慎就业率安排"))),
    (re.compile("按各种冲击的平均安排（(\\d+)）"),
     lambda number: str(gettext("按各种冲击的平均安排（%(number)s）", number=number))),
    (re.compile("分散到各机构（(\\d+)）"),
     lambda number: str(gettext("分散到各机构（%(number)s）", number=number))),
)  # fmt: skip
"""Names of plans that are tried, as the planner numbers them."""


def _percent(share: float) -> str:
    return f"{round(100 * share, 1):g}%"


_ONLY_IN_THE_WORKBOOK = re.compile("（贝塔分布，见“就业率依据”）|“离最优得分至多”是已证明的。|[^。；]*--[a-z][^。]*。")
"""Parts of the planner's sentences that speak of a column or sheet of its workbook, or of a command's options."""


def chinese(text: str) -> Markup:
    """Mark what stays Chinese on any page."""
    return Markup('<span lang="zh-CN">{}</span>').format(text)


def plan_name(name: str) -> str | Markup:
    """Say which plan was tried."""
    for pattern, words in _NAMES:
        if match := pattern.fullmatch(name):
            return words(match[1])
    return chinese(name)


def shock_name(shock: Record) -> str | Markup:
    """Say what a shock is: its name, in other languages what it changes."""
    if current_language() == "zh" or not shock["changes"]:
        return chinese(str(shock["name"]))
    return Markup("; ").join(_marked(change) for change in shock["changes"])


def _marked(change: Record) -> Markup:
    """What a change is, the workbook's own name in it marked as Chinese."""
    words, name = str(escape(change_words(change))), str(change["subject"] or "")
    return Markup(words.replace(str(escape(name)), str(chinese(name))) if name else words)


def factor_name(effect: Record) -> str | Markup:
    """Say what is drawn."""
    word = str(effect["factor"])
    return str(FACTORS[word]) if word in FACTORS else chinese(word)


def assumed_words(effect: Record, years: Record) -> str | Markup:
    """Say what is assumed of a factor."""
    given, factor = years.get("given"), str(effect["factor"])
    if given is None or factor not in FACTORS or current_language() == "zh":
        return chinese(_ONLY_IN_THE_WORKBOOK.sub("", str(effect["assumed"])))
    if factor == "就业率":
        return str(gettext("估计的就业率按其误差抽取；工作簿给定的就业率按准确计"))
    if factor == "个人偶然":
        return str(gettext("来不来、找不找得到工作，也各人不同：逐人抽取"))
    low, high = (_percent(given[key]) for key in ("turnout_low", "turnout_high"))
    if factor == "到课率":
        return str(gettext("报名的人十次有八次有 %(range)s 到课，各班相同", range=figures.span(low, high)))
    return str(gettext(
        "全部岗位同时减少 0 至 %(fall)s，各种幅度机会相同；另外每条岗位各有 %(lapse)s 的可能全部落空（假定）",
        fall=_percent(given["orders_fall"]), lapse=_percent(given["lapse"]),
    ))  # fmt: skip


def _planners(told: Record) -> list[Markup]:
    """Return the planner's own sentences without what makes sense in its workbook alone."""
    said = [_ONLY_IN_THE_WORKBOOK.sub("", str(one)).strip() for one in told["sentences"]]
    return [chinese(one) for one in said if one]


def years_sentences(years: Record) -> Sequence[str | Markup]:
    """Return what the drawn years say."""
    if current_language() == "zh":
        return _planners(years)
    spread, coming = years["spread"], years["coming"]
    said = [gettext(
        "方案的得分 %(value)s 按报名的人全部到课、岗位全部兑现计算。各项一起变动时，十次有八次为 %(range)s"
        "，居中 %(middle)s；抽取的年景中有 %(below)s 低于方案的得分；最差的一成平均 %(tail)s。",
        value=tenths(years["value"]), range=figures.span(tenths(spread["low"]), tenths(spread["high"])),
        middle=tenths(spread["middle"]), below=_percent(years["below"]), tail=tenths(years["tail"]),
    )]  # fmt: skip
    widths = {str(factor_name(one)): one["spread"]["high"] - one["spread"]["low"] for one in years["effects"]}
    shifts = {str(factor_name(one)): one["shift"] for one in years["effects"]}
    if widths and max(widths.values()) > 0:
        widest = max(widths, key=lambda name: widths[name])
        said.append(gettext("单独看，使得分高低相差最大的是“%(factor)s”（相差 %(width)s）。各项单独的影响不能相加。",
                            factor=widest, width=tenths(widths[widest])))  # fmt: skip
    if shifts and min(shifts.values()) < 0:
        heaviest = min(shifts, key=lambda name: shifts[name])
        said.append(gettext("使平均得分降低最多的是“%(factor)s”（平均 %(shift)s）。", factor=heaviest,
                            shift=signed(shifts[heaviest])))  # fmt: skip
    said.append(gettext(
        "计划培训 %(planned)s 人，十次有八次实到 %(come)s 人；实到不足最小班额的班居中 %(small)s 个"
        "（仍按照常开班计算）。任务按计划人数计，未完成任务的扣分不变。",
        planned=figures.whole(years["planned"]),
        come=figures.span(figures.whole(round(coming["low"])), figures.whole(round(coming["high"]))),
        small=figures.whole(round(years["small_classes"]["middle"])),
    ))  # fmt: skip
    return [str(one) for one in said]


def cautious_sentences(study: Record) -> Sequence[str | Markup]:
    """Return which plan is the most cautious, what that costs, and what is proved of it."""
    if current_language() == "zh":
        return _planners(study)
    plans, level = study["plans"], _percent(study["level"])
    base, best = plans[0], plans[study["chosen"]]
    if study["chosen"]:
        said = [gettext(
            "选中“%(name)s”：年景偏低（最差的 %(level)s 之上）时得分 %(value)s，比基准方案多 %(more)s；另抽一批核对为 "
            "%(fresh)s，基准方案为 %(base)s。",
            name=plan_name(str(best["name"])), level=level, value=tenths(best["quantile"]),
            more=tenths(best["quantile"] - base["quantile"]), fresh=tenths(best["fresh"]), base=tenths(base["fresh"]),
        )]  # fmt: skip
    else:
        said = [gettext(
            "比较了 %(count)s 份方案，没有一份在年景偏低（最差的 %(level)s 之上）时确实比基准方案的 %(value)s 更高"
            "（两批抽取都要更高才算）。",
            count=len(plans), level=level, value=tenths(base["quantile"]),
        )]  # fmt: skip
    said.append(gettext("偏低年景的得分是在比较的几份方案中选最高的，没有证明其他方案不会更高。"))
    if study["tail_bound"] is not None:
        said.append(gettext(
            "已证明：在所抽的年景中，任何方案最差 %(level)s 年景的平均得分都不超过 %(bound)s；选中的方案为 %(tail)s。",
            level=level, bound=tenths_up(study["tail_bound"]), tail=tenths(best["tail"]),
        ))  # fmt: skip
    return [str(one) for one in said + _stopped(study)]


def shock_sentences(study: Record) -> Sequence[str | Markup]:
    """Return which plan stands the worst shock best, what that costs, and what is proved of it."""
    if current_language() == "zh":
        return _planners(study)
    plans = study["plans"]
    name, left = _worst(study, plans[0])
    said = [_sentence(
        gettext("基准方案最怕“%(shock)s”：照原样只剩 %(classes)s 个班、%(persons)s 人、得分 %(value)s。"),
        shock=name, classes=left["classes"], persons=figures.whole(left["persons"]), value=tenths(left["value"]),
    )]  # fmt: skip
    if study["chosen"]:
        best = plans[study["chosen"]]
        its, rest = _worst(study, best)
        said.append(_sentence(
            gettext("稳妥方案（%(name)s）最怕“%(shock)s”，还剩得分 %(value)s，比基准方案的最坏情形多 %(more)s。"),
            name=plan_name(str(best["name"])), shock=its, value=tenths(rest["value"]),
            more=tenths(rest["value"] - left["value"]),
        ))  # fmt: skip
    else:
        said.append(gettext("比较了 %(count)s 份方案，没有一份在最坏的冲击中剩得更多，稳妥方案就是基准方案。",
                            count=len(plans)))  # fmt: skip
    said.append(gettext(
        "检验的是原样的方案：不能来的学员不来，不足最小班额或不许开的班不开，钱和教室不够时后开的班让先开的班，不补开新班。"))
    return [*said, *_stopped(study)]


def _sentence(words: str, **blanks: object) -> Markup:
    """Fill a sentence's blanks, of which some hold marked words."""
    return Markup(words) % blanks


def worst_place(plan: Record) -> int:
    """Return which shock leaves the least of a plan."""
    return min(range(len(plan["left"])), key=lambda place: float(plan["left"][place]["value"]))


def _worst(study: Record, plan: Record) -> tuple[str | Markup, Record]:
    number = worst_place(plan)
    return shock_name(study["shocks"][number]), plan["left"][number]


def _stopped(study: Record) -> list[str]:
    return [gettext("测算被人工停止，后面的方案没有比较。")] if study["stopped"] else []


def alternative_name(one: Record) -> str | Markup:
    """Say in what an alternative differs most, by the shares that reach a tenth."""
    if current_language() == "zh":
        return chinese(str(one["words"]))
    parts = (("course", gettext("课程")), ("provider", gettext("机构")), ("place", gettext("办班乡镇")),
             ("when", gettext("月份")))  # fmt: skip
    ordered = sorted(parts, key=lambda part: -float(one[part[0]]))
    return ", ".join(str(words) for key, words in ordered if one[key] >= 0.1) or str(gettext("生源"))


def alternative_sentence(one: Record) -> str | Markup:
    """Say how an alternative differs from the base's plan, by shares of its people."""
    if current_language() == "zh":
        return chinese(str(one["sentence"]))
    return str(gettext(
        "换课程的学员 %(course)s，换机构 %(provider)s，换办班乡镇 %(place)s，换课程或月份 %(month)s",
        course=_percent(one["course"]), provider=_percent(one["provider"]),
        place=_percent(one["place"]), month=_percent(one["when"]),
    ))  # fmt: skip
