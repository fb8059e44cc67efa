"""The rules of the contract, one module per subject; importing them fills the register in this order."""

from planner.checker.rules import (  # noqa: F401, I001
    record,
    options,
    people,
    capacity,
    obligations,
    funding,
    jobs,
    result,
    timetable_record,
    timetable_days,
    timetable_teachers,
    timetable_rooms,
    timetable_visits,
)
