"""Events that webhook endpoints subscribed to → rows of the outbox, in the transaction of the events."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from cases.engine.case_state import fit_for_json
from cases.engine.load import Loaded
from cases.engine.news import facts_of_milestone, message
from cases.engine.outbox import Parcel, put_new
from cases.models import DeliveryKind
from entitlements.core.changes import Change, Kind
from entitlements.core.outbound import OutboundEvent

Told = tuple[Change, Loaded]

EVENT_OF: Mapping[Kind, OutboundEvent] = {
    Kind.CREATED: OutboundEvent.CASE_CREATED,
    Kind.FIELD: OutboundEvent.CASE_CHANGED,
    Kind.ESCALATED: OutboundEvent.CASE_ESCALATED,
    Kind.CLOSED: OutboundEvent.CASE_CLOSED,
    Kind.REOPENED: OutboundEvent.CASE_REOPENED,
    Kind.STARTED: OutboundEvent.MILESTONE_STARTED,
    Kind.FIRED: OutboundEvent.MILESTONE_WARNED,
    Kind.VIOLATED: OutboundEvent.MILESTONE_VIOLATED,
    Kind.COMPLETED: OutboundEvent.MILESTONE_COMPLETED,
    Kind.CANCELLED: OutboundEvent.MILESTONE_CANCELLED,
    Kind.PAUSED: OutboundEvent.MILESTONE_STOPPED,
    Kind.UNPAUSED: OutboundEvent.MILESTONE_RESUMED,
}
SAID_ELSEWHERE = frozenset({"trigger", "caused_by", "by_means"})


def tell_subscribers(changes: Sequence[Told], now: datetime) -> None:
    """A row for each event and endpoint that hears of it, in the order of the events."""
    parcels = [parcel for change, work in changes for parcel in _parcels(change, work)]
    put_new(parcels, now)


def _parcels(change: Change, work: Loaded) -> Iterator[Parcel]:
    event = _event_of(change)
    endpoints = work.configuration.subscriptions.get(event, ()) if event else ()
    if not endpoints:
        return
    body = _message(event, change, work)
    name = uuid.uuid4().hex
    for endpoint in endpoints:
        yield Parcel(
            key=f"event:{name}:{endpoint}",
            kind=DeliveryKind.WEBHOOK,
            event=event,
            case=work.case.pk,
            recipient=endpoint,
            endpoint=endpoint,
            payload=body,
        )


def _event_of(change: Change) -> str:
    """Of what fires only a warning is an event by itself; the others come with what they are about."""
    if change.kind is Kind.FIRED and change.details.get("of") != "warning":
        return ""
    return EVENT_OF.get(change.kind, "")


def _message(event: str, change: Change, work: Loaded) -> dict[str, Any]:
    data: dict[str, Any] = {"by": change.by or None}
    if change.occurrence is not None:
        data["milestone"] = facts_of_milestone(change.occurrence)
    details = {name: value for name, value in change.details.items() if name not in SAID_ELSEWHERE}
    if details:
        data["change"] = fit_for_json(details)
    return message(event, change.at, work.case, **data)
