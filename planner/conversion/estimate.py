"""Gross placement estimated from past classes (历史): which cells there are and what is expected of them beforehand.

Levels: branch, training type, course, course × age band, course × age band × group. In-firm training (自主) is a branch
of its own: its people have a job before the class (先就业后培训), so their placement says nothing about anybody else.
Providers are summed. Uplift is never estimated here: past classes have no control group.
"""

from __future__ import annotations

from planner.conversion.defaults import IN_FIRM, default_rate
from planner.conversion.hierarchy import Cell, Hierarchy, Outcomes
from planner.domain.instance import AgeBand, Course, Instance, PastOutcome

DEPTH = 5
NEUTRAL_RATE = 0.5
"""Reference of branches and training types, to which the defaults of courses are odds ratios."""


def cell_of(course: Course, age_band: str | None = None, group: str | None = None) -> Cell:
    """Cell of a course, or of an age band of it, or of a group of that; a group without an age band is no cell."""
    cell: Cell = (course.training_type == IN_FIRM, course.training_type, course.name)
    if age_band is None:
        return cell
    return (*cell, age_band) if group is None else (*cell, age_band, group)


class PastClasses:
    """Past classes of an instance: people at each level, and the hierarchy of rates they give."""

    def __init__(self, instance: Instance) -> None:
        self._courses = {course.name: course for course in instance.courses}
        self._bands = {band.name: band for band in instance.age_bands}
        outcomes: dict[Cell, Outcomes] = {}
        self._people: dict[Cell, int] = {}
        for row in instance.history:
            if row.course in self._courses:
                self._add(row, outcomes)
        self.hierarchy = Hierarchy(outcomes, DEPTH, self._reference)

    def _add(self, row: PastOutcome, outcomes: dict[Cell, Outcomes]) -> None:
        cell = cell_of(self._courses[row.course], row.age_band, row.group)
        outcomes[cell] = outcomes.get(cell, Outcomes()).plus(Outcomes(row.trained, row.employed))
        for length in range(1, len(cell) + 1):
            self._people[cell[:length]] = self._people.get(cell[:length], 0) + row.trained

    def people_behind(self, cell: Cell) -> tuple[int, int]:
        """Length of the finest cell around ``cell`` with people in past classes, and how many; (0, 0) = none."""
        for length in range(len(cell), 0, -1):
            people = self._people.get(cell[:length], 0)
            if people:
                return length, people
        return 0, 0

    def _reference(self, cell: Cell) -> float:
        if len(cell) < 3:
            return NEUTRAL_RATE
        course = self._courses[str(cell[2])]
        if len(cell) > 3:
            return default_rate(course, self._bands[str(cell[3])]).gross
        bands = self._admitted(course)
        return sum(default_rate(course, band).gross for band in bands) / len(bands)

    def _admitted(self, course: Course) -> list[AgeBand]:
        """Age bands the course is for; all of them when it names none that exists."""
        named = [band for band in self._bands.values() if course.age_bands is None or band.name in course.age_bands]
        return named or list(self._bands.values())
