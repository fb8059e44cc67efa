"""How planning begins, and how a plan is planned again: the same for pages and the JSON interface."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from web.accounts import current_account
from web.desk import current_desk
from web.jobs import Job, JobState
from web.journal import add_detail
from web.plan_settings import PlanSettings
from web.result_class import Option
from web.result_decisions import (
    Decision,
    carried_decisions,
    contradictions,
    decisions_of,
    joined,
    lay_down_decisions,
)


class Contradicting(Exception):
    """An option is locked and forbidden at once."""

    def __init__(self, option: Option) -> None:
        super().__init__(option)
        self.option = option


def begin_planning(
    job: Job, time_limit_seconds: int, budget: Decimal | None, settings: PlanSettings, *, timetable: bool
) -> bool:
    """Queue a job that is ready; False when it is not. ``budget`` (yuan): None or the workbook's total is no change."""
    desk = current_desk()
    total = (job.summary or {}).get("total_funds")
    as_in_file = budget is None or (total not in (None, "") and budget == Decimal(str(total)))
    yuan = "" if as_in_file else f"{budget:.2f}"
    add_detail(seconds=time_limit_seconds, budget_yuan=yuan, **settings.as_json())
    if not desk.jobs.change(job.id, only_from=(JobState.READY,), settings=settings.as_json()):
        return False
    return desk.orders.plan(job, time_limit_seconds, yuan, timetable=timetable)


def plan_again_with_decisions(
    job: Job, tolerance: float, dropped: Collection[int] = (), further: Sequence[Decision] = ()
) -> Job:
    """Make the next version from the decisions on a finished plan, with as little change as the value allows.

    ``tolerance`` is the share of the value that may be given up to change less; ``dropped`` are places of decisions
    that this version was planned with and the next one is not. ``further`` decisions are for the next version alone and
    take the place of those that wait: so a final version, which takes none, is changed in the next one.

    Raises
    ------
    Contradicting
        The decisions cannot all be kept.
    """
    desk = current_desk()
    folder = desk.folder(job)
    carried = [one for place, one in enumerate(carried_decisions(folder)) if place not in dropped]
    by, now = current_account().name, time.time()
    mine = {one.class_id: replace(one, by=by, at=now) for one in further}
    waiting = decisions_of(desk.jobs.database, job, folder) | mine
    decisions: list[Decision] = joined(carried, list(waiting.values()))
    if clashing := contradictions(decisions):
        raise Contradicting(clashing[0])
    copy = desk.orders.copy(job)
    settings = {key: value for key, value in job.settings.items() if key != "scenario"}
    desk.jobs.change(copy.id, settings=settings | {"keep_tolerance": tolerance})
    lay_down_decisions(folder.output / "plan.json", desk.folder(copy), decisions)
    desk.orders.plan(copy, job.time_limit_seconds, job.budget_yuan, timetable=job.timetable)
    add_detail(decisions=len(decisions), tolerance=tolerance, new_job=copy.id)
    return replace(copy, state=JobState.QUEUED)
