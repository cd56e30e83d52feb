"""Case milestones with their cases as one flat, documented table, for people with tools of their own.

`COLUMNS` is the contract: names and meanings stay, new ones come at the end. docs/export.md, the page, the
CSV file and the database view (`cases.reports.flat_export.database_view`) all follow from it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Case as Choice
from django.db.models import CharField, F, FloatField, QuerySet, Value, When
from django.db.models.expressions import Combinable, Expression
from django.db.models.functions import Cast, Now, NullIf, Round

from cases.models import CaseMilestone
from cases.queries.csv_text import Cell
from cases.reports.results import Result, condition

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Column:
    """`type` is text, integer, number, boolean, instant or json; `source` where it has another name there."""

    name: str
    type: str
    meaning: str
    source: str | Expression | Combinable = ""


_WORKED = F("elapsed_seconds") - F("stopped_seconds")
_PROMISED = (F("minutes") + F("extension")) * 60

COLUMNS = (
    Column("id", "integer", "The case milestone: one row for each, never used again"),
    Column("case_number", "text", "The case's number", "case__number"),
    Column("case_external_id", "text", "Its number where it was imported from", "case__external_id"),
    Column("case_subject", "text", "Its subject", "case__subject"),
    Column("case_status", "text", "Its status now", "case__status"),
    Column("case_stage", "text", "Its stage now", "case__stage"),
    Column("case_priority", "text", "Its priority now", "case__priority"),
    Column("case_type", "text", "Its type", "case__type"),
    Column("case_origin", "text", "How it came: Email, Web, Phone, …", "case__origin"),
    Column("case_queue", "text", "Its queue now", "case__queue"),
    Column("case_owner", "text", "Its owner's log-in name now", "case__owner__username"),
    Column("account_name", "text", "The customer", "case__account__name"),
    Column("account_tier", "text", "The customer's tier now", "case__account__tier"),
    Column("account_region", "text", "The customer's region now", "case__account__region"),
    Column("product_name", "text", "The product that it is about", "case__product__name"),
    Column("entitlement_name", "text", "The entitlement that it is under", "case__entitlement__name"),
    Column("entitlement_type", "text", "That entitlement's type", "case__entitlement__type"),
    Column("case_created_at", "instant", "When the case was created", "case__created_at"),
    Column("case_closed_at", "instant", "When it was closed, empty while it is open", "case__closed_at"),
    Column("case_is_closed", "boolean", "Whether it is closed now", "case__is_closed"),
    Column("case_is_escalated", "boolean", "Whether it is escalated now", "case__is_escalated"),
    Column("case_escalation_level", "integer", "Its escalation level now", "case__escalation_level"),
    Column("case_reopen_count", "integer", "How often it was reopened", "case__reopen_count"),
    Column("case_custom", "json", "Its custom fields, as one JSON object", "case__custom"),
    Column("process_name", "text", "The entitlement process", "process_milestone__version__process__name"),
    Column("process_version", "integer", "Its version's number", "process_milestone__version__number"),
    Column("milestone_name", "text", "The milestone", "milestone__name"),
    Column("tier", "integer", "Its row's place in the process, from 0", "process_milestone__position"),
    Column("recurrence", "text", "none, sequential or independent"),
    Column("number", "integer", "Which occurrence of this milestone on this case, from 1"),
    Column("run", "integer", "Which run through the process, from 1; reopening begins another"),
    Column("state", "text", "pending, running, stopped, completed or cancelled"),
    Column("came_at", "instant", "When the occurrence came into being"),
    Column("start_date", "instant", "From when its time counts"),
    Column("minutes", "integer", "What was promised, in minutes of its own hours"),
    Column("extension", "integer", "Minutes that a supervisor added"),
    Column("original_target", "instant", "Its first target"),
    Column("target_date", "instant", "Its target; empty while it is stopped or has none"),
    Column("violated_at", "instant", "The target that was passed, once it was missed"),
    Column("completion_date", "instant", "When it was completed"),
    Column("cancelled_at", "instant", "When it was cancelled"),
    Column("waived_at", "instant", "When a supervisor waived it"),
    Column("reason", "text", "Why it was cancelled or waived"),
    Column("elapsed_seconds", "integer", "Its open time from start to end, once it has ended"),
    Column("stopped_seconds", "integer", "The part of that for which it was stopped"),
    Column("worked_seconds", "integer", "The rest: what counts against the promise", _WORKED),
    Column("promised_seconds", "integer", "minutes + extension, in seconds", _PROMISED),
    Column(
        "target_used_percent",
        "number",
        "worked ÷ promised, in percent, rounded to two decimals; over 100 is late",
        Round(Cast(_WORKED, FloatField()) * 100.0 / NullIf(_PROMISED, Value(0)), precision=2),
    ),
    Column("result", "text", "met, missed, open_late, open, cancelled or waived: at the moment of asking"),
    Column(
        "case_is_imported",
        "boolean",
        "Whether it was replayed from another system's log: never count such ones together with the others",
        "case__is_imported",
    ),
)

NAMES = tuple(column.name for column in COLUMNS)


def flat_rows(now: datetime | Now) -> QuerySet[CaseMilestone, tuple[Any, ...]]:
    """Each case milestone as a tuple in the order of COLUMNS, with its result at `now`."""
    renamed: dict[str, Any] = {
        column.name: F(column.source) if isinstance(column.source, str) else column.source
        for column in COLUMNS
        if column.source
    }
    result = Choice(
        *(When(condition(one, now), then=Value(one.value)) for one in Result),  # type: ignore[arg-type]
        output_field=CharField(),
    )
    found = CaseMilestone.objects.order_by().annotate(**renamed, result=result)
    return found.values_list(*NAMES)


BASES = {
    "created": ("case__created_at", "the case was created"),
    "due": ("target_date", "it was due"),
    "completed": ("completion_date", "it was completed"),
}


def batches(
    now: datetime, basis: str, since: datetime | None, before: datetime | None
) -> Iterator[Sequence[tuple[Any, ...]]]:
    """All rows of a span of time, by their ids, so many at once. `basis` is a key of BASES."""
    field = BASES[basis][0]
    limits = {f"{field}__gte": since, f"{field}__lt": before}
    rows = flat_rows(now).filter(**{name: at for name, at in limits.items() if at is not None})
    last = 0
    while True:
        batch = list(rows.filter(pk__gt=last).order_by("pk")[:BATCH])
        if batch:
            yield batch
            last = batch[-1][0]
        if len(batch) < BATCH:
            return


def lines_of(
    now: datetime, basis: str, since: datetime | None, before: datetime | None
) -> Iterator[Sequence[Cell]]:
    """The head and the rows as a file has them."""
    yield NAMES
    for batch in batches(now, basis, since, before):
        for row in batch:
            yield [_written(value) for value in row]


def _written(value: Any) -> Cell:
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat()}Z"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return float(value)
    return json.dumps(value) if isinstance(value, dict) else value


def as_markdown() -> str:
    """The table of docs/export.md."""
    rows = [f"| `{column.name}` | {column.type} | {column.meaning} |" for column in COLUMNS]
    return "\n".join(["| column | type | meaning |", "| --- | --- | --- |", *rows])
