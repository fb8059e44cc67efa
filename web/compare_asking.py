"""What a clerk asks of a comparison, in plain words, and what that is for the planner.

A ready-made scenario is one change with at most one blank to fill in; ticking some of them makes a SCENARIOS.xlsx of
the planner's own form, so that a comparison made here can be made again on any computer.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Any

from flask_babel import gettext, lazy_gettext
from werkzeug.datastructures import MultiDict

from planner.scenarios.sheet import LONGEST_NAME, ScenarioRow
from web import figures

MOST_SCENARIOS = 6
"""Scenarios beside the base that a page shows side by side."""

MOST_AMOUNTS = 4
"""Totals of money that one blank may hold."""


class Topic(StrEnum):
    """What a kept comparison is about."""

    SCENARIOS = "scenarios"
    ADDITION = "addition"
    PLANS = "plans"


class Blank(StrEnum):
    """What has to be filled in beside a ready-made scenario."""

    NONE = ""
    NUMBER = "number"
    AMOUNTS = "amounts"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class ReadyMade:
    """A scenario to tick: its words before and after the blank, and what may stand in the blank.

    ``rows`` makes the planner's name, 项目, 对象 and 数值 from what was filled in; ``choices`` names the list of a job
    that a choice is made from.
    """

    key: str
    before: Any
    after: Any
    rows: Callable[[str], ScenarioRow]
    blank: Blank = Blank.NONE
    default: str = ""
    least: float = 0.0
    most: float = 0.0
    choices: str = ""
    hint: Any = ""


def _row(name: str, item: str, subject: str = "", value: Any = None) -> ScenarioRow:
    """A row of the sheet; a name may not have all characters and must be short."""
    plain = "".join("-" if character in '\\/:*?"<>|[]' else character for character in name).strip(". ")
    return plain[:LONGEST_NAME], item, subject, value, ""


def _percent(text: str, sign: int) -> float:
    return float((100 + sign * Decimal(text)) / 100)


def _shortened(name: str, words: str) -> str:
    return f"{name}{words}" if len(name + words) <= LONGEST_NAME else f"{name[: LONGEST_NAME - len(words)]}{words}"


READY_MADE = (
    ReadyMade("money_less", lazy_gettext("资金减少"), "%", lambda n: _row(f"资金少{n}%", "资金总额倍数", "",
              _percent(n, -1)), Blank.NUMBER, "10", 0.1, 100, hint=lazy_gettext("各项资金按同一比例减少")),
    ReadyMade("money_more", lazy_gettext("资金增加"), "%", lambda n: _row(f"资金多{n}%", "资金总额倍数", "",
              _percent(n, 1)), Blank.NUMBER, "10", 0.1, 900, hint=lazy_gettext("各项资金按同一比例增加")),
    ReadyMade("money_total", lazy_gettext("资金总额改为"), lazy_gettext("万元"),
              lambda n: _row(f"资金{n}万元", "资金总额", "", float(Decimal(n) * 10_000)), Blank.AMOUNTS,
              hint=lazy_gettext("可填几个数，用逗号分开，每个数算一个情景")),
    ReadyMade("vacancies", lazy_gettext("企业订单减少"), "%", lambda n: _row(f"订单少{n}%", "岗位数倍数", "全部",
              _percent(n, -1)), Blank.NUMBER, "25", 0.1, 100, hint=lazy_gettext("所有工种和去向的岗位数按比例减少")),
    ReadyMade("willing", lazy_gettext("愿意参训的人减少"), "%", lambda n: _row(f"意愿少{n}%", "愿意人数倍数", "全部",
              _percent(n, -1)), Blank.NUMBER, "10", 0.1, 100, hint=lazy_gettext("各乡镇、各课程的愿意人数按比例减少")),
    ReadyMade("farming_off", lazy_gettext("农忙不考虑"), "", lambda _: _row("农忙不考虑", "农忙不禁"),
              hint=lazy_gettext("农忙时也可以开班，出勤率照样折减")),
    ReadyMade("farming_strict", lazy_gettext("农忙从严：农忙指数达到"), lazy_gettext("就不开班"),
              lambda n: _row(f"农忙从严（{n}）", "农忙禁开", "", float(n)), Blank.NUMBER, "0.3", 0.01, 1,
              hint=lazy_gettext("0 到 1 之间，越小越严；工作簿不改时集中班 0.5、分散班 0.7")),
    ReadyMade("provider_lost", lazy_gettext("一个机构停办"), "", lambda name: _row(_shortened(name, "停办"), "机构停办",
              name), Blank.CHOICE, choices="providers", hint=lazy_gettext("全年不再办班，固定给它的班随之取消")),
    ReadyMade("late", lazy_gettext("审批推迟"), lazy_gettext("周"), lambda n: _row(f"审批推迟{n}周", "推迟审批", "",
              int(n)), Blank.NUMBER, "2", 1, 52, hint=lazy_gettext("最早开班日往后推")),
    ReadyMade("target_off", lazy_gettext("取消任务"), "", lambda name: _row(f"取消{name}", "取消任务",
              name), Blank.CHOICE, choices="targets", hint=lazy_gettext("看这项任务的代价")),
    ReadyMade("least_size", lazy_gettext("每班最少"), lazy_gettext("人"), lambda n: _row(f"每班最少{n}人", "最小班额",
              "全部", int(n)), Blank.NUMBER, "20", 1, 1000, hint=lazy_gettext("所有课程；不能大于课程的最大班额")),
    ReadyMade("largest_size", lazy_gettext("每班最多"), lazy_gettext("人"), lambda n: _row(f"每班最多{n}人", "最大班额",
              "全部", int(n)), Blank.NUMBER, "50", 1, 1000, hint=lazy_gettext("所有课程；场地座位照样限制")),
    ReadyMade("objective", lazy_gettext("就业改按另一口径"), "", lambda name: _row(f"按{name}计", "目标口径", "", name),
              Blank.CHOICE, choices="objectives", hint=lazy_gettext("两种口径的人数不可相比，只比开什么班")),
)  # fmt: skip
"""The scenarios that are offered, in the order of the page."""

WHOLE_NUMBERS = frozenset({"late", "least_size", "largest_size"})

FRONTS = {
    "heads": lazy_gettext("就业与培训人数"),
    "fairness": lazy_gettext("就业与公平（参训比例最低的乡镇）"),
    "farming": lazy_gettext("就业与农忙"),
}
FRONT_HINTS = {
    "heads": lazy_gettext("要多培训一些人，就业会少多少"),
    "fairness": lazy_gettext("要多照顾参训最少的乡镇，就业会少多少"),
    "farming": lazy_gettext("要更严格避开农忙，就业会少多少"),
}
"""Second aims that jobs can be weighed against, by the planner's word."""

