"""The planning engine: prices and a proved bound, a search for classes, exact head counts, least cost.

:func:`planner.engine.solve.solve_problem` is the short loop that shows the stages; docs/engine.md has the theory.
"""
