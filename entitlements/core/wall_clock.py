"""From the clock on the wall to the instant: IANA zones, gaps and repeated hours (§2.3).

Instants are whole microseconds since 1970-01-01T00:00Z, so that nothing is ever rounded.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from entitlements.core.hours import HoursError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)

_WALL_EPOCH = datetime(1970, 1, 1)

Span = tuple[int, int]


def microseconds(instant: datetime) -> int:
    """The instant of an aware datetime. A naive one is a TypeError: it names no instant."""
    return (instant - EPOCH) // MICROSECOND


def utc(instant: int) -> datetime:
    """The aware UTC datetime of an instant."""
    return EPOCH + timedelta(microseconds=instant)


def zone_of(time_zone: str) -> ZoneInfo:
    """The IANA time zone of that name. Raises HoursError if there is none."""
    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise HoursError(f'"{time_zone}" is not a time zone such as "Europe/Berlin".') from None


def span_of(starts: datetime, ends: datetime, zone: ZoneInfo) -> Span | None:
    """The instants that ``[starts, ends)`` on the wall covers; None when it is empty.

    A wall time that does not exist moves forward by the gap, one that exists twice is its first,
    and a span that lies wholly in one gap is empty (§2.3).
    """
    gap = _gap_at(starts, zone)
    if gap and _gap_at(ends, zone) and ends - starts < gap:
        return None
    start, end = instant_of(starts, zone), instant_of(ends, zone)
    return (start, end) if start < end else None


def instant_of(wall: datetime, zone: ZoneInfo) -> int:
    """The instant of a naive wall-clock time, as span_of takes it."""
    # fold=0 is the first of two, and in a gap the offset from before it, which is what moves the
    # time forward by the gap (PEP 495).
    return (wall - _WALL_EPOCH - _offset(wall, zone, fold=0)) // MICROSECOND


def _gap_at(wall: datetime, zone: ZoneInfo) -> timedelta:
    """How long the gap is in which this wall time is missing; zero or less when it exists."""
    return max(_offset(wall, zone, fold=1) - _offset(wall, zone, fold=0), timedelta(0))


def _offset(wall: datetime, zone: ZoneInfo, *, fold: int) -> timedelta:
    offset = zone.utcoffset(wall if wall.fold == fold else wall.replace(fold=fold))
    assert offset is not None, "every ZoneInfo has an offset at every wall time"
    return offset
