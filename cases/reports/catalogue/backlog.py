"""The backlog: what came, what was closed, how much was open; and how old what is open now is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

from cases.models import Case
from cases.reports.asked import Asked, Option
from cases.reports.case_rows import BY_CASE, case_filter, cases_closed, cases_created, path_of
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.grouping import GROUPINGS, Grouping, names_of
from cases.reports.period import DAY, Period
from cases.reports.report import WORK, Findings, Report
from cases.reports.table import Cell, Column, Figure, Table, count, text

STEPS = {"day": ("Day", TruncDay), "week": ("Week", TruncWeek), "month": ("Month", TruncMonth)}
MOST_LINES = 200
AGES = (
    ("day", "Under 1 day", None, 1),
    ("3-days", "1 to 3 days", 1, 3),
    ("week", "3 to 7 days", 3, 7),
    ("month", "7 to 30 days", 7, 30),
    ("quarter", "30 to 90 days", 30, 90),
    ("older", "Over 90 days", 90, None),
)
"""From so many days on, up to but not including so many."""


def find(asked: Asked, now: datetime) -> Findings:
    grouping = GROUPINGS[asked.options["by"]]
    flow = _flow(asked, now)
    ages = _ages(asked, now, grouping)
    return Findings(
        figures=_figures(asked, flow, ages),
        charts=_charts(asked, flow),
        tables=[_flow_table(asked, flow), _age_table(asked, grouping, ages)],
        notes=[
            "A case that was reopened counts as open all along, from its creation to its last closing. The "
            "ages are those of the cases that are open now, whatever the period."
        ],
    )


def opens(asked: Asked, now: datetime) -> QuerySet[Case]:
    """The cases that came, or were closed, in the period; or those that are open now."""
    match asked.options["what"]:
        case "closed":
            return cases_closed(asked, now)
        case "open":
            return open_now(asked, now)
        case _:
            return cases_created(asked, now)


def open_now(asked: Asked, now: datetime) -> QuerySet[Case]:
    cases = Case.objects.order_by().filter(case_filter(asked), is_closed=False)
    age = next((one for one in AGES if one[0] == asked.options["age"]), None)
    return cases.filter(_of_age(now, *age[2:])) if age else cases


def _of_age(now: datetime, least: int | None, most: int | None) -> Q:
    """So many days old, or more, and younger than the other."""
    wanted = Q()
    if least is not None:
        wanted &= Q(created_at__lte=now - timedelta(days=least))
    if most is not None:
        wanted &= Q(created_at__gt=now - timedelta(days=most))
    return wanted


Flow = Sequence[tuple[Period, int, int, int]]
"""Of each day, week or month: what came, what was closed, and what was open at its end."""


def _flow(asked: Asked, now: datetime) -> Flow:
    trunc = STEPS[asked.options["step"]][1]
    start, end = asked.bounds
    came = _counted(cases_created(asked, now), trunc("created_at", tzinfo=asked.zone))
    went = _counted(cases_closed(asked, now), trunc("closed_at", tzinfo=asked.zone))
    wanted = Case.objects.order_by().filter(case_filter(asked))
    before = wanted.filter(created_at__lt=start).count()
    standing = before - wanted.filter(is_closed=True, closed_at__lt=start).count()
    flow = []
    for period in _steps(asked):
        first = _begin(period.first, asked.options["step"])
        standing += came.get(first, 0) - went.get(first, 0)
        flow.append((period, came.get(first, 0), went.get(first, 0), standing))
    return flow


def _counted(cases: QuerySet[Case], by: Any) -> Mapping[date, int]:
    rows = cases.annotate(step=by).values_list("step").annotate(n=Count("pk"))
    return {step.date(): number for step, number in rows}


def _begin(day: date, step: str) -> date:
    """The first day of the week or month that it is in."""
    if step == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if step == "week" else day


def _steps(asked: Asked) -> Sequence[Period]:
    """The period cut into days, weeks or months: the first and the last may be parts of one."""
    step, first, steps = asked.options["step"], asked.period.first, []
    while first <= asked.period.last:
        last = _last_of(first, step)
        steps.append(Period(first, min(last, asked.period.last)))
        first = last + DAY
    return steps


def _last_of(day: date, step: str) -> date:
    begin = _begin(day, step)
    if step == "month":
        return (begin + timedelta(days=31)).replace(day=1) - DAY
    return begin + timedelta(days=6) if step == "week" else begin


def _ages(asked: Asked, now: datetime, grouping: Grouping) -> Mapping[Any, Sequence[int]]:
    counts = {f"n{place}": Count("pk", filter=_of_age(now, *age[2:])) for place, age in enumerate(AGES)}
    cases = Case.objects.order_by().filter(case_filter(asked), is_closed=False)
    return {key: numbers for key, *numbers in cases.values_list(path_of(grouping)).annotate(**counts)}


def _figures(asked: Asked, flow: Flow, ages: Mapping[Any, Sequence[int]]) -> Sequence[Figure]:
    came, went = sum(one[1] for one in flow), sum(one[2] for one in flow)
    is_open = sum(sum(numbers) for numbers in ages.values())
    grown = came - went
    return [
        Figure("Open now", f"{is_open:,}", asked.address(what="open") if is_open else ""),
        Figure("Came", f"{came:,}", asked.address(what="came") if came else "", ["in the period"]),
        Figure("Closed", f"{went:,}", asked.address(what="closed") if went else "", ["in the period"]),
        Figure("The backlog grew by" if grown >= 0 else "The backlog shrank by", f"{abs(grown):,}"),
    ]


def _flow_table(asked: Asked, flow: Flow) -> Table:
    rows = []
    for period, came, went, standing in flow:
        rows.append(
            [
                text(period.told, asked.address_of_days(period)),
                count(came, asked.address_of_days(period, what="came")),
                count(went, asked.address_of_days(period, what="closed")),
                Cell(came - went, f"{came - went:+,}".replace("-", "−")),
                Cell(standing, f"{standing:,}"),
            ]
        )
    label = STEPS[asked.options["step"]][0]
    return Table(
        "flow",
        f"By {label.lower()}",
        [
            Column(label, is_number=False),
            *(Column(name) for name in ("Came", "Closed", "Grew by", "Open at the end")),
        ],
        rows,
        shown=MOST_LINES,
    )


def _age_table(asked: Asked, grouping: Grouping, ages: Mapping[Any, Sequence[int]]) -> Table:
    names = names_of(grouping, ages, asked.known)

    def cells(numbers: Sequence[int], opens: Mapping[str, str]) -> list[Cell]:
        of_ages = [
            count(number, asked.address(what="open", age=age, **opens))
            for number, (age, *_) in zip(numbers, AGES, strict=True)
        ]
        return [*of_ages, count(sum(numbers), asked.address(what="open", **opens))]

    rows = []
    for key in sorted(ages, key=lambda key: (-sum(ages[key]), names[key].label.casefold())):
        opens = {grouping.filter: names[key].value}
        label = text(names[key].label or "None", asked.address(what="open", **opens))
        rows.append([label, *cells(ages[key], opens)])
    total = [sum(numbers) for numbers in zip(*ages.values(), strict=True)] if ages else [0] * len(AGES)
    return Table(
        "ages",
        f"Open now, by {grouping.label.lower()} and age",
        [
            Column(grouping.label, is_number=False),
            *(Column(label) for _, label, *_ in AGES),
            Column("Open"),
        ],
        rows,
        [text("All", asked.address(what="open")), *cells(total, {})],
        when_empty="No case is open.",
    )


def _charts(asked: Asked, flow: Flow) -> Sequence[Chart]:
    label = STEPS[asked.options["step"]][0].lower()
    days = [period.told for period, *_ in flow]
    return [
        Chart(
            "standing",
            f"Open cases at the end of each {label}",
            Kind.LINES,
            days,
            [Series("Open", [standing for *_, standing in flow], Role.NOW)],
            least=0,
        ),
        Chart(
            "flow",
            f"What came and what was closed, by {label}",
            Kind.LINES,
            days,
            [
                Series("Came", [came for _, came, _, _ in flow], Role.OTHER),
                Series("Closed", [went for _, _, went, _ in flow], Role.MET),
            ],
            least=0,
        ),
    ]


REPORT = Report(
    key="backlog",
    title="Backlog",
    about="What came, what was closed and how much was open; and how old what is open now is.",
    section=WORK,
    find=find,
    options=[
        Option("step", "Each", tuple((key, label) for key, (label, _) in STEPS.items())),
        Option("by", "Open now, by", BY_CASE),
        Option(
            "what",
            "Cases",
            (("came", "Created in the period"), ("closed", "Closed in the period"), ("open", "Open now")),
            is_hidden=True,
        ),
        Option("age", "Age", tuple((key, label) for key, label, *_ in AGES), is_hidden=True),
    ],
    opens=opens,
    has_basis=False,
    compares=False,
)
