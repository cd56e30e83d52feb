"""Milestones by how much of their own time is left, as conditions for the database.

Less than some time is left of a running milestone exactly when its target comes before `add(now, time)` in
its hours: so one instant for each hours and time is enough.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from cases.models import CaseMilestone
from entitlements.core.calendar import BeyondHorizon, Timeline
from entitlements.core.definition import HoursFrom
from entitlements.core.definition import ProcessMilestone as RowValue
from entitlements.models import BusinessHours, ProcessMilestone
from entitlements.models.compiled import Compiled, compiled

RUNNING = Q(state="running")
FOREVER = datetime(9000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Part:
    """Running milestones that are alike: these process milestones, with so much time left at most."""

    rows: tuple[int, ...]
    left: timedelta
    which: Q = Q()


def has_less_left(left: timedelta, now: datetime) -> Q:
    """Running with less than this of its own time left, late ones too."""
    configuration = compiled()
    rows = tuple(key for key, _ in _rows_in_use(configuration))
    return RUNNING & _before([_Part(rows, left)], configuration, now, "lt")


def is_at_risk(now: datetime) -> tuple[Q, datetime | None]:
    """Running with the share of its time used from which the organisation says so, late ones too (§10).

    With it the latest target that such a one can have; None where none can.
    """
    configuration = compiled()
    at_most = 100 - configuration.organisation.at_risk_percent
    keys: dict[int, list[int]] = defaultdict(list)
    formulas: list[int] = []
    for key, row in _rows_in_use(configuration):
        if row.minutes is None:
            formulas.append(key)
        else:
            keys[row.minutes].append(key)
    parts = [
        _Part(tuple(rows), timedelta(minutes=minutes) * at_most / 100, Q(extension=0))
        for minutes, rows in keys.items()
    ]
    parts += _parts_of_their_own(formulas, at_most)
    condition = RUNNING & _before(parts, configuration, now, "lte")
    return condition, max(_instants(condition), default=None)


def _instants(condition: Q) -> Iterator[datetime]:
    """All that stand in a condition."""
    for child in condition.children:
        if isinstance(child, Q):
            yield from _instants(child)
        elif isinstance(child, tuple) and isinstance(child[1], datetime):
            yield child[1]


def _parts_of_their_own(formulas: list[int], at_most: int) -> Iterable[_Part]:
    """Those whose time does not stand in the process: extended ones, and those of a formula."""
    unusual = CaseMilestone.objects.filter(RUNNING).order_by()
    names = ("process_milestone", "minutes", "extension")
    found = set(unusual.filter(extension__gt=0).values_list(*names).distinct())
    if formulas:
        found |= set(unusual.filter(process_milestone__in=formulas).values_list(*names).distinct())
    for key, minutes, extension in found:
        if minutes is not None:
            left = timedelta(minutes=minutes + extension) * at_most / 100
            yield _Part((key,), left, Q(minutes=minutes, extension=extension))


def _before(parts: Iterable[_Part], configuration: Compiled, now: datetime, how: str) -> Q:
    condition = Q(pk__in=[])
    for part in parts:
        of_hours: dict[Timeline, list[int]] = defaultdict(list)
        by_case: list[int] = []
        for key in part.rows:
            row = configuration.row(key)
            (by_case if row.hours_from is HoursFrom.CASE else of_hours[row.hours]).append(key)
        for hours, keys in of_hours.items():
            condition |= part.which & Q(process_milestone__in=keys) & _by(hours, part.left, now, how)
        if by_case:
            own = _by_its_hours(configuration, part.left, now, how)
            condition |= part.which & Q(process_milestone__in=by_case) & own
    return condition


def _rows_in_use(configuration: Compiled) -> Iterable[tuple[int, RowValue]]:
    """The process milestones by which something runs."""
    running = CaseMilestone.objects.filter(RUNNING, process_milestone=OuterRef("pk"))
    in_use = ProcessMilestone.objects.order_by().filter(Exists(running)).values_list("pk", flat=True)
    return [(key, configuration.row(key)) for key in in_use]


def _by_its_hours(configuration: Compiled, left: timedelta, now: datetime, how: str) -> Q:
    """The case's own hours: of its entitlement, its account, or the organisation's default (§2.7)."""
    of_entitlement, of_account = "case__entitlement__business_hours", "case__account__business_hours"
    none_of_entitlement = Q(**{f"{of_entitlement}__isnull": True})
    condition = none_of_entitlement & Q(**{f"{of_account}__isnull": True})
    condition &= _by(configuration.default_hours, left, now, how)
    for key in BusinessHours.objects.order_by().values_list("pk", flat=True):
        named = Q(**{of_entitlement: key}) | none_of_entitlement & Q(**{of_account: key})
        condition |= named & _by(configuration.hours(key), left, now, how)
    return condition


def _by(hours: Timeline, left: timedelta, now: datetime, how: str) -> Q:
    try:
        return Q(**{f"target_date__{how}": hours.add(now, left)})
    except BeyondHorizon:
        return Q(**{f"target_date__{how}": FOREVER})
