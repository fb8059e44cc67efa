"""Working out a comparison of a finished plan: scenarios and budgets, more money, or the changes from another plan."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from planner.scenarios.sheet import SCENARIO_SHEET
from planner.workbook.cells import normalised
from web.compare_asking import EFFORTS, Asked, Topic
from web.compare_kept import PLANS, Kept, kept_comparison
from web.work.answers import log_of, read_faults
from web.work.errand import STOP, Command, Outcome
from web.work.kinds import ErrandFailed, Kind, Work, lay_down, lay_file, planned_workbook

_OUT = "out/"
_PLANS_SECONDS = 600.0
_UNCERTAIN = {
    "years": ["--robust"], "cautious": ["--cautious", "0.1"], "shocks": ["--shocks"],
    "alternatives": ["--alternatives", "3"],
}  # fmt: skip
_COMPARED_FILES = ("out/compare.json", "out/情景对比表.xlsx", "out/情景对比表.pdf")
_PLANS_FILES = ("out/difference.json", "out/方案变动表.xlsx")
_SCENARIO_FILES = ("input.xlsx", "plan.json")
"""What is kept: the papers, and of each scenario what a version of its own is made of. The plans behind curves, fronts
and other questions, dozens of them, are not.
"""


def prepare(work: Work) -> Command | None:
    """Say what the planner is to do; nothing when the comparison was deleted or is there."""
    kept = _kept(work)
    if kept is None or kept.answered:
        return None
    inputs = {"in.xlsx": planned_workbook(work.job, work.folder), "plan.json": work.folder.output / "plan.json"}
    if kept.asked.topic is Topic.PLANS:
        plans = ("difference", "in.xlsx", "plan.json", "other.json", "--out", "out", "--progress", "json")
        return Command(plans, inputs | {"other.json": kept.other}, _PLANS_FILES, _PLANS_SECONDS)
    place, files = scenario_files(sorted(kept.scenarios.glob("*")))
    words = ["compare", "in.xlsx", *place, "--out", _OUT.rstrip("/"), "--approved", "plan.json"]
    words += ["--stop-file", STOP, "--progress", "json", *_questions(kept.asked)]
    most_seconds = EFFORTS[kept.asked.effort][1]
    return Command(tuple(words), inputs | files, _outputs(kept.asked), most_seconds, work.limits.stopping_seconds)


def scenario_files(paths: Sequence[Path]) -> tuple[list[str], dict[str, Path]]:
    """Return where the planner finds the scenarios, and the files to lay there.

    A text table is given as a folder with the sheet of that name in it: alone the planner takes it for no workbook.
    """
    if any(path.suffix.lower() == ".csv" for path in paths):
        return ["scenarios"], {f"scenarios/{SCENARIO_SHEET.name}.csv": path for path in paths}
    files = {f"scenarios/{path.name}": path for path in paths}
    return list(files), files


def _outputs(asked: Asked) -> tuple[str, ...]:
    """What is fetched: papers and scenarios' folders; names that only the user's own file knows are all of them."""
    if asked.uploaded:
        return (_OUT,)
    names = dict.fromkeys(normalised(row[0]) for row in asked.rows)  # as the planner reads them from the sheet
    return (*_COMPARED_FILES, *(f"{_OUT}{name}/" for name in names))


def _questions(asked: Asked) -> list[str]:
    """The planner's options for what was asked."""
    words = ["--effort", f"{EFFORTS[asked.effort][0]:g}"]
    words += ["--budget-curve"] if asked.curve else []
    words += ["--nested"] if asked.nested else []
    for key in asked.uncertain:
        words += _UNCERTAIN[key]
    for option, values in (
        ("--add", asked.added_yuan), ("--jobs", asked.jobs), ("--heads", asked.persons), ("--front", asked.fronts),
    ):  # fmt: skip
        for value in values:
            words += [option, str(value)]
    return words


def conclude(work: Work, outcome: Outcome) -> Command | None:
    """Keep the answer, or what is wrong with the user's own file."""
    kept = _kept(work)
    if kept is None:
        return None
    record = (_PLANS_FILES if kept.asked.topic is Topic.PLANS else _COMPARED_FILES)[0]
    # A planner that was asked to stop, and one whose solver library fails while it is closed, has told "done" before.
    if "done" in outcome.told and record in outcome.files:
        lay_down(kept.answer, _to_keep(outcome.files), within=_OUT)
        return None
    if faults := read_faults(outcome.told.get("faults", {})):
        kept.faults.write_text(json.dumps(faults, ensure_ascii=False), encoding="utf-8")
        raise ErrandFailed("compare_faulty")
    if outcome.overdue:
        raise ErrandFailed("compare_overdue")
    if outcome.stopped:
        raise ErrandFailed("compare_stopped")
    if sentence := outcome.told.get("no_plan", {}).get("sentence"):
        raise ErrandFailed("compare_refused", str(sentence))
    lay_file(kept.folder / "planner.log", log_of(outcome, crashed=True))
    raise ErrandFailed("compare_crashed")


def _to_keep(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The papers under their names, and each scenario's workbook and plan under its place in the record."""
    found = {path: files[path] for path in (*_COMPARED_FILES, *_PLANS_FILES) if path in files}
    scenarios = json.loads(files[_COMPARED_FILES[0]])["scenarios"] if _COMPARED_FILES[0] in files else []
    for number, scenario in enumerate(scenarios):
        sources = {name: f"{_OUT}{scenario['name']}/{name}" for name in _SCENARIO_FILES}
        if number and scenario["plan"] is not None and all(path in files for path in sources.values()):
            found |= {f"{_OUT}{PLANS}/{number}/{name}": files[path] for name, path in sources.items()}
    return found


def _kept(work: Work) -> Kept | None:
    return kept_comparison(work.folder, str(work.parameters.get("comparison", "")))


KIND = Kind(prepare, conclude)
