"""The holidays that a calendar file (.ics, RFC 5545) holds. All-day dates stay dates; rules are kept where
they fit; what does not fit is left out with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event

from entitlements.core.holidays import FIRST_YEAR, LAST_YEAR, Falls
from entitlements.core.hours import Holiday, HoursError
from entitlements.queries.calendar_lines import NOTED, EventLines, event_lines

MOST_EVENTS = 500
LONGEST_NAME = 80
LONGEST_RULE = 300
SHOWN_REASON = 200
DAY = timedelta(days=1)


class CalendarFileError(ValueError):
    """The file as a whole cannot be read. `str()` says why."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An event that cannot be a holiday here, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`found` in the order of their dates, each once."""

    found: tuple[Holiday, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class _Unfit(Exception):
    pass


def read_calendar(text: str, zone: ZoneInfo, go_on: Callable[[], bool]) -> Reading:
    """Times in UTC are taken as local ones of `zone`, all others as they are written.

    Raises CalendarFileError, also when `go_on` says that it has taken too long.
    """
    found: dict[Holiday, None] = {}
    left_out: list[LeftOut] = []
    for lines in _events(text):
        if not go_on():
            raise CalendarFileError(
                "Its recurrence rules take too long to work out. Take the repeating events out of the file."
            )
        name = "An event"
        try:
            event = _event(lines)
            name = _name(event)
            found.setdefault(_holiday(lines, event, zone))
        except (_Unfit, HoursError) as why:
            left_out.append(LeftOut(name, str(why)[:SHOWN_REASON]))
    return Reading(tuple(sorted(found, key=lambda one: (one.starts, one.name))), tuple(left_out))


def _events(text: str) -> Iterator[EventLines]:
    upper = text.upper()
    if "BEGIN:VCALENDAR" not in upper:
        raise CalendarFileError("This is no calendar file: it has no BEGIN:VCALENDAR.")
    if (number := upper.count("BEGIN:VEVENT")) > MOST_EVENTS:
        raise CalendarFileError(f"It has {number:,} events; at most {MOST_EVENTS} are read at once.")
    yield from event_lines(text)


def _event(lines: EventLines) -> Event:
    if lines.too_long or lines.twice:
        what = f"{lines.too_long} is too long" if lines.too_long else f"{lines.twice} is there twice"
        raise _Unfit(f"It is damaged: {what}.")
    try:
        event: Any = Event.from_ical(lines.text)
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise _Unfit(f"It is damaged: {error}") from None
    if event.errors:
        raise _Unfit(f"It is damaged: {event.errors[0][1]}")
    read: Event = event
    return read


def _holiday(lines: EventLines, event: Event, zone: ZoneInfo) -> Holiday:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        raise _Unfit("It is cancelled.")
    if "RECURRENCE-ID" in lines.has:
        raise _Unfit("It changes one occurrence of another event: make that a holiday of its own.")
    if exceptions := sorted(NOTED & lines.has):
        named = ", ".join(exceptions)
        raise _Unfit(f"It has exceptions or further dates ({named}), which a rule here cannot say.")
    starts, ends = _span(event, zone)
    return _checked(Holiday(_name(event), starts, ends, _rule(lines)))


def _span(event: Event, zone: ZoneInfo) -> tuple[datetime, datetime]:
    start, end = _moment(event, "DTSTART"), _moment(event, "DTEND")
    if start is None:
        raise _Unfit("It has no date.")
    if end is not None and isinstance(start, datetime) != isinstance(end, datetime):
        raise _Unfit("It begins with a date and ends with a time, or the other way round.")
    length = _length(event)
    if not isinstance(start, datetime):
        last = end if end is not None else start + (length or DAY)
        # Some programs write the same day as the end of a day.
        return _midnight(start), _midnight(start + DAY if last == start else last)
    if end is None:
        end = start + (length or timedelta())
    starts, ends = _wall(start, zone), _wall(end, zone)
    if starts == ends:
        raise _Unfit("It has no length.")
    return starts, ends


def _moment(event: Event, name: str) -> Any:
    """A date, a datetime or None."""
    value = event.get(name)
    found = getattr(value, "dt", None)
    if value is not None and not isinstance(found, date):
        raise _Unfit(f"Its {name} is no date.")
    return found


def _length(event: Event) -> timedelta | None:
    value = getattr(event.get("DURATION"), "dt", None)
    return value if isinstance(value, timedelta) else None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time())


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """What the clock on the wall shows; the zone in which it was written does not matter to a holiday."""
    if instant.tzinfo is not None and instant.utcoffset() == timedelta() and instant.tzname() == "UTC":
        instant = instant.astimezone(UTC).astimezone(zone)
    return instant.replace(tzinfo=None, microsecond=0, fold=0)


def _rule(lines: EventLines) -> str:
    """As it is written."""
    line = next((line for line in lines.lines if line.upper().startswith("RRULE")), "")
    rule = line.partition(":")[2].strip().upper()
    if len(rule) > LONGEST_RULE:
        raise _Unfit(f"Its rule is longer than {LONGEST_RULE} characters.")
    return rule


def _checked(holiday: Holiday) -> Holiday:
    """Raises HoursError, also for a rule that never falls."""
    if not FIRST_YEAR <= holiday.starts.year <= holiday.ends.year <= LAST_YEAR:
        raise _Unfit(f"It is not in the years {FIRST_YEAR} to {LAST_YEAR}.")
    Falls(holiday, ZoneInfo("UTC"))
    return holiday


def _name(event: Event) -> str:
    words = " ".join(str(event.get("SUMMARY", "")).replace("\x00", "").split())
    return words[:LONGEST_NAME] or "Closed"
