"""Jobs in the interface: upload, plan, follow, stop, make final, download."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

from flask import Response, abort, make_response
from flask_babel import gettext
from flask_openapi3.models.file import FileStorage
from pydantic import BaseModel, ConfigDict, Field
from werkzeug.wrappers import Response as AnyResponse

from web import wording
from web.accounts import Role, current_account, requires
from web.api.answers import (
    BundledAnswer,
    BundledCountiesAnswer,
    FileAnswer,
    FileProgressAnswer,
    FilesAnswer,
    JobAnswer,
    JobPath,
    JobsAnswer,
    PointAnswer,
    ProgressAnswer,
    Whole,
)
from web.api.errors import not_now, responses, wrong
from web.api.group import operations
from web.api.sending import ANY_FILE, as_json, as_new_job
from web.compare_desk import scenario_template
from web.english_papers import send_findings
from web.jobs import REPLANNABLE, Job, JobState, PapersState
from web.journal import nothing_changed
from web.pages import current_desk, files_being_read, papers_view, search_points, send
from web.papers import county_papers
from web.plan_settings import Farming, PlanSettings, read_percent
from web.planning import begin_planning
from web.result_explained import RECORD, WORKBOOK, explanation_folder
from web.store.models import ErrandKind
from web.uploads import BUNDLED, bundled_files, take_bundled, take_workbook

jobs = operations("jobs")

_MOST_YUAN = Decimal(10) ** 12
_LONGEST_NAME = 200


class JobsQuery(BaseModel):
    """Which jobs to list."""

    state: JobState | None = Field(None, description="Only jobs in this state")
    in_bin: bool = Field(False, description="Those in the bin instead")
    offset: Whole = Field(0, ge=0, le=1_000_000)
    limit: Whole = Field(50, ge=1, le=200)


class WorkbookForm(BaseModel):
    """A workbook to plan from."""

    workbook: FileStorage


class BundledBody(BaseModel):
    """A county that comes with the program."""

    model_config = ConfigDict(extra="forbid")
    county: str = Field(max_length=40)


class PlanBody(BaseModel):
    """How to plan."""

    model_config = ConfigDict(extra="forbid")
    time_limit_seconds: Whole = Field(180, description="60, 180 or 600")
    total_budget_yuan: Annotated[Decimal, Field(ge=0, le=_MOST_YUAN, decimal_places=2)] | None = Field(
        None, description="All funds in proportion; null: as in the workbook"
    )
    timetable: bool = Field(True, description="Fix days, rooms and teachers, too")
    farming: Farming = Field(
        Farming.STRICT, description="strict: no classes in busy weeks; prefer: only lower attendance; ignore: no effect"
    )
    floor_percent: Annotated[Decimal, Field(ge=0, le=100, decimal_places=1)] | None = Field(
        None, description="At least this share of each township's willing people; null: no floor"
    )
    floor_hard: bool = Field(True, description="The floor must be kept; false: as far as it goes")
    cautious: bool = Field(False, description="Rates that the workbook does not give count at their low end")


class TemplatePath(BaseModel):
    """Which template."""

    name: str = Field(max_length=_LONGEST_NAME)


class FilePath(JobPath):
    """Which file of which job."""

    name: str = Field(max_length=_LONGEST_NAME)


@jobs.get("/templates/<name>", summary="下载空白模板", responses={200: ANY_FILE, **responses(404)})
@requires(Role.VIEWER)
def template(path: TemplatePath) -> Response:
    """Send an empty file to fill in: workbook.xlsx or scenarios.xlsx."""
    if path.name == "scenarios.xlsx":
        return send(scenario_template(), path.name)
    found = current_desk().orders.template() if path.name == "workbook.xlsx" else None
    if found is None:
        abort(404)
    return send(found, path.name)


@jobs.get("/bundled", summary="自带的示例县", responses={200: BundledCountiesAnswer})
@requires(Role.VIEWER)
def list_bundled() -> Response:
    """List the counties that come with the program."""
    found = [(name, *map(str, BUNDLED[name])) for name in bundled_files()]
    counties = [BundledAnswer(county=name, title=title, about=about) for name, title, about in found]
    return as_json(BundledCountiesAnswer(counties=counties))


@jobs.get("/jobs", summary="列出方案各版本", responses={200: JobsAnswer})
@requires(Role.VIEWER)
def list_jobs(query: JobsQuery) -> Response:
    """List the bureau's jobs, newest first."""
    store = current_desk().jobs
    found = [job for job in (store.in_bin() if query.in_bin else store.listed()) if query.state in (None, job.state)]
    shown = [JobAnswer.of(job) for job in found[query.offset : query.offset + query.limit]]
    return as_json(JobsAnswer(jobs=shown, total=len(found)))


