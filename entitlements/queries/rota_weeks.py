"""Who is on duty in the coming weeks, day by day, as bars on a day's length; and when nobody is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.models import User

from entitlements.core.rota import Duty, Rota, duties, gaps, on_duty
from entitlements.core.wall_clock import zone_of

DAY = timedelta(days=1)
WEEKS = 4
WHOLE = 1440
"""A day is as many units wide, however long it lasts."""
COLOURS = 6
GAP = "gap"


@dataclass(frozen=True, slots=True)
class Bar:
    """Of a person's colour, or of a gap."""

    colour: str
    x: float
    width: float


@dataclass(frozen=True, slots=True)
class RotaDay:
    date: date
    words: list[tuple[str, str]]
    bars: list[Bar]
    is_today: bool
    is_past: bool


@dataclass(frozen=True, slots=True)
class RotaPreview:
    """`now` names who is on duty now; `gaps` are those of the four weeks, in words."""

    now: list[str]
    people: list[tuple[str, str, bool]]
    days: list[RotaDay]
    gaps: list[str]
    hours_without: int
    zone: str


def rota_preview(rota: Rota, now: datetime) -> RotaPreview:
    """Whole weeks from this Monday on. People who have gone, or are not active, are not on duty.

    Raises HoursError.
    """
    zone = zone_of(rota.time_zone)
    today = now.astimezone(zone).date()
    monday = today - today.weekday() * DAY
    start, end = _midnight(monday, zone), _midnight(monday + WEEKS * 7 * DAY, zone)
    found = duties(rota, start, end)
    without = gaps(rota, max(start, now), end)
    names = _names(rota)
    colours = {person: f"person-{place % COLOURS}" for place, person in enumerate(sorted(names))}
    days = [
        _day(monday + number * DAY, zone, found, without, names, colours, today)
        for number in range(WEEKS * 7)
    ]
    lacking = sum((b - a for a, b in without), timedelta())
    return RotaPreview(
        [names[person] for person in on_duty(rota, now)],
        [(names[person], colours[person], names[person].endswith(GONE)) for person in sorted(names)],
        days,
        [_gap(a, b, zone) for a, b in without[:5]],
        round(lacking / timedelta(hours=1)),
        rota.time_zone,
    )


GONE = " (gone)"


def _names(rota: Rota) -> dict[str, str]:
    """By users' names, as people call them."""
    people = {shift.person for shift in rota.shifts} | {one.person for one in rota.substitutions}
    known = {user.get_username(): user for user in User.objects.filter(username__in=people, is_active=True)}
    return {
        person: (known[person].get_full_name() or person) if person in known else f"{person}{GONE}"
        for person in people
    }


def _day(
    day: date,
    zone: ZoneInfo,
    found: list[Duty],
    without: list[Any],
    names: Mapping[str, str],
    colours: Mapping[str, str],
    today: date,
) -> RotaDay:
    start, end = _midnight(day, zone), _midnight(day + DAY, zone)
    mine = [duty for duty in found if duty.starts < end and start < duty.ends]
    bars = [_bar(colours[duty.person], duty.starts, duty.ends, start, end) for duty in mine]
    bars += [_bar(GAP, a, b, start, end) for a, b in without if a < end and start < b]
    words = [(f"{_span(duty, start, end, zone)}", _who(duty, names)) for duty in mine]
    return RotaDay(day, words, bars, day == today, day < today)


def _who(duty: Duty, names: Mapping[str, str]) -> str:
    instead = f" for {names.get(duty.instead_of, duty.instead_of)}" if duty.instead_of else ""
    return f"{names[duty.person]}{instead}"


def _span(duty: Duty, start: datetime, end: datetime, zone: ZoneInfo) -> str:
    first, last = max(duty.starts, start), min(duty.ends, end)
    return f"{_clock(first, zone)}–{'24:00' if last == end else _clock(last, zone)}"


def _bar(colour: str, starts: datetime, ends: datetime, start: datetime, end: datetime) -> Bar:
    length = end - start
    first, last = max(starts, start), min(ends, end)
    return Bar(colour, round((first - start) / length * WHOLE, 2), round((last - first) / length * WHOLE, 2))


def _gap(starts: datetime, ends: datetime, zone: ZoneInfo) -> str:
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    to = f"{last:%H:%M}" if first.date() == last.date() else f"{last:%a %-d %b %H:%M}"
    return f"{first:%a %-d %b %H:%M} to {to}"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(zone_of("UTC"))


def _clock(instant: datetime, zone: ZoneInfo) -> str:
    return f"{instant.astimezone(zone):%H:%M}"
