"""The pages: each view takes a request, asks the job store or gives an order, and answers."""

from __future__ import annotations

import errno
import logging
import time
from dataclasses import dataclass
from pathlib import Path

from flask import (
    Blueprint,
    Flask,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    session,
    url_for,
)
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    RequestEntityTooLarge,
)
from werkzeug.wrappers import Response as AnyResponse

from planner.reading.progress import FileProgress, FileState
from web import figures, wording
from web.accounts import Role, public, requires
from web.accounts.access import current_directory
from web.api import errors
from web.charts import draw_search
from web.clashes import PLACES, places_of
from web.county_data import read_changes
from web.data_folder import DataFolder
from web.desk import Desk
from web.desk import current_desk as current_desk  # pages import it from here
from web.english_names import english_name
from web.jobs import MOVING, REPLANNABLE, Job, JobState, JobStore, PapersState
from web.journal import add_detail, nothing_changed
from web.language import LANGUAGES
from web.originals import read_removed
from web.papers import Step, count_papers, county_papers, to_step
from web.plan_settings import PlanSettings, UnknownChoice
from web.planning import begin_planning
from web.progress import ProgressPoint, to_file_cards, to_points
from web.store.models import ErrandKind, ErrandState
from web.uploads import BUNDLED, MOST_FILES, bundled_files, take_bundled, take_files, take_workbook
from web.uploads import title_of as title_of
from web.work.desk import ErrandDesk
from web.work.errands import Errand
from web.work.orders import Orders
from web.workbench import lines_of, waiting_of

_log = logging.getLogger(__name__)
_DEFAULT_TIME_LIMIT_SECONDS = 180

pages = Blueprint("pages", __name__)


def init_pages(app: Flask, jobs: JobStore, data: DataFolder, errands: ErrandDesk, orders: Orders) -> None:
    """Register the views, the error pages and what the templates use."""
    app.extensions["desk"] = Desk(jobs, data, errands, orders)
    app.register_blueprint(pages)
    app.jinja_env.globals.update(
        figures=figures, wording=wording, title_of=title_of, bundled_titles=BUNDLED, english_name=english_name
    )
    app.jinja_env.globals.update(JobState=JobState)
    app.register_error_handler(CSRFError, _form_expired)
    app.register_error_handler(RequestEntityTooLarge, _too_large)
    app.register_error_handler(OSError, _disk_full)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(HTTPException, _error_page)


# --- choosing a workbook ---------------------------------------------------------------------------------------------


@pages.get("/")
@requires(Role.VIEWER)
def home() -> str:
    """Show the workbench: a line for each of the bureau's plans, and what waits for somebody."""
    lines = lines_of(current_desk().jobs.listed(), current_directory().names())
    return render_template(
        "home.html", lines=lines, waiting=waiting_of(lines), bundled=bundled_files()
    )


@pages.get("/new")
@requires(Role.PLANNER)
def new() -> str:
    """Offer upload and bundled counties."""
    return new_page()


def new_page(upload_error: str = "") -> str:
    """Render the page for a new plan, with what was wrong with the last upload."""
    return render_template(
        "new.html",
        bundled=bundled_files(),
        upload_error=upload_error,
    )


@pages.post("/jobs")
@requires(Role.PLANNER)
def upload() -> AnyResponse | tuple[str, int]:
    """Store what was uploaded, workbook, township files or both, and have it told apart and read."""
    files = [file for file in request.files.getlist("workbook") if file.filename]
    if not files:
        return new_page(gettext("还没有选择文件。请先选择文件，再点“上传并检查”。")), 400
    if len(files) > MOST_FILES:
        return new_page(wording.too_many_files(MOST_FILES)), 400
    if len(files) > 1:
        add_detail(files=len(files))
        return to_page_of(take_files(files))
    return to_page_of(take_workbook(files[0]))


@pages.post("/jobs/bundled")
@requires(Role.PLANNER)
def choose_bundled() -> AnyResponse:
    """Take a copy of a bundled county's workbook."""
    source = bundled_files().get(request.form.get("county", ""))
    if source is None:
        abort(404)
    return to_page_of(take_bundled(source))


