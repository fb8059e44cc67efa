"""The reading of township files as the review page shows it, and the clerk's answers as choices for the next one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from planner.reading.choices import ReadingChoices
from web import wording
from web.data_folder import JobFolder
from web.words import COLUMN, Word, read_confirmed, read_remembered

MOST_FINDINGS = 40
"""So many findings of a sheet are shown on the page; the list for download holds all."""
_LEVELS = {"错误": "error", "提醒": "warning", "读法": "understood", "默认": "default"}
"""Levels of findings by the reader's word; the values are those of :data:`web.wording.LEVELS`."""
_NOT_USED = "不使用"
"""The reader's word for a column it makes nothing of."""


@dataclass(frozen=True, slots=True)
class NameQuestion:
    """A name as written and what it is to mean: ``answer`` is ``None`` while open and empty when it is left out."""

    kind: str
    written: str
    known: Sequence[str]
    answer: str | None = None
    proposal: str = ""
    score: float = 0.0
    persons: int = 0
    remembered: bool = False


@dataclass(frozen=True, slots=True)
class ColumnQuestion:
    """A heading, what it was read as in ``sheets`` sheets, and what the clerk made of it (empty: as read)."""

    heading: str
    fields: tuple[str, ...]
    sheets: int
    proposed: str = ""
    answer: str = ""
    remembered: bool = False
    unused: bool = False


@dataclass(frozen=True, slots=True)
class SheetView:
    """One sheet: its layout, its columns in a line, its findings by level, at most ``MOST_FINDINGS`` of each."""

    name: str
    layout: str
    rows: int
    columns: tuple[dict[str, str], ...]
    findings: dict[str, list[dict[str, Any]]]
    skipped: bool = False


@dataclass(frozen=True, slots=True)
class HeadingCell:
    """A heading cell as it stands: the letters of its column, its text, what it is read as, and the question of it.

    ``question`` is ``None`` where the same heading is asked for further up: one answer counts for every sheet.
    """

    column: str
    heading: str
    field: str
    detail: str
    question: ColumnQuestion | None


@dataclass(frozen=True, slots=True)
class SheetForm:
    """Sheets that have the same headings in the same columns, and these headings."""

    sheets: tuple[str, ...]
    cells: tuple[HeadingCell, ...]

    @property
    def asks(self) -> bool:
        """Whether something in it is doubtful or was answered."""
        questions = [cell.question for cell in self.cells if cell.question is not None]
        return any(one.proposed or one.answer or one.remembered or one.unused for one in questions)


