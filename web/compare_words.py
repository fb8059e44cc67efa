"""The office's words for what a comparison found: changes, verdicts, the curve's marks, in the page's language."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import format_decimal
from flask_babel import get_locale, gettext, lazy_gettext

from planner.export.wording import has_width, span_words
from planner.scenarios.changes import KINDS
from planner.scenarios.sheet import ScenarioRow
from web import figures, wording
from web.language import current_language

OBJECTIVES = {"毛就业": lazy_gettext("毛就业"), "净增": lazy_gettext("净增就业")}
"""How jobs are counted, by the planner's word."""

AIMS = {
    "培训人数": lazy_gettext("培训人数"),
    "最少乡镇的参训比例": lazy_gettext("最低乡镇的参训比例"),
    "最忙的农忙指数": lazy_gettext("最忙一周的农忙指数"),
}
"""Second aims of a front, by the planner's word."""

CHANGES = {
    "新增": lazy_gettext("新增"),
    "取消": lazy_gettext("取消"),
    "调整": lazy_gettext("调整"),
    "增减学员": lazy_gettext("增减学员"),
}
"""What became of a class, by the planner's word."""

_SATURATED = "1%"


def tenths(number: float) -> str:
    """Return expected jobs with one decimal."""
    return format_decimal(round(number, 1) + 0.0, format="#,##0.0", locale=get_locale())


def tenths_up(number: float) -> str:
    """Return a bound with one decimal, rounded up so that it stays one."""
    return tenths(math.ceil(round(number * 10, 6)) / 10)


def tenths_down(number: float) -> str:
    """Return what there is at least, with one decimal, rounded down."""
    return tenths(math.floor(round(number * 10, 6)) / 10)


def signed(number: float) -> str:
    """Return a change with its sign and one decimal."""
    return f"{'+' if number > 0 else ''}{tenths(number)}"


def change_words(change: Mapping[str, Any]) -> str:
    """Say what a scenario changes; a kind that this page does not know is told in the planner's own sentence."""
    words = _CHANGE_WORDS.get(str(change["kind"]))
    if words is None or current_language() == "zh":
        return str(change["sentence"])
    return words(change["subject"], change["value"])


def row_words(row: ScenarioRow) -> str:
    """Say what a row of ready-made scenarios changes: its name, in other languages the change itself."""
    name, item, subject, value, _ = row
    kind = next((kind for kind in KINDS.values() if kind.item == item), None)
    if kind is None or current_language() == "zh":
        return name
    return change_words({"kind": kind.key, "subject": None if subject in ("", "全部") else subject, "value": value})


def _percent(factor: float) -> str:
    return f"{round(factor * 100, 8):g}%"


def _everything(subject: str | None) -> str:
    return str(gettext("全部")) if subject is None else subject


_CHANGE_WORDS: dict[str, Callable[[str | None, Any], str]] = {
    "total-money": lambda _, yuan: gettext("资金总额改为 %(money)s（各项按比例）", money=figures.money(str(yuan))),
    "total-money-factor": lambda _, factor: gettext("资金总额为原来的 %(percent)s", percent=_percent(factor)),
    "fund": lambda name, yuan: gettext("“%(name)s”改为 %(money)s", name=name, money=figures.money(yuan)),
    "fund-factor": lambda name, factor: gettext("“%(name)s”为原来的 %(percent)s", name=name, percent=_percent(factor)),
    "target-off": lambda name, _: gettext("取消任务：%(name)s", name=_everything(name)),
    "target-value": lambda name, value: gettext(
        "任务“%(name)s”改为 %(number)s", name=name, number=figures.whole(value)
    ),
    "target-hardness": lambda name, hard: (
        gettext("任务改为必须：%(name)s", name=_everything(name))
        if hard
        else gettext("任务改为尽量：%(name)s", name=_everything(name))
    ),
    "busy-ban": lambda form, limit: gettext(
        "农忙指数达到 %(limit)s 就不开班（%(form)s）", limit=f"{limit:g}", form=_everything(form)
    ),
    "busy-ban-off": lambda *_: gettext("农忙时也可开班（出勤率照样折减）"),
    "farming-ignored": lambda *_: gettext("不计农忙：不禁开，出勤率也不折减"),
    "township-floor": lambda _, share: gettext(
        "每个乡镇至少培训意愿人数的 %(percent)s（必须）", percent=_percent(share)
    ),
    "township-floor-soft": lambda _, share: gettext(
        "每个乡镇至少培训意愿人数的 %(percent)s（尽量）", percent=_percent(share)
    ),
    "late-approval": lambda _, weeks: gettext("最早开班推迟 %(weeks)s 周", weeks=weeks),
    "farming-shift": lambda name, weeks: gettext(
        "农时推移 %(weeks)s 周（%(name)s）", weeks=f"{weeks:+d}", name=_everything(name)
    ),
    "least-size": lambda name, size: gettext("每班最少 %(size)s 人（%(name)s）", size=size, name=_everything(name)),
    "largest-size": lambda name, size: gettext("每班最多 %(size)s 人（%(name)s）", size=size, name=_everything(name)),
    "willingness": lambda name, factor: gettext(
        "愿意参训的人为原来的 %(percent)s（%(name)s）", percent=_percent(factor), name=_everything(name)
    ),
    "vacancies": lambda name, factor: gettext(
        "岗位数为原来的 %(percent)s（%(name)s）", percent=_percent(factor), name=_everything(name)
    ),
    "provider-lost": lambda name, _: gettext("“%(name)s”停办", name=name),
    "objective": lambda _, word: gettext("按“%(word)s”择优", word=OBJECTIVES.get(word, word)),
}


