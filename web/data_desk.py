"""The data of a job and changes to it as pages and the JSON interface meet them."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app
from flask_babel import gettext

from web.accounts import current_account
from web.county_data import Change, CountyData, PlannerSilent, Refusal
from web.data_view import DataView, Field, view_of
from web.desk import current_desk
from web.jobs import Job, JobState
from web.journal import add_detail

_log = logging.getLogger(__name__)

LONGEST_VALUE = 200
BEFORE_DATA = (JobState.EXAMINING, JobState.REVIEW, JobState.FAULTY)
"""States in which there is no data yet."""


class Unreadable(Exception):
    """There is no data to show."""


def county_data() -> CountyData:
    """Return the keeper of data of this application."""
    keeper: CountyData = current_app.extensions["county_data"]
    return keeper


@contextmanager
def readable(job: Job) -> Iterator[None]:
    """Read within a block what the planner tells of a job's workbook.

    Raises
    ------
    Unreadable
        The planner does not tell, or not what it should.
    """
    try:
        yield
    except (PlannerSilent, KeyError, TypeError, ValueError) as error:
        _log.exception("job %s: the planner does not tell of its workbook", job.id)
        raise Unreadable from error


def read_view(job: Job) -> DataView:
    """Return what a job will be planned with, or was.

    Raises
    ------
    Unreadable
        The planner does not tell.
    """
    with readable(job):
        return view_of(county_data().read(job, current_desk().folder(job)))


@dataclass(frozen=True, slots=True)
class Saved:
    """What came of values that were typed: the fields that differ, and why they were refused, if they were."""

    wanted: tuple[Field, ...]
    refusal: Refusal | None = None


def save_values(job: Job, view: DataView, typed: Mapping[str, str], seen: str) -> Saved:
    """Make the changes of a ready job that were typed, by the field's name, all or none.

    Raises
    ------
    ChangedMeanwhile
        Somebody else has changed the job since the revision ``seen``.
    PlannerSilent
        The planner has no answer.
    """
    wanted = tuple(one for name, one in view.fields.items() if name in typed and one.differs(typed[name]))
    if not wanted:
        return Saved(())
    now, by = time.time(), current_account().name
    changes = [Change.new(one.sheet, one.column, one.key, typed[one.name].strip(), by, now) for one in wanted]
    return Saved(wanted, make_changes(job, changes, seen))


def make_changes(job: Job, changes: Sequence[Change], seen: str) -> Refusal | None:
    """Make changes of a ready job, all or none, and name them in the audit log; return why not, if they were refused.

    Raises
    ------
    ChangedMeanwhile
        Somebody else has changed the job since the revision ``seen``.
    PlannerSilent
        The planner has no answer.
    """
    desk = current_desk()
    answer = county_data().change(job, desk.folder(job), changes, seen)
    if isinstance(answer, Refusal):
        return answer
    desk.jobs.change(job.id, only_from=(JobState.READY,), summary=answer["summary"])
    add_detail(cells=[name_of(one) for one in changes])
    return None


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Changes that were taken back, and why they were not, if they were not."""

    gone: tuple[Change, ...]
    refusal: Refusal | None = None


def take_back(job: Job, change_id: str | None) -> TakenBack:
    """Take one change of a ready job back, or all of them.

    Raises
    ------
    PlannerSilent
        The planner has no answer.
    """
    desk = current_desk()
    gone, answer = county_data().take_back(job, desk.folder(job), change_id)
    if isinstance(answer, Refusal):
        return TakenBack(tuple(gone), answer)
    if gone:
        desk.jobs.change(job.id, only_from=(JobState.READY,), summary=answer["summary"])
        add_detail(cells=[name_of(one) for one in gone])
    return TakenBack(tuple(gone))


def name_of(change: Change) -> str:
    """Return the name of the field that a change belongs to; of a row the row and what happened to it."""
    if change.row:
        return "/".join((change.sheet, change.column or change.action, change.row))
    return "/".join((change.sheet, change.column, *change.key))


def silence_words(error: PlannerSilent) -> str:
    """Say that nothing was saved, because the planner has no answer."""
    if error.failure == "examination_timeout":
        return str(gettext("核对用时过长，改动没有保存。请再点一次“保存改动”；多次不成功请联系管理员。"))
    return str(gettext("核对没有完成，改动没有保存。请再点一次“保存改动”；多次不成功请联系管理员。"))


def changed_meanwhile_words() -> str:
    """Say that somebody else was faster."""
    return str(gettext("别人刚刚改过这里的数据，您的改动还没有保存。请看一下最新的值，再点“保存改动”。"))
