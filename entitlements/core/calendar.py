"""The calendar: what business hours are on the time line. § here and below: of ``semantics.md``.

A timeline answers in UTC, to the microsecond. The hours behind it are laid out a year at a time
around whatever is asked and kept as sorted arrays, so a target of ten minutes and one of ten months
cost the same, and nothing depends on today's date.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock

from entitlements.core.holidays import FIRST_YEAR, LAST_YEAR
from entitlements.core.hours import Hours, HoursError
from entitlements.core.open_time import OpenTime, union, without
from entitlements.core.opening_year import Closure, Year, YearPlan, new_year
from entitlements.core.wall_clock import MICROSECOND, Span, microseconds, utc

HORIZON = timedelta(days=3653)

_HORIZON = HORIZON // MICROSECOND
_FIRST, _END = new_year(FIRST_YEAR), new_year(LAST_YEAR + 1)

Period = tuple[datetime, datetime]
Reason = tuple[datetime, datetime, str]


class BeyondHorizon(ValueError):
    """More than ten years from the instant asked about, or outside the years known (§2.6)."""


class Timeline(ABC):
    """When some hours are open. Instants are aware datetimes; answers are in UTC.

    A naive datetime is a TypeError: it names no instant. `time_zone` is the IANA zone in which the hours
    are written down; 24/7 has none.
    """

    __slots__ = ("name", "time_zone")

    def __init__(self, name: str, time_zone: str = "") -> None:
        self.name = name
        self.time_zone = time_zone

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    @abstractmethod
    def add(self, instant: datetime, duration: timedelta) -> datetime:
        """The earliest instant with so much open time since ``instant``, be it a closing (§2.5).

        A negative duration gives the latest instant with so much open time until ``instant``, zero
        the instant itself. Raises BeyondHorizon.
        """

    @abstractmethod
    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """The open time in ``[start, end)``, negative when end is before start (§2.4)."""

    @abstractmethod
    def is_open(self, instant: datetime) -> bool:
        """Whether the instant lies in an open period; its closing does not."""

    @abstractmethod
    def next_opening(self, instant: datetime) -> datetime | None:
        """The instant itself when open, else the next opening; None without one in ten years."""

    @abstractmethod
    def next_closing(self, instant: datetime) -> datetime | None:
        """The end of the open period around the instant or of the next; None as above."""

    @abstractmethod
    def periods(self, start: datetime, end: datetime) -> list[Period]:
        """The open periods within ``[start, end)``, cut off at both, none touching the next."""

    @abstractmethod
    def closures(self, start: datetime, end: datetime) -> list[Reason]:
        """The rest of ``[start, end)``: from, to, and the holiday's name or ``closed``."""


