"""Words that several explanations share: a class, a day, an amount."""

from __future__ import annotations

from datetime import date

from planner.model.options import Slot
from planner.model.problem import Problem
from planner.model.weeks import FORMS


def yuan(cents: int) -> str:
    """An amount in whole yuan, rounded up, so that what is said to suffice suffices."""
    return f"{-(-cents // 100):,}"


def day_words(day: date) -> str:
    """A day as 3月9日."""
    return f"{day.month}月{day.day}日"


def class_words(problem: Problem, slot: Slot) -> str:
    """A class option as a bureau would name it, its course left out."""
    instance = problem.instance
    return (
        f"{instance.providers[slot.provider].name}在{instance.venues[slot.venue].name}"
        f" {day_words(problem.mondays[slot.week])} 起的{FORMS[slot.form].value}班"
    )
