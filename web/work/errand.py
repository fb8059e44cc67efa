"""What an errand is: a planner command with its files, and what came of it. Workers need nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

STOP = "stop"
"""Path of the file whose existence asks the planner to finish."""


@dataclass(frozen=True, slots=True)
class Command:
    """One run of the planner.

    ``words`` follow ``planner``; a word that names a file is its path inside the errand's room, with ``/`` between
    folders. ``inputs`` are laid down there first: path in the room to the file on this computer. ``outputs`` are taken
    from there afterwards: a file, or with ``/`` at its end a folder, which is made beforehand; what the planner did not
    write is left out. The planner is asked to stop after ``most_seconds`` and ended ``stopping_seconds`` after it was
    asked, whoever asked; a command without the word ``STOP`` does not know how to stop and is ended at once.
    """

    words: tuple[str, ...]
    inputs: dict[str, Path] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    most_seconds: float = 600.0
    stopping_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the planner ended.

    ``exit_code`` is ``None`` when it was ended from outside: ``overdue`` tells that we did it, because it did not end
    in time. ``words`` are the command's, ``last_words`` the planner's events other than progress, ``files`` its outputs
    by their path in the room, ``standard_output`` what it printed besides events. ``stopped`` tells that somebody asked
    it to stop, and ``number`` how many commands the errand has run so far in this attempt, this one included.
    """

    exit_code: int | None
    words: tuple[str, ...] = ()
    last_words: tuple[dict[str, Any], ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    standard_output: bytes = b""
    error_output: bytes = b""
    overdue: bool = False
    stopped: bool = False
    number: int = 1

    @property
    def told(self) -> dict[str, dict[str, Any]]:
        """The closing events by their name."""
        return {event["event"]: event for event in self.last_words}
