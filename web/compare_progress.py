"""How far a comparison is: what has been worked out, what is being worked on and where it stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from web.compare_asking import Asked
from web.compare_words import AIMS, row_words, tenths, tenths_up

_LEVEL = re.compile(r"(逐级追加，|按人数计，)?资金水平 ([\d.]+)%")
_FRONT = re.compile(r"权衡（(.+?)）")
_ADDITION = re.compile(r"追加 ([\d.e+]+) 万元，(自由安排|保留已批准班次)")


@dataclass(frozen=True, slots=True)
class Standing:
    """``done`` of ``total`` things are worked out (``total`` 0: not known); ``current`` is being worked on.

    ``workbook`` says that its name is the user's own word; ``detail`` is where it stands.
    """

    done: int = 0
    total: int = 0
    current: str = ""
    workbook: bool = False
    detail: str = ""


def standing(asked: Asked, events: Iterable[Mapping[str, Any]]) -> Standing:
    """Return how far a comparison is by the planner's events."""
    seen: list[str] = []
    latest: Mapping[str, Any] = {}
    for event in events:
        if event.get("event") == "progress" and isinstance(event.get("task"), str):
            latest = event
            if event["task"] not in seen:
                seen.append(event["task"])
    if not seen:
        return Standing(total=asked.tasks)
    task = str(latest["task"])
    words = task_words(task) or _scenario_words(asked, task)
    total = max(asked.tasks, len(seen)) if asked.tasks else 0
    return Standing(len(seen) - 1, total, words or task, not words, _detail(latest))


def _detail(event: Mapping[str, Any]) -> str:
    value, bound = event.get("value"), event.get("bound")
    if not isinstance(value, int | float):
        return ""
    if not isinstance(bound, int | float):
        return str(gettext("已找到 %(value)s", value=tenths(value)))
    return str(gettext("已找到 %(value)s，至多可能 %(bound)s", value=tenths(value), bound=tenths_up(bound)))


def _scenario_words(asked: Asked, task: str) -> str:
    """Say what one of our own scenarios changes; empty for one of the user's file."""
    return next((row_words(row) for row in asked.rows if row[0] == task), "")


def task_words(task: str) -> str:
    """Say what is being worked on; empty for a scenario."""
    if task == "基准":
        return str(gettext("基准"))
    if found := _LEVEL.match(task):
        level = f"{float(found[2]):g}%"
        if found[1] == "逐级追加，":
            return str(gettext("逐级追加：资金 %(level)s", level=level))
        return str(gettext("资金 %(level)s", level=level))
    if found := _FRONT.match(task):
        return str(gettext("权衡就业与%(aim)s", aim=AIMS.get(found[1], found[1])))
    if found := _ADDITION.match(task):
        if found[2] == "自由安排":
            return str(gettext("多给 %(amount)s 万元，重新安排", amount=found[1]))
        return str(gettext("多给 %(amount)s 万元，保留已定的班", amount=found[1]))
    return str(gettext("最多能培训多少人")) if task == "培训人数最多的方案" else ""
