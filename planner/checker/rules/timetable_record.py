"""Rules on the timetable as a whole: no class forgotten, its own figures possible (contract, section 3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from planner.checker.audit import Audit
from planner.checker.register import Breach, rule
from planner.domain.plan import Unplaced

INSPECTION_RULES = frozenset({"inspection-missing", "inspection-load"})


@rule("timetable-complete", "每个班都有课程表，或列为排不进去；排不进去的班没有课次、考试和督查。")
def is_timetable_complete(audit: Audit) -> Iterator[Breach]:
    """Section 3 and contract notes, 26: every class has sessions unless timetable.unplaced lists it."""
    plan = audit.record
    if not plan.has_timetable:
        return
    sessions = Counter(session.class_id for session in plan.sessions)
    exams = Counter(exam.class_id for exam in plan.exams)
    visits = Counter(visit.class_id for visit in plan.inspections)
    unplaced = Counter(entry.class_id for entry in plan.unplaced)
    unvisited = {entry.class_id for entry in plan.unplaced if is_only_unvisited(entry)}
    for class_id in dict.fromkeys(entry.id for entry in plan.classes):
        where = f"班级 {class_id}"
        found = sessions[class_id], exams[class_id], visits[class_id]
        if class_id in unvisited and visits[class_id]:
            yield where, f"列为排不上督查，却有 {visits[class_id]} 次督查"
        elif unplaced[class_id] and class_id not in unvisited and any(found):
            yield where, f"列为排不进去，却有 {found[0]} 个课次、{found[1]} 次考试、{found[2]} 次督查，应都没有"
        elif (not unplaced[class_id] or class_id in unvisited) and not sessions[class_id]:
            yield where, "没有课程表，也没有列为排不进去（timetable.unplaced）"
    for class_id, times in unplaced.items():
        if times > 1:
            yield f"班级 {class_id}", f"列为排不进去 {times} 次，应只列一次"


def is_only_unvisited(entry: Unplaced) -> bool:
    """Whether a class has its days and only lacks an inspector: it is unplaced by the rules of inspections alone."""
    return bool(entry.rules) and INSPECTION_RULES.issuperset(entry.rules)


@rule("timetable-figures", "课程表的代价不低于它的下界，下界不为负；方案与课程表至少商量一轮。")
def are_timetable_figures_possible(audit: Audit) -> Iterator[Breach]:
    """Our own key timetable: cost ≥ bound ≥ 0, rounds ≥ 1."""
    outcome = audit.record.timetable
    if outcome is None:
        return
    if outcome.bound < 0:
        yield "timetable.bound", f"下界为 {outcome.bound}，代价不会为负，下界也不应为负"
    if outcome.cost < outcome.bound:
        yield "timetable.cost", f"代价 {outcome.cost} 低于下界 {outcome.bound}"
    if outcome.rounds < 1:
        yield "timetable.rounds", f"轮数为 {outcome.rounds}，至少为 1"
