"""Several counties that share money, teams and vacancies: one joint bound, one plan, made county by county.

:func:`planner.engine.decomposition.loop.solve_by_counties` is the short loop; docs/engine.md, section 8.
"""
