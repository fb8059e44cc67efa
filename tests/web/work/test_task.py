"""A command in its room: what goes in, what comes out, how it is stopped, and that nothing is left of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from web.work import task as task_module
from web.work.task import Task

PATIENCE_SECONDS = 30.0
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are ended by signals here")


@dataclass
class TestLine:
    """A line on which a test listens and speaks."""

    __test__ = False
    told: list[dict[str, Any]] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    drop: threading.Event = field(default_factory=threading.Event)
    first: threading.Event = field(default_factory=threading.Event)

    def tell(self, event: dict[str, Any]) -> None:
        self.told.append(event)
        self.first.set()

    def stop_asked(self) -> bool:
        return self.stop.is_set()

    def abandoned(self) -> bool:
        return self.drop.is_set()


def a_task(tmp_path: Path, code: str, **changes: Any) -> Task:
    """A task whose "planner" runs some lines of Python in its room; ``tell`` prints an event."""
    prelude = "import json, os, sys, time\ndef tell(**event): print(json.dumps(event), flush=True)\n"
    task: dict[str, Any] = {
        "planner": [sys.executable, "-S", "-c", prelude + textwrap.dedent(code)],
        "words": [],
        "inputs": {},
        "outputs": [],
        "most_seconds": 20.0,
        "stopping_seconds": 5.0,
        "stop": "stop",
        "memory_bytes": 0,
        "rooms": str(tmp_path),
    }
    return task | changes  # type: ignore[return-value]


def run(task: Task, line: TestLine | None = None) -> dict[str, Any]:
    return task_module.run(task, line or TestLine())


def wait_until(true: Any) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_files_go_in_and_come_out_by_their_paths_and_the_room_is_gone(tmp_path: Path) -> None:
    code = "open('out/b', 'w').write(open('in/甲.txt').read()); open('c', 'w').write('3'); open('d', 'w')"
    outcome = run(a_task(tmp_path, code, inputs={"in/甲.txt": b"7"}, outputs=["out/", "c", "missing"]))
    assert outcome["files"] == {"out/b": b"7", "c": b"3"}
    assert outcome["exit_code"] == 0 and not outcome["stopped"] and not outcome["overdue"]
    assert list(tmp_path.iterdir()) == []


def test_progress_is_passed_on_closing_events_are_kept_and_all_else_is_the_output(tmp_path: Path) -> None:
    line = TestLine()
    code = """
        print('a library says hello')
        tell(event='progress', seconds=1)
        tell(event='done', exit=3)
        tell(summary={})
        print('oh', file=sys.stderr)
        sys.exit(3)
    """
    outcome = run(a_task(tmp_path, code), line)
    assert line.told == [{"event": "progress", "seconds": 1}]
    assert outcome["last_words"] == ({"event": "done", "exit": 3},)
    assert outcome["standard_output"] == b'a library says hello\n{"summary": {}}\n'
    assert outcome["error_output"] == b"oh\n" and outcome["exit_code"] == 3


UNTIL_STOPPED = """
    tell(event='progress', seconds=0)
    while not os.path.exists('stop'): time.sleep(0.02)
    open('best', 'w').write('plan')
"""


def test_a_planner_that_is_asked_to_stop_hands_in_what_it_has(tmp_path: Path) -> None:
    line = TestLine()
    threading.Thread(target=lambda: line.first.wait() and line.stop.set()).start()
    outcome = run(a_task(tmp_path, UNTIL_STOPPED, outputs=["best"]), line)
    assert outcome["stopped"] and not outcome["overdue"] and outcome["files"] == {"best": b"plan"}


def test_a_planner_over_its_time_is_asked_to_stop_first(tmp_path: Path) -> None:
    outcome = run(a_task(tmp_path, UNTIL_STOPPED, outputs=["best"], most_seconds=0.2))
    assert not outcome["stopped"] and not outcome["overdue"] and outcome["files"] == {"best": b"plan"}


@pytest.mark.parametrize("changes", [{"stopping_seconds": 0.2}, {"stop": ""}])
def test_a_planner_that_does_not_stop_is_ended_with_its_children(tmp_path: Path, changes: dict[str, Any]) -> None:
    code = """
        import subprocess
        child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)'])
        tell(event='progress', seconds=child.pid)
        time.sleep(60)
    """
    line = TestLine()
    outcome = run(a_task(tmp_path, code, most_seconds=1.0, **changes), line)
    assert outcome["overdue"] and outcome["exit_code"] is None
    wait_until(lambda: ended(int(line.told[0]["seconds"])))


def test_nobody_waiting_any_more_ends_a_planner(tmp_path: Path) -> None:
    line = TestLine()
    threading.Thread(target=lambda: line.first.wait() and line.drop.set()).start()
    assert run(a_task(tmp_path, UNTIL_STOPPED), line)["exit_code"] is None


def test_a_planner_killed_by_somebody_else_is_told_from_one_that_we_ended(tmp_path: Path) -> None:
    outcome = run(a_task(tmp_path, "os.kill(os.getpid(), 9)"))
    assert outcome["exit_code"] is None and not outcome["overdue"]


def test_a_planner_that_crashes_has_its_exit_code(tmp_path: Path) -> None:
    assert run(a_task(tmp_path, "os.abort()"))["exit_code"] == -signal.SIGABRT


def test_an_upload_is_never_taken_for_a_module_of_the_planner(tmp_path: Path) -> None:
    trap = b"open('trapped', 'w'); raise SystemExit(9)"
    inputs = {f"{name}.py": trap for name in ("click", "numpy", "sitecustomize", "planner")}
    outcome = run(a_task(tmp_path, "", planner=[], words=["--help"], inputs=inputs, outputs=["trapped"]))
    assert outcome["exit_code"] == 0 and outcome["files"] == {}


@pytest.mark.skipif(sys.platform != "linux", reason="kept on Linux only")
def test_a_planner_gets_no_more_memory_than_allowed(tmp_path: Path) -> None:
    outcome = run(a_task(tmp_path, "time.sleep(0.3); bytearray(10**9)", memory_bytes=500_000_000))
    assert outcome["exit_code"] == 1 and b"MemoryError" in outcome["error_output"]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_planner_and_its_room_do_not_outlive_their_worker(tmp_path: Path, number: int) -> None:
    worker = """
        import json, sys
        from web.work.task import run
        class Line:
            def tell(self, event): print(event["seconds"], flush=True)
            def stop_asked(self): return False
            def abandoned(self): return False
        run(json.loads(sys.argv[1]) | {"inputs": {"台账": b"secret"}}, Line())
    """
    rooms = tmp_path / "rooms"
    rooms.mkdir()
    code = """
        import subprocess
        child = subprocess.Popen([sys.executable, '-S', '-c', 'import time; time.sleep(60)'])
        tell(event='progress', seconds=[os.getpid(), child.pid])
        time.sleep(60)
    """
    task = {name: value for name, value in a_task(rooms, code).items() if name != "inputs"}
    words = [sys.executable, "-c", textwrap.dedent(worker), json.dumps(task)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=Path(__file__).parents[3])
    assert process.stdout is not None
    with process.stdout:
        pids = json.loads(process.stdout.readline())
        assert list(rooms.iterdir())
        process.send_signal(number)
        process.wait()
    wait_until(lambda: all(map(ended, pids)) and not list(rooms.iterdir()))


def ended(pid: int) -> bool:
    """Whether a process is gone, or dead and waiting for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except FileNotFoundError:
        return not alive(pid)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return not Path("/proc/self").exists()
