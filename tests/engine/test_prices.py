"""The ascent's steps: small supplies move as ever, large ones in proportion."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from planner.engine.bundle import Bundle, prove_bound
from planner.engine.prices import Relaxation
from planner.model.problem import build_problem
from planner.workbook.read import read_workbook

DEMO = Path(__file__).parents[2] / "instances" / "demo.xlsx"


def test_large_supplies_move_in_fine_steps() -> None:
    """A team week keeps its step, a fund of fifty times the usual gets a fiftieth, for four counties twice that."""
    sizes = {"team": 1, "fund": 2}
    supply = np.array([900.0, 100.0, 25_000.0])
    assert fine_steps(sizes, supply) == pytest.approx([1.0, 1.0, 0.02])
    assert fine_steps(sizes, supply, regions=4) == pytest.approx([1.0, 1.0, 0.04])


def test_a_shallow_start_from_good_prices_stays_near_them() -> None:
    """A warm ascent gains from its first evaluations, where one that aims five per cent lower gains nothing."""
    relaxation = Relaxation(build_problem(read_workbook(DEMO).instance))
    good = prove_bound(relaxation, 250)
    shallow = prove_bound(relaxation, 60, good.prices.vector(), depth=0.004)
    assert shallow.value < good.value


def test_steps_turn_fine_near_the_target() -> None:
    """Coarse steps at first, fine ones once the ascent aims close."""
    relaxation = Relaxation(build_problem(read_workbook(DEMO).instance))
    ascent = Ascent(relaxation, None, -np.inf)
    assert ascent._scale is relaxation.scale
    ascent.depth = ascent.fine_depth
    assert ascent._scale is relaxation.fine_scale
