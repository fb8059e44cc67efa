"""Doubts about figures that can be read and may still be wrong; warnings only, nothing is repaired.

:func:`doubts_of` looks at an assembled instance, the ``check_`` functions at a bureau's own table before that. Each
threshold stands beside its rule with its source, or is said to be ours.
"""

from planner.reading.plausibility.doubt import Doubt, outliers
from planner.reading.plausibility.of_instance import RULES, doubts_of
from planner.reading.plausibility.of_tables import (
    SurveyRow,
    check_against_workbook,
    check_residents,
    check_survey,
)

__all__ = [
    "RULES",
    "Doubt",
    "SurveyRow",
    "check_against_workbook",
    "check_residents",
    "check_survey",
    "doubts_of",
    "outliers",
]
