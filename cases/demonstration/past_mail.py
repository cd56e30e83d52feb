"""Mail of the past would arrive months late: none is sent, and each stands as sent at its time."""

from __future__ import annotations

from datetime import timedelta

from cases.models import Delivery, DeliveryState

NOTE = "Part of the demonstration's past: nothing was sent."


def settle_mail(case_id: int) -> None:
    """What has just become due on the case has left two seconds later, before anything makes it moot."""
    waiting = Delivery.objects.filter(case=case_id, state=DeliveryState.WAITING)
    for delivery in waiting.select_related("fired_trigger"):
        due = delivery.fired_trigger.at if delivery.fired_trigger else delivery.created_at
        delivery.state, delivery.attempts, delivery.next_attempt_at = DeliveryState.DONE, 1, None
        delivery.done_at = due + timedelta(seconds=2)
        delivery.result = {"to": [delivery.recipient] if delivery.recipient else [], "note": NOTE}
        delivery.save()
