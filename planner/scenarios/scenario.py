"""A scenario as data: a name and the changes it makes to a county, one after another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from planner.domain.instance import Instance
from planner.scenarios.changes import KINDS

BASE_NAME = "基准"
"""Name of the county as its workbook states it; no scenario may have it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the key of its kind (:data:`planner.scenarios.changes.KINDS`), what it concerns, and the value.

    ``subject=None`` where the kind has none or concerns everything. Money is in cents, shares and factors are
    ``float`` as written in the sheet (their decimal digits count exactly), weeks are whole.
    """

    kind: str
    subject: str | None = None
    value: Any = None

    @property
    def sentence(self) -> str:
        """What the change does, in Chinese."""
        return KINDS[self.kind].sentence(self.subject, self.value)

    def apply(self, instance: Instance) -> Instance:
        """Return the instance with this change.

        Raises
        ------
        CellFault
            The change cannot be made, for example because a class size would be below its minimum.
        """
        return KINDS[self.kind].apply(instance, self.subject, self.value)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A named list of changes; ``note`` is the author's own. Without changes it is the base itself.

    ``shock``: the base's plan is to be tried under it as it stands, beside being planned anew.
    """

    name: str
    changes: tuple[Change, ...] = ()
    note: str = ""
    shock: bool = False

    def apply(self, instance: Instance) -> Instance:
        """Return the instance with every change in order; each is told in its assumptions.

        Raises
        ------
        CellFault
            As :meth:`Change.apply`.
        """
        for change in self.changes:
            told = (*instance.assumptions, f"情景“{self.name}”：{change.sentence}")
            instance = replace(change.apply(instance), assumptions=told)
        return instance

    @property
    def sentence(self) -> str:
        """All its changes in one sentence, or that there is none."""
        return "；".join(change.sentence for change in self.changes) or "按工作簿，不作改变"
