"""Holidays as a calendar file (.ics, RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time

from icalendar import Calendar, Event
from icalendar.prop import vRecur

from entitlements.core.hours import Holiday as HolidayValue
from entitlements.models import Holiday

PRODUCT = "-//Servicedesk//Holidays//EN"
MIDNIGHT = time()


def calendar_of(holidays: Iterable[Holiday], public: Iterable[tuple[date, str]], now: datetime) -> bytes:
    """Whole days are dates, times have no zone: they hold in that of whatever hours they close."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    for holiday in holidays:
        calendar.add_component(_event(holiday.value(), f"holiday-{holiday.pk}", now))
    for day, name in public:
        calendar.add_component(_event(HolidayValue.whole_day(name, day), f"public-{day:%Y%m%d}", now))
    return bytes(calendar.to_ical())


def _event(holiday: HolidayValue, key: str, now: datetime) -> Event:
    starts, ends = holiday.starts, holiday.ends
    is_whole = starts.time() == ends.time() == MIDNIGHT
    event = Event()
    event.add("uid", f"{key}@servicedesk")
    event.add("dtstamp", now)
    event.add("summary", holiday.name)
    event.add("dtstart", starts.date() if is_whole else starts)
    event.add("dtend", ends.date() if is_whole else ends)
    event.add("transp", "TRANSPARENT")
    if holiday.rule:
        event.add("rrule", vRecur.from_ical(holiday.rule.upper().removeprefix("RRULE:")))
    return event
