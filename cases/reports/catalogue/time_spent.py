"""Where the time of milestones went: running, stopped, or outside their hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, QuerySet, Sum
from django.db.models.functions import Coalesce, Greatest

from cases.models import CaseMilestone
from cases.reports.asked import Asked, Option
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.grouping import BY, GROUPINGS, Grouping, names_of
from cases.reports.known import Name
from cases.reports.lasting import ZERO, average, hours, in_hours, told_length
from cases.reports.report import TIME, Findings, Report
from cases.reports.rows import in_period
from cases.reports.table import Column, Figure, Table, count, percent, text, told_percent

CHARTED = 25
SECOND = timedelta(seconds=1)
ENDED = Coalesce("completion_date", "cancelled_at")


@dataclass(frozen=True, slots=True)
class Spent:
    """Of so many milestones that ended: their time from start to end, by the clock on the wall."""

    ended: int = 0
    wall: timedelta = ZERO
    elapsed: timedelta = ZERO
    stopped: timedelta = ZERO

    @property
    def running(self) -> timedelta:
        return self.elapsed - self.stopped

    @property
    def outside(self) -> timedelta:
        """Of each less than a second is lost in what was recorded: that is no time outside its hours."""
        outside = self.wall - self.elapsed
        return outside if outside > SECOND * self.ended else ZERO

    @property
    def parts(self) -> tuple[timedelta, timedelta, timedelta]:
        return self.running, self.stopped, self.outside

    def __add__(self, other: Spent) -> Spent:
        return Spent(
            self.ended + other.ended,
            self.wall + other.wall,
            self.elapsed + other.elapsed,
            self.stopped + other.stopped,
        )


PARTS = (("Running", Role.NOW), ("Stopped", Role.OTHER), ("Outside hours", Role.QUIET))


def find(asked: Asked, now: datetime) -> Findings:
    grouping = GROUPINGS[asked.options["by"]]
    spent = _read(asked, now, grouping)
    names = names_of(grouping, spent, asked.known)
    lines = sorted(spent, key=lambda key: (-spent[key].wall, names[key].label.casefold()))
    total = sum(spent.values(), Spent())
    return Findings(
        figures=_figures(asked, total),
        charts=[_chart(grouping, lines, spent, names)],
        tables=[_table(asked, grouping, lines, spent, names, total)],
        notes=[
            "From the start of each milestone to its end, by the clock on the wall: its clock ran, or stood "
            "still, or its hours were closed. What is still open is not in it."
        ],
    )


def ended(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    """Those whose time is known: it is recorded when they end."""
    return in_period(asked, now).filter(elapsed_seconds__isnull=False)


def _read(asked: Asked, now: datetime, grouping: Grouping) -> Mapping[Any, Spent]:
    wall = ExpressionWrapper(Greatest(ENDED, F("start_date")) - F("start_date"), DurationField())
    rows = (
        ended(asked, now)
        .values_list(grouping.path)
        .annotate(
            n=Count("pk"),
            wall=Sum(wall),
            elapsed=Sum("elapsed_seconds"),
            stopped=Sum("stopped_seconds"),
        )
    )
    return {
        key: Spent(count, wall, SECOND * int(elapsed), SECOND * int(stopped or 0))
        for key, count, wall, elapsed, stopped in rows
    }


def _figures(asked: Asked, total: Spent) -> Sequence[Figure]:
    shares = [told_percent(100 * length / total.wall) if total.wall else "–" for length in total.parts]
    parts = [
        Figure(label, told_length(length), notes=[share])
        for (label, _), length, share in zip(PARTS, total.parts, shares, strict=True)
    ]
    return [Figure("Milestones ended", f"{total.ended:,}", asked.address() if total.ended else ""), *parts]


def _table(
    asked: Asked,
    grouping: Grouping,
    lines: Sequence[Any],
    spent: Mapping[Any, Spent],
    names: Mapping[Any, Name],
    total: Spent,
) -> Table:
    def cells(one: Spent, opens: str) -> list[Any]:
        return [
            count(one.ended, opens),
            *(hours(length) for length in one.parts),
            hours(one.wall),
            average(one.wall, one.ended),
            *(percent(100 * length / one.wall if one.wall else None) for length in one.parts),
        ]

    rows = []
    for key in lines:
        opens = asked.address(**{grouping.filter: names[key].value})
        rows.append([text(names[key].label, opens), *cells(spent[key], opens)])
    labels = [label for label, _ in PARTS]
    return Table(
        "time",
        f"Time by {grouping.label.lower()}",
        [
            Column(grouping.label, is_number=False),
            Column("Ended"),
            *(Column(f"{label}, h") for label in labels),
            Column("Together, h"),
            Column("Average, h"),
            *(Column(f"{label}, %") for label in labels),
        ],
        rows,
        [text("All", asked.address()), *cells(total, asked.address())],
    )


def _chart(
    grouping: Grouping, lines: Sequence[Any], spent: Mapping[Any, Spent], names: Mapping[Any, Name]
) -> Chart:
    shown = lines[:CHARTED]
    values = [[in_hours(part / spent[key].ended) for part in spent[key].parts] for key in shown]
    return Chart(
        "time",
        f"Average time by {grouping.label.lower()}, in hours"
        + (f" (the {CHARTED} with the most)" if len(lines) > CHARTED else ""),
        Kind.BARS,
        [names[key].label for key in shown],
        [
            Series(label, [value[place] for value in values], role)
            for place, (label, role) in enumerate(PARTS)
        ],
        unit="h",
        least=0,
    )


REPORT = Report(
    key="time",
    title="The time of milestones",
    about="How long milestones ran, stood still, and waited outside their hours.",
    section=TIME,
    find=find,
    options=[Option("by", "By", BY)],
    opens=ended,
    compares=False,
    entries=[(f"by {label.lower()}", f"by={key}") for key, label in BY],
)
