"""The command line: solve, check, inspect, template, generate (contract, section 4)."""

from planner.cli.commands import main

__all__ = ["main"]
