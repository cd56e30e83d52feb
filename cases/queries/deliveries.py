"""Deliveries as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from cases.models import Delivery, DeliveryState, EndpointHealth

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How an endpoint stands. `tone` is good, warn or bad, for the eye; `words` say it."""

    tone: str
    words: str


def last_of_endpoint(endpoint: str) -> QuerySet[Delivery]:
    return (
        Delivery.objects.filter(endpoint=endpoint)
        .select_related("case")
        .defer("payload")
        .order_by("-pk")[:SHOWN]
    )


def dead_of_endpoint(endpoint: str) -> int:
    return Delivery.objects.filter(endpoint=endpoint, state=DeliveryState.DEAD).count()


def standing(health: EndpointHealth | None, now: datetime) -> Standing:
    """In words, whatever the number of its failures."""
    if health is None or (health.answered_at is None and not health.failures):
        return Standing("none", "Nothing sent yet")
    if not health.failures:
        return Standing("good", "Answers")
    times = "once" if health.failures == 1 else f"{health.failures} times in a row"
    if health.rests_until is not None and health.rests_until > now:
        return Standing("bad", f"Failed {times}; rests until {health.rests_until:%H:%M} UTC")
    return Standing("warn", f"Failed {times}")
