"""Other ways to plan the same workbooks, each run in a process of its own by ``python -m benchmarks.peers``.

:mod:`~benchmarks.peers.formulations` states plain integer models, :mod:`~benchmarks.peers.solvers` hands them to CBC,
HiGHS, SCIP and CP-SAT, :mod:`~benchmarks.peers.office` plans as an office does by hand,
:mod:`~benchmarks.peers.prototype` runs an engine from elsewhere on its own instance. A plan is written as the planner's
own record, so that the same checker checks it.
"""
