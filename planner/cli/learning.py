"""The ``learn`` verb: new results into sheet 历史 of a workbook, and what they change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from planner.conversion.estimate import cell_of
from planner.conversion.ledger import Learnt, append_history, read_ledger
from planner.conversion.ledger import write_quality as write_quality_cells
from planner.conversion.quality import Quality, provider_qualities
from planner.conversion.rates import INTERVAL_SHARE, RateTable
from planner.domain.instance import Instance
from planner.domain.rate import Source
from planner.errors import BadInput, Fault
from planner.workbook.read import read_workbook

MOST_LINES = 20


def learn(workbook: Path, ledger: Path, out: Path, *, write_quality: bool = False) -> list[str]:
    """Write ``workbook`` with the ledger's results in 历史 to ``out``; Chinese sentences on what changed.

    With ``write_quality`` also the suggested 质量系数 of providers, where the workbook gives none.

    Raises
    ------
    BadInput
        Either file cannot be read, a cell of the ledger is wrong, or ``out`` is one of the inputs.
    """
    if out.resolve() in (workbook.resolve(), ledger.resolve()):
        raise BadInput([Fault(out.name, "", "", "不能覆盖原来的文件", str(out), "另一个文件名", "用 --out 另存")])
    before = read_workbook(workbook).instance
    learnt = read_ledger(ledger, before)
    append_history(workbook, learnt.rows, out)
    after = read_workbook(out).instance
    lines = [*_read_lines(learnt, out), *_moved_lines(before, after), *_doubts(after)]
    qualities = provider_qualities(after)
    lines += quality_lines(qualities)
    if not qualities:
        return lines
    if not write_quality:
        return [*lines, "  没有写入工作簿；要写入“质量系数”空着的机构，请加 --quality"]
    kept = write_quality_cells(out, {one.provider: one.factor for one in qualities})
    if len(kept) < len(qualities):
        lines.append("  已写入“质量系数”空着的机构，保留两位小数")
    return [*lines, *([f"  已填有质量系数，保留原值：{'、'.join(kept)}"] if kept else [])]


def quality_lines(qualities: Sequence[Quality]) -> list[str]:
    """Say how providers' people fare against those of the same courses; a suggestion, not planned with."""
    if not qualities:
        return []
    lines = ["机构质量系数（由历史推算，仅供参考，规划不采用；1 = 与同课程的各机构相当）："]
    for one in sorted(qualities, key=lambda one: (-one.factor, one.provider)):
        doubt = "" if one.differs else "，与 1 没有明显差别"
        lines.append(
            f"  {one.provider} {one.factor:.2f}（十次有八次在 {one.low:.2f} 至 {one.high:.2f} 之间；"
            f"{one.people:,} 人，就业 {one.employed:,}，按同课程应有 {one.expected:,.0f}{doubt}）"
        )
    more = len(qualities) - MOST_LINES
    return [*lines[: MOST_LINES + 1], *([f"  另有 {more} 家未列出"] if more > 0 else [])]


def _read_lines(learnt: Learnt, out: Path) -> list[str]:
    trained, employed = sum(row.trained for row in learnt.rows), sum(row.employed for row in learnt.rows)
    share = f"，三个月就业 {employed:,} 人（{employed / trained:.1%}）" if trained else ""
    lines = [f"载入 {len(learnt.rows)} 行，参训 {trained:,} 人{share}；已写出 {out}"]
    if len(learnt.months) > 1:
        words = "、".join(f"{month} 个月 {done / people:.1%}（{people:,} 人）" for month, people, done in learnt.months)
        lines.append(f"就业随时间：{words}")
    return lines + [f"说明：{note}" for note in learnt.notes]


def _moved_lines(before: Instance, after: Instance) -> list[str]:
    old, new = RateTable(before), RateTable(after)
    moved = []
    for course in after.courses:
        for band in after.age_bands:
            if course.age_bands is not None and band.name not in course.age_bands:
                continue
            group = after.groups[0]
            was, now = old.gross(course, band, group), new.gross(course, band, group)
            if now.source is not Source.GIVEN and abs(now.value - was.value) >= 0.0005:
                words = f"  {course.name} {band.name}：{was.value:.1%} → {now.value:.1%}"
                moved.append((-abs(now.value - was.value), f"{words}（{now.basis} {now.people} 人）"))
    lines = [line for _, line in sorted(moved)]
    if not lines:
        return ["没有就业率因此改变（工作簿给定的就业率不随历史改变）"]
    more = [f"  另有 {len(lines) - MOST_LINES} 项未列出"] if len(lines) > MOST_LINES else []
    title = f"改变了 {len(lines)} 个课程×年龄段的毛就业率（以{after.groups[0].name}为例）："
    return [title, *lines[:MOST_LINES], *more]


def _doubts(after: Instance) -> list[str]:
    """Given rates that past classes of the same course and age band speak against."""
    table, doubts = RateTable(after), []
    for course in after.courses:
        for band in after.age_bands:
            cell = cell_of(course, band.name)
            length, people = table.past.people_behind(cell)
            given = table.gross(course, band, after.groups[0])
            if given.source is not Source.GIVEN or length < len(cell):
                continue
            low, high = table.past.hierarchy.posterior(cell).interval(INTERVAL_SHARE)
            if not low <= given.value <= high:
                doubts.append(f"请核对：{course.name} {band.name} 给定 {given.value:.1%}，"
                              f"历史 {people} 人推算在 {low:.1%} 至 {high:.1%} 之间")
    return doubts[:MOST_LINES]
