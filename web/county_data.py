"""What a job will be planned with: the planner's account of its workbook, and the clerk's changes to it.

The workbook as it came is never touched. All changes lie in one list and are made anew from it by ``planner edit``,
which writes the copy that is planned; taking one back is leaving it out of the list.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from web.data_folder import JobFolder
from web.jobs import Job, JobState
from web.work.answers import read_object
from web.work.task import Task, run

Answer = dict[str, Any]
"""What the planner prints: ``summary``, ``data``, with changes also ``changes`` and ``edit_notes``."""

_LOCK = threading.Lock()
_OUT, _COUNTS = "changed.xlsx", "counts.xlsx"


class PlannerSilent(Exception):
    """The planner gave no answer that can be understood; ``failure`` is a word of :data:`web.wording.FAILURES`."""

    def __init__(self, failure: str) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Change:
    """One change by a clerk: where, the old and new text, who, when.

    A value is changed in the row with this ``key`` or of this name (``row``), without either in all empty cells of the
    column. ``action`` may also add the row, with ``values`` by heading, or delete it, with no more than ``dependents``
    rows that name it; ``words`` tell the row, ``along`` counts by sheet the rows that went with it.
    """

    id: str
    sheet: str
    column: str
    key: tuple[str, ...]
    value: str
    old: str = ""
    by: str = ""
    at: float = 0.0
    cells: int = 1
    action: str = "set"
    row: str = ""
    values: tuple[tuple[str, str], ...] = ()
    words: str = ""
    dependents: int = 0
    along: tuple[tuple[str, int], ...] = ()

    @property
    def place(self) -> str:
        """Where it is, in the workbook's words."""
        which = " ".join(self.key) or self.words if self.key or self.row else ""
        parts = (self.sheet, which, self.column if self.sheet != "参数" else "")
        return " · ".join(part for part in parts if part)

    @property
    def fills(self) -> bool:
        """Whether it fills all empty cells of a column."""
        return self.action == "set" and not self.key and not self.row

    def needs(self, other: Change) -> bool:
        """Whether it is a change of the row that the other one added."""
        return other.action == "add" and (self.sheet, self.row) == (other.sheet, other.row)

    def as_edit(self) -> dict[str, Any]:
        """Return what ``planner edit`` is told."""
        edit: dict[str, Any] = {"sheet": self.sheet}
        if self.action != "set":
            edit["action"] = self.action
        if self.action == "add":
            edit["values"] = dict(self.values)
        if self.action == "set":
            edit |= {"column": self.column, "value": self.value, "key": list(self.key)}
        if self.dependents:
            edit["dependents"] = self.dependents
        return edit | ({"row": self.row} if self.row else {})

    @classmethod
    def new(
        cls, sheet: str, column: str, key: Sequence[str], value: str, by: str, at: float, *,
        action: str = "set", row: str = "", values: tuple[tuple[str, str], ...] = (), dependents: int = 0,
    ) -> Change:  # fmt: skip
        """Return a change under an id of its own."""
        return cls(
            secrets.token_hex(6), sheet, column, tuple(key), value, by=by, at=at, action=action, row=row,
            values=values, dependents=dependents,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dependents:
    """The rows of a sheet that name a row to be deleted: how many, how many of them stay without the name (``names``).

    ``first`` are some of them: the name of the row, words that tell it, and the column of the list that is shortened.
    """

    sheet: str
    rows: int
    shortened: int
    names: tuple[str, ...]
    first: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why changes were not made: the faults, each with the number of the change it belongs to or ``None``.

    ``dependents`` are the rows that name one that was to be deleted; deleting them with it may do.
    """

    faults: tuple[tuple[dict[str, str], int | None], ...]
    dependents: tuple[Dependents, ...] = ()


@dataclass(frozen=True, slots=True)
class Asking:
    """How the planner is asked: first words of its command, bytes it may take (0: no limit), seconds it may take."""

    words: tuple[str, ...]
    memory_bytes: int
    seconds: float
    rooms: Path


class _NoLine:
    """Nobody listens while a page waits for its answer, and nobody interrupts."""

    def tell(self, event: dict[str, Any]) -> None:
        """Pass over an event."""

    def stop_asked(self) -> bool:
        """Never."""
        return False

    def abandoned(self) -> bool:
        """Never."""
        return False


class CountyData:
    """The data of jobs and the changes to them."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    def read(self, job: Job, folder: JobFolder) -> dict[str, Any]:
        """Return the data of what would be planned, asking the planner when nobody has yet.

        Raises
        ------
        PlannerSilent
            The planner has no answer.
        """
        kept = _told_before(folder.data, folder, job)
        if kept is not None:
            return kept
        answer = self._look_at(folder.workbook_to_plan(job.file_name), folder)
        data = answer.get("data")
        if not isinstance(data, dict):
            raise PlannerSilent("examination_crashed")
        lay(folder.data, data)
        return data

    def read_sheets(self, job: Job, folder: JobFolder) -> dict[str, Any]:
        """Return the rows of what would be planned (:func:`planner.cli.sheets.sheets_told`).

        Raises
        ------
        PlannerSilent
            The planner has no answer.
        """
        kept = _told_before(folder.sheets, folder, job)
        if kept is not None:
            return kept
        with _LOCK:
            self._tell_sheets(job, folder)
        return _object(folder.sheets.read_bytes())

    def _tell_sheets(self, job: Job, folder: JobFolder) -> None:
        """Ask for the rows; while they may be changed, rows that were added must keep their names."""
        changes = read_changes(folder)
        if changes and job.state is JobState.READY:
            if isinstance(self._make(job, folder, changes), Refusal):
                raise PlannerSilent("examination_crashed")
            return
        answer = self._look_at(folder.workbook_to_plan(job.file_name), folder)
        if not isinstance(answer.get("sheets"), dict):
            raise PlannerSilent("examination_crashed")
        lay(folder.sheets, answer["sheets"])

    def examine(self, job: Job, folder: JobFolder) -> dict[str, Any]:
        """Look at a workbook that the planner itself wrote, keep its data and return its summary.

        Raises
        ------
        PlannerSilent
            The planner has no answer, or finds faults.
        """
        answer = self._look_at(folder.workbook(job.file_name), folder)
        if not answer.get("ok"):
            raise PlannerSilent("examination_crashed")
        _lay_told(folder, answer)
        summary: dict[str, Any] = answer["summary"]
        return summary

    def change(self, job: Job, folder: JobFolder, wanted: Sequence[Change], seen: str) -> Answer | Refusal:
        """Add changes and return what the planner says of the workbook with them, or why they are refused.

        ``seen`` is the :func:`revision` that the clerk looked at.

        Raises
        ------
        ChangedMeanwhile
            Somebody else has changed the job since.
        PlannerSilent
            The planner has no answer.
        """
        with _LOCK:
            before = read_changes(folder)
            if revision(before) != seen:
                raise ChangedMeanwhile
            answer = self._make(job, folder, [*before, *wanted])
        if not isinstance(answer, Refusal):
            return answer
        first = len(before)
        faults = tuple(
            (fault, number - first if number is not None and number >= first else None)
            for fault, number in answer.faults
        )
        return replace(answer, faults=faults)

    def take_back(self, job: Job, folder: JobFolder, change_id: str | None) -> tuple[list[Change], Answer | Refusal]:
        """Take one change back, or all; return those named and what the planner says without them.

        With a row that was added go the changes of it. Without any such change the answer is empty.

        Raises
        ------
        PlannerSilent
            The planner has no answer.
        """
        with _LOCK:
            before = read_changes(folder)
            named = [change for change in before if change_id in (None, change.id)]
            gone = [one for one in before if one in named or any(one.needs(other) for other in named)]
            kept = [change for change in before if change not in gone]
            return gone, self._make(job, folder, kept) if gone else {}

    def _make(self, job: Job, folder: JobFolder, changes: Sequence[Change]) -> Answer | Refusal:
        """Write the copy with exactly these changes; none are the workbook as it came."""
        if not changes:
            folder.changed_workbook.unlink(missing_ok=True)
            folder.changes.unlink(missing_ok=True)
            answer = self._look_at(folder.workbook(job.file_name), folder)
            if not answer.get("ok"):
                raise PlannerSilent("examination_crashed")
            _lay_told(folder, answer)
            return answer
        plain = [one.as_edit() for one in changes]
        workbook = f"upload/{job.file_name}"
        words = ["edit", workbook, "edits.json", "--out", _OUT, "--json", "--sheets"]
        inputs = {workbook: folder.workbook(job.file_name).read_bytes(), "edits.json": _json(plain)}
        answer, files = self._ask(words, inputs, folder)
        if not answer.get("ok"):
            return _refusal(answer)
        made = [
            replace(one, old=told["old"], cells=len(told["cells"]), words=told.get("row", ""), along=_along(told))
            for one, told in zip(changes, answer["changes"], strict=True)
        ]
        _lay_bytes(folder.changed_workbook, files[_OUT])
        lay(folder.changes, {"changes": [asdict(one) for one in made], "notes": answer["edit_notes"]})
        _lay_told(folder, answer)
        return answer

    def _look_at(self, workbook: Path, folder: JobFolder) -> Answer:
        name = f"upload/{workbook.name}"
        answer, _ = self._ask(["inspect", name, "--json", "--data", "--sheets"], {name: workbook.read_bytes()}, folder)
        return answer

    def _ask(
        self, words: list[str], inputs: dict[str, bytes], folder: JobFolder
    ) -> tuple[Answer, dict[str, bytes]]:  # fmt: skip
        """Run the planner in a process of its own; return the object it prints and the files it wrote."""
        if folder.counts.is_file():
            words = [*words, "--with-counts", _COUNTS]
            inputs = inputs | {_COUNTS: folder.counts.read_bytes()}
        task: Task = {
            "planner": list(self._asking.words),
            "words": words,
            "inputs": inputs,
            "outputs": [_OUT],
            "most_seconds": self._asking.seconds,
            "stopping_seconds": 0.0,
            "stop": "",
            "memory_bytes": self._asking.memory_bytes,
            "rooms": str(self._asking.rooms),
        }
        outcome = run(task, _NoLine())
        if outcome["overdue"]:
            raise PlannerSilent("examination_timeout")
        answer = read_object(outcome["standard_output"])
        if answer is None:
            raise PlannerSilent("examination_crashed")
        return answer, outcome["files"]


class ChangedMeanwhile(Exception):
    """Somebody else has changed the job since the page was shown."""


def read_changes(folder: JobFolder) -> list[Change]:
    """Return the changes of a job in the order they were made."""
    return [_change(plain) for plain in _kept(folder).get("changes", [])]


def _change(plain: Mapping[str, Any]) -> Change:
    values = tuple((str(heading), str(text)) for heading, text in plain.get("values", ()))
    along = tuple((str(sheet), int(rows)) for sheet, rows in plain.get("along", ()))
    return Change(**{**plain, "key": tuple(plain["key"]), "values": values, "along": along})


def read_notes(folder: JobFolder) -> list[str]:
    """Return what the clerk should know about the changed copy."""
    return [str(note) for note in _kept(folder).get("notes", [])]


def revision(changes: Sequence[Change]) -> str:
    """Return a word that differs whenever the list of changes does."""
    return "-".join(change.id for change in changes[-1:]) + f"-{len(changes)}"


def copy_changes(source: JobFolder, target: JobFolder) -> None:
    """Give a further version of a plan the changes of this one."""
    for name in ("changes", "changed_workbook", "data", "sheets"):
        path: Path = getattr(source, name)
        if path.is_file():
            shutil.copy2(path, target.root / path.name)


def lay(path: Path, value: object) -> None:
    """Write JSON in one step."""
    _lay_bytes(path, _json(value))


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _lay_bytes(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    draft.write_bytes(content)
    os.replace(draft, path)


def _lay_told(folder: JobFolder, answer: Answer) -> None:
    """Keep what the planner told of a workbook: its data, and its rows where it told them."""
    lay(folder.data, answer["data"])
    if isinstance(answer.get("sheets"), dict):
        lay(folder.sheets, answer["sheets"])
    else:
        folder.sheets.unlink(missing_ok=True)


def _told_before(told: Path, folder: JobFolder, job: Job) -> Answer | None:
    """Return what the planner told of what would be planned, ``None`` when it has not, or of something older."""
    if not told.is_file() or _older(told, folder, job):
        return None
    try:
        return _object(told.read_bytes())
    except ValueError:
        told.unlink(missing_ok=True)
        return None


def _older(told: Path, folder: JobFolder, job: Job) -> bool:
    """Whether what was told is older than what would be planned."""
    sources = (folder.workbook_to_plan(job.file_name), folder.counts)
    newest = max((path.stat().st_mtime_ns for path in sources if path.exists()), default=0)
    return told.stat().st_mtime_ns < newest


def _kept(folder: JobFolder) -> dict[str, Any]:
    return _object(folder.changes.read_bytes()) if folder.changes.is_file() else {}


def _refusal(answer: Mapping[str, Any]) -> Refusal:
    parts = ("sheet", "cell", "column", "problem", "found", "allowed", "remedy")
    faults = answer.get("faults")
    if not isinstance(faults, list) or not faults:
        raise PlannerSilent("examination_crashed")
    named = tuple(_dependents(one) for fault in faults for one in fault.get("dependents", ()))
    told = tuple(({part: str(fault.get(part) or "") for part in parts}, fault.get("edit")) for fault in faults)
    return Refusal(told, named)


def _dependents(told: Mapping[str, Any]) -> Dependents:
    first = tuple((str(one["row"]), str(one["words"]), str(one["column"])) for one in told["first"])
    return Dependents(told["sheet"], int(told["rows"]), int(told["shortened"]), tuple(told["names"]), first)


def _along(told: Mapping[str, Any]) -> tuple[tuple[str, int], ...]:
    return tuple((one["sheet"], int(one["rows"])) for one in told.get("dependents", ()))


def _object(text: bytes) -> dict[str, Any]:
    value = read_object(text)
    if value is None:
        raise ValueError("no object")
    return value
