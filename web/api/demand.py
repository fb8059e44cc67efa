"""Township files in the interface: upload against a workbook, what was read, confirm, accept, remove."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from flask import Response, abort, make_response
from flask_babel import gettext
from flask_openapi3.models.file import FileStorage
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response as AnyResponse

from web import wording, workbook_choice
from web.accounts import Role, requires
from web.api.answers import JobAnswer, JobPath
from web.api.errors import not_now, responses, wrong
from web.api.group import operations
from web.api.sending import ANY_FILE, as_json, as_new_job
from web.demand_desk import (
    accept_reading,
    answer_questions,
    leave_out,
    may_answer,
    recognised_files,
    remove_originals_of,
    review_of,
)
from web.desk import current_desk
from web.english_papers import one_named, send_marked
from web.finding_words import fault_told, findings_told, plainly
from web.jobs import Job, JobState
from web.journal import add_detail
from web.originals import personal_files, read_removed
from web.pages import send
from web.review import Answers, Review
from web.uploads import MOST_FILES, take_files, take_township_files
from web.workbook_choice import workbook_named

demand = operations("demand")

_LONGEST_WORD = 400
_MOST_ANSWERS = 5000


SheetName = Annotated[str, Field(max_length=_LONGEST_WORD)]


class WorkbookForm(BaseModel):
    """The county's workbook that township files belong to: one of ``base`` and ``workbook``."""

    base: str = Field(
        "", max_length=200, description="job:<id of one of the bureau's jobs>, bundled:<county> or file:<one of found>"
    )
    workbook: list[FileStorage] = Field(default=[], max_length=1, description="The county's workbook instead of base")


class DemandForm(WorkbookForm):
    """Township files and the county's workbook, which may be among them or be sent later."""

    demand: list[FileStorage] = Field(min_length=1, max_length=MOST_FILES, description="Township files or .zip of them")


class NameAnswer(BaseModel):
    """A name in the files that is none of the workbook's, and what it means."""

    kind: str = Field(description="乡镇, 课程, 群体, 年龄段 …")
    written: str
    known: list[str] = Field(description="What it may mean")
    meaning: str | None = Field(description="null: open; empty: left out")
    proposal: str
    score: float
    persons: int
    remembered: bool = Field(description="Applied because it was confirmed with an earlier upload")


class ColumnAnswer(BaseModel):
    """A heading, what it was read as, and what was confirmed (empty: as read)."""

    heading: str
    fields: list[str]
    sheets: int
    proposed: str
    field: str
    remembered: bool


class SheetAnswer(BaseModel):
    """A sheet of a township file."""

    sheet: str = Field(description="file!sheet")
    layout: str
    rows: int
    skipped: bool
    columns: list[dict[str, Any]]
    findings: dict[str, list[dict[str, Any]]] = Field(description="By level: error, warning, understood, default")


class FileReadAnswer(BaseModel):
    """A township file."""

    name: str
    findings: dict[str, list[dict[str, Any]]]
    sheets: list[SheetAnswer]


class UploadedAnswer(BaseModel):
    """An uploaded file and how it was read."""

    file: str
    rows: int = Field(description="Rows that gave people or wishes")
    townships: int = Field(description="Names of townships that they stand under")
    layouts: list[str] = Field(description="What its sheets were taken for")
    errors: int
    problem: str = Field(description="Why it, or a file in it, cannot be read; empty: it can")
    remedy: str


class ReadingAnswer(BaseModel):
    """What was understood of the township files of a job and what has to be confirmed."""

    state: str
    workbook_needed: bool = Field(description="The county's workbook is to be sent or chosen: PUT …/workbook")
    found: list[str] = Field(description="County workbooks among the files, when there are several: choose one")
    uploaded: list[UploadedAnswer]
    complete: bool = Field(description="Nothing is open or wrong: it may be accepted")
    open_to_answers: bool
    persons: int
    wishes: int
    open_names: int
    names: list[NameAnswer]
    columns: list[ColumnAnswer]
    field_words: list[str] = Field(description="What a heading may be read as")
    files: list[FileReadAnswer]
    general: dict[str, list[dict[str, Any]]] = Field(description="Findings on no single file")
    workbook_faults: list[dict[str, Any]]
    originals: list[str]
    personal: list[str] = Field(description="Originals that name people")
    marked: list[str] = Field(description="Copies with faulty cells marked")
    removed: dict[str, Any] | None = Field(description="Which originals were removed, when and why")


class NameBody(BaseModel):
    """What a name means: one of the known ones, empty to leave it out, null to leave it open."""

    model_config = ConfigDict(extra="forbid")
    kind: str = Field(max_length=_LONGEST_WORD)
    written: str = Field(max_length=_LONGEST_WORD)
    meaning: str | None = Field(max_length=_LONGEST_WORD)