@jobs.post("/jobs", summary="上传工作簿", responses={201: JobAnswer, **responses(400, 413)})
@requires(Role.PLANNER)
def upload(form: WorkbookForm) -> Response:
    """Store a workbook and have it examined."""
    return as_new_job(take_workbook(form.workbook))


@jobs.post("/jobs/bundled", summary="用自带的示例县", responses={201: JobAnswer, **responses(400, 404, 415)})
@requires(Role.PLANNER)
def choose_bundled(body: BundledBody) -> Response:
    """Take a copy of a bundled county's workbook and have it examined."""
    source = bundled_files().get(body.county)
    if source is None:
        abort(404)
    return as_new_job(take_bundled(source))


@jobs.get("/jobs/<job_id>", summary="查看一版", responses={200: JobAnswer, **responses(404)})
@requires(Role.VIEWER)
def show(path: JobPath) -> Response:
    """Show a job as it stands."""
    return as_json(JobAnswer.of(current_desk().job(path.job_id)))


@jobs.delete("/jobs/<job_id>", summary="放入回收站", responses={204: None, **responses(404, 409)})
@requires(Role.PLANNER)
def delete(path: JobPath) -> AnyResponse:
    """Put a job into the bin, from where it can be restored."""
    desk = current_desk()
    job = desk.job(path.job_id)
    if not desk.jobs.put_into_bin(job.id):
        not_now(gettext("已定稿的版本和正在处理的版本不能删除。"))
    return make_response("", 204)


@jobs.post("/jobs/<job_id>/restore", summary="从回收站恢复", responses={200: JobAnswer, **responses(404)})
@requires(Role.PLANNER)
def restore(path: JobPath) -> Response:
    """Take a job out of the bin."""
    desk = current_desk()
    if not desk.jobs.restore(path.job_id):
        abort(404)
    return as_json(JobAnswer.of(desk.job(path.job_id)))


@jobs.post("/jobs/<job_id>/plan", summary="开始规划", responses={202: JobAnswer, **responses(400, 404, 409, 415)})
@requires(Role.PLANNER)
def plan(path: JobPath, body: PlanBody) -> Response:
    """Queue a job that was examined without faults."""
    desk = current_desk()
    job = desk.job(path.job_id)
    if body.time_limit_seconds not in wording.TIME_LIMITS:
        wrong("body.time_limit_seconds", gettext("只能是 60、180 或 600。"), str(body.time_limit_seconds))
    settings = PlanSettings(body.farming, read_percent(str(body.floor_percent or "")), body.floor_hard, body.cautious)
    if not begin_planning(job, body.time_limit_seconds, body.total_budget_yuan, settings, timetable=body.timetable):
        not_now(gettext("只有检查无误、还没规划的版本可以规划。要再规划一次，请先从它另建一版。"))
    return as_json(JobAnswer.of(desk.job(job.id)), 202)


@jobs.post("/jobs/<job_id>/stop", summary="停止并采用当前方案", responses={202: JobAnswer, **responses(404)})
@requires(Role.PLANNER)
def stop(path: JobPath) -> Response:
    """Finish with the best plan so far, or leave the queue; without effect when nothing runs."""
    desk = current_desk()
    if not desk.orders.stop(desk.job(path.job_id)):
        nothing_changed()
    return as_json(JobAnswer.of(desk.job(path.job_id)), 202)


@jobs.post("/jobs/<job_id>/versions", summary="另建一版", responses={201: JobAnswer, **responses(404, 409)})
@requires(Role.PLANNER)
def new_version(path: JobPath) -> Response:
    """Make the next version from the same workbook, ready to be planned."""
    desk = current_desk()
    job = desk.job(path.job_id)
    if job.state not in REPLANNABLE:
        not_now(gettext("只有规划已结束的版本可以另建一版。"))
    return as_new_job(desk.orders.copy(job))


