"""Scenarios: named changes to a county, what each yields beside the base, and what more or less money buys.

:mod:`.changes` says what can be changed, :mod:`.sheet` reads and writes SCENARIOS.xlsx, :mod:`.solving` plans the
scenarios one after another, :mod:`.bounds` carries a proof from one budget to another, :mod:`.curve`,
:mod:`.least` and :mod:`.additions` answer what money buys. Theory and measurements: docs/scenarios.md.
"""
