"""Actions of fired triggers: a row each, written with the trigger.

Those inside the database are done at once (§9).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.engine.load import Loaded
from cases.engine.recipients import Directory
from cases.models import Delivery, DeliveryState, FiredTrigger, Notification, Task
from entitlements.core.changes import Firing, Outcome
from entitlements.core.definition import Action
from entitlements.core.durations import minutes_of

DELIVERED_OUTSIDE = frozenset({"email"})


@dataclass
class Fired:
    """A firing, the row that records it, and the case that it happened on."""

    work: Loaded
    firing: Firing
    row: FiredTrigger


def write_outbox(fired: Sequence[Fired], now: datetime) -> None:
    """One delivery for each action of each trigger that fired, and what the inside ones make."""
    deliveries: list[Delivery] = []
    tasks: list[Task] = []
    notifications: list[Notification] = []
    directory = Directory()
    for one in fired:
        if one.firing.outcome is not Outcome.FIRED:
            continue
        for action in one.firing.trigger.actions:
            delivery = _delivery(one, action, now)
            deliveries.append(delivery)
            if action.kind == "task":
                tasks.append(_task(one, action, delivery, directory))
            elif action.kind == "notify":
                notifications += _notifications(one, action, delivery, directory)
    Delivery.objects.bulk_create(deliveries)
    Task.objects.bulk_create(tasks)
    Notification.objects.bulk_create(notifications)


def _delivery(one: Fired, action: Action, now: datetime) -> Delivery:
    outside = action.kind in DELIVERED_OUTSIDE
    return Delivery(
        fired_trigger=one.row,
        action_id=int(action.key),
        kind=action.kind,
        state=DeliveryState.WAITING if outside else DeliveryState.DONE,
        next_attempt_at=now if outside else None,
        done_at=None if outside else now,
        attempts=0 if outside else 1,
    )


def _task(one: Fired, action: Action, delivery: Delivery, directory: Directory) -> Task:
    given: dict[str, Any] = dict(action.parameters)
    due = given.get("due")
    return Task(
        case=one.work.case,
        subject=str(given.get("subject", ""))[:250],
        assigned_to=directory.user(str(given.get("assign_to", "owner")), one.work.case),
        due_at=one.firing.at + timedelta(minutes=minutes_of(str(due))) if due else None,
        created_at=one.row.fired_at,
        delivery=delivery,
    )


def _notifications(
    one: Fired, action: Action, delivery: Delivery, directory: Directory
) -> list[Notification]:
    text = str(action.parameters.get("text") or _words(one))
    return [
        Notification(
            case=one.work.case, user=user, text=text[:300], created_at=one.row.fired_at, delivery=delivery
        )
        for user in directory.users(action.parameters.get("to", ()), one.work.case)
    ]


def _words(one: Fired) -> str:
    name, case = one.firing.occurrence.milestone, one.work.case
    match str(one.firing.trigger.kind):
        case "warning":
            return f"{case.number}: {name} is due soon"
        case "violation":
            return f"{case.number}: {name} is late"
        case _:
            return f"{case.number}: {name} is completed"
