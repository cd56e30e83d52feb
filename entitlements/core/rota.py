"""Who is on duty when: weekly shifts in a time zone, and people who stand in for others.

Windows mean what they mean in business hours (§2.1, §2.3): wall clock, half-open, past midnight where they
end at or before their start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from entitlements.core.calendar import ALWAYS, Period, Timeline
from entitlements.core.hours import HoursError, Window
from entitlements.core.open_time import union, without
from entitlements.core.wall_clock import MICROSECOND, Span, microseconds, span_of, utc, zone_of

_DAY = timedelta(days=1)
# Local days whose shifts can reach into a period: 26 hours of offset and a night either side.
_MARGIN = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Shift:
    """A person's window of every week. `person` is a user's name."""

    person: str
    window: Window


@dataclass(frozen=True, slots=True)
class Substitution:
    """In local time `[starts, ends)` a person is on duty instead of another, or instead of everybody.

    Instead of a person: wherever that one would have been on duty. Instead of everybody (an empty
    `instead_of`): the whole time, also where nobody would have been. Raises HoursError.
    """

    person: str
    starts: datetime
    ends: datetime
    instead_of: str = ""

    def __post_init__(self) -> None:
        if self.starts.tzinfo or self.ends.tzinfo:
            raise HoursError("A substitution is in the rota's local time: its times take no time zone.")
        if self.ends <= self.starts:
            raise HoursError("The substitution ends before it has begun.")
        if self.person == self.instead_of:
            raise HoursError(
                f"“{self.person}” cannot stand in for “{self.instead_of}”: it is the same person."
            )


@dataclass(frozen=True, slots=True)
class Rota:
    """Who is on duty for a queue. `covered` is the time in which somebody is to be: outside it nothing is
    a gap.
    """

    queue: str
    time_zone: str = "UTC"
    shifts: tuple[Shift, ...] = ()
    substitutions: tuple[Substitution, ...] = ()
    covered: Timeline = ALWAYS


class Duty(NamedTuple):
    """A period of one person on duty, half-open, in UTC; for whom, when that person stands in."""

    starts: datetime
    ends: datetime
    person: str
    instead_of: str = ""


class _Held(NamedTuple):
    start: int
    end: int
    person: str
    instead_of: str = ""


def on_duty(rota: Rota, at: datetime) -> tuple[str, ...]:
    """The people on duty at an instant, each once, by name. Raises HoursError for an unknown zone."""
    return tuple(sorted({duty.person for duty in duties(rota, at, at + MICROSECOND)}))


def duties(rota: Rota, start: datetime, end: datetime) -> list[Duty]:
    """Who is on duty within `[start, end)`, in order; what touches is one duty.

    Of two substitutions for the same time the later one in the list counts.
    """
    first, last = microseconds(start), microseconds(end)
    held = list(_by_the_week(rota, start, end))
    for substitution in rota.substitutions:
        held = list(_with(substitution, held, rota, first, last))
    clipped = (one._replace(start=max(one.start, first), end=min(one.end, last)) for one in held)
    return [
        Duty(utc(a), utc(b), *who) for a, b, *who in _joined(one for one in clipped if one.start < one.end)
    ]


def gaps(rota: Rota, start: datetime, end: datetime) -> list[Period]:
    """When nobody is on duty in `[start, end)` though somebody should be, in order."""
    wanted = [(microseconds(a), microseconds(b)) for a, b in rota.covered.periods(start, end)]
    held = union((microseconds(one.starts), microseconds(one.ends)) for one in duties(rota, start, end))
    return [(utc(a), utc(b)) for a, b in without(wanted, held)]


def _by_the_week(rota: Rota, start: datetime, end: datetime) -> Iterator[_Held]:
    zone = zone_of(rota.time_zone)
    midnight = _midnight(start - _MARGIN)
    while midnight < end.astimezone(UTC).replace(tzinfo=None) + _MARGIN:
        for shift in rota.shifts:
            if shift.window.weekday == midnight.weekday():
                opens = midnight + timedelta(minutes=shift.window.opens)
                span = span_of(opens, midnight + timedelta(minutes=shift.window.closes), zone)
                if span:
                    yield _Held(*span, shift.person)
        midnight += _DAY


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)


def _with(
    substitution: Substitution, held: Iterable[_Held], rota: Rota, first: int, last: int
) -> Iterator[_Held]:
    span = span_of(substitution.starts, substitution.ends, zone_of(rota.time_zone))
    if span is None:
        yield from held
        return
    for one in held:
        if substitution.instead_of not in ("", one.person):
            yield one
            continue
        for start, end in without([(one.start, one.end)], [span]):
            yield one._replace(start=start, end=end)
        inside = max(one.start, span[0]), min(one.end, span[1])
        if substitution.instead_of and inside[0] < inside[1]:
            yield _Held(*inside, substitution.person, one.person)
    if not substitution.instead_of and _overlap(span, (first, last)):
        yield _Held(*span, substitution.person)


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _joined(held: Iterable[_Held]) -> list[_Held]:
    """What one person holds without a break is one; in order of time, then of name."""
    joined: list[_Held] = []
    for one in sorted(held, key=lambda one: (one.person, one.instead_of, one.start)):
        before = joined[-1] if joined else None
        if before and before[2:] == one[2:] and one.start <= before.end:
            joined[-1] = before._replace(end=max(before.end, one.end))
        else:
            joined.append(one)
    return sorted(joined)
