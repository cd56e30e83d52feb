"""How compliance went over time, beside the line that was promised and the period before."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import DateField
from django.db.models.functions import Trunc

from cases.reports.asked import Asked, Option
from cases.reports.basis import date_of
from cases.reports.catalogue.compliance import DECIDED, headline, result_cells, results_table
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.contract import promised_percent
from cases.reports.period import DAY, Period
from cases.reports.report import KEPT, Findings, Report
from cases.reports.results import FORMULA
from cases.reports.table import Cell, Column, Table, text
from cases.reports.tally import Tallies, Tally, read_tallies

STEPS = (("month", "Month"), ("week", "Week"), ("day", "Day"))
MOST_STEPS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """One point of the trend: its days with what happened in them, and the same step of the period before."""

    days: Period
    days_before: Period | None
    tally: Tally
    before: Tally


def find(asked: Asked, now: datetime) -> Findings:
    kind = _kind(asked)
    trunc = Trunc(date_of(asked.basis), kind, output_field=DateField(), tzinfo=asked.zone)
    tallies = read_tallies(asked, now, step=trunc)
    promised = promised_percent(asked, now)
    steps = _steps(asked, kind, tallies)
    late = steps[0].days.first > asked.period.first
    notes = [f"There is nothing before {_name(steps[0].days, kind)}."] if late else []
    coarser = [] if kind == asked.options["step"] else ["So many days are shown by the month."]
    return Findings(
        figures=headline(asked, tallies, promised),
        charts=[_line(asked, kind, steps, promised), _columns(kind, steps)],
        tables=[_table(asked, kind, steps, tallies, promised)],
        notes=[f"{FORMULA}. Open, cancelled and waived ones are counted apart.", *coarser, *notes],
    )


def _kind(asked: Asked) -> str:
    return (
        "month"
        if asked.options["step"] == "day" and asked.period.days > MOST_STEPS
        else asked.options["step"]
    )


def _steps(asked: Asked, kind: str, tallies: Tallies) -> list[Step]:
    before = _cut(asked.period.before, kind) if asked.compares else []
    steps = []
    for place, days in enumerate(_cut(asked.period, kind)):
        then = before[place] if place < len(before) else None
        was = tallies.was(_first_of(then.first, kind)) if then else Tally()
        steps.append(Step(days, then, tallies.of(_first_of(days.first, kind)), was))
    return _since_something(steps)


def _since_something(steps: Sequence[Step]) -> list[Step]:
    """Without those of before the desk was there."""
    begin = next((place for place, step in enumerate(steps) if step.tally.all or step.before.all), 0)
    return list(steps[begin:])


def _cut(period: Period, kind: str) -> list[Period]:
    """The months, weeks or days of a period; the first and the last may be parts of one."""
    found, first = [], period.first
    while first <= period.last:
        following = _following(first, kind)
        found.append(Period(first, min(following - DAY, period.last)))
        first = following
    return found


def _following(day: date, kind: str) -> date:
    """The first day after the month, week or day that this one is in."""
    if kind == "month":
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return _first_of(day, kind) + timedelta(days=7 if kind == "week" else 1)


def _first_of(day: date, kind: str) -> date:
    """As the database cuts time: months on the first, weeks on Monday."""
    if kind == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if kind == "week" else day


def _name(days: Period, kind: str) -> str:
    if kind == "month":
        return f"{days.first:%b %Y}"
    return (
        f"Week of {days.first.day} {days.first:%b}" if kind == "week" else f"{days.first.day} {days.first:%b}"
    )


def _line(asked: Asked, kind: str, steps: Sequence[Step], promised: float) -> Chart:
    now = [step.tally.compliance for step in steps]
    before = [step.before.compliance for step in steps]
    lowest = min([promised, *(value for value in (*now, *before) if value is not None)])
    series = [Series("In this period", _rounded(now), Role.NOW)]
    if asked.compares and any(value is not None for value in before):
        series.append(Series(f"Before: {asked.period.before.told}", _rounded(before), Role.BEFORE))
    return Chart(
        "trend",
        "Compliance, in percent",
        Kind.LINES,
        [_name(step.days, kind) for step in steps],
        series,
        unit="%",
        least=max(math.floor(lowest / 10) * 10 - 10, 0),
        most=100,
        line=promised,
        line_label=f"promised {promised:g} %",
    )


def _columns(kind: str, steps: Sequence[Step]) -> Chart:
    return Chart(
        "counts",
        "Milestones",
        Kind.COLUMNS,
        [_name(step.days, kind) for step in steps],
        [
            Series("Met", [step.tally.met for step in steps], Role.MET),
            Series("Missed", [step.tally.missed for step in steps], Role.MISSED),
            Series("Open, late", [step.tally.open_late for step in steps], Role.OPEN_LATE),
        ],
    )


def _table(asked: Asked, kind: str, steps: Sequence[Step], tallies: Tallies, promised: float) -> Table:
    rows: list[list[Cell]] = []
    for step in steps:
        opens = _days(step.days)
        before = asked.address(**_days(step.days_before), result=DECIDED) if step.days_before else ""
        cells = result_cells(asked, step.tally, step.before, promised, opens, before)
        rows.append([text(_name(step.days, kind), asked.address(**opens)), *cells])
    heading = Column(dict(STEPS)[kind], is_number=False)
    head = Table("trend", f"Compliance by {kind}", [heading], [], shown=MOST_STEPS)
    return results_table(asked, head, rows, tallies, promised)


def _days(days: Period) -> dict[str, str]:
    return {"period": "", "from_": f"{days.first}", "to": f"{days.last}"}


def _rounded(values: Sequence[float | None]) -> list[float | None]:
    return [None if value is None else round(value, 2) for value in values]


REPORT = Report(
    key="trend",
    title="Trend",
    about="Compliance month by month or week by week, with the line that was promised.",
    section=KEPT,
    find=find,
    options=[Option("step", "By", STEPS)],
    default_period="12m",
    entries=[("by month", ""), ("by week, last 90 days", "step=week&period=90d")],
)
