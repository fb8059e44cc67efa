"""The rules of the contract, one module per subject; importing them fills the register in this order."""

from planner.checker.rules import record, options, people, capacity, obligations, funding, jobs, result  # noqa: F401, I001
