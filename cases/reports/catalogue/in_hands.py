"""With whom and in which status cases spent their time: from the recorded changes of their fields.

No change need be read in order. The time spent with a value is what passed until each change away from it,
less what passed until each change to it, and for the value at the end what passed in all: sums alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    TextField,
    Value,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce, Least

from cases.models import Case, CaseEvent
from cases.reports.asked import NONE, Asked, Option
from cases.reports.case_rows import case_filter, cases_closed
from cases.reports.catalogue.own_grouping import text_up_to
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.lasting import ZERO, average, hours, in_hours, told_length
from cases.reports.report import TIME, Findings, Report
from cases.reports.table import Column, Figure, Table, count, percent, text
from entitlements.core.changes import Kind as EventKind

CHARTED = 25
LONGEST_VALUE = 200
FIELDS = {
    "owner": ("Owner", "owner__username", "Nobody"),
    "status": ("Status", "status", "None"),
    "queue": ("Queue", "queue", "No queue"),
    "stage": ("Stage", "stage", "No stage"),
    "priority": ("Priority", "priority", "No priority"),
}
"""By field: its label, its place on the case, and what is said of a case that has none."""


@dataclass(slots=True)
class Held:
    """How long cases had a value, in so many stays; `stays` counts each time anew."""

    time: timedelta = ZERO
    stays: int = 0


def find(asked: Asked, now: datetime) -> Findings:
    label, _, nothing = FIELDS[asked.options["by"]]
    closed, lasted, held = _read(asked, now)
    labels = {value: _label(asked, value, nothing) for value in held}
    lines = sorted(held, key=lambda value: (-held[value].time, labels[value].casefold()))
    return Findings(
        figures=_figures(asked, closed, lasted, held),
        charts=[_chart(label, lines, held, labels, closed)],
        tables=[_table(asked, label, lines, held, labels, closed, lasted)],
        notes=[
            "The whole life of the cases that were closed in the period, from creation to closing, by the "
            "clock on the wall. A case that came back to the same counts as one more stay."
        ],
    )


def opens(asked: Asked, now: datetime) -> QuerySet[Case]:
    """The cases that were closed in the period; of those with a value, all that ever had it."""
    cases = cases_closed(asked, now)
    wanted = asked.options["was"]
    if not wanted:
        return cases
    field = asked.options["by"]
    value = "" if wanted == NONE else wanted
    at_last = Q(**({FIELDS[field][1]: value} if value else {f"{field}__isnull": True}))
    changes = CaseEvent.objects.filter(case=OuterRef("pk"), kind=EventKind.FIELD, details__field=field)
    return cases.filter(at_last | Exists(changes.filter(details__old=value)))


def _read(asked: Asked, now: datetime) -> tuple[int, timedelta, Mapping[str, Held]]:
    """How many cases were closed, how long they lasted together, and how long with which value."""
    field = asked.options["by"]
    held: dict[str, Held] = defaultdict(Held)
    closed, lasted = 0, ZERO
    life = ExpressionWrapper(F("closed_at") - F("created_at"), DurationField())
    rows = cases_closed(asked, now).values_list(FIELDS[field][1]).annotate(n=Count("pk"), life=Sum(life))
    for value, cases, time in rows:
        held[value or ""].time += time
        held[value or ""].stays += cases
        closed, lasted = closed + cases, lasted + time
    for old, new, changes, time in _changes(asked, field):
        held[old].time += time
        held[old].stays += changes
        held[new].time -= time
    return closed, lasted, {value: one for value, one in held.items() if one.stays}


def _changes(asked: Asked, field: str) -> QuerySet[CaseEvent, Any]:
    """From each value to each other: how often, and how long after the creation of the case, in all."""
    start, end = asked.bounds
    of_cases = Q(case__is_closed=True, case__closed_at__gte=start, case__closed_at__lt=end)
    until = Least(F("at"), F("case__closed_at"))
    return (
        CaseEvent.objects.order_by()
        .filter(of_cases, case_filter(asked, "case__"), kind=EventKind.FIELD, details__field=field)
        .values_list(_part("old"), _part("new"))
        .annotate(n=Count("pk"), time=Sum(ExpressionWrapper(until - F("case__created_at"), DurationField())))
    )


def _part(name: str) -> Any:
    return Coalesce(KeyTextTransform(name, "details"), Value(""), output_field=TextField())


def _label(asked: Asked, value: str, nothing: str) -> str:
    if not value:
        return nothing
    people = {name.value: name.label for name in asked.known.of("owner")}
    return people.get(value, value) if asked.options["by"] == "owner" else value


def _figures(asked: Asked, closed: int, lasted: timedelta, held: Mapping[str, Held]) -> Sequence[Figure]:
    if not closed:
        return [Figure("Cases closed", "0")]
    nobody = held.get("", Held())
    stays = sum(one.stays for one in held.values())
    figures = [
        Figure("Cases closed", f"{closed:,}", asked.address()),
        Figure("From creation to closing", told_length(lasted / closed), notes=["on average"]),
        Figure(
            "Changes of hands" if asked.options["by"] == "owner" else "Changes",
            f"{stays / closed - 1:.1f}",
            notes=["a case"],
        ),
    ]
    if asked.options["by"] in ("owner", "queue"):
        told = told_length(nobody.time / closed)
        figures.append(Figure("With nobody", told, asked.address(was=NONE), ["a case, on average"]))
    return figures


def _table(
    asked: Asked,
    label: str,
    lines: Sequence[str],
    held: Mapping[str, Held],
    labels: Mapping[str, str],
    closed: int,
    lasted: timedelta,
) -> Table:
    rows = []
    for value in lines:
        one, opened = held[value], asked.address(was=value or NONE)
        share = 100 * one.time / lasted if lasted else None
        rows.append(
            [
                text(labels[value], opened),
                *(count(one.stays), average(one.time, one.stays)),
                *(hours(one.time), percent(share), average(one.time, closed)),
            ]
        )
    return Table(
        "held",
        f"Time by {label.lower()}",
        [
            Column(label, is_number=False),
            Column("Stays"),
            Column("Average stay, h"),
            Column("Together, h"),
            Column("Share"),
            Column("A closed case, h", help="All its time, divided by all cases that were closed."),
        ],
        rows,
        [
            text("All", asked.address()),
            count(sum(one.stays for one in held.values())),
            average(lasted, sum(one.stays for one in held.values())),
            *(hours(lasted), percent(100.0 if lasted else None), average(lasted, closed)),
        ],
    )


def _chart(
    label: str, lines: Sequence[str], held: Mapping[str, Held], labels: Mapping[str, str], closed: int
) -> Chart:
    shown = lines[:CHARTED]
    return Chart(
        "held",
        f"Time of a closed case by {label.lower()}, in hours"
        + (f" (the {CHARTED} with the most)" if len(lines) > CHARTED else ""),
        Kind.BARS,
        [labels[value] for value in shown],
        [Series("Time of a case", [in_hours(held[value].time / closed) for value in shown], Role.NOW)],
        unit="h",
        least=0,
    )


REPORT = Report(
    key="hands",
    title="In whose hands, in which status",
    about="With whom, in which status, queue or stage closed cases spent their time.",
    section=TIME,
    find=find,
    options=[
        Option("by", "By", tuple((key, label) for key, (label, *_) in FIELDS.items())),
        Option("was", "Was", what="a value of that field", reading=text_up_to(LONGEST_VALUE), is_hidden=True),
    ],
    opens=opens,
    has_basis=False,
    compares=False,
    entries=[(f"by {label.lower()}", f"by={key}") for key, (label, *_) in FIELDS.items()],
)
