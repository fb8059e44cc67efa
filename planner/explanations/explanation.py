"""Everything that is explained of one plan; a part is ``None`` when it was not asked for or a stop came before it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.explanations.baselines.comparison import Gain
from planner.explanations.difference import Difference
from planner.explanations.rule_prices import RulePrice
from planner.explanations.townships import TownshipAnswer
from planner.explanations.unserved import UnservedCell
from planner.explanations.worth import ClassWorth


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of 方案说明.xlsx, one a sheet."""

    gains: tuple[Gain, ...] | None = None
    unserved: tuple[UnservedCell, ...] | None = None
    worths: tuple[ClassWorth, ...] | None = None
    townships: tuple[TownshipAnswer, ...] | None = None
    rules: tuple[RulePrice, ...] | None = None
    difference: Difference | None = None
