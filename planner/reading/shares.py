"""Splitting whole numbers of people in proportion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key")


def allocate(total: int, weights: Mapping[Key, float], caps: Mapping[Key, int] | None = None) -> dict[Key, int]:
    """Split ``total`` in proportion to ``weights`` by largest remainders (Hamilton's method).

    Parameters
    ----------
    total
        People to split, at least 0.
    weights
        Weight of each part, at least 0; all zero counts as all equal.
    caps
        Most people of a part. What does not fit goes to the other parts; if it fits nowhere the result sums to less.

    Equal remainders are settled by the order of ``weights``, so equal input gives equal output.
    """
    result = dict.fromkeys(weights, 0)
    left = total
    while left > 0:
        open_parts = {key: weight for key, weight in weights.items() if caps is None or result[key] < caps[key]}
        if not open_parts:
            break
        given = _once(left, open_parts)
        before = left
        for key, number in given.items():
            fits = number if caps is None else min(number, caps[key] - result[key])
            result[key] += fits
            left -= fits
        if left == before:
            break
    return result


def _once(total: int, weights: Mapping[Key, float]) -> dict[Key, int]:
    whole = sum(weights.values())
    if whole <= 0:
        weights, whole = dict.fromkeys(weights, 1.0), float(len(weights))
    exact = {key: total * weight / whole for key, weight in weights.items()}
    given = {key: int(value) for key, value in exact.items()}
    order = sorted(exact, key=lambda key: given[key] - exact[key])
    for key in order[: total - sum(given.values())]:
        given[key] += 1
    return given
