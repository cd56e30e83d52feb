"""Spans and instants in words, as short as they can be said. static/js/words.js says the same."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def span(length: timedelta, days: bool = True) -> str:
    """Two units at most, rounded down; seconds below two minutes. The sign is left out.

    `days=False` stays with hours: a day of business time is not 24 hours long.
    """
    length = abs(length)
    if length < 2 * MINUTE:
        return _two(length, (MINUTE, "m"), (timedelta(seconds=1), "s"))
    if length < HOUR:
        return f"{length // MINUTE} m"
    if length < DAY or not days:
        return _two(length, (HOUR, "h"), (MINUTE, "m"))
    return _two(length, (DAY, "d"), (HOUR, "h"))


def time_left(remaining: timedelta, days: bool = True) -> str:
    """“2 h 10 m”, “late 15 m”; “late” alone while no open time has passed since the target."""
    if remaining >= timedelta(0):
        return span(remaining, days)
    return f"late {span(remaining, days)}"


def instant(at: datetime, now: datetime) -> str:
    """In the viewer's zone: “today 14:00”, within six days “Mon 09:00”, else “3 Mar 09:00”."""
    return local_instant(timezone.localtime(at), now)


def local_instant(local: datetime, now: datetime) -> str:
    """`instant` of one that is in the viewer's zone already."""
    today = now.astimezone(local.tzinfo).date()
    away = (local.date() - today).days
    clock = f"{local:%H:%M}"
    if abs(away) <= 1:
        return f"{('yesterday', 'today', 'tomorrow')[away + 1]} {clock}"
    if abs(away) < 7:
        return f"{local:%a} {clock}"
    day = f"{local.day} {local:%b}"
    return f"{day} {clock}" if local.year == today.year else f"{day} {local.year} {clock}"


def full_instant(local: datetime) -> str:
    """With day, date, seconds and its zone, for a tooltip."""
    return f"{local:%A} {local.day} {local:%B %Y, %H:%M:%S} {local.tzname()}"


def _two(length: timedelta, large: tuple[timedelta, str], small: tuple[timedelta, str]) -> str:
    whole, rest = divmod(length, large[0])
    parts = [(whole, large[1]), (rest // small[0], small[1])]
    told = [f"{count} {unit}" for count, unit in parts if count]
    return " ".join(told) or f"0 {small[1]}"