@pages.get("/template.xlsx")
@requires(Role.VIEWER)
def template() -> Response:
    """Send the empty workbook to fill in."""
    path = current_desk().orders.template()
    if path is None:
        abort(500)
    return send(path, gettext("填报模板.xlsx"))


def to_page_of(job: Job) -> AnyResponse:
    """Lead to the page of a job."""
    return redirect(url_for("pages.show", job_id=job.id), code=303)


# --- one job ---------------------------------------------------------------------------------------------------------


@pages.get("/jobs/<job_id>")
@requires(Role.VIEWER)
def show(job_id: str) -> str | AnyResponse:
    """Show a job as it stands: examined, waiting, planned, or why not."""
    job = current_desk().job(job_id)
    if job.state is JobState.READY:
        return _ready_page(job)
    if job.state is JobState.REVIEW:
        return redirect(url_for("demand.review", job_id=job.id), code=303)
    if job.state in MOVING:
        return render_template("moving.html", job=job, **_progress_view(job))
    if job.state is JobState.DONE:
        return _result_page(job)
    if job.state is JobState.FAULTY:
        return render_template("faulty.html", job=job)
    return _ended_page(job)


@pages.get("/jobs/<job_id>/progress")
@requires(Role.VIEWER)
def progress(job_id: str) -> Response:
    """Answer the moving part of the page alone; the header ``X-Job-State`` tells the script when to reload."""
    job = current_desk().job(job_id)
    response = make_response(render_template("_progress.html", job=job, **_progress_view(job)))
    response.headers["X-Job-State"] = job.state
    return response


def _progress_view(job: Job) -> dict[str, object]:
    desk = current_desk()
    if job.state is JobState.EXAMINING:
        return {"files": files_being_read(job)}
    if job.state not in (JobState.QUEUED, JobState.RUNNING):
        return {}
    errand = desk.errands.latest(job, ErrandKind.PLAN)
    if errand is None or errand.state is ErrandState.QUEUED or job.state is JobState.QUEUED:
        return {"position": desk.errands.position(errand) if errand is not None else 1, "waits_again": _again(errand)}
    points = search_points(job)
    seconds = time.time() - (job.started_at or time.time())
    latest = _latest(points)
    view = {"latest": latest, "sentence": _sentence(latest), "chart": draw_search(points, seconds), "seconds": seconds}
    return view | {"attempt": errand.attempt}


def search_points(job: Job) -> list[ProgressPoint]:
    """Return what the latest search of a job told of its progress."""
    desk = current_desk()
    errand = desk.errands.latest(job, ErrandKind.PLAN)
    return to_points(event.data for event in desk.errands.events(errand)) if errand is not None else []


def files_being_read(job: Job) -> list[FileProgress]:
    """Return how far each file of an upload has come, in the order in which the planner is given them."""
    desk = current_desk()
    folder = desk.folder(job)
    township_files = folder.demand_files()
    errand = desk.errands.latest(job, ErrandKind.READ_DEMAND if township_files else ErrandKind.EXAMINE)
    moving = errand if errand is not None and errand.moving else None
    event = desk.errands.latest_event(moving) if moving is not None else None
    if event is not None and (told := to_file_cards(event.data)):
        return told
    paths = [*(folder.workbooks() if job.lacks_workbook or not township_files else ()), *township_files]
    alone = moving is not None and moving.state is ErrandState.RUNNING and len(paths) == 1
    state = FileState.READING if alone else FileState.WAITING
    return [FileProgress(path.name, place, state) for place, path in enumerate(paths)]


def _again(errand: Errand | None) -> bool:
    """Return whether an errand waits although it had been begun."""
    return errand is not None and errand.started_at is not None


def _latest(points: list[ProgressPoint]) -> ProgressPoint:
    """Combine the last known value and the last known bound."""
    value = next((point.value for point in reversed(points) if point.value is not None), None)
    bound = next((point.bound for point in reversed(points) if point.bound is not None), None)
    seconds, stage = (points[-1].seconds, points[-1].stage) if points else (0.0, "")
    return ProgressPoint(seconds, value, bound, stage)


