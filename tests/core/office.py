"""The office that the calendar's tests keep: an odd Saturday, and clocks to read its times from."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from entitlements.core.calendar import Timeline, compile_hours
from entitlements.core.hours import Holiday, Hours, parse_windows

OFFICE_WEEK = "mon-fri 09:00-13:00,14:00-18:00; sat 10:10-14:00"
NIGHT_SHIFT = "mon-fri 22:00-06:00"
ROUND_THE_CLOCK = "mon-sun 00:00-24:00"


def office(
    week: str = OFFICE_WEEK,
    *holidays: Holiday,
    zone: str = "Europe/Berlin",
    public: str = "",
) -> Timeline:
    """The timeline of such an office in Berlin."""
    return compile_hours(Hours("EU office", zone, parse_windows(week), holidays, public))


def wall(text: str) -> datetime:
    """A naive wall-clock time: ``2026-03-02 09:00``."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    return wall(text).replace(tzinfo=UTC)


def berlin(text: str) -> datetime:
    """That time on a clock in Berlin, as the instant in UTC; of two the first."""
    return local(text, "Europe/Berlin")


def local(text: str, zone: str) -> datetime:
    return wall(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)
