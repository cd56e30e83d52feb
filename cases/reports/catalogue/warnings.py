"""Warnings: which of them came in time, and after which of them the promise was kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Avg, Count, DurationField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from cases.models import CaseMilestone, FiredTrigger
from cases.queries.words import span
from cases.reports.asked import Asked, Option
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.grouping import GROUPINGS, names_of
from cases.reports.known import Name
from cases.reports.lasting import hours
from cases.reports.report import WORK, Findings, Report
from cases.reports.results import Result, condition, counts
from cases.reports.rows import in_period
from cases.reports.table import Cell, Column, Figure, Table, count, percent, text, told_percent
from cases.reports.tally import Tally
from entitlements.core.changes import Outcome
from entitlements.models import TriggerChoice

CHARTED = 25
LATE = (Result.MISSED, Result.OPEN_LATE)
DECIDED = (Result.MET, *LATE)
GIVEN_UP = (Result.CANCELLED, Result.WAIVED)
OFFSET = re.compile(r"(\d{1,2})%|(\d{1,7})m")


class Which(NamedTuple):
    """A milestone's warning, in whichever version of a process: at a percentage, or minutes before."""

    milestone: int
    percent: int | None
    minutes: int

    @property
    def offset(self) -> str:
        """As the configuration file writes it."""
        return f"{self.percent}%" if self.percent is not None else f"{self.minutes}m"

    @property
    def told(self) -> str:
        if self.percent is not None:
            return f"at {self.percent} %"
        return f"{span(timedelta(minutes=self.minutes), days=False)} before"


class Came(NamedTuple):
    """`reaction` is the mean time from the warning to a completion in time."""

    results: Tally
    skipped: int
    reaction: timedelta | None

    @property
    def sent(self) -> int:
        return self.results.all


def find(asked: Asked, now: datetime) -> Findings:
    came = _read(asked, now)
    names = names_of(GROUPINGS["milestone"], {which.milestone for which in came}, asked.known)
    lines = sorted(came, key=lambda one: (names[one.milestone].label, one.percent or 0, -one.minutes))
    return Findings(
        figures=_figures(asked, now, came),
        charts=[_chart(lines, came, names)],
        tables=[_table(asked, lines, came, names)],
        notes=[
            "Kept after it: completed in time although it had come so far that the warning was sent. "
            "Skipped: the target had passed before the engine looked, so it told nobody.",
            "A milestone with two warnings counts in both lines, and twice in the figures.",
        ],
    )