def _sentence(latest: ProgressPoint) -> str:
    if latest.value is None:
        return str(gettext("正在寻找第一个方案……"))
    jobs = figures.found(latest.value)
    if latest.improvable_share is None:
        return wording.finding(jobs, "")
    if figures.is_nothing(latest.improvable_share):
        return wording.proved_best(jobs)
    return wording.finding(jobs, figures.share_up(latest.improvable_share))


def _ended_page(job: Job) -> str:
    desk = current_desk()
    folder = desk.folder(job)
    parent = desk.jobs.get(job.parent_id) if job.parent_id else None
    return render_template(
        "ended.html",
        job=job,
        has_log=folder.log.exists(),
        places=places_of(job.clashes),
        decided=folder.decisions.is_file(),
        parent=parent.id if parent is not None else "",
    )


def _ready_page(
    job: Job, budget: str | None = None, budget_error: str = "", floor_error: str = "",
    chosen: PlanSettings | None = None,
) -> str:  # fmt: skip
    settings = chosen or PlanSettings.from_json(job.settings)
    summary = job.summary or {}
    total = summary.get("total_funds")
    if budget is None:
        budget = figures.budget_in_ten_thousands(total) if total not in (None, "") else ""
    return render_template(
        "ready.html",
        job=job,
        summary=summary,
        budget=budget,
        budget_error=budget_error,
        settings=settings,
        floor_text=request.form.get("floor", settings.floor_percent)[:20],
        floor_error=floor_error,
        changes=len(read_changes(current_desk().folder(job))),
        prepares=current_app.extensions["works"].prepares,
        township_files=_number_of_township_files(job),
        with_timetable=request.method == "GET" or "timetable" in request.form,
        chosen_limit=request.form.get("time_limit", type=int, default=_DEFAULT_TIME_LIMIT_SECONDS),
    )


def _number_of_township_files(job: Job) -> int:
    folder = current_desk().folder(job)
    removed = read_removed(folder)
    return len({path.name for path in folder.demand_files()} | set(removed.files if removed else ()))


@pages.post("/jobs/<job_id>/plan")
@requires(Role.PLANNER)
def plan(job_id: str) -> AnyResponse | tuple[str, int]:
    """Queue the job with the budget and time the user chose."""
    job = current_desk().job(job_id)
    time_limit = request.form.get("time_limit", type=int, default=_DEFAULT_TIME_LIMIT_SECONDS)
    if time_limit not in wording.TIME_LIMITS:
        abort(400)
    text = request.form.get("budget", "")[:60]
    budget_error = floor_error = ""
    try:
        budget = figures.read_budget(text)
    except ValueError:
        budget_error = gettext(
            "总预算“%(text)s”看不懂：请填不小于 0 的数，单位万元，例如 1250.5；留空表示按文件。", text=text
        )
    try:
        settings = PlanSettings.from_form(request.form)
    except UnknownChoice:
        abort(400)
    except ValueError:
        typed = request.form.get("floor", "")[:20]
        floor_error = gettext("最低保障“%(text)s”看不懂：请填 0 到 100 之间的数，例如 10；留空表示不设。", text=typed)
        settings = PlanSettings.from_form({**request.form, "floor": ""})
    if budget_error or floor_error:
        return _ready_page(job, text, budget_error, floor_error, settings), 400
    if not begin_planning(job, time_limit, budget, settings, timetable="timetable" in request.form):
        nothing_changed()
    return to_page_of(job)


@pages.post("/jobs/<job_id>/stop")
@requires(Role.PLANNER)
def stop(job_id: str) -> AnyResponse:
    """Finish with the best plan so far, or leave the queue."""
    desk = current_desk()
    job = desk.job(job_id)
    if not desk.orders.stop(job):
        nothing_changed()
    return to_page_of(job)


