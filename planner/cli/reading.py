"""Verb ``inspect`` for the files of townships: what was understood, what must be confirmed, what is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from planner.cli.inspection import inspection
from planner.errors import BadInput, Fault
from planner.reading.choices import ReadingChoices, read_choices
from planner.reading.counted import counted, write_counted
from planner.reading.county import with_reading
from planner.reading.marked import write_list, write_marked
from planner.reading.progress import FileProgress, Watch
from planner.reading.read import DemandReading, read_demand
from planner.reading.report import UPLOAD, Level, ReadingReport
from planner.reading.roster import write_roster
from planner.reading.workbooks import names_of, tell_apart
from planner.workbook.known import KnownCounty, catalogue_county
from planner.workbook.read import is_planning_workbook, read_known

_MOST_LINES = 30
_DONE, _BAD_INPUT = 0, 2


@dataclass(frozen=True, slots=True)
class ReadingRequest:
    """Files of townships to look at, what to compare them with, and which papers to write (``None``: none).

    ``find_base``: the county's workbook is looked for among the files; those found in archives are kept in
    ``workbooks``.
    """

    files: tuple[Path, ...]
    base: Path | None
    choices: ReadingChoices
    questions: Path | None = None
    list_to: Path | None = None
    marked: Path | None = None
    counts: Path | None = None
    roster: Path | None = None
    find_base: bool = False
    workbooks: Path | None = None


def chosen(path: Path | None) -> ReadingChoices:
    """Return the choices in a file, none without a file."""
    return read_choices(path) if path else ReadingChoices()


def reading_wanted(files: tuple[Path, ...], base: Path | None) -> bool:
    """Return whether files are to be read as what townships send, rather than as one planning workbook."""
    return base is not None or len(files) > 1 or (files[0].exists() and not is_planning_workbook(files[0]))


@dataclass(frozen=True, slots=True)
class Told:
    """An upload told apart: what to read, against which ``base``, and all the different ``workbooks`` in it."""

    request: ReadingRequest
    watch: Watch
    workbooks: tuple[Path, ...] = ()

    @property
    def only_a_workbook(self) -> Path | None:
        """The county's workbook when there is nothing else to read."""
        return self.request.base if self.workbooks and not self.request.files else None


@contextmanager
def told_apart(request: ReadingRequest, tell: Callable[[Sequence[FileProgress]], None]) -> Iterator[Told]:
    """Take the county's workbooks out of the files, if they are looked for there; the only one is the base.

    ``tell`` gets how far all files have come, at first and each time one begins or ends. Workbooks that were in an
    archive lie in the folder asked for, or in a temporary one for as long as the block lasts.
    """
    watch = Watch(request.files, tell)
    watch.begins()
    if not request.find_base:
        yield Told(request, watch)
        return
    found = tell_apart(request.files)
    for path in found.given:
        watch.is_workbook(path)
    for path, inside in found.inside.items():
        watch.holds_workbooks(path, names_of(inside), only=path not in found.others)
    with TemporaryDirectory(prefix="planner-") as folder:
        room = request.workbooks or Path(folder)
        room.mkdir(parents=True, exist_ok=True)
        workbooks = tuple(found.workbooks(room))
        base = workbooks[0] if len(workbooks) == 1 else None
        yield Told(replace(request, files=found.others, base=base), watch, workbooks)


def inspect_reading(told: Told, as_json: bool) -> int:
    """Read the files, print what was understood and write the papers asked for; return the exit code."""
    request, watch, workbooks = told.request, told.watch, told.workbooks
    known = read_known(request.base) if request.base else catalogue_county()
    reading = read_demand(request.files, known, request.choices, watch=watch)
    faults = [*_too_many(workbooks), *reading.report.faults()]
    written, unmarked = _write_papers(request, reading, faults)
    if as_json:
        answer = _as_json(reading, faults, alone=request.base is None and not workbooks) | {
            "known": known_names(known), "bureau": bureau_of(known, request.base), "unmarked": unmarked,
            "files": files_told(watch),
        }  # fmt: skip
        click.echo(json.dumps(answer | _combined(request.base, reading, faults), ensure_ascii=False))
    else:
        found = [f"本县工作簿：{path.name}" for path in workbooks]
        click.echo("\n".join([*found, *map(str, _too_many(workbooks)), *reading_lines(reading), *written, *unmarked]))
    return _BAD_INPUT if faults else _DONE


def files_told(watch: Watch) -> list[dict[str, object]]:
    """Return how far each file has come, for programs."""
    return [asdict(file) for file in watch.files]


def _too_many(workbooks: Sequence[Path]) -> list[Fault]:
    if len(workbooks) < 2:
        return []
    found = "、".join(path.name for path in workbooks)
    return [Fault(UPLOAD, "", "", f"认出了 {len(workbooks)} 个本县工作簿", found, "一个", "只留一个，或用 --base 指明")]


def bureau_of(known: KnownCounty, base: Path | None) -> str:
    """Return whose words are confirmed: the counties of the workbook, else its file name; empty without either."""
    counties = sorted({county for _, county in known.townships} - {""})
    return "、".join(counties) or (base.stem if base else "")


