"""What a workbook was understood as, for the ``inspect`` verb and the web form."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import Any

from planner.cli.learning import quality_lines
from planner.cli.overview import targets_asked
from planner.conversion.quality import provider_qualities
from planner.domain.instance import Instance
from planner.model import weeks as timeline
from planner.workbook.read import ReadResult


def inspection(read: ReadResult, with_weeks: bool) -> dict[str, Any]:
    """Key figures, notes and assumptions of a workbook; with ``with_weeks`` farming, working days, places, targets."""
    instance = read.instance
    total = sum(fund.amount_cents for fund in instance.funds)
    found: dict[str, Any] = {
        "ok": True,
        "summary": {
            "counties": sorted({township.county for township in instance.townships} - {""}),
            "townships": len(instance.townships),
            "cohorts": len(instance.cohorts),
            "persons": sum(cohort.persons for cohort in instance.cohorts),
            "demand_persons": sum(demand.persons for demand in instance.demand),
            "courses": len(instance.courses),
            "providers": len(instance.providers),
            "plan_start": instance.settings.plan_start.isoformat(),
            "weeks": instance.settings.weeks,
            "objective": instance.settings.objective.value,
            "busy_ban": instance.settings.busy_ban,
            "busy_ban_part_time": instance.settings.busy_ban_part_time,
            "funds": [{"name": fund.name, "amount": f"{fund.amount_cents / 100:.2f}"} for fund in instance.funds],
            "total_funds": f"{total / 100:.2f}",
            "notes": list(read.notes),
            "assumptions": list(instance.assumptions),
        },
    }
    qualities = provider_qualities(instance)
    if qualities:
        found["quality"] = [asdict(one) for one in qualities]
        found["quality_lines"] = quality_lines(qualities)
    if with_weeks:
        names = timeline.calendar_names(instance)
        busy = timeline.busy_indices(instance)
        working = timeline.working_days(instance)
        found["weeks"] = [
            {"monday": monday.isoformat(), "working_days": int(working[w]),
             "busy": {name: round(float(busy[i, w]), 4) for i, name in enumerate(names) if name}}
            for w, monday in enumerate(timeline.mondays(instance))
        ]
        found["summary"]["places"] = _places(instance)
        found["summary"]["targets"] = targets_asked(instance)
    return found


def facts(read: ReadResult) -> dict[str, Any]:
    """What pages show of a workbook beside the plan made from it: the summary with its weeks and places."""
    found = inspection(read, with_weeks=True)
    return {**found["summary"], "weeks": found["weeks"]}


def _places(instance: Instance) -> dict[str, Any]:
    """Where townships and venues lie, how many people there are and how many wishes they have (in heads)."""
    persons, wishes = Counter[str](), Counter[str]()
    for cohort in instance.cohorts:
        persons[cohort.township] += cohort.persons
    for demand in instance.demand:
        wishes[demand.township] += demand.persons
    return {
        "townships": [
            {"name": one.name, "county": one.county, "calendar": one.calendar, "lon": one.lon, "lat": one.lat,
             "persons": persons[one.name], "wishes": wishes[one.name]}
            for one in instance.townships
        ],
        "venues": [
            {"name": one.name, "township": one.township, "rooms": one.rooms, "seats": one.seats}
            for one in instance.venues
        ],
    }  # fmt: skip


def inspection_lines(found: dict[str, Any]) -> list[str]:
    """The same in Chinese sentences."""
    summary = found["summary"]
    lines = [
        f"读到 {summary['townships']} 个乡镇、{summary['cohorts']} 个人群（{summary['persons']:,} 人可参训，愿意 "
        f"{summary['demand_persons']:,} 人次）、{summary['courses']} 门课程、{summary['providers']} 家机构。",
        f"计划自 {summary['plan_start']} 起 {summary['weeks']} 周；资金合计 {float(summary['total_funds']):,.2f} 元。",
    ]
    lines += [f"说明：{note}" for note in summary["notes"]]
    lines += [f"默认：{assumption}" for assumption in summary["assumptions"]]
    return [*lines, *found.get("quality_lines", [])]
