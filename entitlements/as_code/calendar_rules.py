"""Holidays and business hours that cannot be: every mistake, at its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from entitlements.as_code.contents import at, entries, inner, mistake, text, texts
from entitlements.as_code.near_names import nearest
from entitlements.as_code.places import Mistake, YamlMapping
from entitlements.as_code.read import read_holiday
from entitlements.core.calendar import check_hours
from entitlements.core.holidays import FIRST_YEAR, Falls, public_holidays
from entitlements.core.hours import Holiday, Hours, HoursError, Window, windows_from_mapping
from entitlements.core.wall_clock import zone_of

_WEEK = windows_from_mapping({"mon-sun": "00:00-24:00"})


def calendar_rules(config: YamlMapping, year: int) -> Iterator[Mistake]:
    """`year` is the one from which hours must be open at some time."""
    holidays: dict[str, Holiday] = {}
    for one in entries(config, "holidays"):
        faults = list(_holiday(one))
        yield from faults
        if not faults and (holiday := value_of(one)):
            holidays[holiday.name] = holiday
    given = entries(config, "business_hours")
    for one in given:
        yield from _hours(one, holidays, year)
    defaults = [one for one in given if one.get("default") is True]
    for one in defaults[1:]:
        line = at(defaults[0], "default").line
        yield mistake(one, "default", f"the default hours stand in line {line} already; only one may be")


def value_of(given: YamlMapping) -> Holiday | None:
    """A holiday as the calendar takes it; None when it is not one."""
    try:
        return read_holiday(given)
    except (ValueError, TypeError, KeyError):
        return None


def _holiday(given: YamlMapping) -> Iterator[Mistake]:
    when = [key for key in ("date", "from", "to") if given.get(key) is not None]
    if when not in (["date"], ["from", "to"]):
        what = "give either date (a whole day), or both from and to"
        yield mistake(given, when[0] if when else "name", f"a holiday needs a time: {what}")
        return
    try:
        holiday = read_holiday(given)
    except HoursError as fault:
        yield mistake(given, when[0], _sentence(fault))
    except (ValueError, TypeError, KeyError):
        return  # Its shape is wrong, which has been said.
    else:
        yield from _refused(given, "repeats", lambda: Falls(holiday, ZoneInfo("UTC")))


def _hours(given: YamlMapping, holidays: dict[str, Holiday], year: int) -> Iterator[Mistake]:
    faults = [*_zone(given), *_region(given), *_windows(given)]
    yield from faults
    named = texts(given, "holidays")
    if faults or not text(given, "name") or any(name not in holidays for name in named):
        return
    hours = Hours(
        text(given, "name"),
        text(given, "time_zone") or "UTC",
        _read_windows(given),
        tuple(holidays[name] for name in named),
        text(given, "public_holidays"),
    )
    yield from _refused(given, "open", lambda: check_hours(hours, year))


def _zone(given: YamlMapping) -> Iterator[Mistake]:
    name = text(given, "time_zone")
    if not name:
        return
    try:
        zone_of(name)
    except HoursError:
        near = nearest(name, available_timezones())
        better = f"did you mean “{near}”?" if near else "write an IANA name such as Europe/Berlin"
        yield mistake(given, "time_zone", f"there is no time zone “{name[:60]}”; {better}")


def _region(given: YamlMapping) -> Iterator[Mistake]:
    region = text(given, "public_holidays")
    if region:
        yield from _refused(given, "public_holidays", lambda: public_holidays(region, FIRST_YEAR))


def _windows(given: YamlMapping) -> Iterator[Mistake]:
    days = inner(given, "open")
    found: list[Window] = []
    for key, ranges in days.items():
        faults = list(_refused(days, key, lambda: windows_from_mapping({key: ranges})))  # noqa: B023
        yield from faults
        found += [] if faults else windows_from_mapping({key: ranges})
    if isinstance(given.get("open"), YamlMapping) and not days:
        yield mistake(given, "open", "these hours are never open; write for example mon-fri: 09:00-17:00")


def _read_windows(given: YamlMapping) -> tuple[Window, ...]:
    return windows_from_mapping(inner(given, "open")) or _WEEK


def _refused(given: YamlMapping, key: str, attempt: Callable[[], Any]) -> Iterator[Mistake]:
    try:
        attempt()
    except HoursError as fault:
        yield mistake(given, key, _sentence(fault))


def _sentence(fault: HoursError) -> str:
    """The calendar's messages are sentences; those of files are not."""
    message = str(fault).removesuffix(".")
    return message[:1].lower() + message[1:]
