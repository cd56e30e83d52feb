"""Business hours as they are written down: weekly windows in a time zone, minus holidays.

Frozen values only. What they mean on the time line is worked out in ``calendar``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

MINUTES_A_DAY = 1440
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LONGEST_RULE = 500

_WEEKDAYS = {name: number for names in (DAYS, DAY_NAMES) for number, name in enumerate(names)}
_CLAUSE = re.compile(r"(?P<days>[A-Za-z][A-Za-z,\-\s]*?)\s+(?P<ranges>\d.*)", re.DOTALL)
_RANGE = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})", re.ASCII)


class HoursError(ValueError):
    """Business hours that cannot be: the message says what is wrong with them."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """One open window of the week, half-open, in local wall-clock time (§2.1).

    ``opens`` and ``closes`` are minutes after the midnight at which ``weekday`` (0 = Monday)
    begins. A ``closes`` of 1440 is that day's end; beyond it the window runs past midnight and
    still belongs to the day on which it opened. No window is longer than 24 hours of wall clock.
    """

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday < 7:
            raise HoursError(f"A window's weekday is 0 (Monday) to 6 (Sunday), not {self.weekday}.")
        if not 0 <= self.opens < MINUTES_A_DAY:
            raise HoursError(f"A window opens between 00:00 and 23:59, not at minute {self.opens}.")
        if not self.opens < self.closes <= self.opens + MINUTES_A_DAY:
            raise HoursError(
                f"A window that opens at minute {self.opens} closes after that "
                f"and within 24 hours, not at minute {self.closes}."
            )


@dataclass(frozen=True, slots=True)
class Holiday:
    """Local wall-clock time ``[starts, ends)`` in which nothing is open, once or by a rule (§2.2).

    ``rule`` is an RFC 5545 recurrence rule (``FREQ=YEARLY``) whose DTSTART is ``starts``; each
    occurrence lasts as long on the wall clock as the first. An empty rule means once.
    """

    name: str
    starts: datetime
    ends: datetime
    rule: str = ""

    def __post_init__(self) -> None:
        if self.starts.tzinfo or self.ends.tzinfo:
            raise HoursError(f'The holiday "{self.name}" is in local time: its times take no time zone.')
        if self.ends <= self.starts:
            raise HoursError(f'The holiday "{self.name}" ends before it has begun.')
        if len(self.rule) > LONGEST_RULE:
            raise HoursError(
                f'The rule of the holiday "{self.name}" is longer than {LONGEST_RULE} characters.'
            )

    @classmethod
    def whole_day(cls, name: str, day: date, rule: str = "") -> "Holiday":
        """The holiday that closes one whole local day, from midnight to midnight."""
        midnight = datetime.combine(day, time.min)
        return cls(name, midnight, midnight + timedelta(days=1), rule)


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly windows in an IANA time zone, minus holidays, minus a region's public holidays.

    ``public_holidays`` is a country (``US``) or a country and its subdivision (``DE-BY``) after
    ISO 3166; empty means none.
    """

    name: str
    time_zone: str
    windows: tuple[Window, ...]
    holidays: tuple[Holiday, ...] = ()
    public_holidays: str = ""


def parse_windows(text: str) -> tuple[Window, ...]:
    """The windows of ``mon-fri 09:00-13:00,14:00-18:00; sat 10:00-14:00``, in order of the week.

    A range that ends at or before its start runs past midnight. Raises HoursError.
    """
    return _in_order(
        window for clause in text.split(";") if clause.strip() for window in _clause(clause.strip())
    )


def windows_from_mapping(open: Mapping[str, str]) -> tuple[Window, ...]:
    """The windows of ``{"mon-fri": "09:00-13:00, 14:00-18:00", …}``, in order of the week.

    A key is a day, a range of days, or a list of both. Raises HoursError.
    """
    return _in_order(window for days, ranges in open.items() for window in _windows(str(days), str(ranges)))


def _in_order(windows: Iterable[Window]) -> tuple[Window, ...]:
    return tuple(sorted(set(windows)))


def _clause(text: str) -> Iterator[Window]:
    match = _CLAUSE.fullmatch(text)
    if match is None:
        raise HoursError(f'"{text}" is not days and times such as "mon-fri 09:00-17:00".')
    return _windows(match["days"], match["ranges"])


def _windows(days: str, ranges: str) -> Iterator[Window]:
    times = [_minutes(part.strip()) for part in ranges.split(",")]
    for weekday in _weekdays(days):
        for opens, closes in times:
            yield Window(weekday, opens, closes)


def _weekdays(text: str) -> list[int]:
    found: list[int] = []
    for part in text.split(","):
        first, dash, last = part.partition("-")
        start = _weekday(first)
        length = (_weekday(last) - start) % 7 if dash else 0
        found += [(start + step) % 7 for step in range(length + 1)]
    return found


def _weekday(text: str) -> int:
    try:
        return _WEEKDAYS[text.strip().lower()]
    except KeyError:
        raise HoursError(f'"{text.strip()}" is not a day: write {", ".join(DAYS)}.') from None


def _minutes(text: str) -> tuple[int, int]:
    match = _RANGE.fullmatch(text)
    if match is None:
        raise HoursError(f'"{text}" is not a range of times such as "09:00-17:00".')
    opens_hour, opens_minute, closes_hour, closes_minute = map(int, match.groups())
    opens = opens_hour * 60 + opens_minute
    closes = closes_hour * 60 + closes_minute
    if max(opens_minute, closes_minute) > 59 or opens >= MINUTES_A_DAY or closes > MINUTES_A_DAY:
        raise HoursError(f'"{text}" has a time that is not on the clock (00:00 to 24:00).')
    return opens, closes if closes > opens else closes + MINUTES_A_DAY
