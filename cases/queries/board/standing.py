"""Cases that stand still: for too long, or though the customer has answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cases.models import Case, Stop
from cases.models.case import CaseQuerySet
from cases.queries.chip_filters import chip_filter
from cases.queries.moment import Moment
from entitlements.core.state import StopKind

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """A case with the stop that has lasted longest."""

    case: Case
    stop: Stop

    @property
    def why(self) -> str:
        if self.stop.kind == StopKind.STATUS:
            return f"status “{self.stop.reason or self.case.status_id}”"
        return self.stop.reason or "paused through the programming interface"


def standing(cases: CaseQuerySet, key: str, moment: Moment) -> Sequence[Standing]:
    """The cases of a chip, the longest stopped first, in one query."""
    chosen = cases.order_by().filter(chip_filter(key, moment)).values("pk")
    stops = Stop.objects.filter(case__in=chosen, case_milestone__isnull=True, until__isnull=True)
    found: dict[int, Standing] = {}
    for stop in stops.select_related("case__owner", "case__account").order_by("since", "pk")[: 3 * SHOWN]:
        found.setdefault(stop.case_id, Standing(stop.case, stop))
    return list(found.values())[:SHOWN]
