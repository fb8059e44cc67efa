"""How the process of the command line ends: with its exit code and all its words, whatever is still at work."""

from __future__ import annotations

import subprocess
import sys

import pytest

PLAY = """
import atexit, os, sys, threading
import planner.__main__ as command
from planner.engine.aside import Aside

def main():
    {work}
    print("written")
    sys.exit({code})

atexit.register(os.abort)  # stands for a library that fails while the interpreter is taken down
command.main = main
command.run()
"""


def play(work: str, code: int) -> subprocess.CompletedProcess[str]:
    """Run a command line that does this work in a process of its own."""
    script = PLAY.format(work=work, code=code)
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.parametrize("code", [0, 3])
def test_a_solve_left_behind_does_not_spoil_the_end(code: int) -> None:
    """The exit code is the verb's own and what was said has arrived; the interpreter is not taken down around it."""
    ended = play("Aside(threading.Event().wait)", code)
    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (code, "written", "")


def test_with_nothing_left_behind_the_interpreter_ends_as_usual() -> None:
    """What is registered for the end is done: here, it fails."""
    assert play("pass", 0).returncode not in (0, 3)
