"""What business hours would be with other holidays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import QuerySet

from entitlements.core.hours import Holiday, Hours
from entitlements.models import BusinessHours

Changes = dict[str, tuple[Hours, Hours]]


def with_holidays(hours: Iterable[BusinessHours], added: Sequence[Holiday]) -> Changes:
    """As they are and as they would be, by name."""
    changes: Changes = {}
    for one in hours:
        old = one.value()
        more = tuple(holiday for holiday in added if holiday not in old.holidays)
        changes[old.name] = old, replace(old, holidays=(*old.holidays, *more))
    return changes


def with_another_holiday(hours: Iterable[BusinessHours], old: Holiday, new: Holiday) -> Changes:
    """One that they have would be another."""
    changes: Changes = {}
    for one in hours:
        before = one.value()
        after = tuple(new if holiday == old else holiday for holiday in before.holidays)
        changes[before.name] = before, replace(before, holidays=after)
    return changes


def readable(hours: QuerySet[BusinessHours]) -> QuerySet[BusinessHours]:
    """With all that `value` asks about."""
    return hours.prefetch_related("windows", "holidays")
