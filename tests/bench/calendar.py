"""How long a target takes to work out, beside two libraries for business time.

    python -m tests.bench.calendar

The same office in each: Monday to Friday 9:00 to 17:00 in UTC, no holidays, from a Monday at 9:17.
Calendars are made before the clock starts. A figure is the median of several repeats.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import partial
from statistics import median
from timeit import Timer

import businesstimedelta
import pandas

from entitlements.core.calendar import compile_hours
from entitlements.core.hours import Hours, parse_windows

MINUTES = (480, 4_800, 48_000)
START = datetime(2026, 3, 2, 9, 17, tzinfo=UTC)
TARGET_MICROSECONDS = 3.0
TARGET_SPREAD = 1.5
REPEATS = 7
SECONDS_A_REPEAT = 0.05

Add = Callable[[], datetime]
Row = tuple[str, ...]


def servicedesk(minutes: int) -> Add:
    office = Hours("Office", "UTC", parse_windows("mon-fri 09:00-17:00"))
    return partial(compile_hours(office).add, START, timedelta(minutes=minutes))


def servicedesk_elapsed(minutes: int) -> Callable[[], timedelta]:
    office = Hours("Office", "UTC", parse_windows("mon-fri 09:00-17:00"))
    return partial(compile_hours(office).elapsed, START, servicedesk(minutes)())


def business_time_delta(minutes: int) -> Add:
    day = businesstimedelta.WorkDayRule(start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4])
    length = businesstimedelta.BusinessTimeDelta(businesstimedelta.Rules([day]), hours=minutes / 60)
    return lambda: START + length


def custom_business_hour(minutes: int) -> Add:
    length = pandas.offsets.CustomBusinessHour(n=minutes // 60, start="09:00", end="17:00")
    start = pandas.Timestamp(START)
    return lambda: start + length


def run() -> list[Row]:
    """The table: a row for each length of target, and whether the aims were met or missed."""
    return [*_table(), *_verdicts()]


def _table() -> Iterator[Row]:
    yield ("open minutes", "add", "elapsed", "businesstimedelta", "pandas", "fastest other")
    for minutes in MINUTES:
        _agree(minutes)
        ours = microseconds(servicedesk(minutes))
        others = [microseconds(make(minutes)) for make in (business_time_delta, custom_business_hour)]
        elapsed = microseconds(servicedesk_elapsed(minutes))
        figures = [f"{figure:,.2f} µs" for figure in (ours, elapsed, *others)]
        yield (f"{minutes:,}", *figures, f"{min(others) / ours:,.0f} times ours")


def _verdicts() -> Iterator[Row]:
    ours = [microseconds(servicedesk(minutes)) for minutes in MINUTES]
    yield _verdict("slowest add, µs", max(ours), TARGET_MICROSECONDS)
    yield _verdict("slowest ÷ fastest", max(ours) / min(ours), TARGET_SPREAD)


def _verdict(what: str, figure: float, aim: float) -> Row:
    return (what, f"{figure:.2f}", f"aim {aim:g}", "met" if figure <= aim else "missed")


def _agree(minutes: int) -> None:
    """A comparison is worth something only between equal answers."""
    expected = servicedesk(minutes)()
    for make in (business_time_delta, custom_business_hour):
        found = make(minutes)()
        assert found == expected, f"{make.__name__}: {found}, not {expected}"


def microseconds(call: Callable[[], object]) -> float:
    """The median time of one call."""
    timer = Timer(call)
    number, spent = timer.autorange()
    number = max(1, int(number * SECONDS_A_REPEAT / spent))
    return median(timer.repeat(REPEATS, number)) / number * 1e6


def main() -> None:
    rows = run()
    widths = [max(len(row[n]) for row in rows if n < len(row)) for n in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=False)))


if __name__ == "__main__":
    main()
