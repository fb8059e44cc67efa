"""The rows of a job's workbook in the interface: looked at, added, changed, deleted."""

from __future__ import annotations

from typing import Annotated, NoReturn

from flask import Response, abort
from flask_babel import gettext
from pydantic import BaseModel, ConfigDict, Field

from web.accounts import Role, requires
from web.api import errors
from web.api.answers import JobPath, Whole
from web.api.data import open_to_changes
from web.api.errors import no_answer, not_now, responses
from web.api.group import operations
from web.api.sending import as_json
from web.county_data import ChangedMeanwhile, PlannerSilent, read_changes, revision
from web.data_desk import BEFORE_DATA, Unreadable, changed_meanwhile_words, silence_words
from web.desk import current_desk
from web.finding_words import fault_told
from web.jobs import Job, JobState
from web.sheet_desk import DeletedRow, RowFault, delete_row, read_sheets, save_row
from web.sheet_view import LONGEST_CELL, Row, SheetView

sheets = operations("sheets", tag="data")

_MOST_CELLS = 60
Heading = Annotated[str, Field(max_length=100)]
Text = Annotated[str, Field(max_length=LONGEST_CELL)]


class ColumnAnswer(BaseModel):
    """A column of a sheet and what its cells take."""

    column: str
    kind: str = Field(description="text, whole, number, money, date, month_day, yes_no, choice, names, season …")
    unit: str
    description: str
    required: bool
    default: str = Field(description="What an empty cell counts as")
    options: list[str] = Field(description="The words or names that a cell may hold, where there are only these")


class RowAnswer(BaseModel):
    """A row of a sheet: its name, and the texts of its cells in the order of the columns."""

    row: str
    cells: list[str]


class SheetAnswer(BaseModel):
    """A sheet of what a job will be planned with, or was."""

    revision: str = Field(description="To be sent with changes: they are refused when somebody else was faster")
    open_to_changes: bool
    sheet: str
    alias: str
    description: str
    default: str = Field(description="What is assumed when the sheet has no rows")
    columns: list[ColumnAnswer]
    count: int
    rows: list[RowAnswer] | None = Field(description="null: too many to be told")


class SavedAnswer(BaseModel):
    """A row that was added, changed or deleted."""

    revision: str = Field(description="To be sent with the next change")
    row: str
    changed: int = Field(description="Cells that were written")
    along: dict[str, int] = Field(default={}, description="Rows that went with a deleted one, by sheet")


class SheetPath(JobPath):
    """Which sheet of which job."""

    sheet: str = Field(max_length=40, description="The English name of the sheet: locks, targets, providers …")


class RowPath(SheetPath):
    """Which row of which sheet."""

    row: str = Field(max_length=40)


class RowBody(BaseModel):
    """Texts of cells by heading; an empty text empties the cell. All are written or none."""

    model_config = ConfigDict(extra="forbid")
    revision: str = Field("", max_length=60, description="As the sheet was answered")
    values: dict[Heading, Text] = Field(default={}, max_length=_MOST_CELLS)


class DeleteQuery(BaseModel):
    """What the program has seen, and what it confirms."""

    revision: str = Field("", max_length=60, description="As the sheet was answered")
    dependents: Whole = Field(
        0, ge=0, le=1_000_000,
        description="How many rows that name the row may go with it; with fewer than there are it is refused and told "
        "how many there are. Of a list in a cell only the name goes, while another is left.",
    )  # fmt: skip


@sheets.get(
    "/jobs/<job_id>/data/sheets/<sheet>", summary="查看一张表", responses={200: SheetAnswer, **responses(404, 409, 503)}
)
@requires(Role.VIEWER)
def show(path: SheetPath) -> Response:
    """Show the rows of a sheet."""
    job = current_desk().job(path.job_id)
    if job.summary is None or job.state in BEFORE_DATA:
        not_now(gettext("这一版还没有检查完，或者检查有错，看不到数据。"))
    view = _sheet(job, path.sheet)
    rows = None if view.rows is None else [RowAnswer(row=row.name, cells=list(row.cells)) for row in view.rows]
    columns = [
        ColumnAnswer(
            column=one.column, kind=one.kind, unit=one.unit, description=one.description, required=one.required,
            default=one.default_text, options=list(one.options),
        )
        for one in view.entries(None)
    ]  # fmt: skip
    found = SheetAnswer(
        revision=_revision(job), open_to_changes=job.state is JobState.READY, sheet=view.name, alias=view.alias,
        description=view.description, default=view.default_text, columns=columns, count=view.count, rows=rows,
    )  # fmt: skip
    return as_json(found)


