"""What a doubt is, and figures that stand out among their like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median

LISTED = 3
"""So many cases of a doubt are named, the rest counted."""

TEN_TIMES = 10
"""How many times the usual (the median) a figure must be to stand out; ours: a slip of one digit."""

_ALONE = 4
"""How many times the next lower figure it must be; ours: big places come in all sizes, slips stand alone."""

_LEAST_FIGURES = 6
"""From so many figures on there is a usual one; ours."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Something that can be true and seldom is: a warning, never an error, and nothing is changed for it.

    ``rule`` is the key of the rule, ``sheet`` where to look; texts are Chinese.
    """

    rule: str
    sheet: str
    text: str
    remedy: str = "核对后改正；如属实，不必理会"

    def __str__(self) -> str:
        return f"{self.sheet}：{self.text}；{self.remedy}"


def named(cases: Sequence[str]) -> str:
    """Return the first three cases and how many there are."""
    shown = "、".join(cases[:LISTED])
    return shown if len(cases) <= LISTED else f"{shown} 等 {len(cases)} 处"


def outliers(figures: Iterable[tuple[str, float]]) -> list[tuple[str, float, float]]:
    """Return ``(label, figure, usual)`` of figures at least ten times the median and four times the next lower one.

    Zeros are passed over; fewer than six figures have no usual one.
    """
    ordered = sorted(((label, figure) for label, figure in figures if figure > 0), key=lambda item: item[1])
    if len(ordered) < _LEAST_FIGURES:
        return []
    usual = median(figure for _, figure in ordered)
    found: list[tuple[str, float, float]] = []
    for position in range(len(ordered) - 1, len(ordered) // 2, -1):
        if ordered[position][1] < TEN_TIMES * usual:
            break
        if ordered[position][1] >= _ALONE * ordered[position - 1][1]:
            found = [(label, figure, usual) for label, figure in ordered[position:]]
    return found