@pages.post("/jobs/<job_id>/again")
@requires(Role.PLANNER)
def plan_again(job_id: str) -> AnyResponse:
    """Make the next version from the same workbook, for another budget or time; the old one stays.

    ``to`` leads to a sheet of the new version, to mend there what clashed.
    """
    desk = current_desk()
    job = desk.job(job_id)
    if job.state not in REPLANNABLE:
        nothing_changed()
        return to_page_of(job)
    copy = desk.orders.copy(job)
    sheet = request.form.get("to", "")
    if sheet not in PLACES or copy.state is not JobState.READY:
        return to_page_of(copy)
    words = request.form.get("words", "")[:200] or None
    return redirect(url_for("sheets.show", job_id=copy.id, sheet=sheet, words=words), code=303)


@pages.get("/jobs/<job_id>/delete")
@requires(Role.PLANNER)
def ask_to_delete(job_id: str) -> str | AnyResponse:
    """Ask before a version is put into the bin."""
    job = current_desk().job(job_id)
    if job.moving or job.published:
        return to_page_of(job)
    return render_template("delete.html", job=job, days=current_app.config["BIN_DAYS"])


@pages.post("/jobs/<job_id>/delete")
@requires(Role.PLANNER)
def delete(job_id: str) -> AnyResponse:
    """Put a version into the bin, where it stays for some days; a final one cannot be deleted."""
    desk = current_desk()
    job = desk.job(job_id)
    if not desk.jobs.put_into_bin(job.id):
        nothing_changed()
        flash(gettext("正在处理的和已定稿的版本不能删除。"))
        return to_page_of(job)
    text = gettext("已放入回收站，%(days)s 天内可以恢复。", days=current_app.config["BIN_DAYS"])
    flash(text)
    return redirect(url_for("pages.home"), code=303)


# --- the result ------------------------------------------------------------------------------------------------------


def _result_page(job: Job) -> str:
    from web.result_pages import show_tab  # which is built on this module
    from web.result_view import Tab

    return show_tab(job, Tab.SCHEDULE)


@dataclass(frozen=True, slots=True)
class PaperFile:
    """One of the bureau's own papers and what it is."""

    path: Path
    purpose: str


@dataclass(frozen=True, slots=True)
class PapersView:
    """What the page shows of a plan's papers; ``counts`` maps the words of a kind to the number of its papers."""

    step: Step
    archive_bytes: int = 0
    counts: tuple[tuple[str, int], ...] = ()
    county: tuple[PaperFile, ...] = ()


def papers_view(job: Job) -> PapersView:
    """Return how far the papers of a job are, or what there is to download."""
    desk = current_desk()
    folder = desk.folder(job)
    if job.papers is not PapersState.DONE or not folder.papers_archive.is_file():
        errand = desk.errands.latest(job, ErrandKind.PAPERS)
        event = desk.errands.latest_event(errand) if errand is not None else None
        return PapersView(to_step(event.data) if event is not None else Step())
    counts = count_papers(folder)
    county = tuple(PaperFile(path, str(wording.COUNTY_PAPERS.get(path.suffix, ""))) for path in county_papers(folder))
    kinds = tuple((str(words), counts[kind]) for kind, words in wording.PAPER_KINDS.items() if counts.get(kind))
    return PapersView(Step(), folder.papers_archive.stat().st_size, kinds, county)


@pages.get("/jobs/<job_id>/files/<name>")
@requires(Role.VIEWER)
def download(job_id: str, name: str) -> Response:
    """Send one of the plan's files."""
    desk = current_desk()
    job = desk.job(job_id)
    if name not in wording.DOWNLOADS or job.state is not JobState.DONE:
        abort(404)
    return send(desk.folder(job).output / name, f"{title_of(job)}-{name}")


@pages.get("/jobs/<job_id>/workbook")
@requires(Role.VIEWER)
def download_workbook(job_id: str) -> Response:
    """Send back the workbook as it was uploaded."""
    desk = current_desk()
    job = desk.job(job_id)
    return send(desk.folder(job).workbook(job.file_name), job.file_name)


