"""Planning again after a person has decided on classes of a plan: locks, and the least change.

``decisions`` reads what was decided and turns it into rows of the workbook's sheet 固定班; ``least_change`` chooses,
among plans as good within a stated tolerance, one that keeps the most classes of the earlier plan. docs/replanning.md.
"""
