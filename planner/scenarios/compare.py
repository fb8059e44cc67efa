"""Scenarios side by side with the base: what is proved to differ, and what is not."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from planner.scenarios.solving import Outcome

_TENTH = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Difference:
    """By how many expected jobs the best value lies above the base's: proved to be in ``least``..``most``.

    Both best values are known only as bands from the plan found to the proved bound, so the difference is a band too:
    least = value - base's bound, most = bound - base's value.
    """

    least: float
    most: float

    @property
    def sentence(self) -> str:
        """The difference in words that claim no more than is proved."""
        least, most = tenths_down(self.least), tenths_up(self.most)
        if least == most != 0:
            return f"比基准{'多' if least > 0 else '少'} {abs(least):,}"
        if least > 0:
            return f"比基准至少多 {least:,}（至多 {_words(most)}）"
        if most < 0:
            return f"比基准至少少 {-most:,}（至多 {_words(-least)}）"
        if least == most == 0:
            return "与基准相同"
        return f"分不出高低（差别在 {_signed(least)} 至 {_signed(most)} 之间）"

    @property
    def verdict(self) -> str:
        """What may be said of the difference, for programs: ``more``, ``less``, ``same`` or ``unknown``."""
        least, most = tenths_down(self.least), tenths_up(self.most)
        if least > 0:
            return "more"
        if most < 0:
            return "less"
        return "same" if least == most == 0 else "unknown"

    @property
    def is_proved(self) -> bool:
        """Whether the sign of the difference is proved, to a tenth of a job."""
        return tenths_down(self.least) > 0 or tenths_up(self.most) < 0


def difference(outcome: Outcome, base: Outcome) -> Difference | None:
    """The proved difference to the base; ``None`` without both plans or when they maximise different counts."""
    if outcome.plan is None or base.plan is None or not is_comparable(outcome, base):
        return None
    return Difference(outcome.plan.value - base.plan.bound, outcome.plan.bound - base.plan.value)


def is_comparable(outcome: Outcome, base: Outcome) -> bool:
    """Whether values mean the same in both: gross jobs and uplift must never be set off against each other."""
    return outcome.instance.settings.objective is base.instance.settings.objective


def tenths_down(number: float) -> Decimal:
    """The number with one decimal, rounded down; rounding noise of 1e-9 is dropped first."""
    return _tenths(number, ROUND_FLOOR)


def tenths_up(number: float) -> Decimal:
    """The number with one decimal, rounded up; rounding noise of 1e-9 is dropped first."""
    return _tenths(number, ROUND_CEILING)


def _tenths(number: float, rounding: str) -> Decimal:
    if not math.isfinite(number):
        return Decimal(repr(number))
    return Decimal(repr(round(number, 9))).quantize(_TENTH, rounding=rounding) + 0


def _words(number: Decimal) -> str:
    return f"{number:,}" if number.is_finite() else "未证明"


def _signed(number: Decimal) -> str:
    return f"{number:+,}" if number.is_finite() else "未知"