UNCERTAIN = {
    "years": (lazy_gettext("年景变动"), lazy_gettext("到课率、订单、就业率有好有坏时，方案还值多少")),
    "cautious": (lazy_gettext("谨慎方案"), lazy_gettext("年景偏低时就业最多的方案，谨慎要付出多少代价")),
    "shocks": (lazy_gettext("冲击检验"), lazy_gettext("订单少、机构停办、推迟审批时，方案照原样还剩多少")),
    "alternatives": (lazy_gettext("相近方案"), lazy_gettext("就业相差不到 1%、但安排很不一样的方案，供领导挑选")),
}
"""Questions on what may come otherwise, by the record's section: words and what each answers."""

EFFORTS = {
    "quick": (0.05, 900.0, lazy_gettext("快速"), lazy_gettext("先看个大概，区间较宽")),
    "standard": (0.3, 2700.0, lazy_gettext("标准"), lazy_gettext("一般够用")),
    "careful": (1.0, 7200.0, lazy_gettext("精细"), lazy_gettext("区间最窄，用时最长")),
}
"""How hard to work: the planner's measure of work, the longest that all of it may take in seconds, and its words."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked: kept beside the answer as ``asked.json``.

    ``rows`` are ready-made scenarios; ``uploaded`` is the user's own file's name instead. ``added_yuan`` are amounts of
    money beyond the plan's; ``jobs`` and ``persons`` are numbers to reach with the least money. ``other`` is the title
    of the plan that is set beside this one, ``other_id`` its job.
    """

    topic: Topic
    created_at: float = 0.0
    effort: str = "standard"
    rows: tuple[ScenarioRow, ...] = ()
    uploaded: str = ""
    curve: bool = False
    nested: bool = False
    fronts: tuple[str, ...] = ()
    added_yuan: tuple[str, ...] = ()
    jobs: tuple[int, ...] = ()
    persons: tuple[int, ...] = ()
    uncertain: tuple[str, ...] = ()
    other: str = ""
    errand_id: str = ""
    other_id: str = ""

    @property
    def tasks(self) -> int:
        """About how many things are to be worked out, 0 when it depends on the user's own file."""
        if self.uploaded:
            return 0
        scenarios = len({row[0] for row in self.rows})
        money = (10 if self.curve else 0) + (10 if self.nested else 0) + 2 * len(self.added_yuan)
        least = 7 * len(self.jobs) + 7 * len(self.persons)
        return 1 + scenarios + money + least + 8 * len(self.fronts) + 4 * len(self.uncertain)

    def write(self, path: Path) -> None:
        """Keep what was asked, in one step: who works it out may read it meanwhile."""
        coming = path.with_suffix(".coming")
        coming.write_text(json.dumps(asdict(self), ensure_ascii=False), encoding="utf-8")
        os.replace(coming, path)


