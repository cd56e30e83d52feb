"""What the actions of fired triggers become: rows of the outbox, and what the inside ones make (§9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.engine.alerts import Leaving, leaving, wait_to_be_collected
from cases.engine.load import Loaded
from cases.engine.merge_values import values_of_case, values_of_milestone
from cases.engine.news import OF_TRIGGER, message_of_firing
from cases.engine.outbox import Parcel, put_new
from cases.engine.recipients import Directory
from cases.engine.rows import take_keys
from cases.models import Delivery, Notification, Task
from entitlements.core.changes import Firing, Outcome
from entitlements.core.definition import Action
from entitlements.core.durations import minutes_of
from entitlements.core.merge_fields import filled


@dataclass(frozen=True, slots=True)
class Fired:
    """A firing, the case that it happened on, and the key of the row that records it."""

    work: Loaded
    firing: Firing
    key: int


@dataclass(frozen=True, slots=True)
class Doing:
    """One action of a fired trigger towards one target, and the key of its delivery."""

    fired: Fired
    action: Action
    parcel: Parcel
    key: int


def write_actions(fired: Sequence[Fired], directory: Directory, now: datetime) -> None:
    """One delivery for each action and target of each trigger that fired, and what the inside ones make."""
    parcels = [
        (one, action, parcel)
        for one in fired
        if one.firing.outcome is Outcome.FIRED
        for action in one.firing.trigger.actions
        for parcel in _parcels(one, action, directory)
    ]
    outgoing = [parcel for *_, parcel in parcels]
    if not any(_is_referred_to(one, action) for one, action, _ in parcels):
        put_new(outgoing, now)
        return
    keys = list(take_keys(Delivery, len(parcels)))
    put_new(outgoing, now, keys)
    _write_inside([Doing(*given, key) for key, given in zip(keys, parcels, strict=True)], directory, now)


def _is_referred_to(one: Fired, action: Action) -> bool:
    """Whether other rows will know the key of its delivery: to ask for one is to wait for the database."""
    _, digest_minutes = one.work.configuration.alerts
    return action.kind in ("task", "notify") or (action.kind == "email" and bool(digest_minutes))


def _write_inside(doings: Sequence[Doing], directory: Directory, now: datetime) -> None:
    """What happens in the desk itself, and mails that wait to be collected."""
    wait_to_be_collected(_collected(doings, directory))
    Task.objects.bulk_create(_task(doing, directory, now) for doing in doings if doing.action.kind == "task")
    Notification.objects.bulk_create(
        notification
        for doing in doings
        if doing.action.kind == "notify"
        for notification in _notifications(doing, directory, now)
    )


def _parcels(one: Fired, action: Action, directory: Directory) -> Iterator[Parcel]:
    """An email alert goes to each recipient by itself; one that names nobody yet looks again when sent."""
    match action.kind:
        case "email":
            addresses = directory.addresses(action.parameters.get("to", ()), one.work.case)
            values, when = _values(one), _leaving(one, directory)
            for address in addresses or [""]:
                yield _parcel(one, action, address, payload={"values": values}, due=when.due)
        case "webhook":
            name = str(action.parameters.get("endpoint", ""))
            endpoint = directory.endpoint(name)
            error = "" if endpoint else f"There is no webhook endpoint “{name}”."
            message = message_of_firing(one.firing, one.work)
            yield _parcel(one, action, name, endpoint=endpoint, payload=message, error=error)
        case _:
            yield _parcel(one, action)


def _leaving(one: Fired, directory: Directory) -> Leaving:
    return leaving(str(one.firing.trigger.kind), one.work.configuration.alerts, directory.now)


def _collected(doings: Sequence[Doing], directory: Directory) -> Iterator[tuple[int, str, datetime]]:
    for doing in doings:
        if doing.action.kind == "email" and doing.parcel.recipient:
            collect_at = _leaving(doing.fired, directory).collect_at
            if collect_at is not None:
                yield doing.key, doing.parcel.recipient, collect_at


def _parcel(one: Fired, action: Action, recipient: str = "", **more: Any) -> Parcel:
    return Parcel(
        key=f"trigger:{one.key}:{action.key}:{recipient[:254]}",
        kind=action.kind,
        event=OF_TRIGGER[one.firing.trigger.kind],
        case=one.work.case.pk,
        fired_trigger=one.key,
        action=int(action.key),
        recipient=recipient[:254],
        late=str(one.firing.late),
        **more,
    )


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
