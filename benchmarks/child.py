"""One command in a process of its own, with its wall time, its memory, and an outer kill.

Peak memory is exact for the largest single process (``ru_maxrss`` of that child alone, from ``wait4``) and sampled for
the sum over the child's session (a solver started by the child, parallel workers). Shared pages of several processes
count once for each, so the sampled sum is an upper estimate.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]

_POLL_SECONDS = 0.05
_SAMPLE_SECONDS = 0.25
_KB_PER_GB = 2**20
_SESSION_FIELD, _PAGES_FIELD = 3, 21
"""Places of session and resident pages in /proc/PID/stat, counted after the command's name (proc(5))."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Wall seconds and memory (GB, all processes of the command together) at which a command is killed."""

    seconds: float
    memory_gb: float


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a command.

    ``lines`` are its lines of standard output with the seconds after the start at which they arrived; ``killed`` says
    what it was killed for (``"time"``, ``"memory"`` or ``""``); ``memory_gb`` is its peak.
    """

    lines: tuple[tuple[float, str], ...]
    errors: str
    exit_code: int
    killed: str
    seconds: float
    memory_gb: float


def run_child(command: Sequence[str], limits: Limits, folder: Path = ROOT) -> Finished:
    """Run a command in a new session in ``folder``; kill the session at a limit or when the caller is interrupted."""
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as errors:
        started = time.monotonic()
        child = subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=errors, text=True, encoding="utf-8", errors="replace",
            start_new_session=True,
        )
        lines: list[tuple[float, str]] = []
        reader = threading.Thread(target=_read_lines, args=(child, started, lines), daemon=True)
        reader.start()
        try:
            killed, sampled_gb = _watch(child.pid, started, limits)
        except BaseException:
            _kill_session(child.pid)
            raise
        seconds = time.monotonic() - started
        _kill_session(child.pid)  # children of its own that a killed or careless command has left behind
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        reader.join(timeout=5)
        errors.seek(0)
        return Finished(
            tuple((min(at, seconds), line) for at, line in lines),  # a busy machine reads them late
            errors.read()[-2000:], child.returncode, killed, seconds,
            max(sampled_gb, usage.ru_maxrss / _KB_PER_GB),
        )


def _watch(pid: int, started: float, limits: Limits) -> tuple[str, float]:
    """Wait until the command ends or meets a limit; why it must be killed, and the sampled memory peak in GB."""
    peak, next_sample = 0.0, started
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        now = time.monotonic()
        if now >= next_sample:
            peak = max(peak, session_memory_gb(pid))
            next_sample = now + _SAMPLE_SECONDS
        if peak > limits.memory_gb:
            return "memory", peak
        if now - started > limits.seconds:
            return "time", peak
        time.sleep(_POLL_SECONDS)
    return "", peak


def session_memory_gb(session: int) -> float:
    """Resident memory of all processes of a session, in GB."""
    pages = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except OSError:  # it has ended meanwhile
                continue
            if int(fields[_SESSION_FIELD]) == session:
                pages += int(fields[_PAGES_FIELD])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**30


def _kill_session(pid: int) -> None:
    """Kill the command and everything that it started in its process group."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _read_lines(child: subprocess.Popen[str], started: float, lines: list[tuple[float, str]]) -> None:
    assert child.stdout is not None
    for line in child.stdout:
        lines.append((time.monotonic() - started, line.rstrip("\n")))