def known_names(known: KnownCounty) -> dict[str, list[str]]:
    """Return the names that a written one may be confirmed as, by kind; no townships where the county lists none."""
    return {
        "乡镇": [name for name, _ in known.townships],
        "课程": list(known.courses),
        "群体": [group.name for group in known.groups],
        "年龄段": [band.name for band in known.bands],
    }


def _combined(base: Path | None, reading: DemandReading, faults: list[Fault]) -> dict[str, object]:
    """Return the summary of the county with the files' demand, or what is wrong in its workbook; nothing before."""
    if base is None or faults:
        return {}
    try:
        return inspection(with_reading(base, reading), with_weeks=False)
    except BadInput as error:
        return {"ok": False, "faults": [asdict(fault) for fault in error.faults]}


def reading_lines(reading: DemandReading) -> list[str]:
    """Say in Chinese sentences what was read, by file and sheet."""
    people, report = reading.people, reading.report
    townships = len({key[0] for key in people.cohorts})
    lines = [f"读到 {townships} 个乡镇、{people.persons:,} 人有培训意愿，意愿 {people.wishes:,} 人次。"]
    for sheet in report.sheets:
        lines.append(f"【{sheet.file} · {sheet.sheet}】{sheet.layout}，{sheet.rows_read} 行")
        used = [column for column in sheet.columns if column.field != "不使用"]
        if used:
            told = (f"{c.column} {c.heading}→{c.field}" + (f"（{c.detail}）" if c.detail else "") for c in used)
            lines.append("  列：" + "；".join(told))
        lines += _few([f"  {finding.level.value}：{finding}" for finding in sheet.findings])
    lines += _few([f"{finding.level.value}：{finding}" for finding in report.findings])
    lines += [f"待确认：{proposal}" for proposal in report.proposals]
    errors, warnings = (len(report.all_findings(level)) for level in (Level.ERROR, Level.WARNING))
    lines.append(f"错误 {errors} 条，提醒 {warnings} 条，待确认 {len(report.proposals)} 条。")
    return lines


def _few(lines: list[str]) -> list[str]:
    if len(lines) <= _MOST_LINES:
        return lines
    return [*lines[:_MOST_LINES], f"  ……还有 {len(lines) - _MOST_LINES} 条，见核对清单（--list）"]


def _as_json(reading: DemandReading, faults: list[Fault], *, alone: bool) -> dict[str, object]:
    """Return the reading for programs; ``alone``, without any workbook, it cannot be planned with, which is a fault.

    Where no sheet could be read, what keeps it from being read is all there is to say.
    """
    if alone and reading.report.sheets:
        problem = "这是乡镇的需求表，不是规划工作簿"
        remedy = "与装有课程、机构、资金等的工作簿一起使用（solve WORKBOOK --demand 此文件）"
        faults = [Fault(UPLOAD, "", "", problem, remedy=remedy), *faults]
    summary = {"persons": reading.people.persons, "wishes": reading.people.wishes}
    return {
        "ok": not faults,
        "faults": [asdict(fault) for fault in faults],
        "reading": summary | reading.report.as_json(),
    }


def _write_papers(
    request: ReadingRequest, reading: DemandReading, faults: list[Fault]
) -> tuple[list[str], list[str]]:
    """Write the papers asked for; return a sentence for each one written and for each file that cannot be marked."""
    report = reading.report
    lines: list[str] = []
    unmarked: list[str] = []
    if request.list_to:
        write_list(report, request.list_to)
        lines.append(f"已写出核对清单：{request.list_to}")
    if request.marked:
        written, unmarked = write_marked(request.files, report, request.marked)
        lines += [f"已写出批注副本：{path}" for path in written]
    if request.counts:
        if faults:
            lines.append("还有错误或待确认的名称，没有写出汇总表")
        else:
            write_counted(counted(reading), request.counts)
            lines.append(f"已写出汇总表：{request.counts}；规划时用 solve --counts 读入，不再需要原表")
    if request.roster and reading.roster:
        write_roster(reading.roster, request.roster)
        lines.append(f"已写出人员明细（以代码代替姓名和身份证号）：{request.roster}")
    if request.questions:
        _write_questions(request, report)
        lines.append(f"已写出待确认的名称：{request.questions}；填好后用 --choices 读入")
    return lines, unmarked


def _write_questions(request: ReadingRequest, report: ReadingReport) -> None:
    """Write the choices so far with an open entry (``null``) for each question; what nobody fills in stays open."""
    choices = request.choices.as_json()
    names: dict[str, dict[str, str | None]] = {kind: {**known} for kind, known in request.choices.names.items()}
    for proposal in report.proposals:
        names.setdefault(proposal.kind, {})[proposal.found] = None
    questions = [
        {"kind": p.kind, "found": p.found, "maybe": p.target, "score": p.score, "persons": p.persons}
        for p in report.proposals
    ]
    text = json.dumps(choices | {"names": names, "proposals": questions}, ensure_ascii=False, indent=1)
    assert request.questions is not None
    request.questions.write_text(text, encoding="utf-8")
