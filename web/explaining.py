"""The errand that explains a plan, or one class of it: begin, follow, stop."""

from __future__ import annotations

from dataclasses import dataclass

from web.accounts import current_account
from web.desk import current_desk
from web.jobs import Job
from web.store.models import ErrandKind
from web.work.errands import Errand


@dataclass(frozen=True, slots=True)
class Explaining:
    """The latest explanation of a job, None when there was none, and what it is doing (the planner's word)."""

    errand: Errand | None
    stage: str = ""


def explain_plan(job: Job, class_id: str = "") -> Errand:
    """Have the whole plan explained, or one class."""
    parameters = {"class": class_id} if class_id else {}
    return current_desk().errands.submit(job, ErrandKind.EXPLAIN, parameters, current_account().id)


def explanation_under_way(job: Job) -> Explaining:
    """Return how far the latest explanation is."""
    desk = current_desk()
    errand = desk.errands.latest(job, ErrandKind.EXPLAIN)
    if errand is None or not errand.moving:
        return Explaining(errand)
    told = [event.data for event in desk.errands.events(errand) if event.data.get("stage")]
    return Explaining(errand, str(told[-1]["stage"]) if told else "")


def stop_explanation(job: Job) -> None:
    """End with the parts that are finished."""
    desk = current_desk()
    errand = desk.errands.latest(job, ErrandKind.EXPLAIN)
    if errand is not None and errand.moving:
        desk.errands.stop(errand)
