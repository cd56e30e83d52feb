"""Actions of fired triggers: a row each, written with the trigger.

Those inside the database are done at once (§9).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.engine.load import Loaded
from cases.engine.merge_values import values_of_case, values_of_milestone
from cases.engine.recipients import Directory
from cases.engine.rows import insert_rows, take_keys
from cases.models import Delivery, DeliveryState, Notification, Task
from entitlements.core.changes import Firing, Outcome
from entitlements.core.definition import Action
from entitlements.core.durations import minutes_of
from entitlements.core.merge_fields import filled

DELIVERED_OUTSIDE = frozenset({"email"})
DELIVERY_FIELDS = (
    "id fired_trigger action kind state token attempts next_attempt_at done_at error result".split()
)


@dataclass(frozen=True, slots=True)
class Fired:
    """A firing, the case that it happened on, and the key of the row that records it."""

    work: Loaded
    firing: Firing
    key: int


@dataclass(frozen=True, slots=True)
class Doing:
    """One action of a fired trigger, and the key of its delivery."""

    fired: Fired
    action: Action
    key: int


def write_outbox(fired: Sequence[Fired], directory: Directory, now: datetime) -> None:
    """One delivery for each action of each trigger that fired, and what the inside ones make."""
    actions = [
        (one, action)
        for one in fired
        if one.firing.outcome is Outcome.FIRED
        for action in one.firing.trigger.actions
    ]
    keys = take_keys(Delivery, len(actions))
    doings = [Doing(one, action, key) for key, (one, action) in zip(keys, actions, strict=True)]
    insert_rows(Delivery, DELIVERY_FIELDS, [_delivery_values(doing, now) for doing in doings])
    Task.objects.bulk_create(_task(doing, directory, now) for doing in doings if doing.action.kind == "task")
    Notification.objects.bulk_create(
        notification
        for doing in doings
        if doing.action.kind == "notify"
        for notification in _notifications(doing, directory, now)
    )


def _delivery_values(doing: Doing, now: datetime) -> list[Any]:
    key, kind = doing.key, doing.action.kind
    given = [key, doing.fired.key, int(doing.action.key), kind]
    if kind in DELIVERED_OUTSIDE:
        return [*given, DeliveryState.WAITING.value, uuid.uuid4(), 0, now, None, "", {}]
    return [*given, DeliveryState.DONE.value, uuid.uuid4(), 1, None, now, "", {}]


def _task(doing: Doing, directory: Directory, now: datetime) -> Task:
    given: dict[str, Any] = dict(doing.action.parameters)
    case, due = doing.fired.work.case, given.get("due")
    return Task(
        case=case,
        subject=_said(doing, "subject")[:250],
        assigned_to=directory.user(str(given.get("assign_to", "owner")), case),
        due_at=doing.fired.firing.at + timedelta(minutes=minutes_of(str(due))) if due else None,
        created_at=now,
        delivery_id=doing.key,
    )


def _notifications(doing: Doing, directory: Directory, now: datetime) -> list[Notification]:
    case = doing.fired.work.case
    text = _said(doing, "text") or _words(doing.fired)
    return [
        Notification(case=case, user=user, text=text[:300], created_at=now, delivery_id=doing.key)
        for user in directory.users(doing.action.parameters.get("to", ()), case)
    ]


def _said(doing: Doing, parameter: str) -> str:
    """A text of the action's with its {{fields}} replaced; empty without one."""
    text = str(doing.action.parameters.get(parameter) or "")
    return filled(text, _values(doing.fired)) if "{{" in text else text


def _values(one: Fired) -> dict[str, str]:
    name = one.firing.occurrence.milestone
    row = one.work.rows[name, one.firing.occurrence.number]
    kind = str(one.firing.trigger.kind)
    return {**values_of_case(one.work.case), **values_of_milestone(name, row, kind)}


def _words(one: Fired) -> str:
    name, case = one.firing.occurrence.milestone, one.work.case
    match str(one.firing.trigger.kind):
        case "warning":
            return f"{case.number}: {name} is due soon"
        case "violation":
            return f"{case.number}: {name} is late"
        case _:
            return f"{case.number}: {name} is completed"
