"""The events of a case in words, the latest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from cases.models import Case, CaseEvent
from cases.queries.escalation_words import words_of_escalation
from cases.queries.words import instant, span
from entitlements.core.changes import Kind

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """`tone` is the kind of event, for its mark."""

    at: datetime
    by: str
    what: str
    tone: str


def timeline_of(case: Case, now: datetime) -> list[Entry]:
    events = (
        CaseEvent.objects.filter(case=case)
        .select_related("case_milestone__milestone")
        .order_by("-at", "-pk")[:SHOWN]
    )
    return [
        Entry(event.at, event.by, _words(event, now), _TONES.get(event.kind, "plain")) for event in events
    ]


def _words(event: CaseEvent, now: datetime) -> str:
    about = _milestone(event)
    details = {name: _readable(value, now) for name, value in event.details.items()}
    match event.kind:
        case Kind.FIELD:
            return f"{details['field'].capitalize()}: {details['old'] or '—'} → {details['new'] or '—'}"
        case Kind.ESCALATED:
            return f"Escalated to level {details['new']}" if details["new"] != "0" else "Escalation ended"
        case Kind.ENTERED:
            return f"Entered the process “{details['process']}” (version {details['version']})"
        case Kind.VERSION:
            return f"Moved to version {details['version']} of the process “{details['process']}”"
        case Kind.FIRED | Kind.SKIPPED:
            return f"{about}: {_trigger(details)} {'fired' if event.kind == Kind.FIRED else 'skipped'}"
        case Kind.MOVED:
            return f"{about}: target moved from {details['old'] or 'none'} to {details['new'] or 'none'}"
        case Kind.EXTENDED:
            added = span(timedelta(minutes=int(details["minutes"])), days=False)
            return f"{about}: extended by {added}: {details['reason']}"
        case Kind.FAULT:
            return details["message"]
        case Kind.LADDER_STEP | Kind.AGED | Kind.LADDER_STARTED | Kind.ACKNOWLEDGED | Kind.LADDER_RESOLVED:
            return words_of_escalation(event.kind, event.details)
        case _:
            return _plain(event.kind, about, details)


def _plain(kind: str, about: str, details: dict[str, str]) -> str:
    """“First Response: started, due today 14:00”, “Stopped: waiting for parts”."""
    said = _SAID.get(kind, kind.replace("_", " "))
    if about:
        said = f"{about}: {said}"
    if details.get("reason"):
        return f"{said}: {details['reason']}"
    if details.get("violated") == "True":
        return f"{said}, late"
    return f"{said}, due {details['target']}" if details.get("target") and kind in _WITH_TARGET else said


def _milestone(event: CaseEvent) -> str:
    row = event.case_milestone
    if row is None:
        return ""
    return row.milestone.name if row.recurrence == "none" else f"{row.milestone.name} {row.number}"


def _trigger(details: dict[str, str]) -> str:
    offset = details.get("offset", "")
    late = f" ({details['late']})" if details.get("late") else ""
    shown = f" {offset}" if offset not in ("", "0m") else ""
    return f"{details['of']}{shown}{late}"


def _readable(value: Any, now: datetime) -> str:
    """Details are kept as JSON; an instant is shown in the viewer's zone."""
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and len(value) >= 20 and value[4:5] == "-" and value[10:11] == "T":
        try:
            return instant(datetime.fromisoformat(value), now)
        except ValueError:
            return text
    return text


_WITH_TARGET = (Kind.STARTED, Kind.PENDING, Kind.UNPAUSED)

_SAID: dict[str, str] = {
    Kind.CREATED: "Case created",
    Kind.REPLY: "Public reply",
    Kind.CUSTOMER_MESSAGE: "Message from the customer",
    Kind.NOTE: "Internal note",
    Kind.CLOSED: "Case closed",
    Kind.REOPENED: "Case reopened",
    Kind.STOPPED: "Clock stopped",
    Kind.RESUMED: "Clock resumed",
    Kind.LEFT: "Left the process",
    Kind.PENDING: "upcoming",
    Kind.STARTED: "started",
    Kind.COMPLETED: "completed",
    Kind.CANCELLED: "cancelled",
    Kind.VIOLATED: "missed its target",
    Kind.VIOLATION_WITHDRAWN: "no longer late",
    Kind.PAUSED: "stopped",
    Kind.UNPAUSED: "running again",
    Kind.WAIVED: "waived",
}

_TONES: dict[str, str] = {
    Kind.COMPLETED: "met",
    Kind.VIOLATED: "late",
    Kind.ESCALATED: "late",
    Kind.LADDER_STARTED: "late",
    Kind.LADDER_STEP: "late",
    Kind.AGED: "late",
    Kind.ACKNOWLEDGED: "met",
    Kind.FAULT: "late",
    Kind.FIRED: "risk",
    Kind.SKIPPED: "still",
    Kind.STOPPED: "stopped",
    Kind.PAUSED: "stopped",
    Kind.CANCELLED: "still",
}
