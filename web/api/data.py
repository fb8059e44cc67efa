"""The data of a job in the interface: what will be planned, changes to it, undo."""

from __future__ import annotations

from typing import Annotated, Any, NoReturn

from flask import Response, abort
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field

from web.accounts import Role, requires
from web.api import errors
from web.api.answers import JobPath, instant
from web.api.errors import no_answer, not_now, responses
from web.api.group import operations
from web.api.sending import as_json
from web.county_data import Change, ChangedMeanwhile, PlannerSilent, Refusal, read_changes, read_notes, revision
from web.data_desk import (
    BEFORE_DATA,
    LONGEST_VALUE,
    Unreadable,
    changed_meanwhile_words,
    county_data,
    name_of,
    read_view,
    save_values,
    silence_words,
    take_back,
)
from web.data_view import DataView
from web.data_view import Field as DataField
from web.desk import current_desk
from web.finding_words import fault_told, plainly
from web.jobs import Job, JobState

data = operations("data")

_MOST_VALUES = 2000
Value = Annotated[str, Field(max_length=LONGEST_VALUE)]


class FieldAnswer(BaseModel):
    """Something that may be changed: its name, where it stands, its value now."""

    name: str
    sheet: str
    column: str
    key: list[str] = Field(description="Empty: all empty cells of the column")
    value: str
    choices: list[str] = Field(description="The only values, where there are any")


class ChangeAnswer(BaseModel):
    """A change that was made."""

    id: str
    name: str
    value: str
    old: str
    by: str
    at: str
    cells: int
    action: str = Field(description="set, add or delete")
    row: str = Field(description="The row that was changed, where it was not found by a key")
    words: str = Field(description="The row in the workbook's words")

    @classmethod
    def of(cls, change: Change) -> ChangeAnswer:
        """Make the answer of a change."""
        return cls(
            id=change.id, name=name_of(change), value=change.value, old=change.old, by=change.by,
            at=instant(change.at), cells=change.cells, action=change.action, row=change.row, words=change.words,
        )  # fmt: skip


class DataAnswer(BaseModel):
    """What a job will be planned with, or was."""

    revision: str = Field(description="To be sent with changes: they are refused when somebody else was faster")
    open_to_changes: bool
    data: dict[str, Any] = Field(description="The planner's account of the workbook, changes included")
    fields: list[FieldAnswer]
    changes: list[ChangeAnswer] = Field(description="In the order they were made")
    notes: list[str]


class ChangesBody(BaseModel):
    """New values by the field's name; all are made or none."""

    model_config = ConfigDict(extra="forbid")
    revision: str = Field("", max_length=60, description="As the data was answered")
    values: dict[str, Value] = Field(default={}, max_length=_MOST_VALUES)


class ChangePath(JobPath):
    """Which change of which job."""

    change_id: str = Field(max_length=32)


@data.get("/jobs/<job_id>/data", summary="查看数据", responses={200: DataAnswer, **responses(404, 409, 503)})
@requires(Role.VIEWER)
def show(path: JobPath) -> Response:
    """Show what the job will be planned with, or was."""
    job = current_desk().job(path.job_id)
    if job.summary is None or job.state in BEFORE_DATA:
        not_now(gettext("这一版还没有检查完，或者检查有错，看不到数据。"))
    return as_json(_answer(job, _view(job)))


@data.post(
    "/jobs/<job_id>/data/changes",
    summary="改动数据",
    responses={200: DataAnswer, **responses(400, 404, 409, 415, 503)},
)
@requires(Role.PLANNER)
def change(path: JobPath, body: ChangesBody) -> Response:
    """Make changes, all or none, and have the workbook checked with them."""
    job = open_to_changes(path.job_id)
    view = _view(job)
    unknown = [name for name in body.values if name not in view.fields]
    if unknown:
        sentence = gettext("没有这一项。请用数据里 fields 的 name。")
        errors.not_possible([errors.Fault(place=_place(name), problem=sentence, found=name[:200]) for name in unknown])
    try:
        saved = save_values(job, view, body.values, body.revision)
    except ChangedMeanwhile:
        not_now(changed_meanwhile_words())
    except PlannerSilent as error:
        no_answer(silence_words(error))
    if saved.refusal is not None:
        _refuse(saved.refusal, saved.wanted)
    return as_json(_answer(current_desk().job(job.id), _view(job)))


@data.delete(
    "/jobs/<job_id>/data/changes", summary="撤销全部改动", responses={200: DataAnswer, **responses(404, 409, 503)}
)
@requires(Role.PLANNER)
def undo_all(path: JobPath) -> Response:
    """Take all changes back."""
    return _undo(path.job_id, None)


@data.delete(
    "/jobs/<job_id>/data/changes/<change_id>",
    summary="撤销一处改动",
    responses={200: DataAnswer, **responses(404, 409, 503)},
)
@requires(Role.PLANNER)
def undo(path: ChangePath) -> Response:
    """Take one change back."""
    return _undo(path.job_id, path.change_id)


def _undo(job_id: str, change_id: str | None) -> Response:
    job = open_to_changes(job_id)
    try:
        taken = take_back(job, change_id)
    except PlannerSilent as error:
        no_answer(silence_words(error))
    if change_id is not None and not taken.gone:
        abort(404)
    if taken.refusal is not None:
        _refuse(taken.refusal, ())
    return as_json(_answer(current_desk().job(job.id), _view(job)))


def open_to_changes(job_id: str) -> Job:
    """Return a job whose data may be changed; refuse with a sentence while they may not."""
    job = current_desk().job(job_id)
    if job.state is not JobState.READY:
        not_now(gettext("只有检查无误、还没规划的版本可以改动数据。已规划的请另建一版再改。"))
    return job


def _view(job: Job) -> DataView:
    try:
        return read_view(job)
    except Unreadable:
        no_answer(gettext("读取工作簿没有完成，您的文件没有受影响。请稍后再试。"))


def _refuse(refusal: Refusal, wanted: tuple[DataField, ...]) -> NoReturn:
    """Answer what is wrong with changes, each fault at the value it belongs to."""
    faults = []
    for fault, number in ((fault_told(one), number) for one, number in refusal.faults):
        name = wanted[number].name if number is not None and number < len(wanted) else ""
        place = _place(name) if name else "/".join(filter(None, (fault["sheet"], fault["cell"])))
        problem = " ".join(filter(None, (fault["problem"], fault["remedy"])))
        faults.append(errors.Fault(place=place, problem=problem, found=fault["found"][:200]))
    errors.not_possible(faults)


def _place(name: str) -> str:
    return f"body.values.{name}"[:300]


def _answer(job: Job, view: DataView) -> DataAnswer:
    folder = current_desk().folder(job)
    changes = read_changes(folder)
    return DataAnswer(
        revision=revision(changes),
        open_to_changes=job.state is JobState.READY,
        data=county_data().read(job, folder),
        fields=[
            FieldAnswer(
                name=one.name, sheet=one.sheet, column=one.column, key=list(one.key), value=one.current,
                choices=list(one.choices),
            )
            for one in view.fields.values()
        ],
        changes=[ChangeAnswer.of(one) for one in changes],
        notes=list(map(plainly, read_notes(folder))),
    )  # fmt: skip
