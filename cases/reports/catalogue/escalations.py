"""Escalations: how many there were, how far they climbed, and how soon somebody took them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import (
    Avg,
    Count,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
)

from cases.models import Case, Escalation, EscalationEnd, EscalationStep, StepOutcome
from cases.reports.asked import Asked, Option
from cases.reports.case_rows import case_filter
from cases.reports.catalogue.own_grouping import Own, OwnGrouping, text_up_to
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.lasting import hours, told_length
from cases.reports.report import WORK, Findings, Report
from cases.reports.table import Cell, Column, Figure, Table, count, percent, text, told_percent

CHARTED = 25
LONGEST_VALUE = 254
GROUPING = OwnGrouping(
    {
        "ladder": Own("Ladder", "ladder"),
        "person": Own("Who acknowledged", "ended_by", "Nobody", is_person=True),
    },
    ("queue", "owner", "account", "priority"),
)
STANDINGS = {
    "open": ("Open", Q(ended_at__isnull=True)),
    "acknowledged": ("Acknowledged", Q(ended_as=EscalationEnd.ACKNOWLEDGED)),
    "resolved": ("Over by itself", Q(ended_as=EscalationEnd.RESOLVED)),
    "climbed": ("Past level 1", Q(done__gt=1)),
}


class Climbed(NamedTuple):
    """`started` counts escalations, the others the cases that had such ones; `taken` are those acknowledged.

    `answer` is the mean time until somebody acknowledged, `longest` the longest.
    """

    started: int
    taken: int
    cases: int
    open: int
    acknowledged: int
    resolved: int
    climbed: int
    answer: timedelta | None
    longest: timedelta | None


def find(asked: Asked, now: datetime) -> Findings:
    climbed = _read(asked, GROUPING.field(asked))
    names = GROUPING.names(asked, climbed)
    lines = sorted(climbed, key=lambda key: (-climbed[key].started, names[key][0].casefold()))
    label = GROUPING.label(asked)
    total = _read(asked, None).get(None)
    steps = _rule_table(asked)
    return Findings(
        figures=_figures(asked, total),
        charts=[_chart(label, lines, climbed, names)],
        tables=[_table(label, lines, climbed, names), *([steps] if steps.rows else [])],
        notes=[
            "Escalations that began in the period, each on its ladder. Over by itself: its milestone ended, "
            "its case was closed or the escalation was taken back before anybody acknowledged.",
        ],
    )


def in_period(asked: Asked) -> QuerySet[Escalation]:
    start, end = asked.bounds
    wanted = case_filter(asked, "case__")
    return Escalation.objects.order_by().filter(wanted, started_at__gte=start, started_at__lt=end)


def rule_steps(asked: Asked) -> QuerySet[EscalationStep]:
    """What the escalation rule did in the period."""
    start, end = asked.bounds
    wanted = case_filter(asked, "case__")
    steps = EscalationStep.objects.order_by().filter(wanted, escalation__isnull=True)
    return steps.filter(due__gte=start, due__lt=end, outcome=StepOutcome.FIRED)


def opens(asked: Asked, now: datetime) -> QuerySet[Case]:
    """The cases that were escalated so."""
    cases = Case.objects.order_by()
    if asked.options["entry"]:
        steps = rule_steps(asked).filter(entry=asked.options["entry"])
        if asked.options["age"]:
            steps = steps.filter(age=asked.options["age"])
        return cases.filter(Exists(steps.filter(case=OuterRef("pk"))))
    found = in_period(asked).filter(GROUPING.narrowed(asked))
    if asked.options["standing"]:
        found = found.filter(STANDINGS[asked.options["standing"]][1])
    return cases.filter(Exists(found.filter(case=OuterRef("pk"))))


def _read(asked: Asked, field: str | None) -> Mapping[Any, Climbed]:
    """By that field, or all together under None."""
    answer = ExpressionWrapper(F("ended_at") - F("started_at"), DurationField())
    acknowledged = STANDINGS["acknowledged"][1]
    figures = {
        "started": Count("pk"),
        "taken": Count("pk", filter=acknowledged),
        "cases": Count("case", distinct=True),
        **{name: Count("case", distinct=True, filter=wanted) for name, (_, wanted) in STANDINGS.items()},
        "answer": Avg(answer, filter=acknowledged),
        "longest": Max(answer, filter=acknowledged),
    }
    if field is None:
        found = in_period(asked).aggregate(**figures)
        return {None: Climbed(*found.values())} if found["started"] else {}
    rows = in_period(asked).values_list(field).annotate(**figures)
    return {key: Climbed(*values) for key, *values in rows}


def _figures(asked: Asked, total: Climbed | None) -> Sequence[Figure]:
    if total is None:
        return [Figure("Escalations", "0")]
    counted = [
        Figure(
            label,
            f"{getattr(total, name):,}",
            asked.address(standing=name) if getattr(total, name) else "",
            ["cases"],
        )
        for name, (label, _) in STANDINGS.items()
    ]
    answered = "–" if total.answer is None else told_length(total.answer)
    return [
        Figure("Escalations", f"{total.started:,}", asked.address(), [f"of {total.cases:,} cases"]),
        Figure(
            "Until acknowledged",
            answered,
            notes=["on average", f"{told_percent(100 * total.taken / total.started)} were acknowledged"],
        ),
        *counted,
    ]


def _table(
    label: str,
    lines: Sequence[Any],
    climbed: Mapping[Any, Climbed],
    names: Mapping[Any, tuple[str, str]],
) -> Table:
    rows = []
    for key in lines:
        one, (name, opened) = climbed[key], names[key]
        standings = [count(getattr(one, each), f"{opened}&standing={each}") for each in STANDINGS]
        rows.append(
            [
                text(name, opened),
                count(one.started),
                count(one.cases, opened),
                *standings,
                percent(100 * one.taken / one.started),
                *(hours(one.answer), hours(one.longest)),
            ]
        )
    return Table(
        "escalations",
        f"Escalations by {label.lower()}",
        [
            Column(label, is_number=False),
            Column("Escalations"),
            Column("Cases"),
            *(Column(name) for name, _ in STANDINGS.values()),
            Column("Acknowledged, %"),
            Column("Until then, h", help="From the start to the acknowledgement, on average."),
            Column("Longest, h"),
        ],
        rows,
        when_empty="Nothing was escalated in this period.",
    )


def _rule_table(asked: Asked) -> Table:
    """Nothing where no rule did anything."""
    rows: list[list[Cell]] = []
    found = rule_steps(asked).values_list("rule", "entry", "age").order_by("rule", "entry", "age")
    for rule, entry, age, times, cases in found.annotate(n=Count("pk"), cases=Count("case", distinct=True)):
        opened = asked.address(entry=entry, age=str(age))
        after = told_length(timedelta(minutes=age))
        rows.append([text(f"{rule}: {entry}, after {after}", opened), count(times), count(cases, opened)])
    columns = [Column("Entry of the escalation rule", is_number=False), Column("Times"), Column("Cases")]
    return Table("rule", "What the escalation rule did", columns, rows)


def _chart(
    label: str,
    lines: Sequence[Any],
    climbed: Mapping[Any, Climbed],
    names: Mapping[Any, tuple[str, str]],
) -> Chart:
    shown = lines[:CHARTED]
    roles = {"acknowledged": Role.MET, "resolved": Role.OTHER, "open": Role.MISSED}
    return Chart(
        "escalations",
        f"Escalations by {label.lower()}"
        + (f" (the {CHARTED} with the most)" if len(lines) > CHARTED else ""),
        Kind.BARS,
        [names[key][0] for key in shown],
        [
            Series(STANDINGS[name][0], [getattr(climbed[key], name) for key in shown], role)
            for name, role in roles.items()
        ],
        least=0,
    )


def _an_age(written: str) -> int:
    if not (written.isascii() and written.isdecimal() and len(written) < 10):
        raise ValueError
    return int(written)


REPORT = Report(
    key="escalations",
    title="Escalations",
    about="How many there were, how far they climbed, and how soon somebody took them.",
    section=WORK,
    find=find,
    options=[
        Option("by", "By", GROUPING.choices),
        Option("so", "Group", what="a ladder or a person", reading=text_up_to(LONGEST_VALUE), is_hidden=True),
        Option(
            "entry",
            "Entry",
            what="an entry of the escalation rule",
            reading=text_up_to(LONGEST_VALUE),
            is_hidden=True,
        ),
        Option("age", "Minutes", what="an age in minutes", reading=_an_age, is_hidden=True),
        Option(
            "standing",
            "Standing",
            tuple((key, label) for key, (label, _) in STANDINGS.items()),
            is_hidden=True,
        ),
    ],
    opens=opens,
    has_basis=False,
    compares=False,
    entries=[(f"by {label.lower()}", f"by={key}") for key, label in GROUPING.choices],
)
