"""Does a recorded plan keep the contract? An independent answer, sharing no code with whatever made the plan.

Every rule, yuan and expected job of the contract's sections 2 and 4 is derived a second time here, from the instance
and the record alone; the package imports nothing of the planner but its domain types.
"""

from planner.checker.check import check_plan
from planner.checker.register import RULES, Rule
from planner.checker.report import CheckReport, Violation, format_report

__all__ = ["RULES", "CheckReport", "Rule", "Violation", "check_plan", "format_report"]
