"""The planner as the form meets it: a command started in a process of its own.

An upload is never parsed and a plan never searched inside the web process: a workbook that brings its
reader down then costs one child process and not the form.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from web.data_folder import JobFolder

PROJECT_ROOT = Path(__file__).resolve().parent.parent
_LONGEST_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Examination:
    """What ``planner inspect`` found: a summary, or faults, or neither and why (``crashed``, ``timeout``)."""

    summary: dict[str, Any] | None = None
    faults: tuple[dict[str, str], ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class DemandExamination:
    """What ``planner inspect --base`` found in township files; ``answer`` is ``None`` when they were not looked at."""

    answer: dict[str, Any] | None = None
    faults: tuple[dict[str, str], ...] = ()
    failure: str = ""


@dataclass(frozen=True, slots=True)
class PlannerCommand:
    """How to start the planner: the command's first words, and the memory one child may take (bytes, Linux only)."""

    words: tuple[str, ...] = field(default=(sys.executable, "-m", "planner"))
    memory_limit_bytes: int = 0

    def examine(self, workbook: Path, timeout_seconds: float, *, weeks: bool = False) -> Examination:
        """Read and check a workbook in a child process; with ``weeks``, also its farming weeks."""
        words = ["inspect", str(workbook), "--json"] + (["--weeks"] if weeks else [])
        process = self._start(words, stderr=subprocess.DEVNULL)
        try:
            output, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            kill(process)
            process.communicate()
            return Examination(failure="examination_timeout")
        return _to_examination(process.returncode, output)

    def examine_demand(self, workbook: Path, folder: JobFolder, timeout_seconds: float) -> DemandExamination:
        """Read a job's township files against its workbook and write the list of findings and the marked copies."""
        words = ["inspect", *map(str, folder.demand_files()), "--base", str(workbook), "--json"]
        words += ["--choices", str(folder.choices), "--list", str(folder.findings), "--marked", str(folder.marked)]
        words += ["--counts", str(folder.counts), "--roster", str(folder.roster)]
        folder.reading_room.mkdir(exist_ok=True)
        try:
            process = self._start(words, stderr=subprocess.DEVNULL, temporary=folder.reading_room)
            output, _ = process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            kill(process)
            process.communicate()
            return DemandExamination(failure="reading_timeout")
        finally:
            # A reader that was killed could not clear away its copy of the file.
            shutil.rmtree(folder.reading_room, ignore_errors=True)
        answer = _to_object(output)
        if answer is not None and isinstance(answer.get("reading"), dict):
            return DemandExamination(answer)
        faults = read_faults(answer or {})
        return DemandExamination(faults=faults, failure="" if faults else "reading_crashed")

    def write_template(self, path: Path, timeout_seconds: float) -> bool:
        """Write the empty workbook to fill in; False when the planner did not manage."""
        process = self._start(["template", str(path)], stderr=subprocess.DEVNULL)
        try:
            process.communicate(timeout=timeout_seconds)
        except subprocess.TimeoutExpired:
            kill(process)
            process.communicate()
        return process.returncode == 0 and path.is_file()

    def start_planning(
        self,
        workbook: Path,
        output: Path,
        stop_request: Path,
        log: Path,
        time_limit_seconds: int,
        budget_yuan: str,
        demand: Sequence[Path] = (),
        choices: Path | None = None,
        counts: Path | None = None,
        *,
        timetable: bool = True,
        settings: Sequence[str] = (),
    ) -> subprocess.Popen[bytes]:
        """Start planning; the process tells its progress on standard output (see :func:`events`).

        ``counts`` is what township files came to, in place of the workbook's own demand; without it ``demand`` are
        these files, read with the ``choices`` file. ``settings`` are further words
        (:func:`web.plan_settings.planning_words`).
        """
        words = ["solve", str(workbook), "--out", str(output), "--time-limit", str(time_limit_seconds)]
        words += ["--progress", "json", "--stop-file", str(stop_request)]
        if budget_yuan:
            words += ["--total-budget", budget_yuan]
        if counts is not None:
            words += ["--counts", str(counts)]
        else:
            for path in demand:
                words += ["--demand", str(path)]
            if demand and choices is not None:
                words += ["--choices", str(choices)]
        if not timetable:
            words.append("--no-timetable")
        words += settings
        with log.open("wb") as stderr:
            return self._start(words, stderr=stderr)

    def start_papers(self, workbook: Path, folder: JobFolder) -> subprocess.Popen[bytes]:
        """Start writing all papers of a job's plan and their archive; progress as in :meth:`start_planning`."""
        words = ["papers", str(workbook), str(folder.output / "plan.json"), "--out", str(folder.papers)]
        words += ["--zip", str(folder.papers_archive), "--progress", "json"]
        with folder.papers_log.open("wb") as stderr:
            return self._start(words, stderr=stderr)

    def _start(self, words: list[str], stderr: Any, temporary: Path | None = None) -> subprocess.Popen[bytes]:
        environment = os.environ | {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
        if temporary is not None:
            environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(temporary))
        process = subprocess.Popen(
            [*self.words, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            cwd=PROJECT_ROOT,
            env=environment,
            start_new_session=True,
        )
        _limit_memory(process, self.memory_limit_bytes)
        return process


def events(process: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    """Yield the planner's events until its output ends; lines that are none (a library's chatter) are passed over."""
    assert process.stdout is not None
    with process.stdout as output:
        for line in iter(lambda: output.readline(_LONGEST_LINE), b""):
            event = _to_object(line)
            if event is not None and isinstance(event.get("event"), str):
                yield event


def note_crash(log: Path, exit_code: int, last_words: Sequence[dict[str, Any]]) -> None:
    """Append a child's last events and its exit code to its log, for whoever looks after the program."""
    with log.open("a", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(event, ensure_ascii=False)}\n" for event in last_words)
        file.write(f"exit code {exit_code}\n")


def kill(process: subprocess.Popen[bytes]) -> None:
    """End a child and whatever it started, at once."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _limit_memory(process: subprocess.Popen[bytes], limit_bytes: int) -> None:
    if limit_bytes and sys.platform == "linux":
        import resource

        try:
            resource.prlimit(process.pid, resource.RLIMIT_AS, (limit_bytes, limit_bytes))
        except ProcessLookupError:
            return  # it has already ended; its exit code says how


def _to_examination(exit_code: int, output: bytes) -> Examination:
    answer = _to_object(output)
    if exit_code == 0 and answer is not None and isinstance(answer.get("summary"), dict):
        summary = answer["summary"]
        if "weeks" in answer:
            summary = summary | {"weeks": answer["weeks"]}
        return Examination(summary=summary)
    if exit_code == 2 and answer is not None and (faults := read_faults(answer)):
        return Examination(faults=faults)
    return Examination(failure="examination_crashed")


def read_faults(answer: dict[str, Any]) -> tuple[dict[str, str], ...]:
    """Take the faults out of an answer of the planner, every part as text."""
    parts = ("file", "sheet", "cell", "problem", "found", "allowed", "remedy")
    faults = answer.get("faults")
    if not isinstance(faults, list):
        return ()
    return tuple({part: str(fault.get(part) or "") for part in parts} for fault in faults if isinstance(fault, dict))


def _to_object(text: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