def read_asked(path: Path) -> Asked:
    """Read what was asked.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        When the file is missing or not what this program wrote.
    """
    found = json.loads(path.read_text(encoding="utf-8"))
    rows = tuple((str(a), str(b), str(c), d, str(e)) for a, b, c, d, e in found.pop("rows"))
    lists = {key: tuple(found.pop(key)) for key in ("fronts", "added_yuan", "jobs", "persons", "uncertain")}
    found |= {"rows": rows, "topic": Topic(found["topic"]), "created_at": float(found["created_at"])}
    return Asked(**found | lists)


@dataclass(slots=True)
class Form:
    """The form as it was filled in, to be shown again, and what is wrong with it by the name of the field."""

    values: dict[str, str] = field(default_factory=dict)
    ticked: frozenset[str] = frozenset()
    fronts: frozenset[str] = frozenset()
    uncertain: frozenset[str] = frozenset()
    errors: dict[str, str] = field(default_factory=dict)

    def value(self, one: ReadyMade) -> str:
        """What stands in the blank of a ready-made scenario."""
        return self.values.get(one.key, one.default)


def read_form(sent: MultiDict[str, str], choices: Mapping[str, Sequence[str]]) -> tuple[Form, Asked]:
    """Read the form; what was asked is only complete when there are no errors."""
    form = Form({key: text.strip()[:200] for key, text in sent.items()}, frozenset(sent.getlist("scenario")),
                frozenset(sent.getlist("front")), frozenset(sent.getlist("uncertain")))  # fmt: skip
    rows: list[ScenarioRow] = []
    for one in READY_MADE:
        if one.key in form.ticked:
            rows += _rows_of(one, form, choices)
    names = [row[0] for row in rows]
    if len(set(names)) < len(names):
        form.errors.setdefault("scenarios", gettext("有两个情景完全一样。请改动其中一个，或不选它。"))
    if len(rows) > MOST_SCENARIOS:
        form.errors["scenarios"] = gettext("选了 %(count)s 个情景。请一次最多选 %(most)s 个。", count=len(rows),
                                           most=MOST_SCENARIOS)  # fmt: skip
    effort = sent.get("effort", "standard")
    fronts = tuple(front for front in FRONTS if front in sent.getlist("front"))
    asked = Asked(
        Topic.SCENARIOS, effort=effort if effort in EFFORTS else "standard", rows=tuple(rows), curve="curve" in sent,
        nested="nested" in sent, fronts=fronts, jobs=_number(form, "jobs"), persons=_number(form, "persons"),
        uncertain=tuple(key for key in UNCERTAIN if key in sent.getlist("uncertain")),
    )  # fmt: skip
    questions = (asked.curve, asked.nested, fronts, asked.jobs, asked.persons, asked.uncertain)
    if not (rows or any(questions) or form.errors):
        form.errors["scenarios"] = gettext("还没有选择要比较的内容。请至少选一个情景，或勾选预算曲线。")
    return form, asked


