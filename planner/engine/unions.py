"""Unions of sets, the families over which a transport can be cut (Hall 1935; Gale 1957)."""

from __future__ import annotations

import numpy as np

MOST_UNIONS = 4096


def all_unions(rows: np.ndarray) -> np.ndarray:
    """Every distinct union of boolean rows, the empty one first; shape (unions, columns).

    With more than :data:`MOST_UNIONS`: the empty union, the rows themselves and the union of all.
    """
    columns = rows.shape[1]
    unions = {bytes(columns): np.zeros(columns, dtype=bool)}
    for row in rows:
        for known in list(unions.values()):
            unions.setdefault((known | row).tobytes(), known | row)
        if len(unions) > MOST_UNIONS:
            few = [np.zeros(columns, dtype=bool), *rows, rows.any(axis=0)]
            return np.array(list({row.tobytes(): row for row in few}.values()))
    return np.array(list(unions.values()))
