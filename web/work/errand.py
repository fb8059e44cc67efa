"""What an errand is: a planner command with its files, and what came of it. Workers need nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Command:
    """One run of the planner.

    ``words`` follow ``planner``; a word that names a file is its path inside the errand's room (``inputs`` are laid
    down there first, the paths in ``outputs``, files or folders, are taken from there afterwards). ``STOP`` is the path
    of the file whose existence asks the planner to finish.
    """

    words: tuple[str, ...]
    inputs: dict[str, Path] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    most_seconds: float = 600.0
    stopping_seconds: float = 60.0


STOP = "stop"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the planner ended: its exit code (None: it was ended from outside), its closing events, and its files."""

    exit_code: int | None
    last_words: tuple[dict[str, Any], ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    standard_output: bytes = b""
    error_output: bytes = b""
    overdue: bool = False