class ColumnBody(BaseModel):
    """What a heading is to be read as; empty: as it was."""

    model_config = ConfigDict(extra="forbid")
    heading: str = Field(max_length=_LONGEST_WORD)
    field: str = Field(max_length=60)


class AnswersBody(BaseModel):
    """Answers to what was asked; what is not named stays as it is."""

    model_config = ConfigDict(extra="forbid")
    names: list[NameBody] = Field(default=[], max_length=_MOST_ANSWERS)
    columns: list[ColumnBody] = Field(default=[], max_length=_MOST_ANSWERS)
    skipped_sheets: list[SheetName] | None = Field(
        None, max_length=_MOST_ANSWERS, description="file!sheet of all sheets to leave out; null: as before"
    )


class OriginalPath(JobPath):
    """Which file of which job."""

    name: str = Field(max_length=200)


@demand.post("/jobs/demand", summary="上传乡镇报表", responses={201: JobAnswer, **responses(400, 404, 413)})
@requires(Role.PLANNER)
def upload(form: DemandForm) -> Response:
    """Store township files and have them read; without workbook or base the workbook is looked for among them."""
    add_detail(files=len(form.demand))
    if not form.workbook and not form.base:
        return as_new_job(take_files(form.demand))
    base = form.workbook[0] if form.workbook else workbook_named(form.base)
    if base is None:
        abort(404)
    return as_new_job(take_township_files(form.demand, base))


@demand.put(
    "/jobs/<job_id>/workbook", summary="补上本县工作簿", responses={202: JobAnswer, **responses(400, 404, 409, 413)}
)
@requires(Role.PLANNER)
def choose_workbook(path: JobPath, form: WorkbookForm) -> Response:
    """Take the county's workbook for township files that are there, and read them against it."""
    job = current_desk().job(path.job_id)
    base = form.workbook[0] if form.workbook else workbook_named(form.base, job)
    if base is None and not form.base:
        wrong("base", gettext("请用 base 指明本县工作簿，或在 workbook 中一起上传。"), form.base)
    if base is None:
        abort(404)
    if not workbook_choice.choose_workbook(job, base):
        not_now(gettext("只有还没规划、乡镇报表原件都在的版本可以补上或换工作簿。"))
    return as_json(JobAnswer.of(current_desk().job(job.id)), 202)


@demand.get("/jobs/<job_id>/reading", summary="读取结果", responses={200: ReadingAnswer, **responses(404, 409)})
@requires(Role.VIEWER)
def show(path: JobPath) -> Response:
    """Show what was understood of the township files and what has to be confirmed."""
    job = _read(path.job_id)
    return as_json(_answer(job, review_of(job)))


@demand.put(
    "/jobs/<job_id>/reading/answers",
    summary="确认并重新读取",
    responses={202: JobAnswer, **responses(400, 404, 409, 415)},
)
@requires(Role.PLANNER)
def answer(path: JobPath, body: AnswersBody) -> Response:
    """Keep the answers with the upload and for the next one, and read the files again."""
    job = _read(path.job_id)
    review = review_of(job)
    for place, one in enumerate(body.columns):
        if one.field and one.field not in wording.FIELDS:
            wrong(f"body.columns.{place}.field", gettext("不是读取结果中 field_words 里的一项。"), one.field)
    known = {(name.kind, name.written): name.known for name in review.names}
    for place, name in enumerate(body.names):
        if name.meaning and name.meaning not in known.get((name.kind, name.written), (name.meaning,)):
            wrong(f"body.names.{place}.meaning", gettext("不是这个名称的 known 里的一项。"), name.meaning)
    sheets = [f"{file.name}!{sheet.name}" for file in review.files for sheet in file.sheets]
    answers = Answers(
        names=[(one.kind, one.written, "" if one.meaning is None else f"={one.meaning}") for one in body.names],
        columns=[(one.heading, one.field) for one in body.columns],
        shown_sheets=sheets if body.skipped_sheets is not None else [],
        skipped_sheets=body.skipped_sheets or [],
    )
    if not may_answer(job) or not answer_questions(job, answers):
        not_now(gettext("只有还没规划、原件都在的版本可以重新读取。"))
    return as_json(JobAnswer.of(current_desk().job(job.id)), 202)


@demand.delete(
    "/jobs/<job_id>/reading/originals/<name>",
    summary="不要一个乡镇报表",
    responses={202: JobAnswer, **responses(404, 409)},
)
@requires(Role.PLANNER)
def leave_file_out(path: OriginalPath) -> Response:
    """Delete one township file, as one that cannot be read, and read the others again."""
    job = current_desk().job(path.job_id)
    if path.name not in {file.name for file in current_desk().folder(job).demand_files()}:
        abort(404)
    if not leave_out(job, path.name):
        not_now(gettext("这个文件没有删除：它已经不在了，或者是唯一的一个，或者正在处理。"))
    return as_json(JobAnswer.of(current_desk().job(job.id)), 202)


