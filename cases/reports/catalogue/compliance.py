"""How much of what was promised was kept: by milestone, queue, agent, account, version or priority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from cases.reports.asked import Asked, Option
from cases.reports.chart import Chart, Kind, Role, Series
from cases.reports.contract import promised_percent, promised_to
from cases.reports.grouping import BY, GROUPINGS, Grouping, names_of
from cases.reports.known import Name
from cases.reports.report import KEPT, Findings, Report
from cases.reports.results import FORMULA, Result
from cases.reports.table import (
    NOTHING,
    Cell,
    Column,
    Figure,
    Table,
    change,
    count,
    percent,
    text,
    told_percent,
    told_points,
)
from cases.reports.tally import Tallies, Tally, read_tallies

DECIDED = (Result.MET, Result.MISSED, Result.OPEN_LATE)
CHARTED = 25
RESULT_COLUMNS = (
    ("met", "Met", Result.MET),
    ("missed", "Missed", Result.MISSED),
    ("open_late", "Open, late", Result.OPEN_LATE),
)
APART = (
    ("open", "Open", Result.OPEN),
    ("cancelled", "Cancelled", Result.CANCELLED),
    ("waived", "Waived", Result.WAIVED),
)


def find(asked: Asked, now: datetime) -> Findings:
    grouping = GROUPINGS[asked.options["by"]]
    tallies = read_tallies(asked, now, group=grouping.path)
    names = names_of(grouping, tallies.keys, asked.known)
    promised = promised_percent(asked, now)
    own = promised_to(tallies.keys - {None}, now) if grouping.filter == "account" else {}
    lines = _in_order(tallies, names)
    return Findings(
        figures=headline(asked, tallies, promised),
        charts=[_chart(grouping, lines, tallies, names, promised)],
        tables=[_table(asked, grouping, lines, tallies, names, promised, own)],
        notes=[FORMULA + ". Open, cancelled and waived ones are counted apart."],
    )


def headline(asked: Asked, tallies: Tallies, promised: float) -> Sequence[Figure]:
    """Compliance against what was promised and against the period before; then what it is made of."""
    total, before = tallies.total, tallies.total_before
    notes = [f"Promised: {promised:g} %"]
    if total.compliance is not None and before.compliance is not None:
        since = told_points(total.compliance - before.compliance)
        notes.append(f"{since} on {asked.period.before.told} ({told_percent(before.compliance)})")
    is_kept = total.compliance is None or total.compliance >= promised
    told = "–" if total.compliance is None else told_percent(total.compliance)
    figure = Figure(
        "Compliance",
        told,
        asked.address(result=DECIDED) if total.decided else "",
        [*notes, "" if total.compliance is None else "Kept" if is_kept else "Below what was promised"],
        "met" if is_kept and total.decided else "late" if total.decided else "",
    )
    parts = [
        Figure(
            label,
            f"{getattr(total, name):,}",
            asked.address(result=result.value) if getattr(total, name) else "",
            [f"before: {getattr(before, name):,}"] if asked.compares else [],
        )
        for name, label, result in (*RESULT_COLUMNS, *APART)
    ]
    return [figure, *parts]


def result_columns(compares: bool) -> list[Column]:
    """The heads of `result_cells`."""
    return [
        *(Column(label) for _, label, _ in RESULT_COLUMNS),
        Column("Compliance"),
        *([Column("Before"), Column("Change")] if compares else []),
        Column("Promised"),
        Column("Against it"),
        *(Column(label) for _, label, _ in APART),
    ]


def result_cells(
    asked: Asked, tally: Tally, before: Tally, promised: float, opens: Mapping[str, Any], opens_before: str
) -> list[Cell]:
    """One line of results; `opens` is what an address says to narrow to the line."""
    share, was = tally.compliance, before.compliance
    against = NOTHING if share is None else change(share, promised)
    is_late = share is not None and share < promised
    return [
        *(
            count(getattr(tally, name), asked.address(**opens, result=result.value), _tone(result))
            for name, _, result in RESULT_COLUMNS
        ),
        percent(share, asked.address(**opens, result=DECIDED), "late" if is_late else "met"),
        *([percent(was, opens_before), change(share, was)] if asked.compares else []),
        Cell(promised, f"{promised:g} %"),
        Cell(against.value, against.told, tone="late" if is_late else against.tone),
        *(
            count(getattr(tally, name), asked.address(**opens, result=result.value))
            for name, _, result in APART
        ),
    ]


def results_table(
    asked: Asked,
    head: Table,
    lines: Sequence[Sequence[Cell]],
    tallies: Tallies,
    promised: float,
) -> Table:
    """`head` with these lines of results, and one of all of them below."""
    before = asked.address_of_days(asked.period.before, result=DECIDED)
    total = result_cells(asked, tallies.total, tallies.total_before, promised, {}, before)
    columns = [*head.columns, *result_columns(asked.compares)]
    return replace(head, columns=columns, rows=lines, total=[text("All", asked.address()), *total])


def _tone(result: Result) -> Any:
    return "late" if result in (Result.MISSED, Result.OPEN_LATE) else ""


def _in_order(tallies: Tallies, names: Mapping[Any, Name]) -> list[Any]:
    """The most decided first: where it matters most."""

    def weight(key: Any) -> tuple[int, str]:
        return -tallies.of(key).decided, names[key].label.casefold()

    return sorted(tallies.keys, key=weight)


def _table(
    asked: Asked,
    grouping: Grouping,
    lines: Sequence[Any],
    tallies: Tallies,
    names: Mapping[Any, Name],
    promised: float,
    own: Mapping[Any, float],
) -> Table:
    rows = []
    for key in lines:
        opens = {grouping.filter: names[key].value}
        before = asked.address_of_days(asked.period.before, **opens, result=DECIDED)
        cells = result_cells(asked, tallies.of(key), tallies.was(key), own.get(key, promised), opens, before)
        rows.append([text(names[key].label, asked.address(**opens)), *cells])
    title, heading = f"Compliance by {grouping.label.lower()}", Column(grouping.label, is_number=False)
    return results_table(asked, Table("compliance", title, [heading], []), rows, tallies, promised)


def _chart(
    grouping: Grouping,
    lines: Sequence[Any],
    tallies: Tallies,
    names: Mapping[Any, Name],
    promised: float,
) -> Chart:
    shown = [key for key in lines if tallies.of(key).decided][:CHARTED]
    found = [tallies.of(key) for key in shown]
    shares = [tally.compliance or 0.0 for tally in found]
    notes = [
        f"{told_percent(share)} of {tally.decided:,}" for share, tally in zip(shares, found, strict=True)
    ]
    return Chart(
        "compliance",
        f"Compliance by {grouping.label.lower()}, in percent"
        + (f" (the {CHARTED} with the most)" if len(lines) > CHARTED else ""),
        Kind.BARS,
        [names[key].label for key in shown],
        [
            Series("Promise kept", _where(shares, lambda share: share >= promised), Role.MET, notes),
            Series("Below the promise", _where(shares, lambda share: share < promised), Role.MISSED, notes),
        ],
        unit="%",
        least=0,
        most=100,
        line=promised,
        line_label=f"promised {promised:g} %",
    )


def _where(shares: Sequence[float], holds: Any) -> list[float | None]:
    return [round(share, 2) if holds(share) else None for share in shares]


REPORT = Report(
    key="compliance",
    title="Compliance",
    about="How much of what was promised was kept, against the contract and the period before.",
    section=KEPT,
    find=find,
    options=[Option("by", "By", BY)],
    entries=[(f"by {label.lower()}", f"by={key}") for key, label in BY],
)
