"""The cuts of a relaxation's cohorts at prices (:mod:`planner.engine.bundle`), for a county and for a region alike."""

from __future__ import annotations

import numpy as np

from planner.engine.booking_kernels import Bookings, book_cohorts
from planner.engine.bundle import Cuts
from planner.engine.rows import CENTS_PER_UNIT, Rows, drawn_pools, paying_funds
from planner.model.problem import Problem


class Booking:
    """Books what the relaxed heads of a problem's cohorts use of its rows."""

    def __init__(self, problem: Problem, rows: Rows) -> None:
        self._problem, self._rows = problem, rows
        self._bookings = Bookings(
            rows.first_row, problem.offering_course, problem.min_size, problem.max_size, problem.length,
            problem.attendance, problem.cohort_township, problem.cohort_band, problem.cohort_group,
            problem.township_calendar, problem.distance, problem.rate, problem.quality, problem.course_occupation,
            problem.source, rows.accreditation_row, problem.venue_county, problem.head_cents, problem.class_cents,
            problem.outreach_cents, problem.training_type, problem.head_category, problem.class_category,
            rows.target_sign, problem.target_heads, problem.target_cohorts, problem.target_courses,
            problem.target_providers, problem.target_venues, problem.required, CENTS_PER_UNIT,
        )

    def cuts(
        self, vector: np.ndarray, cohorts: np.ndarray, heads: np.ndarray, choice: np.ndarray, worth: np.ndarray
    ) -> Cuts:
        """The cuts of some cohorts at the prices.

        ``heads`` and ``worth`` (jobs a head) are by cohort and offering of the problem, and so is ``choice``, with
        provider, venue, form, week and whether the class counts at its smallest size.
        """
        prices = self._rows.prices(vector)
        return Cuts(*book_cohorts(
            self._bookings, cohorts, heads, choice, worth, paying_funds(self._problem, prices.fund),
            drawn_pools(self._problem, prices.pool), vector,
        ))
