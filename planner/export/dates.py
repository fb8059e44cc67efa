"""Days and hours in the office's words: when sessions begin and end, days, weekdays, runs of days.

Every paper says them alike. Source of the hours: the usual timetable form 教学计划表 (docs/papers.md); four class hours
with their breaks fill three and a half clock hours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time, timedelta
from typing import Final

from planner.domain.plan import Half

HOURS: Final[Mapping[Half, tuple[time, time]]] = {
    Half.MORNING: (time(8, 30), time(12, 0)),
    Half.AFTERNOON: (time(14, 0), time(17, 30)),
}
"""Beginning and end of each session, local time in China."""

WEEKDAYS: Final = "一二三四五六日"

ONE_DAY: Final = timedelta(days=1)


def clock(moment: time) -> str:
    """Return a time of day such as ``8:30``."""
    return f"{moment.hour}:{moment.minute:02d}"


def session_hours(half: Half) -> str:
    """Return a session of a day with its hours, such as ``上午 8:30—12:00``."""
    return f"{half.value} {'—'.join(map(clock, HOURS[half]))}"


def monday_of(day: date) -> date:
    """Return the Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def weekday_words(day: date) -> str:
    """Return the weekday, such as ``周一``."""
    return f"周{WEEKDAYS[day.weekday()]}"


def short_day(day: date, year: int) -> str:
    """Return a day such as ``3月2日``, with its year when that is not ``year``."""
    return f"{'' if day.year == year else f'{day.year}年'}{day.month}月{day.day}日"


def long_day(day: date) -> str:
    """Return a day with its year and weekday, such as ``2026年3月2日（周一）``."""
    return f"{day.year}年{day.month}月{day.day}日（{weekday_words(day)}）"


def day_span(first: date, last: date, year: int) -> str:
    """Return two days as ``3月2日—6日`` or ``3月30日—4月3日``; one day if they are the same."""
    if first == last:
        return short_day(first, year)
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{short_day(first, year)}—{f'{last.day}日' if same_month else short_day(last, year)}"


def day_runs(days: Iterable[date], year: int, most: int | None = None) -> str:
    """Return days as runs such as ``3月2日—6日、9日、30日—4月3日``; a year that is not ``year`` is named.

    Only days in a row are joined. More than ``most`` runs are told by their first and last day only.
    """
    runs = _runs(days)
    if most is not None and len(runs) > most:
        return day_span(runs[0][0], runs[-1][1], year)
    words, month = [], (0, 0)
    for first, last in runs:
        text = day_span(first, last, year)
        if (first.year, first.month) == month:
            text = text.removeprefix(short_day(first, year).removesuffix(f"{first.day}日"))
        words.append(text)
        month = last.year, last.month
    return "、".join(words)


def _runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Return the days as runs of days that follow each other."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == ONE_DAY:
            runs[-1] = runs[-1][0], day
        else:
            runs.append((day, day))
    return runs
