"""Why a plan is as it is, answered from proof: baselines, reasons, worths, prices of rules, clashes, differences.

Each module answers one question of a leader (docs/explanations.md); :mod:`planner.export.explanation` prints them.
"""