@sheets.post(
    "/jobs/<job_id>/data/sheets/<sheet>/rows",
    summary="新增一行",
    responses={200: SavedAnswer, **responses(400, 404, 409, 415, 503)},
)
@requires(Role.PLANNER)
def add(path: SheetPath, body: RowBody) -> Response:
    """Add a row, and have the workbook checked with it."""
    job = open_to_changes(path.job_id)
    view = _sheet(job, path.sheet)
    return _save(job, view, None, body)


@sheets.patch(
    "/jobs/<job_id>/data/sheets/<sheet>/rows/<row>",
    summary="改动一行",
    responses={200: SavedAnswer, **responses(400, 404, 409, 415, 503)},
)
@requires(Role.PLANNER)
def change(path: RowPath, body: RowBody) -> Response:
    """Change cells of a row, all or none, and have the workbook checked with them."""
    job = open_to_changes(path.job_id)
    view = _sheet(job, path.sheet)
    return _save(job, view, view.row(path.row) or abort(404), body)


@sheets.delete(
    "/jobs/<job_id>/data/sheets/<sheet>/rows/<row>",
    summary="删除一行",
    responses={200: SavedAnswer, **responses(404, 409, 503)},
)
@requires(Role.PLANNER)
def delete(path: RowPath, query: DeleteQuery) -> Response:
    """Delete a row; one that others name goes with as many of them as are confirmed, or not at all."""
    job = open_to_changes(path.job_id)
    view = _sheet(job, path.sheet)
    row = view.row(path.row) or abort(404)
    try:
        deleted = delete_row(job, view, row, query.revision, query.dependents)
    except ChangedMeanwhile:
        not_now(changed_meanwhile_words())
    except PlannerSilent as error:
        no_answer(silence_words(error))
    if deleted.along:
        _refuse_without(deleted)
    if deleted.faults:
        _refuse(deleted.faults)
    return as_json(
        SavedAnswer(revision=_revision(job), row=row.name, changed=len(row.cells), along=dict(deleted.gone))
    )


def _refuse_without(deleted: DeletedRow) -> NoReturn:
    """Say how many rows of which sheets would have to go with a row."""
    sentence = gettext("还有行在用它。要一起删除，请把参数 dependents 设为 %(count)s。", count=deleted.rows_along)
    faults = [errors.Fault(place="query.dependents", problem=sentence, found=str(deleted.rows_along))]
    for one in deleted.along:
        words = gettext("这张表有 %(count)s 行用它。", count=one.rows)
        if one.shortened:
            words += gettext("其中 %(count)s 行留下，只在名单里去掉它。", count=one.shortened)
        faults.append(errors.Fault(place=one.sheet, problem=words, found="、".join(one.names)[:200]))
    errors.not_possible(faults)


def _save(job: Job, view: SheetView, row: Row | None, body: RowBody) -> Response:
    unknown = [heading for heading in body.values if heading not in view.headings]
    if unknown:
        sentence = gettext("这张表没有这一列。请用 columns 里的 column。")
        errors.not_possible([errors.Fault(place=_place(name), problem=sentence, found=name[:200]) for name in unknown])
    try:
        saved = save_row(job, view, row, body.values, body.revision)
    except ChangedMeanwhile:
        not_now(changed_meanwhile_words())
    except PlannerSilent as error:
        no_answer(silence_words(error))
    if saved.faults:
        _refuse(saved.faults)
    return as_json(SavedAnswer(revision=_revision(job), row=saved.name, changed=saved.changed))


def _sheet(job: Job, alias: str) -> SheetView:
    try:
        return read_sheets(job).get(alias) or abort(404)
    except Unreadable:
        no_answer(gettext("读取工作簿没有完成，您的文件没有受影响。请稍后再试。"))


def _refuse(faults: tuple[RowFault, ...]) -> NoReturn:
    """Answer what is wrong, each fault at the column it belongs to or at its cell elsewhere."""
    told = []
    for one in faults:
        fault = fault_told(one.fault)
        place = _place(one.column) if one.column else "/".join(filter(None, (fault["sheet"], fault["cell"])))
        problem = " ".join(filter(None, (fault["problem"], fault["remedy"])))
        told.append(errors.Fault(place=place, problem=problem, found=fault["found"][:200]))
    errors.not_possible(told)


def _place(heading: str) -> str:
    return f"body.values.{heading}"[:300]


def _revision(job: Job) -> str:
    return revision(read_changes(current_desk().folder(job)))
