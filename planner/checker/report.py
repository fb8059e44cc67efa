"""What a check of a plan says: the violations found and the figures re-derived from workbook and plan."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of one rule.

    ``rule`` is the rule's stable key (see :mod:`planner.checker.register`), ``where`` names the class, cohort, fund
    or field concerned, ``message`` is a Chinese sentence with the value found and what is allowed.
    """

    rule: str
    where: str
    message: str

    def __str__(self) -> str:
        return f"[{self.rule}] {self.where}：{self.message}"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Result of a check: every violation, and the checker's own figures from the recorded classes and placements.

    ``value`` (linked jobs + factor × unlinked jobs − penalties), ``linked_jobs`` and ``unlinked_jobs`` are expected
    jobs, ``total_cost_cents`` is money in cents. Classes with unknown names are left out of the figures. ``sessions``
    counts the sessions of the timetable, ``None`` when the plan has none and no rule of section 3 was applied.
    """

    violations: tuple[Violation, ...]
    value: float
    linked_jobs: float
    unlinked_jobs: float
    total_cost_cents: int
    sessions: int | None = None

    @property
    def passed(self) -> bool:
        """True when no rule is broken."""
        return not self.violations


def format_report(report: CheckReport) -> str:
    """Write a report as the command line prints it: “通过” with the figures, or one numbered line per violation."""
    figures = (
        f"复算结果：方案值 {report.value:.6f}，有岗就业 {report.linked_jobs:.6f}，无岗就业 {report.unlinked_jobs:.6f}，"
        f"总费用 {report.total_cost_cents // 100}.{report.total_cost_cents % 100:02d} 元"
    )
    if report.sessions is None:
        figures += "\n课程表：方案没有课程表，未核对"
    else:
        figures += f"\n课程表：核对了 {report.sessions:,} 个课次"
    if report.passed:
        return f"通过\n{figures}"
    lines = [f"未通过，共 {len(report.violations)} 处违规："]
    lines += [f"{number}. {violation}" for number, violation in enumerate(report.violations, start=1)]
    # JSON may hold halves of surrogate pairs, which no terminal or file takes.
    return "\n".join([*lines, figures]).encode("utf-8", "replace").decode("utf-8")
