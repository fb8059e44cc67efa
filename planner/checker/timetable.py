"""The recorded sessions, exam and inspections of each class laid together (contract, section 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeVar

from planner.domain.plan import Exam, Half, Inspection, Session

if TYPE_CHECKING:
    from planner.checker.audit import CheckedClass
    from planner.checker.record import PlanRecord


class _OfClass(Protocol):
    @property
    def class_id(self) -> str: ...


Entry = TypeVar("Entry", bound=_OfClass)


@dataclass(frozen=True, slots=True)
class TimetabledClass:
    """A class with at least one session; ``days`` are its distinct days, first to last."""

    checked: CheckedClass
    sessions: tuple[Session, ...]
    days: tuple[date, ...]
    exams: tuple[Exam, ...]
    inspections: tuple[Inspection, ...]

    @property
    def where(self) -> str:
        """The class as a violation names it."""
        return self.checked.where

    @property
    def township(self) -> str:
        """Township of the venue."""
        return self.checked.option.venue.township


def timetabled_classes(class_of_id: Mapping[str, CheckedClass], record: PlanRecord) -> tuple[TimetabledClass, ...]:
    """Return the classes that have sessions, with their sessions in order of day and half."""
    sessions, exams, inspections = (
        _by_class(record.sessions), _by_class(record.exams), _by_class(record.inspections)
    )  # fmt: skip
    return tuple(
        TimetabledClass(
            checked,
            tuple(sorted(sessions[class_id], key=_time)),
            tuple(sorted({session.day for session in sessions[class_id]})),
            tuple(exams.get(class_id, ())),
            tuple(inspections.get(class_id, ())),
        )
        for class_id, checked in class_of_id.items()
        if class_id in sessions
    )


def _time(session: Session) -> tuple[date, bool]:
    return session.day, session.half is Half.AFTERNOON


def _by_class(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.class_id].append(entry)
    return dict(found)
