"""Charts of the papers: every figure inside its axis and where the axis says, nothing drawn that is not known."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.export.documents.chart import Axis, Mark, Point, axis_over, band_chart, difference_bars, tick_words

figures = st.floats(-1e7, 1e7, allow_nan=False).map(lambda figure: round(figure, 3))


@given(st.lists(figures, min_size=1, max_size=30), st.integers(3, 12))
def test_an_axis_holds_every_figure_between_few_even_ticks(shown: list[float], most: int) -> None:
    """Ends are ticks, ticks are evenly apart, and there are never more than asked for."""
    axis = axis_over(shown, most)
    unseen = 1e-5 + 1e-8 * (axis.high - axis.low)
    assert axis.low - unseen <= min(shown) and max(shown) <= axis.high + unseen
    assert 2 <= len(axis.ticks) <= most and (axis.ticks[0], axis.ticks[-1]) == (axis.low, axis.high)
    steps = [after - before for before, after in pairwise(axis.ticks)]
    assert min(steps) == pytest.approx(max(steps), rel=1e-6) and min(steps) > 0


@given(st.lists(figures, min_size=1, max_size=30), st.integers(3, 12))
def test_labels_of_ticks_say_where_they_stand(shown: list[float], most: int) -> None:
    """Read back, every label is its tick, so no two are alike."""
    axis = axis_over(shown, most)
    words = tick_words(axis.ticks)
    assert [float(word.replace(",", "")) for word in words] == pytest.approx(list(axis.ticks), abs=1e-6, rel=1e-9)
    assert len(set(words)) == len(words)


def test_figures_are_placed_in_proportion() -> None:
    """Half-way up the axis is half-way up the frame; what lies beyond stays on the rim."""
    axis = Axis(1000.0, 2000.0, (1000.0, 2000.0))
    assert [axis.place(figure) for figure in (1000, 1250, 2000, 9000, -5)] == [0, 0.25, 1, 1, 0]


def test_a_missing_point_interrupts_band_and_lines() -> None:
    """Nothing is drawn across a level without a plan; a point without a bound has no band."""
    points = [Point(0, 10, 12), Point(1, 20, 22), None, Point(3, 30, None), Point(4, 40, 41)]
    chart = band_chart(axis_over([0, 4], 5), points, ("得分", "上限"), ("钱", "人"), marks=[Mark(1, 20, "拐点")])
    value, bound = chart["lines"]
    assert [len(run) for run in value["runs"]] == [2, 2]
    assert [len(run) for run in bound["runs"]] == [2, 1]
    assert [len(run) for run in chart["bands"]] == [2, 1]
    assert all(low <= high for run in chart["bands"] for _, low, high in run)
    assert chart["marks"][0][:2] == value["runs"][0][1]


def test_a_cut_axis_is_told() -> None:
    """An axis that does not start at nought says so; one from nought says nothing."""
    names, titles = ("得分", "上限"), ("钱", "人")
    high = band_chart(axis_over([0, 1], 5), [Point(0, 900, 910), Point(1, 990, 1000)], names, titles)
    low = band_chart(axis_over([0, 1], 5), [Point(0, 5, 6), Point(1, 990, 1000)], names, titles)
    assert high["cut"].startswith("纵轴从 9") and low["cut"] == ""


def test_bars_are_filled_only_where_a_difference_is_proved() -> None:
    """Bands that touch or cross nought are hollow; what is not proved on a side runs to the rim."""
    drawn = difference_bars([None, (2.0, 5.0), (-1.0, 3.0), (-4.0, -0.1), (0.0, 2.0), (1.0, float("inf"))])
    none, more, either, less, touching, unproved = drawn["bars"]
    assert none is None
    assert [bar["proved"] for bar in (more, either, less, touching)] == [True, False, True, False]
    assert more["from"] > drawn["nought"] > less["to"] and either["from"] < drawn["nought"] < either["to"]
    assert unproved["open"] and unproved["to"] == 1.0 and not more["open"]
