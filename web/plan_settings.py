"""How a plan is to be made, in the clerk's words, and what each choice means to the planner."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

CAUTIOUS_QUANTILE = "0.2"
"""Rates that are not given count as what they reach in four cases out of five."""

_MOST_PERCENT = Decimal(100)
_LONGEST_TEXT = 20


class UnknownChoice(ValueError):
    """A choice that the page does not offer."""


class Farming(StrEnum):
    """How a plan treats weeks in which people farm."""

    STRICT = "strict"
    PREFER = "prefer"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class PlanSettings:
    """The choices of the page besides money, time and timetable.

    ``floor_percent`` is a number from 0 to 100 as text: at least this share of every township's willing people is
    trained (empty: no floor), must be with ``floor_hard``, else as far as it goes. ``cautious``: rates that the
    workbook does not give count at the low end of what is likely.
    """

    farming: Farming = Farming.STRICT
    floor_percent: str = ""
    floor_hard: bool = True
    cautious: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the settings as a job keeps them."""
        return asdict(self)

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> PlanSettings:
        """Return the settings of a job; what an older job does not have is at its default."""
        try:
            return cls(
                Farming(plain.get("farming", Farming.STRICT)), str(plain.get("floor_percent", "")),
                bool(plain.get("floor_hard", True)), bool(plain.get("cautious", False)),
            )  # fmt: skip
        except ValueError:
            return cls()

    @classmethod
    def from_form(cls, form: Mapping[str, str]) -> PlanSettings:
        """Return what the clerk chose on the page.

        Raises
        ------
        UnknownChoice
            A choice is none that the page offers.
        ValueError
            The share is no number from 0 to 100.
        """
        farming = form.get("farming", Farming.STRICT)
        if farming not in [*Farming]:
            raise UnknownChoice(farming)
        hard = form.get("floor_kind", "hard") == "hard"
        return cls(Farming(farming), read_percent(form.get("floor", "")), hard, "cautious" in form)


def read_percent(text: str) -> str:
    """Return a share typed by a clerk as plain digits, empty for none; full-width digits and % are understood.

    Raises
    ------
    ValueError
        It is no number from 0 to 100 with at most one decimal.
    """
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_TEXT]).strip().removesuffix("%").strip()
    if not plain:
        return ""
    try:
        percent = Decimal(plain)
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not percent.is_finite() or not 0 <= percent <= _MOST_PERCENT or percent != percent.quantize(Decimal("0.1")):
        raise ValueError(text)
    return f"{percent.normalize():f}" if percent else ""


def planning_words(settings: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the words of ``planner solve`` that a job's settings come to; none for settings at their defaults."""
    chosen = PlanSettings.from_json(settings)
    words: list[str] = []
    if chosen.farming is Farming.PREFER:
        words += ["--change", "农忙不禁"]
    if chosen.farming is Farming.IGNORE:
        words += ["--change", "不计农忙"]
    if chosen.floor_percent:
        kind = "乡镇最低保障" if chosen.floor_hard else "乡镇尽量保障"
        words += ["--change", f"{kind}={chosen.floor_percent}%"]
    if chosen.cautious:
        words += ["--caution", CAUTIOUS_QUANTILE]
    return tuple(words)
