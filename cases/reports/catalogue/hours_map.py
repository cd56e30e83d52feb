"""At which hours of the week milestones are missed: a map of weekdays and hours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay

from cases.reports.asked import Asked, Choices, Option, Value
from cases.reports.basis import date_of
from cases.reports.catalogue.compliance import DECIDED
from cases.reports.report import KEPT, Findings, Report
from cases.reports.results import Result
from cases.reports.rows import in_period
from cases.reports.table import NOTHING, Cell, Column, Table, count, percent, text
from cases.reports.tally import Tally, read_tallies

LATE = (Result.MISSED, Result.OPEN_LATE)
DAYS: Choices = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]
HOURS: Choices = [(str(hour), f"{hour:02}:00") for hour in range(24)]
MISSED, SHARE, DUE = "missed", "share", "all"
SHOWN: Choices = [(MISSED, "Missed"), (SHARE, "Share missed"), (DUE, "All that counts")]
TITLES = {
    MISSED: "Missed milestones, those open and late with them, by weekday and hour",
    SHARE: "The share that was missed, by weekday and hour",
    DUE: "Met, missed, and open and late milestones, by weekday and hour",
}
Hours = Mapping[tuple[int, int], Tally]


def find(asked: Asked, now: datetime) -> Findings:
    date = date_of(asked.basis)
    day, hour = ExtractIsoWeekDay(date, tzinfo=asked.zone), ExtractHour(date, tzinfo=asked.zone)
    found: Hours = read_tallies(asked, now, day=day, hour=hour).now
    return Findings(
        tables=[_table(asked, found)],
        notes=[
            "The darker, the more. Weekday and hour are those of the date that is counted by: when a "
            "milestone was due, when its case was created, or when it ended."
        ],
    )


def opens(asked: Asked, now: datetime) -> QuerySet:
    """The milestones of the weekday and the hour that were clicked on."""
    rows, date = in_period(asked, now), date_of(asked.basis)
    if asked.options["weekday"]:
        day = ExtractIsoWeekDay(date, tzinfo=asked.zone)
        rows = rows.annotate(day=day).filter(day=int(asked.options["weekday"]))
    if asked.options["hour"]:
        rows = rows.annotate(hour=ExtractHour(date, tzinfo=asked.zone)).filter(
            hour=int(asked.options["hour"])
        )
    return rows


def _table(asked: Asked, found: Hours) -> Table:
    hours = [hour for _, hour in found]
    rows = []
    for hour in range(min(hours), max(hours) + 1) if hours else ():
        told = f"{hour:02}–{hour + 1:02}"
        cells = [_cell(asked, found, day, hour) for day in range(1, 8)]
        rows.append([text(told, asked.address(hour=f"{hour}", result=DECIDED)), *cells])
    total = [_cell(asked, found, day, None) for day in range(1, 8)]
    return Table(
        "hours",
        TITLES[asked.options["show"]],
        [Column("Hour", is_number=False), *(Column(name[:3]) for _, name in DAYS)],
        rows,
        [text("All day"), *total] if rows else (),
        is_map=True,
        tone="" if asked.options["show"] == DUE else "late",
    )


def _cell(asked: Asked, found: Hours, day: int, hour: int | None) -> Cell:
    """`hour` is None for the whole day, which has no shade."""
    those = [tally for (a, b), tally in found.items() if a == day and hour in (b, None)]
    tally = sum(those, Tally())
    where: dict[str, Value] = {"weekday": f"{day}", "hour": "" if hour is None else f"{hour}"}
    shows = asked.options["show"]
    if not tally.decided:
        return NOTHING
    late = tally.missed + tally.open_late
    shade = None if hour is None else _shade(shows, tally, found)
    if shows == SHARE:
        cell = percent(100 * late / tally.decided, asked.address(**where, result=LATE))
        return Cell(cell.value, f"{round(100 * late / tally.decided)} %", cell.opens, shade=shade)
    number, results = (tally.decided, DECIDED) if shows == DUE else (late, LATE)
    cell = count(number, asked.address(**where, result=results))
    return Cell(cell.value, cell.told, cell.opens, cell.tone, shade)


def _shade(shows: str, tally: Tally, found: Hours) -> int:
    """0 to 10, of the most that any hour has; a share of itself."""
    if shows == SHARE:
        return round(10 * (tally.missed + tally.open_late) / tally.decided)
    most = max(_amount(shows, one) for one in found.values())
    return round(10 * _amount(shows, tally) / most) if most else 0


def _amount(shows: str, tally: Tally) -> int:
    return tally.decided if shows == DUE else tally.missed + tally.open_late


REPORT = Report(
    key="hours",
    title="Weekdays and hours",
    about="When in the week milestones are missed: where more people would help.",
    section=KEPT,
    find=find,
    options=[
        Option("show", "Show", SHOWN),
        Option("weekday", "Weekday", DAYS, "a weekday from 1 to 7", is_hidden=True),
        Option("hour", "Hour", HOURS, "an hour from 0 to 23", is_hidden=True),
    ],
    opens=opens,
    default_period="90d",
    compares=False,
)
