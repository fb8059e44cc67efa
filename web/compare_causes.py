"""Who decided what lies between two plans, and when: decisions on classes, values and rows that were changed here.

Only what was written down is told: decisions that one of the plans was planned with and the other was not, and changes
that only one of them holds. A workbook that was uploaded anew has no such record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from web.compare_kept import Kept
from web.county_data import Change, read_changes
from web.desk import current_desk
from web.jobs import Job
from web.result_class import Option, option_of
from web.result_decisions import Decision, carried_decisions


@dataclass(frozen=True, slots=True)
class Cause:
    """A decision that only one of two plans was made with; ``earlier`` says that it was the other one."""

    decision: Decision
    earlier: bool


@dataclass(frozen=True, slots=True)
class Causes:
    """Who lies behind the difference of a plan from another one, as far as it was written down.

    ``other`` is the other plan, None when it is gone; ``by_option`` are the decisions by what they were on;
    ``changed`` are changes that this plan was made with and the other was not, ``undone`` the other way round.
    """

    other: Job | None
    by_option: Mapping[Option, tuple[Cause, ...]]
    changed: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()

    def of_class(self, change: Mapping[str, Any]) -> tuple[Cause, ...]:
        """Return the decisions on what a changed class was or has become."""
        options = dict.fromkeys(option_of(one) for one in (change["before"], change["after"]) if one is not None)
        return tuple(cause for option in options for cause in self.by_option.get(option, ()))


def causes_of(job: Job, kept: Kept) -> Causes:
    """Return who lies behind a comparison of two plans."""
    desk = current_desk()
    other = desk.jobs.get(kept.asked.other_id) if kept.asked.other_id else None
    if other is None:
        return Causes(None, {})
    here, there = desk.folder(job), desk.folder(other)
    now, before = carried_decisions(here), carried_decisions(there)
    found: dict[Option, list[Cause]] = {}
    for decisions, others, earlier in ((now, before, False), (before, now, True)):
        known = {(one.option, one.kind) for one in others}
        for one in decisions:
            if (one.option, one.kind) not in known:
                found.setdefault(one.option, []).append(Cause(one, earlier))
    mine, theirs = read_changes(here), read_changes(there)
    return Causes(
        other,
        {option: tuple(causes) for option, causes in found.items()},
        _only_in(mine, theirs),
        _only_in(theirs, mine),
    )


def _only_in(changes: list[Change], others: list[Change]) -> tuple[Change, ...]:
    known = {one.id for one in others}
    return tuple(one for one in changes if one.id not in known)
