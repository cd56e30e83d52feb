"""What a process promises, in words: for lists, related lists and the changes of a new version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from entitlements.core.definition import CRITERIA, ENTRY
from entitlements.models import (
    Action,
    ActionKind,
    AutoApplyRule,
    CompletionChoice,
    ProcessMilestone,
    ProcessVersion,
    Takes,
    Trigger,
    TriggerChoice,
    WhoseHours,
)

DATE_FIELDS = {
    "created_at": "Created",
    "closed_at": "Closed",
    "first_response_at": "First response",
    "last_agent_reply_at": "Last agent reply",
    "last_customer_message_at": "Last customer message",
}
NO_HOURS = "24/7: nights and weekends count"
CASE_HOURS = "the case's own hours (its entitlement's, else its account's, else the organisation's default)"


def duration(minutes: int) -> str:
    """As it is written into a field: "1d 4h"."""
    days, rest = divmod(minutes, 24 * 60)
    hours, left = divmod(rest, 60)
    parts = ((days, "d"), (hours, "h"), (left, "m"))
    return " ".join(f"{number}{unit}" for number, unit in parts if number) or "0m"


def target(row: ProcessMilestone) -> str:
    return duration(row.minutes) if row.minutes is not None else f"formula {row.formula}"


def start(row: ProcessMilestone) -> str:
    named = {ENTRY: "when the case entered the process", CRITERIA: "when its criteria turned true"}
    return named.get(row.start) or f"at the case's “{date_field(row.start)}”"


def date_field(name: str) -> str:
    return DATE_FIELDS.get(name, name)


def completion(row: ProcessMilestone) -> str:
    if row.completed_by == CompletionChoice.CRITERIA:
        return f"when {row.completion}"
    return str(row.get_completed_by_display())


def hours(row: ProcessMilestone) -> str:
    """The hours that count for a row, and which rule chose them (§2.7)."""
    match row.hours_from:
        case WhoseHours.NAMED:
            return f"{row.business_hours} (its own)"
        case WhoseHours.CASE:
            return CASE_HOURS
        case WhoseHours.ALWAYS:
            return "24/7 (its own)"
    return f"{hours_of_version(row.version)} (the process's)"


def hours_of_version(version: ProcessVersion) -> str:
    match version.hours_from:
        case WhoseHours.NAMED:
            return str(version.business_hours)
        case WhoseHours.CASE:
            return CASE_HOURS
    return NO_HOURS


def hours_sentence(version: ProcessVersion) -> str:
    """The hours of a version with what happens when there are none."""
    match version.hours_from:
        case WhoseHours.NAMED if version.business_hours:
            return f"Counts in {version.business_hours} ({version.business_hours.time_zone})."
        case WhoseHours.CASE:
            return f"Counts in {CASE_HOURS}. Where none is set: counts 24/7, nights and weekends too."
    return "No hours: counts 24/7, nights and weekends too."


def moment(trigger: Trigger) -> str:
    """When a trigger fires: "Warning at 75 %", "Violation 30m after"."""
    if trigger.kind == TriggerChoice.SUCCESS:
        return "Success, at completion"
    if trigger.kind == TriggerChoice.VIOLATION:
        return (
            f"Violation {duration(trigger.minutes)} after the target"
            if trigger.minutes
            else "Violation, at once"
        )
    if trigger.percent is not None:
        return f"Warning at {trigger.percent} % of the time"
    return f"Warning {duration(trigger.minutes)} before the target"


def action(one: Action) -> str:
    """What an action does: "Email alert to owner, queue"."""
    given: Mapping[str, Any] = one.parameters
    match one.kind:
        case ActionKind.EMAIL:
            template = given.get("template")
            return f"Email alert to {_names(given.get('to'))}" + (f" with “{template}”" if template else "")
        case ActionKind.TASK:
            due = f", due in {given['due']}" if given.get("due") else ""
            return f"Task “{given.get('subject', '')}” for {given.get('assign_to', 'owner')}{due}"
        case ActionKind.SET:
            return "Field update: " + ", ".join(f"{name} = {value}" for name, value in given.items())
        case ActionKind.ASSIGN:
            return "Assignment to " + " and ".join(f"{what} {name}" for what, name in given.items())
        case ActionKind.ESCALATE:
            ladder = f", starts “{given['ladder']}”" if given.get("ladder") else ""
            return f"Escalation to level {given.get('level', 1)}{ladder}"
        case ActionKind.NOTIFY:
            return f"In-app notification to {_names(given.get('to'))}"
        case ActionKind.WEBHOOK:
            return f"Outbound message to {given.get('endpoint', '')}"
    return str(one)


def actions(trigger: Trigger) -> str:
    return "; ".join(action(one) for one in trigger.actions.all()) or "does nothing"


def row(one: ProcessMilestone) -> dict[str, str]:
    """All that one row promises, by what it is about. What does not apply is left out."""
    said = {
        "Time trigger": target(one),
        "Start": start(one),
        "Criteria": one.when,
        "Completed by": completion(one),
        "Stands still while": one.pause_when,
        "When its criteria end": "is cancelled" if one.cancel_when_criteria_end else "goes on",
        "Hours": hours(one),
        "Actions": " · ".join(f"{moment(each)}: {actions(each)}" for each in one.triggers.all()),
    }
    return {about: words for about, words in said.items() if words}


def version(one: ProcessVersion) -> dict[str, str]:
    """What a version says itself, beside its rows."""
    return {
        "Entry": f"at the case's “{date_field(one.enter_at)}”",
        "Exit": one.exit_when or "the case is closed",
        "Re-entry": str(one.get_on_reentry_display()),
        "Hours": hours_of_version(one),
    }


def given_by(rule: AutoApplyRule) -> str:
    """What an auto-apply rule gives a case."""
    if rule.takes == Takes.NOTHING:
        return "No entitlement"
    if rule.template is not None:
        return f"One made from the template “{rule.template}”"
    narrowed = [f"of the type “{rule.type}”"] if rule.type else []
    narrowed += [f"with the process “{rule.process}”"] if rule.process else []
    return " ".join(["An active one that the customer has", *narrowed])


def _names(given: Any) -> str:
    return given if isinstance(given, str) else ", ".join(map(str, given or ())) or "nobody"
