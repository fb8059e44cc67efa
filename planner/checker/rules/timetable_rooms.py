"""Rule on rooms: one room of the venue for all weeks of a class, shared with no other (contract, sections 2 and 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from planner.checker.audit import Audit
from planner.checker.calendar import SUNDAY
from planner.checker.register import Breach, rule
from planner.checker.timetable import TimetabledClass


@rule("room-clash", "每个班自始至终用场地的同一间教室，各周内不与别的班共用。")
def is_no_room_shared(audit: Audit) -> Iterator[Breach]:
    """Section 3: each class uses one room of v; section 2: it holds a room in each week s … e."""
    users: defaultdict[tuple[str, int], list[TimetabledClass]] = defaultdict(list)
    for held in audit.timetabled:
        venue = held.checked.option.venue
        rooms = sorted({session.room for session in held.sessions})
        if len(rooms) > 1:
            yield held.where, f"用了教室 {'、'.join(map(str, rooms))}，应始终用同一间"
        for room in rooms:
            if 1 <= room <= venue.rooms:
                users[venue.name, room].append(held)
            else:
                yield held.where, f"场地“{venue.name}”没有教室 {room}，教室为 1 至 {venue.rooms}"
    for (venue_name, room), classes in users.items():
        for earlier, later in _overlapping(classes):
            option = earlier.checked.option
            span = f"{option.start_week} 至 {option.end_week + SUNDAY}"
            yield later.where, f"场地“{venue_name}”的教室 {room} 在 {span} 由{earlier.where} 使用"


def _overlapping(classes: list[TimetabledClass]) -> Iterator[tuple[TimetabledClass, TimetabledClass]]:
    """Each class that starts before an earlier one has ended, with the earlier one that ends last."""
    ordered = sorted(classes, key=lambda held: held.checked.option.start_week)
    earlier = ordered[0]
    for held in ordered[1:]:
        if held.checked.option.start_week <= earlier.checked.option.end_week:
            yield earlier, held
        if held.checked.option.end_week > earlier.checked.option.end_week:
            earlier = held
