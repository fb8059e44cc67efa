"""The workbench: one line for each plan of the bureau, however many versions it has, and what waits for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import lazy_gettext

from web.jobs import Job, JobState, PapersState

DRAFT, PLANNING, PLANNED, PUBLISHED, STUCK = "draft", "planning", "planned", "published", "stuck"

LINE_STATES = {
    DRAFT: lazy_gettext("草稿"),
    PLANNING: lazy_gettext("规划中"),
    PLANNED: lazy_gettext("待定稿"),
    PUBLISHED: lazy_gettext("已定稿"),
    STUCK: lazy_gettext("要处理"),
}
"""What the state of a plan is called on the workbench."""

WAITING = {
    JobState.REVIEW: lazy_gettext("乡镇报表已读取，请核对"),
    JobState.READY: lazy_gettext("文件没有错误，可以规划"),
    JobState.FAULTY: lazy_gettext("文件里有错误，请按清单修改后再上传"),
    JobState.INFEASIBLE: lazy_gettext("要求互相冲突，请放宽其中一项"),
    JobState.NO_PLAN: lazy_gettext("在规定时间内没有找到方案，请用更长的时间再规划"),
    JobState.FAILED: lazy_gettext("处理时出错，请打开看原因"),
    JobState.INTERRUPTED: lazy_gettext("服务重启时没有做完，请再规划一次"),
}
"""What somebody should do about a plan whose newest version stands so."""

STOPPED_EARLY = lazy_gettext("停止时还没有找到方案，请再规划一次")
NO_WORKBOOK = lazy_gettext("乡镇报表已保存，还缺县里的工作簿")
PAPERS_FAILED = lazy_gettext("文书没有写出，请打开看原因")


@dataclass(frozen=True, slots=True)
class Line:
    """A plan: its newest version, the one that is final if any, and whose figures are shown.

    ``county`` and ``year`` are empty until the workbook was read; ``by`` is the name of who made the newest version.
    """

    newest: Job
    shown: Job
    final: Job | None
    versions: int
    county: str
    year: str
    by: str

    @property
    def state(self) -> str:
        """A word of :data:`LINE_STATES`."""
        if self.newest.state in (JobState.QUEUED, JobState.RUNNING):
            return PLANNING
        if self.final is not None:
            return PUBLISHED
        if self.newest.state is JobState.DONE:
            return PLANNED
        if self.newest.state in (JobState.EXAMINING, JobState.REVIEW, JobState.READY):
            return DRAFT
        return STUCK

    @property
    def waits_for(self) -> str:
        """What somebody should do now, empty for nothing."""
        if self.newest.state is JobState.REVIEW and self.newest.lacks_workbook:
            return str(NO_WORKBOOK)
        if self.newest.state is JobState.DONE:
            return str(PAPERS_FAILED) if self.newest.papers is PapersState.FAILED else ""
        if self.newest.state is JobState.NO_PLAN and self.newest.stop_requested:
            return str(STOPPED_EARLY)
        return str(WAITING.get(self.newest.state, ""))


def lines_of(jobs: list[Job], names: dict[str, str]) -> list[Line]:
    """Make a line of each plan, the one with the newest version first; ``names`` are those of accounts by id."""
    series: dict[str, list[Job]] = {}
    for job in jobs:
        series.setdefault(job.series_id, []).append(job)
    lines = [_line(sorted(versions, key=lambda job: -job.version), names) for versions in series.values()]
    return sorted(lines, key=lambda line: -line.newest.created_at)


def _line(versions: list[Job], names: dict[str, str]) -> Line:
    newest = versions[0]
    final = next((job for job in versions if job.published), None)
    planned = next((job for job in versions if job.state is JobState.DONE), None)
    read = next((job.summary for job in versions if job.summary), None) or {}
    counties = read.get("counties") or []
    return Line(
        newest=newest,
        shown=final or planned or newest,
        final=final,
        versions=len(versions),
        county="、".join(map(str, counties[:3])) + ("……" if len(counties) > 3 else ""),
        year=str(read.get("plan_start") or "")[:4],
        by=names.get(newest.created_by or "", ""),
    )


def waiting_of(lines: list[Line]) -> list[Line]:
    """Return the plans that wait for somebody."""
    return [line for line in lines if line.waits_for]
