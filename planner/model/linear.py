"""Small linear programs given as arrays, for their dual prices only: a proposal, never a proof."""

from __future__ import annotations

import highspy
import numpy as np


class LinearProgram:
    """max profit @ x over x >= 0 with rows A x <= limit; columns, rows and entries are added in blocks."""

    def __init__(self) -> None:
        self._profit: list[np.ndarray] = []
        self._limit: list[np.ndarray] = []
        self._entries: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
        self.columns = self.rows = 0

    def add_columns(self, profit: np.ndarray) -> np.ndarray:
        """New columns with these profits; returns their indices."""
        self._profit.append(profit)
        self.columns += len(profit)
        return np.arange(self.columns - len(profit), self.columns)

    def add_rows(self, limit: np.ndarray) -> np.ndarray:
        """New rows with these limits; returns their indices."""
        self._limit.append(limit)
        self.rows += len(limit)
        return np.arange(self.rows - len(limit), self.rows)

    def add_entries(self, rows: np.ndarray, columns: np.ndarray, values: np.ndarray) -> None:
        """Coefficients of the matrix."""
        self._entries.append((rows, columns, values))

    def to_highs(self) -> highspy.HighsLp:
        """The program in the form of HiGHS."""
        rows, columns, values = (np.concatenate(parts) for parts in zip(*self._entries, strict=True))
        order = np.argsort(columns, kind="stable")
        lp = highspy.HighsLp()
        lp.num_col_, lp.num_row_ = self.columns, self.rows
        lp.sense_ = highspy.ObjSense.kMaximize
        lp.col_cost_ = np.concatenate(self._profit)
        lp.col_lower_, lp.col_upper_ = np.zeros(self.columns), np.full(self.columns, highspy.kHighsInf)
        lp.row_lower_, lp.row_upper_ = np.full(self.rows, -highspy.kHighsInf), np.concatenate(self._limit)
        lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        starts = np.concatenate([[0], np.cumsum(np.bincount(columns, minlength=self.columns))])
        lp.a_matrix_.start_ = starts.astype(np.int32)
        lp.a_matrix_.index_, lp.a_matrix_.value_ = rows[order].astype(np.int32), values[order]
        return lp


def solve_program(program: LinearProgram) -> tuple[np.ndarray, np.ndarray]:
    """Columns and non-negative prices of the rows at the optimum; zeros if it is not found."""
    native = highspy.Highs()
    native.setOptionValue("output_flag", False)
    native.setOptionValue("threads", 1)
    native.passModel(program.to_highs())
    native.run()
    found = native.getSolution()
    if native.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return np.zeros(program.columns), np.zeros(program.rows)
    return np.asarray(found.col_value, dtype=float), np.maximum(0.0, np.asarray(found.row_dual, dtype=float))
