"""Scaling whole numbers so that their total is exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction


def scaled_exactly(counts: Sequence[int], factor: Fraction) -> list[int]:
    """Return the counts times ``factor`` (at least 0) in whole numbers that sum to the total times ``factor``.

    The total is rounded half up. Each count is rounded down or up: the largest remainders are rounded up, earlier
    counts first among equals (largest remainder method), so a count never grows when the factor is at most 1.
    """
    total = _half_up(sum(counts) * factor)
    exact = [count * factor for count in counts]
    whole = [int(share) for share in exact]
    order = sorted(range(len(counts)), key=lambda i: (whole[i] - exact[i], i))
    for i in order[: total - sum(whole)]:
        whole[i] += 1
    return whole


def _half_up(share: Fraction) -> int:
    return int(share + Fraction(1, 2))
