"""What the planner's answers mean: summaries, faults, and nothing that can be understood."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from web.work.errand import Outcome


@dataclass(frozen=True, slots=True)
class Examination:
    """What ``planner inspect`` found: a summary, or faults, or neither and why (a word of the failures)."""

    summary: dict[str, Any] | None = None
    faults: tuple[dict[str, str], ...] = ()
    failure: str = ""


def read_examination(outcome: Outcome) -> Examination:
    """Understand the answer about a workbook."""
    if outcome.overdue:
        return Examination(failure="examination_timeout")
    answer = read_object(outcome.standard_output)
    if outcome.exit_code == 0 and answer is not None and isinstance(answer.get("summary"), dict):
        summary = answer["summary"]
        if "weeks" in answer:
            summary = summary | {"weeks": answer["weeks"]}
        return Examination(summary=summary)
    if outcome.exit_code == 2 and answer is not None and (faults := read_faults(answer)):
        return Examination(faults=faults)
    return Examination(failure="examination_crashed")


def read_faults(answer: dict[str, Any]) -> tuple[dict[str, str], ...]:
    """Take the faults out of an answer of the planner, every part as text."""
    parts = ("file", "sheet", "cell", "problem", "found", "allowed", "remedy")
    faults = answer.get("faults")
    if not isinstance(faults, list):
        return ()
    return tuple({part: str(fault.get(part) or "") for part in parts} for fault in faults if isinstance(fault, dict))


def read_object(text: bytes) -> dict[str, Any] | None:
    """Return the JSON object of a text, None when it is none."""
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def log_of(outcome: Outcome, *, crashed: bool) -> bytes:
    """Return what the planner wrote to its error stream; after a crash also its last events and its exit code."""
    if not crashed:
        return outcome.error_output
    last = "".join(f"{json.dumps(event, ensure_ascii=False)}\n" for event in outcome.last_words)
    return outcome.error_output + f"{last}exit code {outcome.exit_code}\n".encode()