@pages.get("/jobs/<job_id>/log")
@requires(Role.VIEWER)
def download_log(job_id: str) -> Response:
    """Send what the planner wrote to its error stream, for whoever looks after the program."""
    desk = current_desk()
    job = desk.job(job_id)
    return send(desk.folder(job).log, "planner.log")


def send(path: Path, name: str) -> Response:
    """Send a file as a download; 404 when it is not there."""
    if not path.is_file():
        abort(404)
    # Always as a download of no particular type: a browser must never open an upload as a page.
    return send_file(path, as_attachment=True, download_name=name, mimetype="application/octet-stream")


# --- language and errors ---------------------------------------------------------------------------------------------


@pages.get("/language/<code>")
@public
def choose_language(code: str) -> AnyResponse:
    """Keep the language for this browser and go back to the page."""
    if code not in LANGUAGES:
        abort(404)
    session["language"] = code
    target = request.args.get("next", "")
    own = target.startswith("/") and not target.startswith("//") and "\\" not in target
    return redirect(target if own else url_for("pages.home"), code=303)


def _form_expired(error: CSRFError) -> AnyResponse | tuple[str, int]:
    if errors.of_interface():
        return errors.answer(error)
    title = gettext("页面已过期")
    return _render_error(
        title, gettext("这个页面打开得太久，或浏览器没有保存 Cookie。请返回上一页，刷新后再提交。")
    ), 400


def _too_large(error: RequestEntityTooLarge) -> AnyResponse | tuple[str, int]:
    if errors.of_interface():
        return errors.answer(error)
    largest = current_app.config["MAX_CONTENT_LENGTH"] // (1024 * 1024)
    text = gettext(
        "一次最多上传 %(size)s MB。请删去工作簿中的图片和多余的空白行列，或另存为新的 .xlsx 后再上传。", size=largest
    )
    return _render_error(gettext("文件太大"), text), 413


def _disk_full(error: OSError) -> AnyResponse | tuple[str, int]:
    if error.errno not in (errno.ENOSPC, errno.EDQUOT):
        raise error
    return _say_disk_full()


def _say_disk_full() -> AnyResponse | tuple[str, int]:
    _log.error("the disk is full")
    text = gettext("服务器的磁盘已满，上传没有保存，也没有留下不完整的方案。请联系管理员清出空间后，再上传一次。")
    if errors.of_interface():
        return errors.failing(507, text)
    return _render_error(gettext("磁盘已满"), text), 507


def _database_away(error: OperationalError) -> AnyResponse | tuple[str, int]:
    if "disk is full" in str(error.orig):
        return _say_disk_full()
    _log.error("the database does not answer: %s", error.orig)
    text = gettext("数据库暂时没有响应，这一步没有做。请过一会儿返回上一页再试。")
    if errors.of_interface():
        return errors.failing(503, text)
    return _render_error(gettext("系统正忙"), text), 503


def _error_page(error: HTTPException) -> AnyResponse | tuple[str, int]:
    if errors.of_interface():
        return errors.answer(error)
    code = error.code or 500
    if code == 401:
        return _render_error(gettext("请先登录"), gettext("登录已过期，或还没有登录。登录后可以接着做。")), 401
    if code == 403:
        text = gettext("您的账号没有这项权限。需要的话，请找本单位的管理员调整角色。")
        return _render_error(gettext("没有权限"), text), 403
    if code == 429:
        text = gettext("尝试的次数太多。请过一刻钟再试；忘了密码请找本单位的管理员重置。")
        return _render_error(gettext("请稍后再试"), text), 429
    if code == 404:
        text = gettext("网址可能不完整，或这个方案已被删除。请从工作台打开。")
        return _render_error(gettext("找不到这个页面"), text), 404
    if isinstance(error, InternalServerError) or code >= 500:
        text = gettext("这一步没有完成，您的文件没有受影响。请返回工作台再试。")
        return _render_error(gettext("系统出错"), text), code
    return _render_error(gettext("无法处理这个请求"), gettext("请返回工作台，重新操作一次。")), code


def _render_error(title: str, text: str) -> str:
    return render_template("error.html", title=title, text=text)
