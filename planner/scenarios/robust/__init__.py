"""What a plan is worth when the year goes otherwise than hoped: drawn conditions, named shocks, and plans that hedge.

:mod:`.uncertainty` says what is drawn and from where, :mod:`.linking` links jobs to vacancies in many draws at once,
:mod:`.draws` and :mod:`.valuation` value a plan, :mod:`.cautious` looks for the plan whose bad years are best,
:mod:`.shocks` and :mod:`.hedging` for the plan that stands the worst named shock best. Method, sources and what is
proved: docs/scenarios.md.
"""
