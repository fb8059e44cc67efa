"""The ``papers`` verb: from a workbook and a plan made of it to every paper the plan needs.

Nothing is written before the independent checker has passed the plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event, Thread
from typing import Protocol

from planner.checker import check_plan, format_report
from planner.cli.solving import PLANNED_INPUT
from planner.domain.plan import Plan
from planner.errors import BadInput, Fault
from planner.evaluation.expected import expected_jobs_of
from planner.export.all_papers import PaperKind, PaperProgress, write_papers
from planner.export.archive import zip_papers
from planner.export.record import read_record, record_to_plan
from planner.model.problem import build_problem
from planner.workbook.read import ReadResult, read_workbook

PAPERS_FOLDER = "papers"
"""Folder beside the plan that papers go to when none is named."""

_TICK_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class PapersRequest:
    """Which papers to write of which plan.

    ``out_dir=None``: beside the plan; no ``kinds``: all; ``since``: folder of papers that people already have;
    ``archive``: a .zip to put all of them into.
    """

    workbook: Path
    plan: Path
    out_dir: Path | None = None
    kinds: tuple[PaperKind, ...] = ()
    since: Path | None = None
    archive: Path | None = None


@dataclass(frozen=True, slots=True)
class WrittenPapers:
    """The files written, and sentences on what was found in the folder and kept."""

    folder: Path
    files: tuple[Path, ...]
    notices: tuple[str, ...]


class Steps(Protocol):
    """Whoever is told what is being done: the line or the JSON objects of the command line."""

    def step(self, stage: str, seconds: float, done: int = 0, total: int = 0) -> None:
        """Tell the stage, the seconds since the start, and how much of the stage is done (``total=0``: not known)."""


class PlanRefused(Exception):
    """The plan breaks rules; the message lists them."""


def make_papers(request: PapersRequest, voice: Steps) -> WrittenPapers:
    """Read, check and write.

    Raises
    ------
    BadInput
        A file cannot be read or written, or the plan is of another workbook.
    PlanRefused
        The checker finds rules that the plan breaks.
    """
    with _told_every_second(voice) as tell:
        tell("读工作簿和方案")
        read = read_workbook(request.workbook)
        record = read_record(request.plan)
        plan = record_to_plan(record, request.plan.name)
        check_same_workbook(request, read, plan)
        tell("核对方案")
        report = check_plan(read.instance, record)
        if report.violations:
            raise PlanRefused(f"方案未通过核对，没有写出文书。{format_report(report)}")
        expected = expected_jobs_of(build_problem(read.instance), plan.classes)
        # What was assumed is what the plan says: the workbook written beside it states every default.
        instance = replace(read.instance, assumptions=plan.assumptions)
        folder = request.out_dir or request.plan.parent / PAPERS_FOLDER
        notices: list[str] = []

        def on_progress(progress: PaperProgress) -> None:
            tell(str(progress), progress.done, progress.total)

        files = write_papers(
            instance, plan, folder, expected, on_progress, request.kinds or tuple(PaperKind),
            earlier=request.since, on_notice=notices.append,
        )  # fmt: skip
        if request.archive is not None:
            tell("打包")
            zip_papers(folder, request.archive)
    return WrittenPapers(folder, files, tuple(notices))


def check_same_workbook(request: PapersRequest, read: ReadResult, plan: Plan) -> None:
    """Refuse a plan that was made from another workbook, or from this one before it was changed.

    Raises
    ------
    BadInput
        With the workbook beside the plan as the remedy where that is the right one.
    """
    if plan.input_sha256 == read.sha256:
        return
    beside = request.plan.parent / PLANNED_INPUT
    remedy = "请用编制这份方案时的工作簿；工作簿改动过的，请重新运行 planner solve"
    if _is_input(beside, plan):
        remedy = f"编制时改过选项（如总预算），实际采用的工作簿是方案旁边的 {PLANNED_INPUT}，请用它代替"
    raise BadInput([
        Fault(
            request.plan.name,
            "input_sha256",
            "",
            f"这份方案不是由 {request.workbook.name} 现在的内容编制的",
            f"{plan.input_sha256[:12]}…",
            f"这份工作簿的指纹 {read.sha256[:12]}…",
            remedy,
        )
    ])  # fmt: skip


def _is_input(path: Path, plan: Plan) -> bool:
    try:
        return path.is_file() and read_workbook(path).sha256 == plan.input_sha256
    except BadInput:
        return False


@dataclass(slots=True)
class _Clock:
    """The stage that is being told, and since when the whole lasts."""

    voice: Steps
    started: float = field(default_factory=time.monotonic)
    state: tuple[str, int, int] = ("", 0, 0)

    def tell(self, stage: str, done: int = 0, total: int = 0) -> None:
        self.state = stage, done, total
        self.again()

    def again(self) -> None:
        stage, done, total = self.state
        self.voice.step(stage, time.monotonic() - self.started, done, total)


@contextmanager
def _told_every_second(voice: Steps) -> Iterator[Callable[..., None]]:
    """Give a function that tells a new stage; the stage is told again each second, so that nobody thinks it hangs."""
    clock, done = _Clock(voice), Event()

    def run() -> None:
        while not done.wait(_TICK_SECONDS):
            clock.again()

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield clock.tell
    finally:
        done.set()
        thread.join()
