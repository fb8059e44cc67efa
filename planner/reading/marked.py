"""Giving findings back: as a list, and in the user's own workbook with the cells marked and commented."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from planner.english import english
from planner.errors import BadInput
from planner.reading.files.unpack import SourceFile, files_of, unused_path
from planner.reading.process import ask_child
from planner.reading.report import Finding, Level, ReadingReport
from planner.workbook.cells import harmless

_HEADINGS = ("级别", "文件", "表", "单元格", "说明", "现值", "怎么办")
_ENGLISH_HEADINGS = ("Level", "File", "Sheet", "Cell", "Finding", "Value found", "What to do")
_LEVELS = {Level.ERROR: "Error", Level.WARNING: "Warning", Level.UNDERSTOOD: "Understood", Level.DEFAULT: "Default"}
_LARGEST_MARKED_BYTES = 5_000_000
"""Marking loads a workbook with all its styles, some fifty times its size."""
_LONGEST_STEM = 60
_COLOURS = {Level.ERROR: "FFC7CE", Level.WARNING: "FFEB9C"}
_AUTHOR, _ENGLISH_AUTHOR = "培训计划", "Training planner"


def write_list(report: ReadingReport, path: Path) -> None:
    """Write every finding and open question as an .xlsx or, by the ending, a .csv that Excel opens in Chinese."""
    rows = [_list_row(finding) for finding in report.all_findings()]
    rows += [
        dict(zip(_HEADINGS, ("待确认", "", "", "", str(proposal), proposal.found, "确认或改正"), strict=True))
        for proposal in report.proposals
    ]
    if path.suffix.lower() == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.DictWriter(file, _HEADINGS)
            writer.writeheader()
            writer.writerows({key: harmless(str(value)) for key, value in row.items()} for row in rows)
        return
    from planner.workbook.write import write_tables

    write_tables(path, {"核对清单": rows or [dict.fromkeys(_HEADINGS, "")]})


def _list_row(finding: Finding) -> dict[str, object]:
    text = finding.text + (f"（同样的共 {finding.times} 处）" if finding.times > 1 else "")
    values = (finding.level.value, finding.file, finding.sheet, finding.cell, text, finding.found, finding.remedy)
    return dict(zip(_HEADINGS, values, strict=True))


def write_english_list(report: ReadingReport, path: Path) -> None:
    """Write the same list in English as an .xlsx; names, cells and values stay as they stand in the files."""
    from planner.workbook.write import write_tables

    rows: list[dict[str, object]] = []
    for finding in report.all_findings():
        text = english_of_file(finding.text, finding.file)
        text += f" ({finding.times} alike in all)" if finding.times > 1 else ""
        place = (_LEVELS[finding.level], finding.file, finding.sheet, finding.cell)
        values = (*place, text, finding.found, english(finding.remedy))
        rows.append(dict(zip(_ENGLISH_HEADINGS, values, strict=True)))
    for proposal in report.proposals:
        values = ("To confirm", "", "", "", english(str(proposal)), proposal.found, english("确认或改正"))
        rows.append(dict(zip(_ENGLISH_HEADINGS, values, strict=True)))
    write_tables(path, {"Findings": rows or [dict.fromkeys(_ENGLISH_HEADINGS, "")]})


def english_of_file(text: str, file: str) -> str:
    """Return what is said of a whole file, whose name stands before the sentence, in English."""
    prefix = f"{file}："
    return f"{file}: {english(text.removeprefix(prefix))}" if file and text.startswith(prefix) else english(text)


def write_english_marked(marked: Path, report: ReadingReport, out: Path) -> None:
    """Write a marked copy with its comments in English; cells, colours and everything else stay.

    Raises
    ------
    BadInput
        The copy cannot be read.
    """
    words = {
        _comment_line(finding.level, finding.text, finding.remedy): _english_line(finding)
        for finding in report.all_findings(Level.ERROR, Level.WARNING)
    }
    ask_child(marked.name, marked.read_bytes(), {"task": "reword", "out": str(out.resolve()), "words": words})


def _comment_line(level: str, text: str, remedy: str) -> str:
    return "；".join(filter(None, (f"{level}：{text}", remedy)))


def _english_line(finding: Finding) -> str:
    said = f"{_LEVELS[finding.level]}: {english_of_file(finding.text, finding.file)}"
    return "; ".join(filter(None, (said, english(finding.remedy))))


def write_marked(paths: Iterable[Path], report: ReadingReport, folder: Path) -> tuple[list[Path], list[str]]:
    """Write a copy of each .xlsx that has errors or warnings at cells, with those cells coloured and commented.

    Returns
    -------
    tuple
        The files written into ``folder``, and a sentence for each file that could not be marked. The copies hold
        everything the originals hold, names and ID numbers included.
    """
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.all_findings(Level.ERROR, Level.WARNING):
        if finding.cell:
            found[finding.file].append(finding)
    written, sentences = [], []
    folder.mkdir(parents=True, exist_ok=True)
    for file in (file for path in paths for file in _readable(path)):
        if file.name not in found:
            continue
        if not file.content.startswith(b"PK") or len(file.content) > _LARGEST_MARKED_BYTES:
            sentences.append(f"{file.name}：不是 .xlsx 或文件过大，无法在原文件上批注，请看核对清单")
            continue
        out = unused_path(folder, f"{Path(file.name).stem[:_LONGEST_STEM]}（已批注）.xlsx")
        request = {"task": "mark", "out": str(out.resolve()), "findings": [asdict(f) for f in found[file.name]]}
        try:
            ask_child(file.name, file.content, request)
            written.append(out)
        except BadInput as error:
            sentences += [f"{file.name}：{fault.problem}，无法批注" for fault in error.faults]
    return written, sentences


def _readable(path: Path) -> list[SourceFile]:
    """Return the files behind a path; none when it cannot be read, which is a finding already."""
    try:
        return list(files_of(path))
    except BadInput:
        return []


def mark(path: Path, findings: Sequence[dict[str, Any]], out: Path) -> None:
    """Mark and comment the cells of one workbook; runs inside the child process, after the prescan."""
    import openpyxl
    from openpyxl.cell import Cell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    book = openpyxl.load_workbook(path)
    by_cell: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for finding in findings:
        by_cell[finding["sheet"], finding["cell"]].append(finding)
    for (sheet, address), notes in by_cell.items():
        if sheet not in book.sheetnames:
            continue
        cell = book[sheet][address]
        if not isinstance(cell, Cell):
            continue  # A cell inside a merged range has no place for a comment of its own.
        worst = Level.ERROR if any(note["level"] == Level.ERROR for note in notes) else Level.WARNING
        cell.fill = PatternFill("solid", start_color=_COLOURS[worst])
        lines = [_comment_line(note["level"], note["text"], note["remedy"]) for note in notes]
        cell.comment = Comment("\n".join(lines), _AUTHOR, width=320, height=40 + 40 * len(lines))
    book.save(out)


def reword(path: Path, words: Mapping[str, str], out: Path) -> None:
    """Write a marked copy with each line of its own comments reworded; runs inside the child process."""
    import openpyxl
    from openpyxl.comments import Comment

    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        for cell in (cell for row in sheet.iter_rows() for cell in row if cell.comment is not None):
            comment = cell.comment
            if comment.author == _AUTHOR:
                lines = [words.get(line, line) for line in comment.text.split("\n")]
                cell.comment = Comment("\n".join(lines), _ENGLISH_AUTHOR, width=320, height=40 + 40 * len(lines))
    book.save(out)
