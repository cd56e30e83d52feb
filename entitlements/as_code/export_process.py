"""A version of a process, from its rows, as a configuration file writes it."""

from __future__ import annotations

from entitlements.as_code.keys import ConfigurationError
from entitlements.as_code.normal import Entry
from entitlements.models import (
    Action,
    BusinessHours,
    CompletionChoice,
    ProcessMilestone,
    ProcessVersion,
    Trigger,
    TriggerChoice,
    WhoseHours,
)

WORDS = ("case", "24/7")


def written_process(version: ProcessVersion) -> Entry:
    """Raises ConfigurationError where hours are called like one of the words for hours."""
    process = version.process
    return {
        "name": process.name,
        "description": process.description,
        "active": process.is_active,
        "business_hours": _hours(version.hours_from, version.business_hours),
        "enter_at": version.enter_at,
        "exit_when": version.exit_when,
        "on_reentry": version.on_reentry,
        "milestones": [_row(row) for row in version.rows.all()],
    }


def _row(row: ProcessMilestone) -> Entry:
    return {
        "milestone": row.milestone.name,
        **({"formula": row.formula} if row.minutes is None else {"minutes": row.minutes}),
        "start": row.start,
        "when": row.when,
        "complete_on": _completion(row),
        "pause_when": row.pause_when,
        "cancel_when_criteria_end": row.cancel_when_criteria_end,
        "business_hours": _hours(row.hours_from, row.business_hours),
        "triggers": [_trigger(trigger) for trigger in row.triggers.all()],
    }


def _hours(source: str, named: BusinessHours | None) -> str:
    match source:
        case WhoseHours.NAMED if named is not None:
            if named.name in WORDS:
                raise ConfigurationError("business_hours", f"hours cannot be called “{named.name}” in a file")
            return named.name
        case WhoseHours.CASE:
            return "case"
        case WhoseHours.ALWAYS:
            return "24/7"
    return ""


def _completion(row: ProcessMilestone) -> str | Entry:
    by_criteria = row.completed_by == CompletionChoice.CRITERIA
    return {"when": row.completion} if by_criteria else row.completed_by


def _trigger(trigger: Trigger) -> Entry:
    percent, minutes = trigger.percent, trigger.minutes
    offset = f"{percent}%" if percent is not None else f"{minutes}m"
    return {
        trigger.kind: None if trigger.kind == TriggerChoice.SUCCESS else offset,
        "actions": [_action(action) for action in trigger.actions.all()],
    }


def _action(action: Action) -> Entry:
    return {action.kind: action.parameters}
