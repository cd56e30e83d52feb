"""The entitlement process of the incidents: Assignment and Resolution, with a target for each priority."""

from __future__ import annotations

from datetime import datetime

from cases.incidents.configuration import ASSIGNED_TO, SOURCE, CannotConfigure
from cases.incidents.names import NEW, RESOLVED
from entitlements.models import (
    Action,
    ActionKind,
    CompletionChoice,
    EntitlementProcess,
    Milestone,
    ProcessMilestone,
    ProcessVersion,
    RecurrenceType,
    ReentryChoice,
    Trigger,
    TriggerChoice,
    WhoseHours,
)
from entitlements.operations.versions import create_process, publish_version

ATTRIBUTION = (
    "The published log of this form: “Incident management process enriched event log” by C. Amaral, "
    "M. Fantinato and S. Peres (University of São Paulo), UCI Machine Learning Repository, CC BY 4.0."
)

HOUR = 60
ASSIGNMENT = {"Critical": HOUR // 4, "High": HOUR // 2, "Moderate": 4 * HOUR, "": 8 * HOUR}
RESOLUTION = {"Critical": 4 * HOUR, "High": 8 * HOUR, "Moderate": 24 * HOUR, "": 72 * HOUR}
"""Target minutes by priority; the last is for all others."""

UNASSIGNED = f'case.status == "{NEW}" && case.custom.{ASSIGNED_TO} == ""'
ASSIGNED = f'case.status != "{NEW}" || case.custom.{ASSIGNED_TO} != ""'
DONE = f'case.is_closed || case.status == "{RESOLVED}"'


def published_process(now: datetime) -> ProcessVersion:
    """The process as an administrator keeps it, made the first time. Raises CannotConfigure."""
    process = EntitlementProcess.objects.filter(name=SOURCE).first()
    if process is None:
        return _make(now)
    version = process.published_version()
    if version is None or not process.is_active:
        raise CannotConfigure(f"The entitlement process “{SOURCE}” is not active and published.")
    return version


def _make(now: datetime) -> ProcessVersion:
    """A reopened incident is measured anew: it left the process when it was resolved."""
    draft = create_process(EntitlementProcess(name=SOURCE, description=ATTRIBUTION))
    draft.exit_when = DONE
    draft.on_reentry = ReentryChoice.RESTART
    draft.hours_from = WhoseHours.ALWAYS
    draft.save()
    assignment = _milestone("Assignment", "Somebody works on it")
    resolution = _milestone("Resolution", "The case is solved")
    for priority, minutes in ASSIGNMENT.items():
        _add_row(draft, assignment, minutes, _criteria(priority, UNASSIGNED), ASSIGNED)
    for priority, minutes in RESOLUTION.items():
        row = _add_row(draft, resolution, minutes, _criteria(priority), DONE)
        violation = Trigger.objects.create(row=row, kind=TriggerChoice.VIOLATION, position=1)
        Action.objects.create(trigger=violation, kind=ActionKind.ESCALATE, parameters={"level": 1})
    return publish_version(draft, None, now)


def _milestone(name: str, description: str) -> Milestone:
    milestone, _ = Milestone.objects.get_or_create(name=name, defaults={"description": description})
    if milestone.recurrence != RecurrenceType.NONE:
        raise CannotConfigure(f"The milestone “{name}” comes again and again here.")
    return milestone


def _criteria(priority: str, condition: str = "") -> str:
    asked = f'case.priority == "{priority}"' if priority else ""
    return " && ".join(part for part in (asked, condition) if part)


def _add_row(
    draft: ProcessVersion, milestone: Milestone, minutes: int, when: str, completion: str
) -> ProcessMilestone:
    """With a warning when a quarter of the time is left; it tells nobody, the report counts it."""
    row = ProcessMilestone(
        version=draft,
        milestone=milestone,
        position=draft.rows.count(),
        minutes=minutes,
        when=when,
        completed_by=CompletionChoice.CRITERIA,
        completion=completion,
    )
    row.full_clean()
    row.save()
    Trigger.objects.create(row=row, kind=TriggerChoice.WARNING, percent=75)
    return row
