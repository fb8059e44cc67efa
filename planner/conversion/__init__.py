"""What a head in a class yields: the rate of each course, age band and group (docs/conversion.md)."""

from planner.conversion.rates import Rate, RateTable, Source, conversion_rates

__all__ = ["Rate", "RateTable", "Source", "conversion_rates"]
