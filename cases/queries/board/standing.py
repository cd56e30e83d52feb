"""Cases that stand still: for too long, or though the customer has answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Q

from cases.models import Case, Stop
from cases.models.case import CaseQuerySet
from cases.queries.chip_filters import TOO_LONG
from cases.queries.moment import Moment
from entitlements.core.state import StopKind

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """A case, and the stop for which it stands here."""

    case: Case
    stop: Stop

    @property
    def why(self) -> str:
        if self.stop.kind == StopKind.STATUS:
            return f"status “{self.stop.reason or self.case.status_id}”"
        return self.stop.reason or "paused through the programming interface"


def standing(cases: CaseQuerySet, key: str, moment: Moment) -> Sequence[Standing]:
    """The cases of `stopped-long` or `answered` with the stop that makes them so, the longest first."""
    long_since = Q(since__lt=moment.now - TOO_LONG)
    since_answered = Q(case__awaiting_reply=True, since__lt=F("case__last_customer_message_at"))
    stops = Stop.objects.filter(
        long_since if key == "stopped-long" else since_answered,
        case__in=cases.order_by().filter(is_closed=False, is_stopped=True).values("pk"),
        case_milestone__isnull=True,
        until__isnull=True,
    )
    first = stops.order_by("since", "pk").values("pk")[: 3 * SHOWN]
    found: dict[int, Standing] = {}
    shown = Stop.objects.filter(pk__in=first).select_related("case__owner", "case__account")
    for stop in shown.order_by("since", "pk"):
        found.setdefault(stop.case_id, Standing(stop.case, stop))
    return list(found.values())[:SHOWN]
