"""The cases that a report is about, where it counts cases and not milestones."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from cases.models import Case, CaseMilestone
from cases.reports.asked import IMPORTED, NONE, Asked, Choices
from cases.reports.grouping import GROUPINGS, Grouping

PATHS = {
    "queue": "queue",
    "owner": "owner",
    "account": "account",
    "priority": "priority",
    "process": "process_version__process",
    "version": "process_version",
}
"""From a case to what the filter of that name narrows by."""

BY_CASE: Choices = tuple((key, one.label) for key, one in GROUPINGS.items() if key in PATHS)
"""What cases can be grouped by."""


def case_filter(asked: Asked, to_case: str = "") -> Q:
    """What the filters say of a case; `to_case` leads there from the rows that are filtered, as “case__”.

    Recorded and imported cases never come together. A milestone is taken for “has such a milestone”.
    """
    wanted = Q()
    if asked.known.has_imported:
        wanted &= Q(**{f"{to_case}is_imported": asked.source == IMPORTED})
    for name, values in asked.filters.items():
        if name == "milestone":
            such = CaseMilestone.objects.filter(**{"milestone__in": asked.known.keys(name, values)})
            wanted &= Q(Exists(such.filter(case=OuterRef(f"{to_case}pk"))))
        else:
            wanted &= _is_one_of(asked, name, values, to_case)
    return wanted


def cases_created(asked: Asked, now: datetime) -> QuerySet[Case]:
    """In the period."""
    start, end = asked.bounds
    return Case.objects.order_by().filter(case_filter(asked), created_at__gte=start, created_at__lt=end)


def cases_closed(asked: Asked, now: datetime) -> QuerySet[Case]:
    """In the period, and not reopened since."""
    start, end = asked.bounds
    wanted = Q(is_closed=True, closed_at__gte=start, closed_at__lt=end)
    return Case.objects.order_by().filter(case_filter(asked), wanted)


def path_of(grouping: Grouping, to_case: str = "") -> str:
    return f"{to_case}{PATHS[grouping.filter]}"


def _is_one_of(asked: Asked, name: str, values: tuple[str, ...], to_case: str) -> Q:
    path = f"{to_case}{PATHS[name]}"
    wanted = Q(**{f"{path}__in": asked.known.keys(name, values)})
    return wanted | Q(**{f"{path}__isnull": True}) if NONE in values else wanted