def verdict_words(difference: Mapping[str, Any] | None) -> str:
    """Say how a scenario's best stands to the base's, no larger than proved."""
    if difference is None:
        return str(gettext("口径不同，人数不可比"))
    least, most = difference["least"], difference["most"]
    if difference["verdict"] == "more":
        low, high = tenths(least), None if most is None else tenths(most)
        at_least = gettext("至少多 %(least)s 人", least=low)
        return _between(low, high, lambda jobs: gettext("多 %(jobs)s 人", jobs=jobs), at_least)
    if difference["verdict"] == "less":
        low, high = tenths(-most), None if least is None else tenths(-least)
        at_least = gettext("少 %(least)s 人以上", least=low)
        return _between(low, high, lambda jobs: gettext("少 %(jobs)s 人", jobs=jobs), at_least)
    if difference["verdict"] == "same":
        return str(gettext("与基准相同"))
    if least is None or most is None:
        return str(gettext("分不出高低"))
    return str(gettext("分不出高低（相差 %(least)s 至 %(most)s 人）", least=signed(least), most=signed(most)))


def more_words(least: float, most: float | None) -> str:
    """Say how many more jobs there are: at least so many, and at most (None: not proved)."""
    low, high = tenths_down(least), None if most is None else tenths_up(most)
    words = gettext("多就业 %(jobs)s 人", jobs=low)
    return _proved(low, high, words, gettext("至少多就业 %(least)s 人", least=low))


def more_with_classes_kept(answer: Mapping[str, Any]) -> str:
    """Say how many more jobs the money of an answer brings with all classes kept."""
    kept, approved = answer["kept"], answer["approved_value"]
    return more_words(kept["value"] - approved, None if kept["bound"] is None else kept["bound"] - approved)


def range_words(low: float, high: float) -> str:
    """Return a range with one decimal, one number where it has no width."""
    return span_words(tenths(low), tenths(high), "–")


def _proved(least: str, most: str | None, exactly: str, at_least: str) -> str:
    """Say a proved range in the words that it needs: exactly, at least, or at least and at most."""
    if most is None:
        return at_least
    if not has_width(least, most):
        return exactly
    return str(gettext("%(words)s，至多 %(most)s 人", words=at_least, most=most))


def _between(least: str, most: str | None, say: Callable[[str], str], at_least: str) -> str:
    """Say a proved range as one of ``say``, or that it is at least so much where nothing is proved above."""
    return at_least if most is None else str(say(span_words(least, most, "–")))


def band_words(band: Mapping[str, Any] | None) -> str:
    """Say what a requirement costs, in expected jobs, as far as it is proved."""
    if band is None:
        return "–"
    least, most = band["least"] or 0.0, band["most"]
    if most is None:
        return str(gettext("未证明"))
    if least > 0:
        return str(gettext("%(jobs)s 人", jobs=figures.span(tenths(least), tenths(most))))
    if most <= 0:
        return "0"
    return str(gettext("测不出（至多 %(most)s 人）", most=tenths(most)))


