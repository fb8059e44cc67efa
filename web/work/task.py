"""Runs one command of the planner in a room of its own: files in, events on the way, files out.

Workers get this module sent with each task and need nothing of the service: it imports the standard library only (and
``distributed`` where it runs inside a worker), holds no state, and takes and gives plain values.

A planner never outlives its worker. Beside it runs a guard, a tiny process that hears nothing but the pipe from the
worker: should the worker die, however it dies, the pipe ends, and the guard ends the planner with all its children and
clears the room away, in which people may be named.
"""

from __future__ import annotations

import contextlib
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import IO, Any, Protocol, TypedDict

_LONGEST_LINE = 1_000_000
_LONGEST_ERRORS = 1_000_000
_LOOK_SECONDS = 0.1
_NICENESS = 10
"""Pages go before planners where both want the processor."""

_GUARD = """
import os, shutil, signal, subprocess, sys, time
pid = 0
for line in sys.stdin.buffer:
    if line.strip() == b"done":
        sys.exit()
    pid = int(line)
if pid and sys.platform == "win32":
    subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True)
elif pid:
    try:
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
time.sleep(0.2)
shutil.rmtree(sys.argv[1], ignore_errors=True)
"""


class Task(TypedDict):
    """A command as it travels.

    ``planner`` are the first words of the planner's command, none for the one that lies beside the worker; ``stop`` the
    path in the room of the file that asks it to stop, empty when it does not know how; ``memory_bytes`` what it may
    take (0: no limit; kept on Linux only); ``rooms`` the folder in which the room is made, empty for the temporary
    one. The others are as in :class:`web.work.errand.Command`, inputs with their content.
    """

    planner: list[str]
    words: list[str]
    inputs: dict[str, bytes]
    outputs: list[str]
    most_seconds: float
    stopping_seconds: float
    stop: str
    memory_bytes: int
    rooms: str


class Line(Protocol):
    """The line between a running command and whoever waits for it. None of its functions waits."""

    def tell(self, event: dict[str, Any]) -> None:
        """Pass an event on."""

    def stop_asked(self) -> bool:
        """Whether the planner should finish with what it has."""

    def abandoned(self) -> bool:
        """Whether nobody waits any more."""


def run(task: Task, line: Line) -> dict[str, Any]:
    """Run a command and return the fields of a :class:`web.work.errand.Outcome`.

    Raises
    ------
    OSError
        The room could not be filled, or the planner not be started.
    """
    room = Path(tempfile.mkdtemp(prefix="errand-", dir=task["rooms"] or None))
    guard = _start_guard(room)
    try:
        _fill(room, task)
        return _run_in(room, task, line, guard)
    finally:
        shutil.rmtree(room, ignore_errors=True)
        _dismiss(guard)


def _fill(room: Path, task: Task) -> None:
    for path, content in task["inputs"].items():
        (room / path).parent.mkdir(parents=True, exist_ok=True)
        (room / path).write_bytes(content)
    for path in task["outputs"]:
        folder = room / path if path.endswith("/") else (room / path).parent
        folder.mkdir(parents=True, exist_ok=True)
    (room / "tmp").mkdir()


def _run_in(room: Path, task: Task, line: Line, guard: subprocess.Popen[bytes]) -> dict[str, Any]:
    said: dict[str, Any] = {"last_words": [], "standard_output": b""}
    errors = room / "tmp" / "stderr"
    with errors.open("wb") as stderr:
        process = _start(room, task, stderr)
    assert guard.stdin is not None and process.stdout is not None
    guard.stdin.write(b"%d\n" % process.pid)
    guard.stdin.flush()
    listener = threading.Thread(target=_listen, args=(process.stdout, line, said), daemon=True)
    listener.start()
    stopped, ended_by_us = _supervise(process, room, task, line)
    _end_group(process)
    listener.join(timeout=5)
    from_outside = sys.platform != "win32" and process.returncode == -signal.SIGKILL
    return {
        "exit_code": None if ended_by_us or from_outside else process.returncode,
        "last_words": tuple(said["last_words"]),
        "files": _collect(room, task["outputs"]),
        "standard_output": said["standard_output"],
        "error_output": errors.read_bytes()[-_LONGEST_ERRORS:],
        "overdue": ended_by_us,
        "stopped": stopped,
    }


def _start(room: Path, task: Task, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    environment = dict(os.environ)
    environment |= {"PYTHONUTF8": "1", "PYTHONUNBUFFERED": "1"}
    # The room holds what users sent: nothing in it may be taken for a module.
    environment |= {"PYTHONSAFEPATH": "1", "PYTHONPATH": _planner_folder()}
    environment |= dict.fromkeys(("TMPDIR", "TEMP", "TMP"), str(room / "tmp"))
    process = subprocess.Popen(
        [*(task["planner"] or [sys.executable, "-m", "planner"]), *task["words"]],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=stderr,
        cwd=room,
        env=environment,
        start_new_session=True,
        creationflags=getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0),
    )
    if sys.platform != "win32":
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.setpriority(os.PRIO_PROCESS, process.pid, os.getpriority(os.PRIO_PROCESS, 0) + _NICENESS)
    if task["memory_bytes"] and sys.platform == "linux":
        import resource

        with contextlib.suppress(ProcessLookupError):  # it has already ended; its exit code says how
            resource.prlimit(process.pid, resource.RLIMIT_AS, (task["memory_bytes"], task["memory_bytes"]))
    return process


