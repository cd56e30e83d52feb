"""One year of business hours on the time line: the unit in which calendars are compiled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from entitlements.core.holidays import FIRST_YEAR, LAST_YEAR, Falls, public_holidays
from entitlements.core.hours import Holiday, Hours, Window
from entitlements.core.open_time import union, without
from entitlements.core.wall_clock import Span, microseconds, span_of, zone_of

# Local dates whose windows can reach into a UTC year: 26 hours of offset and a night either side.
_MARGIN = timedelta(days=3)
_DAY = timedelta(days=1)

Closure = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Year:
    """The open periods of one UTC year and the holidays that touch it, in order, microseconds."""

    periods: list[Span]
    holidays: list[Closure]


class YearPlan:
    """Lays out any year of some hours. Raises HoursError for an unknown zone, rule or region."""

    def __init__(self, hours: Hours) -> None:
        self._zone = zone_of(hours.time_zone)
        self._windows = _by_weekday(hours.windows)
        self._holidays = [Falls(holiday, self._zone) for holiday in hours.holidays]
        self._region = hours.public_holidays
        if self._region:
            public_holidays(self._region, FIRST_YEAR)

    def lay_out(self, year: int) -> Year:
        """The year from one 1 January 00:00 UTC to the next; FIRST_YEAR <= year <= LAST_YEAR."""
        start, end = new_year(year), new_year(year + 1)
        first, last = datetime(year, 1, 1) - _MARGIN, datetime(year + 1, 1, 1) + _MARGIN
        holidays = sorted(set(_clipped(self._closures(first, last), start, end)))
        windows = ((*span, "") for span in self._spans(first, last))
        opened = union((a, b) for a, b, _ in _clipped(windows, start, end))
        return Year(without(opened, union((a, b) for a, b, _ in holidays)), holidays)

    def _spans(self, first: datetime, last: datetime) -> Iterator[Span]:
        midnight = first
        while midnight < last:
            for window in self._windows[midnight.weekday()]:
                opens = midnight + timedelta(minutes=window.opens)
                span = span_of(opens, midnight + timedelta(minutes=window.closes), self._zone)
                if span:
                    yield span
            midnight += _DAY

    def _closures(self, first: datetime, last: datetime) -> Iterator[Closure]:
        for falls in (*self._holidays, *self._public(first.year, last.year)):
            for starts, ends in falls.between(first, last):
                span = span_of(starts, ends, self._zone)
                if span:
                    yield (*span, falls.holiday.name)

    def _public(self, first_year: int, last_year: int) -> Iterator[Falls]:
        if not self._region:
            return
        for year in range(max(first_year, FIRST_YEAR), min(last_year, LAST_YEAR) + 1):
            for day, name in public_holidays(self._region, year).items():
                yield Falls(Holiday.whole_day(name, day), self._zone)


def new_year(year: int) -> int:
    """The instant at which a UTC year begins."""
    return microseconds(datetime(year, 1, 1, tzinfo=UTC))


def _by_weekday(windows: Sequence[Window]) -> list[list[Window]]:
    return [[window for window in windows if window.weekday == weekday] for weekday in range(7)]


def _clipped(closures: Iterator[Closure], start: int, end: int) -> Iterator[Closure]:
    for a, b, name in closures:
        if a < end and start < b:
            yield max(a, start), min(b, end), name
