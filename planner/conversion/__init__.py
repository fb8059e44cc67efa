"""What a head in a class yields: the rate of each course, age band and group (docs/conversion.md)."""

from planner.conversion.rates import RateTable, conversion_rates
from planner.domain.rate import Rate, Source

__all__ = ["Rate", "RateTable", "Source", "conversion_rates"]
