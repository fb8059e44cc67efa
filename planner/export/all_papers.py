"""Every paper of a plan, kind by kind: workbooks, documents for signature and notice boards, calendars, registers.

Papers are made beside the folder's old ones and take their places only when all are complete (:mod:`.placing`), so a
failure leaves the earlier papers as they were.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from planner.domain.instance import Instance
from planner.domain.plan import Plan
from planner.export.files import unwritable
from planner.export.folders import PaperFolders, safe_name
from planner.export.placing import place_papers
from planner.export.wording import title_of


class PaperKind(StrEnum):
    """Kinds of papers, by the suffix of their files."""

    WORKBOOKS = "xlsx"
    DOCUMENTS = "pdf"
    CALENDARS = "ics"
    REGISTERS = "csv"


KIND_WORDS = {
    PaperKind.WORKBOOKS: "Excel 表格",
    PaperKind.DOCUMENTS: "PDF 文书",
    PaperKind.CALENDARS: "日历",
    PaperKind.REGISTERS: "系统导入表",
}

WRITING_WORDS = {
    PaperKind.WORKBOOKS: "写 Excel 表格",
    PaperKind.DOCUMENTS: "写 PDF 文书",
    PaperKind.CALENDARS: "写日历",
    PaperKind.REGISTERS: "写系统导入表",
}
"""What is being done while a kind is written."""


@dataclass(frozen=True, slots=True)
class PaperProgress:
    """How many papers of the kind that is being written are done; ``total`` is 0 before the first."""

    kind: PaperKind
    done: int = 0
    total: int = 0

    def __str__(self) -> str:
        return WRITING_WORDS[self.kind]


@dataclass(frozen=True, slots=True)
class _Job:
    instance: Instance
    plan: Plan
    folders: PaperFolders
    expected_jobs: Mapping[str, float]
    earlier: Path | None
    on_progress: Callable[[PaperProgress], None]

    def counting(self, kind: PaperKind, before: int = 0) -> Callable[[int, int], None]:
        """Return what a writer tells the papers done and all of them to; ``before`` others were written already."""
        return lambda done, total: self.on_progress(PaperProgress(kind, before + done, before + total))


def write_papers(
    instance: Instance, plan: Plan, root: Path, expected_jobs: Mapping[str, float],
    on_progress: Callable[[PaperProgress], None] = lambda progress: None,
    kinds: Iterable[PaperKind] = tuple(PaperKind),
    *, earlier: Path | None = None, on_notice: Callable[[str], None] = lambda sentence: None,
) -> tuple[Path, ...]:  # fmt: skip
    """Write the papers of the wanted kinds below ``root``, making it, and return the files.

    Parameters
    ----------
    expected_jobs
        For each class id, the expected jobs of its heads before the vacancy limit.
    on_progress
        Told before each kind is written, and after each paper of it (registers: not singly, they take no time).
    earlier
        Folder of papers that people already have: calendars are written as updates of its own.
    on_notice
        Told what was found in ``root`` and kept, in Chinese sentences.

    Raises
    ------
    BadInput
        When the folder or a file cannot be written, for example because a spreadsheet program holds it open, or when
        the calendars in ``earlier`` cannot be read.
    """
    wanted = [kind for kind in PaperKind if kind in set(kinds)]
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".planner-", dir=root) as drafts:
            draft_root = Path(drafts)
            job = _Job(instance, plan, PaperFolders(draft_root, instance, plan), expected_jobs, earlier, on_progress)
            made: dict[str, PaperKind] = {}
            for kind in wanted:
                on_progress(PaperProgress(kind))
                made |= {path.relative_to(draft_root).as_posix(): kind for path in _WRITERS[kind](job)}
            return place_papers(draft_root, root, plan, made, wanted, on_notice)
    except OSError as error:
        raise unwritable(root, error) from error


def _workbooks(job: _Job) -> tuple[Path, ...]:
    from planner.export.county_workbook import write_plan_workbook
    from planner.export.workbooks import write_workbooks

    county = job.folders.county / f"{safe_name(title_of(job.instance, '开班计划'))}.xlsx"
    county.parent.mkdir(parents=True, exist_ok=True)
    write_plan_workbook(job.instance, job.plan, county, job.expected_jobs)
    counting = job.counting(PaperKind.WORKBOOKS, before=1)
    return (county, *write_workbooks(job.instance, job.plan, job.folders, job.expected_jobs, counting))


def _documents(job: _Job) -> tuple[Path, ...]:
    from planner.export.documents import write_documents

    counting = job.counting(PaperKind.DOCUMENTS)
    return write_documents(job.instance, job.plan, job.folders, job.expected_jobs, counting)


def _calendars(job: _Job) -> tuple[Path, ...]:
    from planner.export.calendar import write_calendars

    return write_calendars(job.instance, job.plan, job.folders, job.earlier, job.counting(PaperKind.CALENDARS))


def _registers(job: _Job) -> tuple[Path, ...]:
    from planner.export.registers import write_registers

    return write_registers(job.instance, job.plan, job.folders)


_WRITERS: Mapping[PaperKind, Callable[[_Job], tuple[Path, ...]]] = {
    PaperKind.WORKBOOKS: _workbooks,
    PaperKind.DOCUMENTS: _documents,
    PaperKind.CALENDARS: _calendars,
    PaperKind.REGISTERS: _registers,
}
