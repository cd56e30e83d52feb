"""Every row of the conformance data: what other help desks and libraries expect of open time."""

import csv
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from entitlements.core.calendar import Timeline, compile_hours
from entitlements.core.hours import Holiday, Hours, parse_windows

DATA = Path(__file__).parents[1] / "data"

Row = dict[str, str]
Pause = tuple[datetime, datetime]


def rows(name: str) -> list[object]:
    with (DATA / name).open(newline="") as file:
        found = list(csv.DictReader(file))
    return [pytest.param(row, id=f"{row['source']}-{line}") for line, row in enumerate(found, start=2)]


def timeline_of(row: Row) -> Timeline:
    holidays = tuple(holiday(part) for part in row["holidays"].split(";") if part)
    return compile_hours(Hours("office", row["time_zone"], parse_windows(row["hours"]), holidays))


def holiday(text: str) -> Holiday:
    starts, slash, ends = text.partition("/")
    if not slash:
        return Holiday.whole_day(text, date.fromisoformat(text))
    return Holiday(text, datetime.fromisoformat(starts), datetime.fromisoformat(ends))


def instant(row: Row, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(row["time_zone"])).astimezone(UTC)


def pauses(row: Row) -> list[Pause]:
    pairs = [pause.split("/") for pause in row["pauses"].split("|") if pause]
    return [(instant(row, start), instant(row, end)) for start, end in pairs]


def stopped(timeline: Timeline, stops: list[Pause], start: datetime, end: datetime) -> timedelta:
    """The open time in which the clock stood still between start and end."""
    within = [(max(a, start), min(b, end)) for a, b in stops]
    return sum((timeline.elapsed(a, b) for a, b in within if a < b), timedelta())


def target(timeline: Timeline, stops: list[Pause], start: datetime, length: timedelta) -> datetime:
    """§5.2: the start plus the length and what was stopped by then, which moves the target on."""
    due = timeline.add(start, length)
    while True:
        later = timeline.add(start, length + stopped(timeline, stops, start, due))
        if later == due:
            return due
        due = later


@pytest.mark.parametrize("row", rows("due_dates.csv"))
def test_due_date(row: Row) -> None:
    start = instant(row, row["start"])
    length = timedelta(microseconds=int(Fraction(row["minutes"]) * 60_000_000))
    due = target(timeline_of(row), pauses(row), start, length)
    assert due == datetime.fromisoformat(row["expected_due_utc"])


@pytest.mark.parametrize("row", rows("elapsed.csv"))
def test_elapsed(row: Row) -> None:
    timeline = timeline_of(row)
    start, end = instant(row, row["start"]), instant(row, row["end"])
    running = timeline.elapsed(start, end) - stopped(timeline, pauses(row), start, end)
    assert running == timedelta(seconds=int(row["expected_seconds"]))