def opens(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    """The milestones that were warned of so; or those that were late unwarned."""
    rows = in_period(asked, now)
    if asked.options["unwarned"]:
        return _unwarned(asked, now)
    which: dict[str, Any] = {}
    if found := OFFSET.fullmatch(asked.options["warning"]):
        percent_, minutes = found.groups()
        at = {"trigger__percent": percent_} if percent_ else {"trigger__percent__isnull": True}
        which = at | {"trigger__minutes": minutes or 0}
    return rows.filter(_came(asked.options["outcome"] or Outcome.FIRED, **which))


def _unwarned(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    late = condition(Result.MISSED, now) | condition(Result.OPEN_LATE, now)
    return in_period(asked, now).filter(late, ~_came(Outcome.FIRED))


def _came(outcome: str, **which: Any) -> Exists:
    """Whether a warning of the milestone had this outcome."""
    fired = FiredTrigger.objects.filter(case_milestone=OuterRef("pk"), kind=TriggerChoice.WARNING)
    return Exists(fired.filter(outcome=outcome, **which))


def _read(asked: Asked, now: datetime) -> Mapping[Which, Came]:
    fired = "fired_triggers__"
    reaction = ExpressionWrapper(F("completion_date") - F(f"{fired}at"), DurationField())
    was_sent = Q(**{f"{fired}outcome": Outcome.FIRED})
    of_sent = {name: Count("pk", filter=one.filter & was_sent) for name, one in counts(now).items()}
    rows = (
        in_period(asked, now)
        .filter(**{f"{fired}kind": TriggerChoice.WARNING})
        .values_list("milestone", f"{fired}trigger__percent", f"{fired}trigger__minutes")
        .annotate(
            **of_sent,
            skipped=Count("pk", filter=~was_sent),
            reaction=Avg(reaction, filter=was_sent & condition(Result.MET, now)),
        )
    )
    found = {}
    for milestone, percent_, minutes, *results, skipped, reacted in rows:
        tally = Tally(**dict(zip(of_sent, results, strict=True)))
        found[Which(milestone, percent_, minutes)] = Came(tally, skipped, reacted)
    return found


def _figures(asked: Asked, now: datetime, came: Mapping[Which, Came]) -> Sequence[Figure]:
    total = sum((one.results for one in came.values()), Tally())
    unwarned = _unwarned(asked, now).count()
    share = total.compliance
    return [
        Figure("Warnings sent", f"{total.all:,}"),
        Figure(
            "Kept after a warning",
            "–" if share is None else told_percent(share),
            notes=[f"{total.met:,} of {total.decided:,} that are decided"],
        ),
        Figure("Late all the same", f"{total.missed + total.open_late:,}"),
        Figure("Skipped", f"{sum(one.skipped for one in came.values()):,}"),
        Figure(
            "Late without a warning",
            f"{unwarned:,}",
            asked.address(unwarned="yes") if unwarned else "",
            ["milestones of which nobody was told before"],
            "late" if unwarned else "",
        ),
    ]


def _table(
    asked: Asked, lines: Sequence[Which], came: Mapping[Which, Came], names: Mapping[Any, Name]
) -> Table:
    rows = []
    for which in lines:
        one, name = came[which], names[which.milestone]
        opens = {"milestone": name.value, "warning": which.offset}
        rows.append(
            [
                text(f"{name.label}, {which.told}", asked.address(**opens)),
                *_cells(asked, one, opens),
            ]
        )
    return Table(
        "warnings",
        "Warnings and what came of them",
        [
            Column("Warning", is_number=False),
            Column("Sent"),
            Column("Kept after it"),
            Column("Late all the same"),
            Column("Still open"),
            Column("Cancelled or waived"),
            Column("Kept, of those decided"),
            Column("Reaction, h", help="From the warning to a completion in time, on average."),
            Column("Skipped"),
        ],
        rows,
        when_empty="No warning was due on the milestones of this period.",
    )


def _cells(asked: Asked, one: Came, opens: Mapping[str, Any]) -> list[Cell]:
    results = one.results
    return [
        count(one.sent, asked.address(**opens)),
        count(results.met, asked.address(**opens, result=Result.MET.value)),
        count(results.missed + results.open_late, asked.address(**opens, result=LATE), "late"),
        count(results.open, asked.address(**opens, result=Result.OPEN.value)),
        count(results.cancelled + results.waived, asked.address(**opens, result=GIVEN_UP)),
        percent(results.compliance, asked.address(**opens, result=DECIDED)),
        hours(one.reaction),
        count(one.skipped, asked.address(**opens, outcome=Outcome.SKIPPED.value)),
    ]


def _chart(lines: Sequence[Which], came: Mapping[Which, Came], names: Mapping[Any, Name]) -> Chart:
    shown = lines[:CHARTED]
    results = [came[which].results for which in shown]
    return Chart(
        "warnings",
        "What came after a warning, in milestones",
        Kind.BARS,
        [f"{names[which.milestone].label}, {which.told}" for which in shown],
        [
            Series("Kept", [one.met for one in results], Role.MET),
            Series("Late", [one.missed + one.open_late for one in results], Role.MISSED),
            Series("Still open", [one.open for one in results], Role.QUIET),
        ],
        least=0,
    )


def _offset(written: str) -> str:
    if not OFFSET.fullmatch(written):
        raise ValueError
    return written


REPORT = Report(
    key="warnings",
    title="Warnings",
    about="Which warnings came in time, which of them saved the promise, and what was missed without any.",
    section=WORK,
    find=find,
    options=[
        Option("warning", "Warning", what="a warning such as 75% or 30m", reading=_offset, is_hidden=True),
        Option("outcome", "Outcome", ((Outcome.SKIPPED.value, "Skipped"),), is_hidden=True),
        Option("unwarned", "Late without a warning", (("yes", "Late without a warning"),), is_hidden=True),
    ],
    opens=opens,
    compares=False,
)