def _rows_of(one: ReadyMade, form: Form, choices: Mapping[str, Sequence[str]]) -> list[ScenarioRow]:
    """The rows of a ticked scenario; none after an error."""
    text = form.value(one)
    if one.blank is Blank.NONE:
        return [one.rows("")]
    if one.blank is Blank.CHOICE:
        if text in choices.get(one.choices, ()):
            return [one.rows(text)]
        form.errors[one.key] = gettext("请从列表中选择一项。")
        return []
    if one.blank is Blank.AMOUNTS:
        return _amount_rows(one, text, form)
    number = _decimal(text)
    whole = one.key in WHOLE_NUMBERS
    if number is None or not one.least <= number <= one.most or (whole and number != int(number)):
        kind = gettext("整数") if whole else gettext("数")
        form.errors[one.key] = gettext(
            "“%(text)s”不行：请填 %(least)s 到 %(most)s 之间的%(kind)s。", text=text, least=f"{one.least:g}",
            most=f"{one.most:g}", kind=kind,
        )  # fmt: skip
        return []
    return [one.rows(format(number.normalize(), "f"))]


def _amount_rows(one: ReadyMade, text: str, form: Form) -> list[ScenarioRow]:
    parts = [part for part in text.replace("，", ",").replace("、", ",").replace("；", ",").split(",") if part.strip()]
    amounts = []
    for part in parts:
        try:
            amount = figures.read_budget(part)
        except ValueError:
            amount = None
        if amount is None or amount <= 0:
            form.errors[one.key] = gettext(
                "“%(text)s”看不懂：请填大于 0 的数，单位万元，例如 1200, 1500。", text=part.strip()
            )
            return []
        amounts.append(format((amount / 10_000).normalize(), "f"))
    if not amounts or len(amounts) > MOST_AMOUNTS:
        form.errors[one.key] = gettext("请填 1 到 %(most)s 个数，单位万元，用逗号分开。", most=MOST_AMOUNTS)
        return []
    return [one.rows(amount) for amount in dict.fromkeys(amounts)]


def _number(form: Form, key: str) -> tuple[int, ...]:
    text = form.values.get(key, "")
    if not text:
        return ()
    number = _decimal(text)
    if number is None or number != int(number) or not 1 <= number <= 10_000_000:
        form.errors[key] = gettext("“%(text)s”不行：请填大于 0 的整数，或留空。", text=text)
        return ()
    return (int(number),)


def _decimal(text: str) -> Decimal | None:
    try:
        number = Decimal(text.replace(",", "").replace("，", "").removesuffix("%"))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def read_more(text: str) -> Decimal | None:
    """Read an amount of more money (万元) and return yuan; ``None`` when it is no positive amount."""
    try:
        amount = figures.read_budget(text[:60])
    except ValueError:
        return None
    return amount if amount else None


def ten_thousand_words(yuan: str) -> str:
    """An amount in 万元 without trailing noughts, for a name."""
    return format((Decimal(yuan) / 10_000).quantize(Decimal("0.0001"), rounding=ROUND_HALF_UP).normalize(), "f")
