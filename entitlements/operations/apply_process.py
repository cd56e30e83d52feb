"""A process of a file: where it differs it becomes a new published version, and the old one is retired."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db.models import Max

from entitlements.as_code.difference import Change
from entitlements.as_code.keys import ConfigurationError, at_key
from entitlements.core.definition import ENTRY
from entitlements.core.durations import minutes_of
from entitlements.models import (
    Action,
    BusinessHours,
    CompletionChoice,
    EntitlementProcess,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    Trigger,
    TriggerChoice,
    WhoseHours,
)
from entitlements.models.action import wrong_parameters
from entitlements.operations.put_row import check, put, save
from entitlements.operations.versions import CannotPublish, publish_version

Entry = Mapping[str, Any]


def put_process(change: Change, by: User | None, now: datetime) -> list[ProcessVersion]:
    """The version that was published; none where only its description or activity differs."""
    new = change.new
    values = {"description": new.get("description", ""), "is_active": new.get("active", True)}
    process = put(EntitlementProcess, {"name": new["name"]}, values)
    if not change.makes_a_version:
        return []
    last = process.versions.aggregate(last=Max("number"))["last"] or 0
    version = save(ProcessVersion(process=process, number=last + 1), _version_values(new))
    _add_rows(version, new["milestones"])
    try:
        return [publish_version(version, by, now)]
    except CannotPublish as why:
        raise ConfigurationError("", str(why)) from None


def _version_values(entry: Entry) -> dict[str, Any]:
    return {
        "enter_at": entry.get("enter_at", "created_at"),
        "exit_when": entry.get("exit_when", ""),
        "on_reentry": entry.get("on_reentry", "keep"),
        **_hours(entry),
    }


def _hours(entry: Entry) -> dict[str, Any]:
    named = entry.get("business_hours")
    words = {None: WhoseHours.INHERITED, "case": WhoseHours.CASE, "24/7": WhoseHours.ALWAYS}
    if named in words:
        return {"hours_from": words[named], "business_hours": None}
    hours = BusinessHours.objects.filter(name=named).first()
    if hours is None:
        raise ConfigurationError("business_hours", f"there are no hours “{named}”")
    return {"hours_from": WhoseHours.NAMED, "business_hours": hours}


def _add_rows(version: ProcessVersion, entries: Iterable[Entry]) -> None:
    """In sets: a process may have hundreds of milestones."""
    placed = list(entries)
    kinds = {kind.name: kind for kind in Milestone.objects.all()}
    rows = []
    for position, entry in enumerate(placed):
        with at_key("milestones", position):
            rows.append(_checked(_row(version, position, entry, kinds)))
    ProcessMilestone.objects.bulk_create(rows)
    triggers, actions = [], []
    for position, (row, entry) in enumerate(zip(rows, placed, strict=True)):
        with at_key("milestones", position):
            for trigger, done in _triggers(row, entry):
                triggers.append(trigger)
                actions += done
    Trigger.objects.bulk_create(triggers)
    Action.objects.bulk_create(actions)


def _row(
    version: ProcessVersion, position: int, entry: Entry, kinds: Mapping[str, Milestone]
) -> ProcessMilestone:
    kind = kinds.get(entry["milestone"])
    if kind is None:
        raise ConfigurationError("milestone", f"there is no milestone “{entry['milestone']}”")
    completion = entry.get("complete_on", CompletionChoice.MANUAL)
    by_criteria = isinstance(completion, Mapping)
    return ProcessMilestone(
        version=version,
        milestone=kind,
        position=position,
        minutes=entry.get("minutes"),
        formula=entry.get("formula", ""),
        start=entry.get("start", ENTRY),
        when=entry.get("when", ""),
        completed_by=CompletionChoice.CRITERIA if by_criteria else completion,
        completion=completion["when"] if by_criteria else "",
        pause_when=entry.get("pause_when", ""),
        cancel_when_criteria_end=entry.get("cancel_when_criteria_end", kind.recurrence != "independent"),
        **_hours(entry),
    )


def _checked(row: Any) -> Any:
    check(row)
    return row


def _triggers(row: ProcessMilestone, entry: Entry) -> Iterator[tuple[Trigger, list[Action]]]:
    for position, one in enumerate(entry.get("triggers", ())):
        with at_key("triggers", position):
            ((kind, moment),) = ((kind, one[kind]) for kind in TriggerChoice.values if kind in one)
            trigger = _checked(Trigger(row=row, kind=kind, position=position, **_offset(moment)))
            yield trigger, [_action(trigger, *placed) for placed in enumerate(one.get("actions", ()))]


def _offset(moment: str | None) -> dict[str, int]:
    if moment is None:
        return {}
    return {"percent": int(moment[:-1])} if moment.endswith("%") else {"minutes": minutes_of(moment)}


def _action(trigger: Trigger, position: int, entry: Entry) -> Action:
    ((kind, parameters),) = entry.items()
    with at_key("actions", position, str(kind)):
        problem = wrong_parameters(kind, parameters)
        if problem:
            raise ConfigurationError("", problem)
        return _checked(Action(trigger=trigger, kind=kind, position=position, parameters=dict(parameters)))
