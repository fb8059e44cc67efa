"""How fast and how good the planner is, beside its peers: ``benchmarks/run`` reproduces docs/benchmarks.md.

:mod:`~benchmarks.run` is the command. Every measured run is a process of its own (:mod:`~benchmarks.child`) with an
outer time limit and a memory ceiling; the running process itself stays small, because Linux counts the memory of the
process that starts another one as its first peak. What is measured: :mod:`~benchmarks.planner_run` (the command line
of the planner), :mod:`~benchmarks.peers` (other ways to plan the same workbooks), :mod:`~benchmarks.evaluations` (one
evaluation of the bound). What is made of it: :mod:`~benchmarks.growth` (exponents), :mod:`~benchmarks.tables`
(Markdown). Results are JSON lines with commit, date and machine (:mod:`~benchmarks.results`). Linux only.
"""
