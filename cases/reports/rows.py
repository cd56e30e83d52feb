"""The case milestones that a report is about: narrowed by its filters, in its period."""

from __future__ import annotations

from datetime import datetime

from django.db.models import BooleanField, Case, Q, QuerySet, Value, When

from cases.models import CaseMilestone
from cases.reports.asked import IMPORTED, NONE, Asked
from cases.reports.basis import within
from cases.reports.results import Result, condition

PATHS = {
    "milestone": "milestone",
    "queue": "case__queue",
    "owner": "case__owner",
    "account": "case__account",
    "priority": "case__priority",
    "process": "process_milestone__version__process",
    "version": "process_milestone__version",
}
"""From a case milestone to what the filter of that name narrows by."""


def narrowed(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    """Of whatever time. Recorded results and those of imported cases never come together."""
    rows = CaseMilestone.objects.order_by()
    if asked.known.has_imported:
        rows = rows.filter(case__is_imported=asked.source == IMPORTED)
    for name, values in asked.filters.items():
        rows = rows.filter(_is_one_of(asked, name, values))
    if asked.results:
        rows = rows.filter(_has_result(asked.results, now))
    return rows


def in_period(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    return narrowed(asked, now).filter(within(asked.basis, *asked.bounds))


def in_both_periods(asked: Asked, now: datetime) -> QuerySet[CaseMilestone]:
    """Those of the period before too, where it is compared with that."""
    wanted = within(asked.basis, *asked.bounds)
    if asked.compares:
        wanted |= within(asked.basis, *asked.bounds_before)
    return narrowed(asked, now).filter(wanted)


def is_in_period(asked: Asked) -> Case:
    """Whether a row belongs to the period rather than to the one before it: true or false, never unknown."""
    in_it = within(asked.basis, *asked.bounds)
    return Case(When(in_it, then=Value(True)), default=Value(False), output_field=BooleanField())


def _is_one_of(asked: Asked, name: str, values: tuple[str, ...]) -> Q:
    path = PATHS[name]
    wanted = Q(**{f"{path}__in": asked.known.keys(name, values)})
    return wanted | Q(**{f"{path}__isnull": True}) if NONE in values else wanted


def _has_result(results: tuple[str, ...], now: datetime) -> Q:
    wanted = Q()
    for result in results:
        wanted |= condition(Result(result), now)
    return wanted