def _planner_folder() -> str:
    """Return the folder in which the package ``planner`` lies: where the worker finds it, or where it was started."""
    found = importlib.util.find_spec("planner")
    return str(Path(found.origin).parent.parent) if found is not None and found.origin else str(Path.cwd())


def _listen(output: IO[bytes], line: Line, said: dict[str, Any]) -> None:
    """Pass progress on as it comes, keep the closing events, and all else as it stands."""
    rest: list[bytes] = []
    with output:
        for text in iter(lambda: output.readline(_LONGEST_LINE), b""):
            event = _to_event(text)
            if event is None:
                rest.append(text)
            elif event["event"] == "progress":
                line.tell(event)
            else:
                said["last_words"].append(event)
    said["standard_output"] = b"".join(rest)


def _to_event(text: bytes) -> dict[str, Any] | None:
    if not text.startswith(b"{"):
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) and isinstance(value.get("event"), str) else None


def _supervise(process: subprocess.Popen[bytes], room: Path, task: Task, line: Line) -> tuple[bool, bool]:
    """Wait for the planner to end; return whether somebody asked it to stop, and whether it had to be ended."""
    most_until, kill_at, stopped = time.monotonic() + task["most_seconds"], float("inf"), False
    while True:
        try:
            process.wait(timeout=_LOOK_SECONDS)
            return stopped, False
        except subprocess.TimeoutExpired:
            now = time.monotonic()
        asked = line.stop_asked()
        if kill_at == float("inf") and (asked or now > most_until):
            kill_at = now + task["stopping_seconds"] if task["stop"] else now
            stopped = asked
            if task["stop"]:
                (room / task["stop"]).touch()
        if now > kill_at or line.abandoned():
            _end_group(process)
            process.wait()
            return stopped, True


def _end_group(process: subprocess.Popen[bytes]) -> None:
    """End a planner and whatever it started, at once; what has already ended is left alone."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(["taskkill", "/F", "/T", "/PID", str(process.pid)], capture_output=True, check=False)
        return
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def _collect(room: Path, outputs: list[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for output in outputs:
        path = room / output
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        files |= {each.relative_to(room).as_posix(): each.read_bytes() for each in found if each.is_file()}
    return files


def _start_guard(room: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _GUARD, str(room)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=room.parent,
        start_new_session=True,
    )


def _dismiss(guard: subprocess.Popen[bytes]) -> None:
    assert guard.stdin is not None
    with contextlib.suppress(OSError):  # somebody ended it
        guard.stdin.write(b"done\n")
        guard.stdin.close()
    guard.wait()


class WordLine:
    """The line of a worker to its coordinator, over the scheduler.

    The coordinator keeps a *word*, a shared variable of ``{"stop": bool, "beat": int}``, and raises the beat as long as
    it waits; when nothing new is heard for ``patience_seconds``, or the word has ``"drop"``, nobody waits any more.
    """

    def __init__(self, worker: Any, word: Any, topic: str, identity: str, patience_seconds: float) -> None:
        self._worker, self._word, self._topic, self._identity = worker, word, topic, identity
        self._patience_seconds = patience_seconds
        self._heard: dict[str, Any] = {"stop": False, "beat": -1}
        self._heard_at = time.monotonic()
        self._closed = threading.Event()
        threading.Thread(target=self._hear, daemon=True).start()

    def tell(self, event: dict[str, Any]) -> None:
        """Pass an event on."""
        self._worker.log_event(self._topic, {"errand": self._identity, "told": event})

    def stop_asked(self) -> bool:
        """Whether the coordinator said so when last heard."""
        return bool(self._heard["stop"])

    def abandoned(self) -> bool:
        """Whether the coordinator has said so, or been silent for too long."""
        return "drop" in self._heard or time.monotonic() - self._heard_at > self._patience_seconds

    def close(self) -> None:
        """Listen no longer."""
        self._closed.set()

    def _hear(self) -> None:
        while not self._closed.wait(0.5):
            try:
                heard = self._word.get(timeout=5)
            except Exception:  # noqa: BLE001 - whatever broke, there is no word; patience decides
                continue
            if heard["beat"] != self._heard["beat"]:
                self._heard_at = time.monotonic()
            self._heard = heard
            if "drop" in heard:
                self._word.delete()
                return


def run_on_worker(task: Task, topic: str, identity: str, word: str, patience_seconds: float) -> dict[str, Any]:
    """Run a command inside a worker of ``distributed``; ``identity`` names the attempt in what is told."""
    from distributed import Variable, get_client, get_worker

    worker = get_worker()
    spoken = Variable(word, client=get_client())  # type: ignore[no-untyped-call]
    line = WordLine(worker, spoken, topic, identity, patience_seconds)
    line.tell({"event": "started", "worker": worker.address})
    try:
        return run(task, line)
    finally:
        line.close()
