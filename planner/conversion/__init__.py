"""What a head in a class yields: the rate of each course, age band and group (docs/model.md, "Rates")."""

from planner.conversion.rates import conversion_rates

__all__ = ["conversion_rates"]
