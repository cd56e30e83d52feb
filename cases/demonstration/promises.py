"""What Stormhaven promises: milestones, and the processes of premium and of standard policyholders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from cases.demonstration.escalation import ON_CALL
from entitlements.models import (
    Action,
    CompletionChoice,
    EntitlementProcess,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    RecurrenceType,
    Trigger,
    WhoseHours,
)
from entitlements.operations.versions import create_process, new_draft, publish_version

PREMIUM = "Premium"
STANDARD = "Standard"
HOUR = 60
WORKING_DAY = 8 * HOUR

MILESTONES = {
    "First Response": (RecurrenceType.NONE, "A person has answered the policyholder."),
    "Triage Complete": (RecurrenceType.NONE, "We know what it is and who works on it."),
    "Resolution": (RecurrenceType.NONE, "The policyholder has what was asked for."),
    "Customer Update": (RecurrenceType.SEQUENTIAL, "While we work, the policyholder hears from us."),
    "Callback": (RecurrenceType.INDEPENDENT, "A call that was asked for, each one by itself."),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A trigger with its actions, each a kind with its parameters."""

    kind: str
    actions: tuple[tuple[str, dict[str, Any]], ...]
    minutes: int = 0
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A milestone's place in a process, or one of its tiers."""

    milestone: str
    minutes: int
    moments: tuple[Moment, ...] = ()
    fields: dict[str, Any] = field(default_factory=dict)


Done = tuple[str, dict[str, Any]]


def email(template: str, *to: str) -> Done:
    return "email", {"to": list(to), "template": template}


def notify(*to: str) -> Done:
    return "notify", {"to": list(to)}


def warning(percent: int, *actions: Done) -> Moment:
    return Moment("warning", actions, percent=percent)


def violation(minutes: int, *actions: Done) -> Moment:
    return Moment("violation", actions, minutes)


WARN_OWNER = warning(75, email("milestone_warning", "owner"), notify("owner"))
LATE = (email("milestone_violation", "owner", "supervisors"), notify("owner", "supervisors"))
CHASE = ("task", {"subject": "Triage this case", "assign_to": "owner", "due": "30m"})
ESCALATE = (
    ("escalate", {"level": 2}),
    ("assign", {"queue": "Escalations"}),
)

BY_REPLY = {"completed_by": CompletionChoice.AGENT_REPLY}
TRIAGED = {"completed_by": CompletionChoice.CRITERIA, "completion": 'case.stage != "Intake"'}
RESOLVED = {
    "completed_by": CompletionChoice.CRITERIA,
    "completion": 'case.is_closed || case.stage == "Resolved"',
}
AT_WORK = 'case.stage == "In Progress"'
UPDATED = {**BY_REPLY, "start": "criteria"}
CALLED = {
    "start": "criteria",
    "when": 'case.type == "Callback"',
    "completed_by": CompletionChoice.MANUAL,
    "cancel_when_criteria_end": False,
}


def callback(minutes: int) -> Place:
    remind = warning(50, email("callback_due", "owner"), notify("owner"))
    write = ("task", {"subject": "Write down what was said", "assign_to": "owner", "due": "30m"})
    return Place(
        "Callback",
        minutes,
        (remind, violation(0, notify("supervisors")), Moment("success", (write,))),
        CALLED,
    )


def update(minutes: int, when: str = AT_WORK) -> Place:
    return Place("Customer Update", minutes, (warning(75, notify("owner")),), {**UPDATED, "when": when})


PREMIUM_PLACES = (
    Place(
        "First Response",
        HOUR,
        (
            WARN_OWNER,
            violation(0, *LATE),
            violation(30, ("set", {"priority": "Critical"}), ("escalate", {"level": 1, "ladder": ON_CALL})),
        ),
        BY_REPLY,
    ),
    Place("Triage Complete", 4 * HOUR, (WARN_OWNER, violation(0, CHASE, notify("supervisors"))), TRIAGED),
    Place("Resolution", 24 * HOUR, (WARN_OWNER, violation(0, *LATE, *ESCALATE)), RESOLVED),
    update(8 * HOUR, f'{AT_WORK} && case.priority == "Critical"'),
    update(24 * HOUR),
    callback(2 * HOUR),
)
STANDARD_PLACES = (
    Place(
        "First Response", 4 * HOUR, (WARN_OWNER, violation(0, *LATE, ("set", {"priority": "High"}))), BY_REPLY
    ),
    Place("Triage Complete", 8 * HOUR, (WARN_OWNER, violation(0, CHASE)), TRIAGED),
    Place("Resolution", 3 * WORKING_DAY, (WARN_OWNER, violation(0, *LATE, *ESCALATE)), RESOLVED),
    update(2 * WORKING_DAY),
    callback(4 * HOUR),
)


def add_promises(by: User, now: datetime) -> dict[str, EntitlementProcess]:
    """Both processes, published; of Premium also a draft of what it is to be next."""
    for name, (recurrence, description) in MILESTONES.items():
        Milestone.objects.create(name=name, recurrence=recurrence, description=description)
    premium = _add_process(PREMIUM, "Around the clock.", WhoseHours.ALWAYS, PREMIUM_PLACES, by, now)
    standard = _add_process(
        STANDARD, "In the business hours of the policyholder.", WhoseHours.CASE, STANDARD_PLACES, by, now
    )
    draft = new_draft(premium)
    draft.notes = "From next quarter on: First Response in half an hour."
    draft.save()
    first_response = draft.rows.get(milestone__name="First Response")
    first_response.minutes = HOUR // 2
    first_response.save()
    return {PREMIUM: premium, STANDARD: standard}


def _add_process(
    name: str, description: str, hours: str, places: tuple[Place, ...], by: User, now: datetime
) -> EntitlementProcess:
    process = EntitlementProcess(name=name, description=description)
    version = create_process(process)
    version.hours_from = hours
    version.save()
    for position, place in enumerate(places):
        _add_place(version, position, place)
    publish_version(version, by, now)
    return process


def _add_place(version: ProcessVersion, position: int, place: Place) -> None:
    row = ProcessMilestone(
        version=version,
        milestone=Milestone.objects.get(name=place.milestone),
        position=position,
        minutes=place.minutes,
        **place.fields,
    )
    row.full_clean()
    row.save()
    for number, moment in enumerate(place.moments):
        trigger = Trigger(
            row=row, kind=moment.kind, position=number, minutes=moment.minutes, percent=moment.percent
        )
        trigger.full_clean()
        trigger.save()
        for order, (kind, parameters) in enumerate(moment.actions):
            action = Action(trigger=trigger, kind=kind, position=order, parameters=parameters)
            action.full_clean()
            action.save()