@jobs.post("/jobs/<job_id>/publication", summary="定稿", responses={200: JobAnswer, **responses(404, 409)})
@requires(Role.PLANNER)
def publish(path: JobPath) -> Response:
    """Make a planned version final."""
    desk = current_desk()
    job = desk.job(path.job_id)
    if not desk.jobs.publish(job.id, current_account().id):
        not_now(gettext("只有规划完成、还没定稿的版本可以定稿。"))
    return as_json(JobAnswer.of(desk.job(job.id)))


@jobs.delete("/jobs/<job_id>/publication", summary="撤销定稿", responses={200: JobAnswer, **responses(404, 409)})
@requires(Role.ADMIN)
def unpublish(path: JobPath) -> Response:
    """Take back that a version is final."""
    desk = current_desk()
    job = desk.job(path.job_id)
    if not desk.jobs.unpublish(job.id):
        not_now(gettext("这一版没有定稿。"))
    return as_json(JobAnswer.of(desk.job(job.id)))


@jobs.get("/jobs/<job_id>/progress", summary="规划进度", responses={200: ProgressAnswer, **responses(404)})
@requires(Role.VIEWER)
def progress(path: JobPath) -> Response:
    """Show how far search, reading and writing are: best value and proved bound over time, files, papers."""
    desk = current_desk()
    job = desk.job(path.job_id)
    errand = desk.errands.latest(job, ErrandKind.PLAN) if job.state is JobState.QUEUED else None
    reading = files_being_read(job) if job.state is JobState.EXAMINING else []
    step = papers_view(job).step
    return as_json(
        ProgressAnswer(
            state=str(job.state),
            queue_position=desk.errands.position(errand) if errand is not None else None,
            points=[PointAnswer.of(point) for point in search_points(job)],
            files=[FileProgressAnswer.of(card) for card in reading],
            papers=str(job.papers), papers_stage=step.stage, papers_done=step.done, papers_total=step.total,
        )
    )  # fmt: skip


@jobs.post("/jobs/<job_id>/papers", summary="写出全部文书", responses={202: JobAnswer, **responses(404, 409)})
@requires(Role.PLANNER)
def write_papers(path: JobPath) -> Response:
    """Have all papers of a finished plan written."""
    desk = current_desk()
    job = desk.job(path.job_id)
    if not desk.orders.write_papers(job):
        not_now(gettext("没有完成的方案，或者文书正在写、已写好。"))
    return as_json(JobAnswer.of(desk.job(job.id)), 202)


@jobs.get("/jobs/<job_id>/files", summary="可下载的文件", responses={200: FilesAnswer, **responses(404)})
@requires(Role.VIEWER)
def list_files(path: JobPath) -> Response:
    """List the files of a job."""
    files = _files(current_desk().job(path.job_id))
    return as_json(FilesAnswer(files=[FileAnswer(name=name, bytes=at.stat().st_size) for name, at in files.items()]))


@jobs.get("/jobs/<job_id>/files/<name>", summary="下载一个文件", responses={200: ANY_FILE, **responses(404)})
@requires(Role.VIEWER)
def download(path: FilePath) -> Response:
    """Send a file of a job: the workbook, plan.json, plan.xlsx, calendar.ics, all papers and others of the list."""
    found = _files(current_desk().job(path.job_id)).get(path.name)
    if found is None:
        abort(404)
    folder = current_desk().folder(current_desk().job(path.job_id))
    return send_findings(folder, path.name) if found == folder.findings else send(found, path.name)


def _files(job: Job) -> dict[str, Path]:
    """Return what can be downloaded by name."""
    folder = current_desk().folder(job)
    paths = [folder.workbook(job.file_name), folder.changed_workbook, folder.papers_archive]
    paths += [folder.counts, folder.roster, folder.findings, folder.log]
    if job.state is JobState.DONE:
        paths += [folder.output / name for name in wording.DOWNLOADS]
        paths += [explanation_folder(folder) / name for name in (RECORD, WORKBOOK)]
    if job.papers is PapersState.DONE:
        paths += county_papers(folder)
    found: dict[str, Path] = {}
    for path in paths:
        if path.is_file():
            found.setdefault(path.name, path)
    return found