class RoundTheClock(Timeline):
    """24/7: arithmetic alone."""

    __slots__ = ()

    def add(self, instant: datetime, duration: timedelta) -> datetime:
        if not -HORIZON <= duration <= HORIZON:
            raise _beyond_horizon(self.name, instant)
        try:
            return utc(microseconds(instant) + duration // MICROSECOND)
        except OverflowError:
            raise _beyond_horizon(self.name, instant) from None

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        return (microseconds(end) - microseconds(start)) * MICROSECOND

    def is_open(self, instant: datetime) -> bool:
        return True

    def next_opening(self, instant: datetime) -> datetime | None:
        return utc(microseconds(instant))

    def next_closing(self, instant: datetime) -> datetime | None:
        return None

    def periods(self, start: datetime, end: datetime) -> list[Period]:
        return [(utc(microseconds(start)), utc(microseconds(end)))] if start < end else []

    def closures(self, start: datetime, end: datetime) -> list[Reason]:
        return []


class CompiledHours(Timeline):
    """Business hours on the time line, laid out lazily. Safe to share between threads.

    An instant outside the years 1900 to 2200 raises BeyondHorizon.
    """

    __slots__ = ("_growing", "_open", "_plan", "_years")

    def __init__(self, hours: Hours) -> None:
        super().__init__(hours.name, hours.time_zone)
        if not hours.windows:
            raise HoursError(f'The hours "{hours.name}" are never open: they have no window.')
        self._plan = YearPlan(hours)
        self._years: dict[int, Year] = {}
        self._open = OpenTime(0, 0, [])
        self._growing = Lock()

    def add(self, instant: datetime, duration: timedelta) -> datetime:
        at, length = microseconds(instant), duration // MICROSECOND
        if not length:
            return utc(at)
        open_time = self._open
        goal = open_time.before(at) + length
        if not (open_time.start <= at < open_time.end and 0 <= goal <= open_time.total):
            open_time = self._until_reached(instant, at, length)
            goal = open_time.before(at) + length
        target = open_time.earliest(goal) if length > 0 else open_time.latest(goal)
        if not -_HORIZON <= target - at <= _HORIZON:
            raise _beyond_horizon(self.name, instant)
        return utc(target)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        a, b = microseconds(start), microseconds(end)
        open_time = self._covering(min(a, b), max(a, b))
        return timedelta(microseconds=open_time.before(b) - open_time.before(a))

    def is_open(self, instant: datetime) -> bool:
        at = microseconds(instant)
        period = self._covering(at, at).period_ending_after(at)
        return period is not None and period[0] <= at

    def next_opening(self, instant: datetime) -> datetime | None:
        at = microseconds(instant)
        limit = at + _HORIZON
        open_time = self._covering(at, at)
        while True:
            period = open_time.period_ending_after(at)
            if period:
                opening = max(at, period[0])
                return utc(opening) if opening <= limit else None
            if open_time.end > min(limit, _END - 1):
                return None
            open_time = self._covering(at, open_time.end)

    def next_closing(self, instant: datetime) -> datetime | None:
        at = microseconds(instant)
        limit = at + _HORIZON
        open_time = self._covering(at, at)
        while True:
            period = open_time.period_ending_after(at)
            # A period that is cut off where the laid-out years end may go on in the next.
            if period and period[1] < open_time.end:
                return utc(period[1]) if period[1] <= limit else None
            if open_time.end > min(limit, _END - 1):
                return None
            open_time = self._covering(at, open_time.end)

    def periods(self, start: datetime, end: datetime) -> list[Period]:
        a, b = microseconds(start), microseconds(end)
        if a >= b:
            return []
        return [(utc(opens), utc(closes)) for opens, closes in self._covering(a, b).periods(a, b)]

    def closures(self, start: datetime, end: datetime) -> list[Reason]:
        a, b = microseconds(start), microseconds(end)
        if a >= b:
            return []
        open_periods = self._covering(a, b).periods(a, b)
        years = range(utc(a).year, utc(b).year + 1)
        holidays = [holiday for year in years for holiday in self._years[year].holidays]
        return [(utc(x), utc(y), reason) for x, y, reason in _reasons(a, b, open_periods, holidays)]

    def _covering(self, start: int, end: int) -> OpenTime:
        open_time = self._open
        if open_time.start <= start and end < open_time.end:
            return open_time
        return self._grown(start, end)

    def _grown(self, start: int, end: int) -> OpenTime:
        if not _FIRST <= start <= end < _END:
            raise BeyondHorizon(
                f'The calendar of "{self.name}" has only the years {FIRST_YEAR} to {LAST_YEAR}.'
            )
        with self._growing:
            asked = range(utc(start).year, utc(end).year + 1)
            first, last = min([asked[0], *self._years]), max([asked[-1], *self._years])
            for year in range(first, last + 1):
                if year not in self._years:
                    self._years[year] = self._plan.lay_out(year)
            periods = union(period for year in self._years.values() for period in year.periods)
            self._open = OpenTime(new_year(first), new_year(last + 1), periods)
            return self._open

    def _until_reached(self, instant: datetime, at: int, length: int) -> OpenTime:
        """The open time laid out as far as so much of it takes. Raises BeyondHorizon."""
        open_time = self._covering(at, at)
        while not 0 <= open_time.before(at) + length <= open_time.total:
            edge = open_time.end if length > 0 else open_time.start - 1
            if abs(edge - at) > _HORIZON or not _FIRST <= edge < _END:
                raise _beyond_horizon(self.name, instant)
            open_time = self._covering(min(at, edge), max(at, edge))
        return open_time


ALWAYS: Timeline = RoundTheClock("24/7")


@lru_cache(maxsize=128)
def compile_hours(hours: Hours) -> Timeline:
    """The timeline of some hours, the same object for equal hours. Raises HoursError."""
    return CompiledHours(hours)


def check_hours(hours: Hours, from_year: int) -> None:
    """Raises HoursError for hours that cannot be saved: not open once in the ten years (§2.6)."""
    if compile_hours(hours).next_opening(datetime(from_year, 1, 1, tzinfo=UTC)) is None:
        raise HoursError(
            f'The hours "{hours.name}" are never open: '
            f"holidays leave nothing of their windows in the ten years from {from_year}."
        )


def _beyond_horizon(name: str, instant: datetime) -> BeyondHorizon:
    return BeyondHorizon(
        f'The hours "{name}" have no such instant within ten years of {instant.isoformat()}.'
    )


def _reasons(start: int, end: int, open_periods: list[Span], holidays: list[Closure]) -> list[Closure]:
    reasons: list[Closure] = []
    for gap_start, gap_end in without([(start, end)], open_periods):
        for a, b, reason in _named(gap_start, gap_end, holidays):
            if reasons and reasons[-1][1:] == (a, reason):
                reasons[-1] = (reasons[-1][0], b, reason)
            else:
                reasons.append((a, b, reason))
    return reasons


def _named(start: int, end: int, holidays: list[Closure]) -> Iterator[Closure]:
    """The gap cut at the holidays in it; of two that overlap, the first to begin has the name."""
    for holiday_start, holiday_end, name in holidays:
        if holiday_end <= start or end <= holiday_start:
            continue
        if start < holiday_start:
            yield start, holiday_start, "closed"
            start = holiday_start
        yield start, min(holiday_end, end), name
        start = min(holiday_end, end)
    if start < end:
        yield start, end, "closed"