@demand.post(
    "/jobs/<job_id>/reading/acceptance", summary="核对完，去规划", responses={200: JobAnswer, **responses(404, 409)}
)
@requires(Role.PLANNER)
def accept(path: JobPath) -> Response:
    """Go on to planning with what was read; files that name people are removed."""
    job = current_desk().job(path.job_id)
    if not accept_reading(job):
        not_now(gettext("读取结果里还有没确认或有错的内容，或者已经核对过。"))
    return as_json(JobAnswer.of(current_desk().job(job.id)))


@demand.delete(
    "/jobs/<job_id>/reading/originals", summary="删除含姓名的原件", responses={204: None, **responses(404, 409)}
)
@requires(Role.PLANNER)
def remove_originals(path: JobPath) -> AnyResponse:
    """Remove the township files that name people; what was read of them stays."""
    if not remove_originals_of(current_desk().job(path.job_id)):
        not_now(gettext("这一版正在处理。请等处理完再删除原件。"))
    return make_response("", 204)


@demand.get(
    "/jobs/<job_id>/reading/originals/<name>", summary="下载乡镇报表原件", responses={200: ANY_FILE, **responses(404)}
)
@requires(Role.PLANNER, audited=True)
def original(path: OriginalPath) -> Response:
    """Send back a township file as it was uploaded."""
    return _send_one_of(current_desk().folder(current_desk().job(path.job_id)).demand_files(), path.name)


@demand.get(
    "/jobs/<job_id>/reading/marked/<name>", summary="下载带批注的原件", responses={200: ANY_FILE, **responses(404)}
)
@requires(Role.PLANNER, audited=True)
def marked(path: OriginalPath) -> Response:
    """Send the copy of a township file with the faulty cells marked."""
    folder = current_desk().folder(current_desk().job(path.job_id))
    return send_marked(folder, one_named(folder.marked_files(), path.name))


def _send_one_of(paths: Any, name: str) -> Response:
    return send(one_named(paths, name), name)


def _read(job_id: str) -> Job:
    """Return a job whose township files were read; 409 while they are being read."""
    job = current_desk().job(job_id)
    folder = current_desk().folder(job)
    if not folder.demand_files() and read_removed(folder) is None:
        abort(404)
    if job.state is JobState.EXAMINING:
        not_now(gettext("乡镇报表正在读取。请等 state 不再是 examining 再来。"))
    return job


def _answer(job: Job, review: Review) -> ReadingAnswer:
    folder = current_desk().folder(job)
    removed = read_removed(folder)
    return ReadingAnswer(
        state=str(job.state),
        workbook_needed=job.lacks_workbook,
        found=[path.name for path in folder.workbooks()] if job.lacks_workbook else [],
        uploaded=[
            UploadedAnswer(
                file=one.file, rows=one.rows, townships=one.townships, layouts=list(one.layouts), errors=one.errors,
                problem=plainly(one.problem), remedy=plainly(one.remedy),
            )
            for one in recognised_files(job)
            if not one.is_workbook
        ],
        complete=review.complete and not job.lacks_workbook,
        open_to_answers=may_answer(job),
        persons=review.persons,
        wishes=review.wishes,
        open_names=len(review.open_names),
        names=[
            NameAnswer(
                kind=one.kind, written=one.written, known=list(one.known), meaning=one.answer, proposal=one.proposal,
                score=one.score, persons=one.persons, remembered=one.remembered,
            )
            for one in review.names
        ],
        columns=[
            ColumnAnswer(
                heading=one.heading, fields=list(one.fields), sheets=one.sheets, proposed=one.proposed,
                field=one.answer, remembered=one.remembered,
            )
            for one in review.columns
        ],
        field_words=list(wording.FIELDS),
        files=[
            FileReadAnswer(
                name=file.name,
                findings=findings_told(file.findings),
                sheets=[
                    SheetAnswer(
                        sheet=f"{file.name}!{sheet.name}", layout=sheet.layout, rows=sheet.rows,
                        skipped=sheet.skipped, columns=list(sheet.columns), findings=findings_told(sheet.findings),
                    )
                    for sheet in file.sheets
                ],
            )
            for file in review.files
        ],
        general=findings_told(review.general),
        workbook_faults=[fault_told(fault) for fault in review.workbook_faults],
        originals=[path.name for path in folder.demand_files()],
        personal=[path.name for path in personal_files(folder)],
        marked=[path.name for path in folder.marked_files()],
        removed=asdict(removed) if removed is not None else None,
    )  # fmt: skip
