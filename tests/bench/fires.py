"""Triggers fired a second, with their events and outbox rows, beside the same rows by bare SQL."""

from time import perf_counter

from django.db import connection, transaction
from django.db.models import Model

import tests.bench.ready  # noqa: F401  (first: models need it)
from cases.engine.due import tick
from cases.engine.rows import insert_rows, update_rows
from cases.models import Case, CaseEvent, CaseMilestone, Delivery, FiredTrigger
from servicedesk.celery import has_started
from tests.bench.crowd import copy_case, half_way, template_case
from tests.bench.table import Row, at_least, show

BATCH = 500
FIRES = 20_000
BEFORE = ("case_created", "process_entered", "milestone_started")


def run() -> list[Row]:
    case = template_case(milestones=1)
    copy_case(case, FIRES - 1)
    now = half_way(case)
    tick(now, BATCH)
    has_started()
    start, fired = perf_counter(), 0
    while (looked := tick(now, BATCH)).cases:
        fired += looked.fired
    ours = fired / (perf_counter() - start)
    bare = _bare_sql(fired)
    return [
        (f"{fired:,} fires", "a second"),
        ("servicedesk", f"{ours:,.0f}"),
        ("the same rows by bare SQL", f"{bare:,.0f}"),
        at_least("fires a second in one process", ours, 5_000),
    ]


def _bare_sql(fires: int) -> float:
    """Fires a second when the rows are ready and only have to be written, in as many transactions."""
    events, triggers, deliveries = _taken_out(CaseEvent), _taken_out(FiredTrigger), _taken_out(Delivery)
    cases = list(Case.objects.values_list("pk", "looked_at", "revision"))
    milestones = list(CaseMilestone.objects.values_list("pk", "due_at", "settled"))
    start = perf_counter()
    for first in range(0, fires, BATCH):
        part = slice(first, first + BATCH)
        with transaction.atomic():
            insert_rows(CaseEvent, _names(CaseEvent), events[part])
            insert_rows(FiredTrigger, _names(FiredTrigger), triggers[part])
            insert_rows(Delivery, _names(Delivery), deliveries[part])
            update_rows(Case, ["looked_at", "revision"], cases[part])
            update_rows(CaseMilestone, ["due_at", "settled"], milestones[part])
    return fires / (perf_counter() - start)


def _taken_out(model: type[Model]) -> list[tuple[object, ...]]:
    """The rows that the ticks wrote, which are then no longer in their table."""
    made = model._default_manager.exclude(kind__in=BEFORE) if model is CaseEvent else model._default_manager
    rows = list(made.order_by("pk").values_list(*_names(model)))
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {model._meta.db_table} CASCADE")
    return rows


def _names(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields]


if __name__ == "__main__":
    show("Fires a second", run())
