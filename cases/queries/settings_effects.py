"""What Entitlement Settings mean for the cases that are open."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

from cases.models import Case, Stop
from entitlements.core.state import StopKind
from entitlements.models import CaseStatus, EntitlementSettings


@dataclass(frozen=True, slots=True)
class Pausing:
    """`statuses` stop the clock, each with its open cases; `stopped` of these stand still now.

    `by_hand` counts open cases that an agent has stopped.
    """

    is_allowed: bool
    statuses: tuple[tuple[str, int], ...]
    stopped: int
    by_hand: int

    @property
    def cases(self) -> int:
        return sum(count for _, count in self.statuses)

    @property
    def running(self) -> int:
        """Cases in these statuses whose clocks run all the same."""
        return self.cases - self.stopped


def pausing() -> Pausing:
    row = EntitlementSettings.objects.filter(pk=1).first()
    stopping = list(CaseStatus.objects.filter(stops_clock=True))
    open_cases = Case.objects.open().filter(status__in=stopping).order_by()
    counted = dict(open_cases.values_list("status").annotate(count=Count("pk")))
    lasting = Stop.objects.filter(until__isnull=True, case_milestone__isnull=True)
    stops = lasting.filter(case__is_closed=False)
    return Pausing(
        is_allowed=row is not None and row.allow_pausing,
        statuses=tuple((status.name, counted.get(status.pk, 0)) for status in stopping),
        stopped=stops.filter(kind=StopKind.STATUS).count(),
        by_hand=stops.filter(kind=StopKind.HAND).count(),
    )


def running_milestones() -> int:
    """Open cases to which the share of “at risk” applies."""
    return Case.objects.open().filter(has_open_milestones=True).count()