@dataclass(frozen=True, slots=True)
class FileView:
    """One file: what is said of the whole of it, and its sheets."""

    name: str
    findings: dict[str, list[dict[str, Any]]]
    sheets: list[SheetView]

    def count(self, level: str) -> int:
        """Return how many findings of a level there are in the file."""
        every = [self.findings, *(sheet.findings for sheet in self.sheets)]
        return sum(len(findings.get(level, [])) for findings in every)

    @property
    def layouts(self) -> tuple[str, ...]:
        """What its sheets were taken for, each once."""
        return tuple(dict.fromkeys(sheet.layout for sheet in self.sheets))

    @property
    def rows(self) -> int:
        """Rows understood in all its sheets."""
        return sum(sheet.rows for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Review:
    """Everything on the page. ``workbook_faults`` are those of the county's own workbook, ``unmarked`` sentences
    about files of which there is no marked copy, ``bureau`` whose words the answers are.
    """

    persons: int
    wishes: int
    files: list[FileView]
    general: dict[str, list[dict[str, Any]]]
    names: list[NameQuestion]
    columns: list[ColumnQuestion]
    workbook_faults: list[dict[str, str]]
    complete: bool
    unmarked: list[str] = field(default_factory=list)
    bureau: str = ""

    def count(self, level: str) -> int:
        """Return how many findings of a level there are."""
        return len(self.general.get(level, [])) + sum(file.count(level) for file in self.files)

    @property
    def open_names(self) -> list[NameQuestion]:
        """Names that nobody has decided on."""
        return [name for name in self.names if name.answer is None]

    @property
    def forms(self) -> list[SheetForm]:
        """The sheets by their headings, those with doubts first; each heading is asked for once."""
        by_headings: dict[tuple[tuple[str, str], ...], list[tuple[str, SheetView]]] = {}
        for file in self.files:
            for sheet in file.sheets:
                key = tuple((column["column"], column["heading"]) for column in sheet.columns)
                if key:
                    by_headings.setdefault(key, []).append((f"{file.name} · {sheet.name}", sheet))
        questions = {question.heading: question for question in self.columns}
        forms = []
        for sheets in by_headings.values():
            cells = tuple(
                HeadingCell(
                    column["column"], column["heading"], column["field"], column.get("detail", ""),
                    questions.pop(column["heading"], None),
                )
                for column in sheets[0][1].columns
            )  # fmt: skip
            forms.append(SheetForm(tuple(name for name, _ in sheets), cells))
        return sorted(forms, key=lambda form: not form.asks)

    @property
    def remembered(self) -> int:
        """Number of names and headings applied because they were confirmed with an earlier upload."""
        return sum(name.remembered for name in self.names) + sum(column.remembered for column in self.columns)

    @property
    def doubtful_columns(self) -> list[ColumnQuestion]:
        """Columns whose meaning is likely but not applied, or that hold numbers nobody knows the meaning of."""
        return [column for column in self.columns if (column.proposed or column.unused) and not column.answer]


def read_review(folder: JobFolder) -> Review:
    """Return the last reading of a job's township files with the choices as they stand.

    Raises
    ------
    OSError, ValueError, KeyError, TypeError
        There is no reading, or it cannot be understood.
    """
    answer = json.loads(folder.reading.read_text(encoding="utf-8"))
    reading, choices = answer["reading"], read_confirmed(folder.choices)
    remembered = set(read_remembered(folder))
    asked = reading["proposals"]
    complete = isinstance(answer.get("summary"), dict)
    findings = [*reading["findings"], *(f for sheet in reading["sheets"] for f in sheet["findings"])]
    in_files = bool(asked) or any(_LEVELS[finding["level"]] == "error" for finding in findings)
    return Review(
        persons=reading["persons"],
        wishes=reading["wishes"],
        files=_files(reading, choices),
        general=_by_level(finding for finding in reading["findings"] if not finding["file"]),
        names=_names(asked, choices, answer.get("known", {}), remembered),
        columns=_columns(reading["sheets"], choices, remembered),
        workbook_faults=[] if complete or in_files else answer.get("faults", []),
        complete=complete,
        unmarked=answer.get("unmarked", []),
        bureau=answer.get("bureau", ""),
    )


def _by_level(findings: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    result: dict[str, list[dict[str, Any]]] = {level: [] for level in _LEVELS.values()}
    for finding in findings:
        result[_LEVELS[finding["level"]]].append(finding)
    return result


def _files(reading: dict[str, Any], choices: ReadingChoices) -> list[FileView]:
    of_files = [finding for finding in reading["findings"] if finding["file"]]
    names = dict.fromkeys([*(sheet["file"] for sheet in reading["sheets"]), *(f["file"] for f in of_files)])
    return [
        FileView(
            name,
            _by_level(finding for finding in of_files if finding["file"] == name),
            [_sheet(sheet, choices) for sheet in reading["sheets"] if sheet["file"] == name],
        )
        for name in names
    ]


def _sheet(sheet: dict[str, Any], choices: ReadingChoices) -> SheetView:
    skipped = choices.sheets.get(f"{sheet['file']}!{sheet['sheet']}") == "skip"
    columns, findings = tuple(sheet["columns"]), _by_level(sheet["findings"])
    return SheetView(sheet["sheet"], sheet["layout"], sheet["rows_read"], columns, findings, skipped)


def _names(
    asked: list[dict[str, Any]], choices: ReadingChoices, known: dict[str, list[str]], remembered: set[Word]
) -> list[NameQuestion]:
    open_names = [
        NameQuestion(p["kind"], p["found"], known.get(p["kind"], []), None, p["target"], p["score"], p["persons"])
        for p in asked
    ]
    answered = [
        NameQuestion(kind, written, known.get(kind, []), meaning, remembered=(kind, written, meaning) in remembered)
        for kind, names in choices.names.items()
        for written, meaning in names.items()
    ]
    return open_names + answered


def _columns(sheets: list[dict[str, Any]], choices: ReadingChoices, remembered: set[Word]) -> list[ColumnQuestion]:
    """Return one question for each heading, since a choice counts for every sheet that has it; doubtful ones first."""
    by_heading: dict[str, list[dict[str, str]]] = {}
    unused: set[str] = set()
    for sheet in sheets:
        warned = {f["cell"].rstrip("0123456789") for f in sheet["findings"] if _LEVELS[f["level"]] == "warning"}
        for column in sheet["columns"]:
            by_heading.setdefault(column["heading"], []).append(column)
            if column["field"] == _NOT_USED and column["column"] in warned:
                unused.add(column["heading"])
    questions = []
    for heading, columns in by_heading.items():
        answer = choices.columns.get(heading, "")
        fields = tuple(dict.fromkeys(column["field"] for column in columns))
        proposed = next((column["proposed"] for column in columns if column.get("proposed")), "")
        applied = (COLUMN, heading, answer) in remembered
        questions.append(ColumnQuestion(heading, fields, len(columns), proposed, answer, applied, heading in unused))
    return sorted(questions, key=lambda question: not (question.proposed or question.answer or question.unused))


@dataclass(frozen=True, slots=True)
class Answers:
    """What the clerk sent: ``names`` as (kind, written, answer) and ``columns`` as (heading, field).

    An answer is empty while open, else ``=`` and the known name; ``=`` alone leaves the name out. An empty field is
    "as read". ``shown_sheets`` and ``skipped_sheets`` are ``file!sheet``.
    """

    names: Sequence[tuple[str, str, str]]
    columns: Sequence[tuple[str, str]]
    shown_sheets: Sequence[str]
    skipped_sheets: Sequence[str]


def with_answers(choices: ReadingChoices, answers: Answers, review: Review) -> ReadingChoices:
    """Return the choices with the clerk's answers.

    Raises
    ------
    ValueError
        An answer is none that the page offers.
    """
    offered = {(question.kind, question.written): question for question in review.names}
    names = {kind: dict(known) for kind, known in choices.names.items()}
    for kind, written, answer in answers.names:
        question = offered.get((kind, written))
        if question is None:
            continue  # The page was older than the reading.
        meaning = answer[1:] if answer else None
        if answer and (answer[0] != "=" or (meaning and meaning not in question.known)):
            raise ValueError(answer)
        names.setdefault(kind, {}).pop(written, None)
        if meaning is not None:
            names[kind][written] = meaning
    columns = dict(choices.columns)
    headings = {question.heading for question in review.columns}
    for heading, word in answers.columns:
        if word and word not in wording.FIELDS:
            raise ValueError(word)
        if heading in headings:
            columns.pop(heading, None)
            if word:
                columns[heading] = word
    return replace(choices, names=names, columns=columns, sheets=_sheets(choices, answers, review))


def _sheets(choices: ReadingChoices, answers: Answers, review: Review) -> dict[str, str]:
    there = {f"{file.name}!{sheet.name}" for file in review.files for sheet in file.sheets}
    sheets = {name: what for name, what in choices.sheets.items() if what != "skip" or name not in answers.shown_sheets}
    return sheets | {name: "skip" for name in answers.skipped_sheets if name in there}