def gap_words(gap: float | None) -> str:
    """Say how far from the best possible a plan is at most."""
    if gap is None:
        return str(gettext("未证明"))
    return str(gettext("已证明最优")) if figures.is_nothing(gap) else f"≤ {figures.share_up(gap)}"


def level_words(share: float) -> str:
    """A share of the workbook's money, such as ``110%``."""
    return f"{round(share * 100, 6):g}%"


def limit_words(aim: str, limit: float | None) -> str:
    """Say what a point of a front demands."""
    if limit is None:
        return str(gettext("基准（不另加要求）"))
    if aim == "培训人数":
        return str(gettext("至少培训 %(persons)s 人", persons=figures.whole(math.ceil(limit - 1e-9))))
    if aim == "最少乡镇的参训比例":
        return str(gettext("每个乡镇至少 %(share)s", share=f"{limit:.1%}"))
    return str(gettext("农忙指数达到 %(limit)s 就不开班", limit=f"{limit:.3g}"))


def reached_words(aim: str, reached: float | None) -> str:
    """Return what a point of a front reaches of its second aim."""
    if reached is None:
        return "–"
    if aim == "培训人数":
        return figures.whole(reached)
    return f"{reached:.1%}" if aim == "最少乡镇的参训比例" else f"{reached:.3g}"


def counts_jobs(answer: Mapping[str, Any]) -> bool:
    """Whether the least money was asked for a number of jobs, not of people trained."""
    return bool(answer["wanted"] == "得分")


def curve_sentences(curve: Mapping[str, Any]) -> list[str]:
    """Return what the budget curve says, to be read aloud."""
    levels = curve["levels"]
    if not levels:
        return [str(gettext("测算中途停止，其余水平没有测算。"))]
    last, said = levels[-1], []
    if curve["saturation"] is not None:
        level = levels[curve["saturation"]]
        said.append(gettext(
            "饱和：资金到 %(share)s（%(money)s）以后，加到 %(last)s 为止，至多再多就业 %(more)s 人（已证明）。",
            share=level_words(level["share"]), money=figures.money(level["money"]), last=level_words(last["share"]),
            more=tenths_up(last["bound"] - level["value"]),
        ))  # fmt: skip
    else:
        said.append(gettext(
            "饱和：到 %(last)s 为止，不能证明再加钱已无作用（以增加不到 %(small)s 为准）。",
            last=level_words(last["share"]), small=_SATURATED,
        ))  # fmt: skip
    if curve["knee"] is not None:
        level = levels[curve["knee"]]
        said.append(gettext(
            "拐点：%(share)s（%(money)s）以后，每万元带来的就业明显变少。这只是曲线的形状，资金定多少由领导决定。",
            share=level_words(level["share"]), money=figures.money(level["money"]),
        ))  # fmt: skip
    else:
        said.append(gettext("拐点：在误差范围内看不出明显的拐点。"))
    if curve["stopped"]:
        said.append(gettext("测算中途停止，其余水平没有测算。"))
    return [str(sentence) for sentence in said]


def ten_thousands(yuan: str) -> str:
    """Return an amount in 万元 without trailing noughts, for a sentence."""
    return format_decimal(in_ten_thousands(yuan), format="#,##0.####", locale=get_locale())


def in_ten_thousands(yuan: str) -> float:
    """Return an amount in 10,000 yuan."""
    return float(Decimal(yuan) / 10_000)


def signed_whole(number: int) -> str:
    """Return a change of a count with its sign."""
    return f"{'+' if number > 0 else ''}{figures.whole(number)}"


def signed_yuan(yuan: str) -> str:
    """Return a change of an amount in yuan with its sign."""
    amount = Decimal(yuan)
    return f"{'+' if amount > 0 else ''}{format_decimal(amount, format='#,##0.##', locale=get_locale())}"


def moves(change: Mapping[str, Any]) -> list[str]:
    """Say what changed about a class: where it was and is held, when, by whom; or where one was added or dropped."""
    before, after = change["before"], change["after"]
    if before is None or after is None:
        one = after or before
        return [str(one["provider"]), str(one["venue"]), str(gettext("%(monday)s 当周", monday=one["start_week"]))]
    said = [f"{before[key]} → {after[key]}" for key in ("start_week", "venue", "provider") if before[key] != after[key]]
    if before["form"] != after["form"]:
        said.append(" → ".join(str(wording.FORMS.get(one["form"], one["form"])) for one in (before, after)))
    return said or [str(gettext("只调整学员"))]
