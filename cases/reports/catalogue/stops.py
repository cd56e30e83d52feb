"""Stops: why, by whom and for how long clocks stood still, and which promises were kept only by that."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce

from cases.models import Case, CaseMilestone, Stop, StopKindChoice
from cases.reports.asked import Asked, Option
from cases.reports.case_rows import case_filter
from cases.reports.catalogue.own_grouping import Own, OwnGrouping, text_up_to
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.lasting import ZERO, average, hours, in_hours, told_length
from cases.reports.report import TIME, Findings, Report
from cases.reports.results import Result, condition
from cases.reports.rows import narrowed
from cases.reports.table import Column, Figure, Table, count, text

CHARTED = 25
LONGEST_VALUE = 300
GROUPING = OwnGrouping(
    {
        "reason": Own("Reason", "reason", "No reason given"),
        "kind": Own("Kind of stop", "kind", words=dict(StopKindChoice.choices)),
        "person": Own("Who stopped it", "by", "The system", is_person=True),
    },
    ("queue", "owner", "account"),
)


class Stood(NamedTuple):
    """So many stops of so many cases; of `lasting` of these a stop has not ended."""

    stops: int
    cases: int
    time: timedelta
    longest: timedelta
    lasting: int


def find(asked: Asked, now: datetime) -> Findings:
    stood = _read(asked, now)
    names = GROUPING.names(asked, stood)
    lines = sorted(stood, key=lambda key: (-stood[key].time, names[key][0].casefold()))
    label = GROUPING.label(asked)
    return Findings(
        figures=_figures(asked, now, stood),
        charts=[_chart(label, lines, stood, names)],
        tables=[_table(asked, label, lines, stood, names)],
        notes=[
            "Stops that began in the period, by the clock on the wall, up to now where they last. Time in "
            "two stops of a case at once counts in both.",
            "Kept only by a stop: completed in the period and in time, but from its start to its completion, "
            "stops included, it took longer than was promised.",
        ],
    )


def stops_in_period(asked: Asked) -> QuerySet[Stop]:
    start, end = asked.bounds
    return Stop.objects.order_by().filter(case_filter(asked, "case__"), since__gte=start, since__lt=end)


def kept_by_a_stop(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    """Without the stops they would have been late."""
    start, end = asked.bounds
    return narrowed(asked, now).filter(
        condition(Result.MET, now),
        completion_date__gte=start,
        completion_date__lt=end,
        stopped_seconds__gt=0,
        elapsed_seconds__gt=60 * (F("minutes") + F("extension")),
    )


def opens(asked: Asked, now: datetime) -> QuerySet[Any]:
    """The cases that were stopped so; or the milestones that were kept by it."""
    if asked.options["kept"]:
        return kept_by_a_stop(asked, now)
    stops = stops_in_period(asked).filter(GROUPING.narrowed(asked))
    if asked.options["lasting"]:
        stops = stops.filter(until__isnull=True)
    return Case.objects.order_by().filter(Exists(stops.filter(case=OuterRef("pk"))))


def _read(asked: Asked, now: datetime) -> Mapping[Any, Stood]:
    length = ExpressionWrapper(Coalesce(F("until"), Value(now)) - F("since"), DurationField())
    rows = (
        stops_in_period(asked)
        .values_list(GROUPING.field(asked))
        .annotate(
            n=Count("pk"),
            cases=Count("case", distinct=True),
            time=Sum(length),
            longest=Max(length),
            lasting=Count("case", distinct=True, filter=Q(until__isnull=True)),
        )
    )
    return {key: Stood(*stood) for key, *stood in rows}


def _figures(asked: Asked, now: datetime, stood: Mapping[Any, Stood]) -> Sequence[Figure]:
    stops = sum(one.stops for one in stood.values())
    lasting = opens(replace(asked, options={**asked.options, "lasting": "yes"}), now).count()
    time = sum((one.time for one in stood.values()), ZERO)
    kept = kept_by_a_stop(asked, now).count()
    return [
        Figure("Stops", f"{stops:,}", asked.address() if stops else ""),
        Figure("Time stopped", told_length(time)),
        Figure("An average stop", told_length(time / stops) if stops else "–"),
        Figure("Still stopped", f"{lasting:,}", asked.address(lasting="yes") if lasting else ""),
        Figure(
            "Kept only by a stop",
            f"{kept:,}",
            asked.address(kept="yes") if kept else "",
            ["milestones that would have been late"],
        ),
    ]


def _table(
    asked: Asked,
    label: str,
    lines: Sequence[Any],
    stood: Mapping[Any, Stood],
    names: Mapping[Any, tuple[str, str]],
) -> Table:
    rows = []
    for key in lines:
        one, (name, opened) = stood[key], names[key]
        rows.append(
            [
                text(name, opened),
                *(count(one.stops), count(one.cases, opened), hours(one.time)),
                *(average(one.time, one.stops), hours(one.longest)),
                count(one.lasting, f"{opened}&lasting=yes"),
            ]
        )
    return Table(
        "stops",
        f"Stops by {label.lower()}",
        [
            Column(label, is_number=False),
            *(Column(name) for name in ("Stops", "Cases", "Together, h", "Average, h", "Longest, h")),
            Column("Still stopped", help="Cases whose stop lasts."),
        ],
        rows,
        when_empty="Nothing was stopped in this period.",
    )


def _chart(
    label: str, lines: Sequence[Any], stood: Mapping[Any, Stood], names: Mapping[Any, tuple[str, str]]
) -> Chart:
    shown = lines[:CHARTED]
    return Chart(
        "stops",
        f"Time stopped by {label.lower()}, in hours"
        + (f" (the {CHARTED} with the most)" if len(lines) > CHARTED else ""),
        Kind.BARS,
        [names[key][0] for key in shown],
        [
            Series(
                "Time stopped",
                [in_hours(stood[key].time) for key in shown],
                Role.OTHER,
                [f"{stood[key].stops:,} stop{'s' * (stood[key].stops != 1)}" for key in shown],
            )
        ],
        unit="h",
        least=0,
    )


REPORT = Report(
    key="stops",
    title="Stops audit",
    about="Why, by whom and for how long clocks stood still, and what was kept only by that.",
    section=TIME,
    find=find,
    options=[
        Option("by", "By", GROUPING.choices),
        Option(
            "so", "Stopped so", what="what a stop says", reading=text_up_to(LONGEST_VALUE), is_hidden=True
        ),
        Option("lasting", "Still stopped", (("yes", "Still stopped"),), is_hidden=True),
        Option("kept", "Kept only by a stop", (("yes", "Kept only by a stop"),), is_hidden=True),
    ],
    opens=opens,
    has_basis=False,
    compares=False,
    entries=[(f"by {label.lower()}", f"by={key}") for key, label in GROUPING.choices],
)
