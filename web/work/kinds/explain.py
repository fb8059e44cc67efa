"""Explains a finished plan, or one of its classes: what the planner wrote is kept beside the plan."""

from __future__ import annotations

import logging

from web.jobs import JobState
from web.result_explained import RECORD, class_record, explanation_folder
from web.work.answers import read_faults
from web.work.errand import STOP, Command, Outcome
from web.work.kinds import ErrandFailed, Kind, Work, lay_down, lay_file, planned_workbook

_log = logging.getLogger(__name__)
_OUT = "out/"
_MOST_SECONDS, _MOST_SECONDS_OF_A_CLASS = 3600.0, 900.0
"""After these the planner is asked to stop; it writes the parts that are finished."""


def prepare(work: Work) -> Command | None:
    """Ask the planner why the plan is as it is; nothing when there is no plan."""
    plan = work.folder.output / "plan.json"
    if work.job.state is not JobState.DONE or not plan.is_file():
        return None
    workbook = planned_workbook(work.job, work.folder)
    name = f"in/{workbook.name}"
    words = ["explain", name, "plan.json", "--out", _OUT.rstrip("/"), "--stop-file", STOP, "--progress", "json"]
    inputs = {name: workbook, "plan.json": plan}
    class_id = str(work.parameters.get("class", ""))
    if class_id:
        words += ["--class", class_id]
    elif work.folder.kept_plan.is_file():
        words += ["--against", work.folder.kept_plan.name]
        inputs[work.folder.kept_plan.name] = work.folder.kept_plan
    most_seconds = _MOST_SECONDS_OF_A_CLASS if class_id else _MOST_SECONDS
    return Command(tuple(words), inputs, (_OUT,), most_seconds, work.limits.stopping_seconds)


def conclude(work: Work, outcome: Outcome) -> Command | None:
    """Keep what was found out, or say why there is nothing."""
    record = outcome.files.get(f"{_OUT}{RECORD}")
    # A planner whose solver library fails while it is closed has told "done" before.
    if record is not None and "done" in outcome.told:
        class_id = str(work.parameters.get("class", ""))
        if class_id:
            lay_file(class_record(work.folder, class_id), record)
        else:
            lay_down(explanation_folder(work.folder), outcome.files, within=_OUT)
        return None
    if faults := read_faults(outcome.told.get("faults", {})):
        raise ErrandFailed("explain_refused", "\n".join(f"{one['problem']}。{one['remedy']}" for one in faults))
    if sentence := outcome.told.get("no_plan", {}).get("sentence"):
        raise ErrandFailed("explain_refused", str(sentence))
    if outcome.overdue:
        raise ErrandFailed("explain_overdue")
    error = outcome.error_output[-2000:].decode(errors="replace")
    _log.error("explaining job %s: exit code %s\n%s", work.job.id, outcome.exit_code, error)
    raise ErrandFailed("explain_crashed")


KIND = Kind(prepare, conclude)
