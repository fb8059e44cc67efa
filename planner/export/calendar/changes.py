"""What changed since calendars that people already have: revision numbers and cancelled entries.

A program that has an entry takes a later one with the same UID only as an update (RFC 5545, 3.8.7.4: SEQUENCE grows
with each revision; RFC 5546, 2.1.5: the higher one counts). An entry that a calendar had and no longer has is written
once more as cancelled, or it would stay on people's phones.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path

from icalendar import Calendar, Event

from planner.domain.instance import Instance
from planner.errors import BadInput, Fault
from planner.export.calendar.ical import PRODUCT, stamp_of
from planner.export.placing import CHANGED_MARK

COUNTY_FILE = "全县/开班日历.ics"
CANCELLED_MARK = "已取消："
_REVISION = ("SEQUENCE", "DTSTAMP")


class EarlierCalendars:
    """The calendars in a folder of papers; of each identity the latest revision. ``None``: there are none.

    Raises
    ------
    BadInput
        The folder holds no papers, or a calendar in it cannot be read or is not ours.
    """

    def __init__(self, instance: Instance, folder: Path | None) -> None:
        self._instance = instance
        self._latest: dict[str, Event] = {}
        self._files: dict[str, tuple[str, list[str]]] = {}
        if folder is None:
            return
        if not (folder / COUNTY_FILE).is_file():
            problem, allowed = "这里没有已发的日历", f"已发文书的文件夹，里面有 {COUNTY_FILE}"
            raise BadInput([Fault(folder.name, "", "", problem, str(folder), allowed, "请核对 --since 的文件夹")])
        for path in sorted(folder.rglob("*.ics")):
            if CHANGED_MARK not in path.stem:  # set aside, nobody's calendar any more
                self._read(path, path.relative_to(folder).as_posix())

    def revised(self, file: str, events: Iterable[Event]) -> list[Event]:
        """Return a file's events with the revision they are at, and those it had before as cancelled."""
        current = [self._revision(event) for event in events]
        kept = {str(event["uid"]) for event in current}
        _, before = self._files.get(file, ("", []))
        return current + [self._cancelled(uid) for uid in before if uid not in kept]

    def abandoned(self, written: Iterable[str]) -> dict[str, str]:
        """Return the earlier files that are not among ``written``, with the name of each calendar."""
        gone = sorted(self._files.keys() - set(written))
        return {file: self._files[file][0] for file in gone}

    def _revision(self, event: Event) -> Event:
        earlier = self._latest.get(str(event["uid"]))
        if earlier is None:
            return event
        return self._numbered(event, _sequence(earlier) + (_content(event) != _content(earlier)))

    def _cancelled(self, uid: str) -> Event:
        event = deepcopy(self._latest[uid])
        if event.get("status") == "CANCELLED":
            return event
        summary = f"{CANCELLED_MARK}{event['summary']}"
        del event["summary"]
        event.add("summary", summary)
        event.add("status", "CANCELLED")
        return self._numbered(event, _sequence(event) + 1)

    def _numbered(self, event: Event, sequence: int) -> Event:
        for key in _REVISION:
            del event[key]
        event.add("dtstamp", stamp_of(self._instance, sequence))
        event.add("sequence", sequence)
        return event

    def _read(self, path: Path, file: str) -> None:
        try:
            calendar = Calendar.from_ical(path.read_bytes())
            if str(calendar["prodid"]) != PRODUCT:
                raise ValueError(str(calendar["prodid"]))
            events = [event for event in calendar.walk("VEVENT") if isinstance(event, Event)]
            named = [(str(event["uid"]), event) for event in events if "summary" in event]
        except (OSError, ValueError, KeyError, IndexError) as error:
            problem, remedy = "这份已发的日历读不懂", "请换成本程序写出、没有改动过的日历，或不用 --since"
            raise BadInput([Fault(file, "", "", problem, str(error)[:60], remedy=remedy)]) from error
        for uid, event in named:
            if uid not in self._latest or _sequence(event) > _sequence(self._latest[uid]):
                self._latest[uid] = event
        self._files[file] = (str(calendar.get("x-wr-calname", "")), [uid for uid, _ in named])


def _sequence(event: Event) -> int:
    return int(event.get("sequence", 0))


def _content(event: Event) -> list[bytes]:
    """Everything an event says but its revision."""
    return sorted(
        f"{key}{sorted(value.params.items())}".encode() + value.to_ical()
        for key, value in event.items()
        if key.upper() not in _REVISION
    )
