"""What planners decided on classes of a plan, and the next version that is planned from it.

A decision belongs to a version and waits there. Planning again makes a new version of the decisions on the old one and
of those it was made with itself; the old version is never touched.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import select

from web.data_folder import JobFolder
from web.jobs import Job
from web.result import read_plan
from web.result_class import Option, option_of
from web.store.database import Database
from web.store.models import AccountRow, DecisionRow

LONGEST_NOTE = 200
TOLERANCES = (0.0, 0.001, 0.005, 0.02)
"""Shares of the value that may be given up to change less, as they are offered."""

USUAL_TOLERANCE = 0.001


class Frozen(Exception):
    """The version is final and takes no decisions."""


class DecisionKind(StrEnum):
    """What was decided on a class."""

    LOCK = "lock"
    FORBID = "forbid"


_SHEET_WORDS = {DecisionKind.LOCK: "必须开", DecisionKind.FORBID: "禁止"}
"""The planner's words (sheet 固定班)."""

_KINDS = {word: kind for kind, word in _SHEET_WORDS.items()}


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision on the class of a version; ``option`` is what the planner is told.

    ``by`` and ``at`` (seconds since the epoch, 0: not known) say whose it is and since when.
    """

    kind: DecisionKind
    option: Option
    note: str
    class_id: str = ""
    by: str = ""
    at: float = 0.0


def decisions_of(database: Database, job: Job, folder: JobFolder) -> dict[str, Decision]:
    """Return the decisions that wait at a version, by class id; those on classes the plan lacks are passed over."""
    with database.reading() as session:
        query = select(DecisionRow, AccountRow.name).outerjoin(AccountRow, DecisionRow.created_by == AccountRow.id)
        rows = session.execute(query.where(DecisionRow.job_id == job.id).order_by(DecisionRow.class_id)).all()
    if not rows:
        return {}
    options = {str(record["id"]): option_of(record) for record in read_plan(folder)["classes"]}
    return {
        row.class_id: Decision(
            DecisionKind(row.kind), options[row.class_id], row.note, row.class_id, name or "", row.created_at
        )
        for row, name in rows
        if row.class_id in options
    }


def decide(
    database: Database, job: Job, class_id: str, kind: DecisionKind | None, note: str, account_id: str | None
) -> None:
    """Write down a decision on a class in place of the one there was; None takes it back.

    Raises
    ------
    Frozen
        The version is final.
    """
    if job.published:
        raise Frozen
    with database.writing() as session:
        row = session.scalar(select(DecisionRow).where(DecisionRow.job_id == job.id, DecisionRow.class_id == class_id))
        if kind is None:
            if row is not None:
                session.delete(row)
        elif row is None:
            session.add(
                DecisionRow(
                    bureau_id=job.bureau_id,
                    job_id=job.id,
                    class_id=class_id,
                    kind=str(kind),
                    note=note[:LONGEST_NOTE],
                    created_by=account_id,
                )
            )
        else:
            row.kind, row.note = str(kind), note[:LONGEST_NOTE]
            row.created_by, row.created_at = account_id, time.time()


def carried_decisions(folder: JobFolder) -> tuple[Decision, ...]:
    """Return the decisions that a version was planned with; none for a plan from nothing."""
    try:
        entries = json.loads(folder.decisions.read_text(encoding="utf-8"))["decisions"]
        carried = [_carried(entry) for entry in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return ()
    whose = _whose(folder)
    if len(whose) != len(carried):
        return tuple(carried)
    return tuple(replace(one, by=by, at=at) for one, (by, at) in zip(carried, whose, strict=True))


def _carried(entry: Mapping[str, Any]) -> Decision:
    note, class_id = (str(entry.get(key) or "") for key in ("note", "class"))
    return Decision(_KINDS[entry["kind"]], option_of(entry), note, class_id)


def _whose(folder: JobFolder) -> list[tuple[str, float]]:
    """Return whose the decisions are and since when, in their order; none for a version of before that was kept."""
    try:
        entries = json.loads(_whose_file(folder).read_text(encoding="utf-8"))
        return [(str(one["by"]), float(one["at"])) for one in entries]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _whose_file(folder: JobFolder) -> Path:
    """Beside the decisions, not in them: the planner takes no more than it needs."""
    return folder.decisions.with_name("decided.json")


def contradictions(decisions: Sequence[Decision]) -> list[Option]:
    """Return the options that are locked and forbidden at once, each for another of several classes alike."""
    locked = {one.option for one in decisions if one.kind is DecisionKind.LOCK}
    return sorted(locked & {one.option for one in decisions if one.kind is DecisionKind.FORBID})


def joined(carried: Sequence[Decision], new: Sequence[Decision]) -> list[Decision]:
    """Return what the next version is planned with: a new word on an option takes the place of an old one."""
    options = {one.option for one in new}
    return [*(one for one in carried if one.option not in options), *new]


def lay_down_decisions(plan: Path, target: JobFolder, decisions: Sequence[Decision]) -> None:
    """Lay decisions and the plan to be kept to (a ``plan.json``) into the folder of the next version."""
    target.root.mkdir(parents=True, exist_ok=True)
    entries = [
        dict(zip(("course", "provider", "venue", "form", "start_week"), one.option, strict=True))
        | {"kind": _SHEET_WORDS[one.kind], "note": one.note, "class": one.class_id}
        for one in decisions
    ]
    text = json.dumps({"decisions": entries}, ensure_ascii=False, indent=1)
    target.decisions.write_text(text, encoding="utf-8")
    whose = json.dumps([{"by": one.by, "at": one.at} for one in decisions], ensure_ascii=False)
    _whose_file(target).write_text(whose, encoding="utf-8")
    shutil.copyfile(plan, target.kept_plan)
