"""Everything that is explained of one plan; a part is ``None`` when it was not asked for or a stop came before it."""

from __future__ import annotations

from dataclasses import dataclass

from planner.explanations.baselines.comparison import Gain
from planner.explanations.unserved import UnservedCell


@dataclass(frozen=True, slots=True)
class Explanation:
    """The parts of 方案说明.xlsx, one a sheet."""

    gains: tuple[Gain, ...] | None = None
    unserved: tuple[UnservedCell, ...] | None = None
