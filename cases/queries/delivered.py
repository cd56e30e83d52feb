"""What went out of the desk about a case, and how that went, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from cases.models import Delivery, DeliveryState
from cases.models.delivery import DeliveryKind

OUTSIDE = (DeliveryKind.EMAIL, DeliveryKind.REPLY, DeliveryKind.WEBHOOK)
_TOLD = {
    DeliveryState.WAITING: "waiting to be sent",
    DeliveryState.DONE: "sent",
    DeliveryState.CANCELLED: "not sent",
    DeliveryState.DEAD: "failed",
}
_TONES = {DeliveryState.DONE: "met", DeliveryState.DEAD: "late"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. `tone` is for its mark; `kind` that of the event, empty for a delivery."""

    at: datetime
    by: str
    what: str
    tone: str
    kind: str = ""


def outside_deliveries(case_id: int) -> QuerySet[Delivery]:
    """Those of a case that left the desk or were to, with `left_at`: when they were done, or came to be."""
    of_case = Delivery.objects.filter(case_id=case_id, kind__in=OUTSIDE)
    return of_case.annotate(left_at=Coalesce("done_at", "created_at"))


def entry_of_delivery(delivery: Delivery, at: datetime) -> Entry:
    copy = ", copy" if delivery.payload.get("copy") else ""
    to = f"{copy} to {delivery.recipient}" if delivery.recipient else ""
    state = DeliveryState(delivery.state)
    said = f"{delivery.get_kind_display()}{to}: {_TOLD[state]}{_why(delivery)}"
    return Entry(at, "", said, _TONES.get(state, "still"))


def _why(one: Delivery) -> str:
    ended_badly = one.state in (DeliveryState.DEAD, DeliveryState.CANCELLED) or one.attempts > 0
    shown = ended_badly and one.state != DeliveryState.DONE and one.error
    return f": {one.error[:200]}" if shown else ""
