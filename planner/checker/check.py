"""Check a whole plan: read the record, lay it beside the instance, apply every rule of the register."""

from __future__ import annotations

from collections.abc import Mapping

from planner.checker import rules  # noqa: F401  (importing the rules fills the register)
from planner.checker.audit import Audit
from planner.checker.record import read_record
from planner.checker.register import RULES
from planner.checker.report import CheckReport
from planner.domain.instance import Instance


def check_plan(instance: Instance, record: Mapping[str, object]) -> CheckReport:
    """Re-derive every rule, yuan and expected job of a plan from its instance.

    Parameters
    ----------
    instance
        The planning problem, already free of faults.
    record
        The parsed plan.json (contract, section 4), which may be wrong in any way: a malformed part is a violation,
        never an exception.

    Returns
    -------
    CheckReport
        Every violation in the order of the register, and the checker's own value, jobs (expected jobs, from the
        recorded placements) and cost (cents). Best possible placements are not looked for.
    """
    audit = Audit(instance, read_record(record))
    violations = tuple(violation for rule in RULES.values() for violation in rule.violations(audit))
    sessions = len(audit.record.sessions) if audit.record.has_timetable else None
    return CheckReport(
        violations, audit.value, audit.linked_jobs, audit.unlinked_jobs, audit.total_cost_cents, sessions
    )
