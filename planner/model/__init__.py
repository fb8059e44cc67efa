"""The exact planning problem of the contract's section 2.

:mod:`planner.model.weeks` works out weeks, class lengths and farming; :mod:`planner.model.problem` turns an
instance into index arrays; :mod:`planner.model.compact` states the whole model once in PuLP, the oracle for
small instances. The theory is in docs/model.md.
"""
